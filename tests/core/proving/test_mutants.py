"""Which mutants a function has, and that each is a working edit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.support.markdown import Case, cases, expect

from stoker_server.proving.mutants import MOST, must_fail, mutants_of
from stoker_server.proving.source import Function, Module

FIXTURE = Path(__file__).parents[2] / "fixtures" / "testing" / "mutants.md"
URI = "file:///a.py"


def function_of(text: str) -> Function:
    module = Module.parse(text)
    top = module.tree.body[-1]
    assert isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    inner = top.body[0] if isinstance(top, ast.ClassDef) else None
    name = f"{top.name}.{inner.name}" if isinstance(inner, ast.FunctionDef) else top.name
    found = module.function(name)
    assert found is not None
    return found


@pytest.mark.parametrize("case", cases(FIXTURE), ids=str)
def test_mutants(case: Case, update: bool) -> None:
    function = function_of(case.block("python").text)
    lines = [f"{each.description}{' (coarse)' if each.coarse else ''}" for each in mutants_of(function, URI)]
    expect(case, case.block("mutants"), "\n".join(lines), update=update)


@pytest.mark.parametrize("case", cases(FIXTURE), ids=str)
def test_every_mutant_is_another_program_and_its_edit_makes_it(case: Case) -> None:
    function = function_of(case.block("python").text)
    before = function.module.text
    programs = {ast.dump(ast.parse(before))}
    for mutant in (*mutants_of(function, URI), must_fail(function, URI)):
        assert mutant.edit.files[0].apply(before) == mutant.source
        program = ast.dump(ast.parse(mutant.source))
        assert program not in programs
        programs.add(program)


def test_they_are_the_same_each_time_and_few() -> None:
    text = Path(ast.__file__).read_text()
    function = Module.parse(text).function("get_docstring")
    assert function is not None
    first, second = mutants_of(function, URI), mutants_of(function, URI)
    assert first == second
    assert len(first) == MOST


def test_the_mutant_that_must_fail_raises_when_it_is_called() -> None:
    function = function_of("async def f(x):\n    'Doc.'\n    y = '''\nz'''\n    return y\n")
    assert must_fail(function, URI).source == 'async def f(x):\n    raise AssertionError("must fail")\n'


def test_positions_hold_with_wide_characters_form_feeds_and_carriage_returns() -> None:
    text = "# \x0c\u2028 é\r\ndef f(é):\r\n\x0c\r\n    return 'é😀' + é\r\n"
    function = function_of(text)
    changed = [mutant.source for mutant in mutants_of(function, URI)]
    assert text.replace("+", "-") in changed
    assert text.replace("'é😀'", '""') in changed


def test_a_diff_shows_the_change() -> None:
    function = function_of("def f(a):\n    return a < 1\n")
    mutant = mutants_of(function, URI)[0]
    assert mutant.diff("pkg/f.py", function.module.text).splitlines() == [
        "--- a/pkg/f.py",
        "+++ b/pkg/f.py",
        "@@ -1,2 +1,2 @@",
        " def f(a):",
        "-    return a < 1",
        "+    return None",
    ]


def test_of_several_definitions_of_a_name_the_line_tells_which() -> None:
    text = "if a:\n    def f(): return 1\nelse:\n    def f(): return 2\n"
    module = Module.parse(text)
    first, last = module.function("f", 2), module.function("f")
    assert first is not None
    assert last is not None
    assert (first.node.lineno, last.node.lineno) == (2, 4)


def test_lines_that_can_run_are_those_of_the_body() -> None:
    text = """\
@decorator(1)
def f(a=1,
      b=2):
    '''Doc
    string.'''
    x = [
        each
        for each in a
    ]
    # a comment

    def inner():
        return x
    return inner
"""
    function = function_of(text)
    assert function.lines == (1, 14)
    assert function.executable_lines == {6, 7, 8, 12, 13, 14}
