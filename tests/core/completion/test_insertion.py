"""The gate: what is inserted at a cursor must parse, once what it leaves open is closed."""

from __future__ import annotations

import pytest

from stoker_analyzers.checks.base import run_one
from stoker_analyzers.checks.insertion_parses import InsertionParses
from stoker_analyzers.edits import Span
from stoker_analyzers.insertion import clean_prefix, find_fault, insertion
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome


def at_cursor(text: str, language: str = "python") -> tuple[Snapshot, Span]:
    """A snapshot of a text with a ``|`` for the cursor."""
    offset = text.index("|")
    return Snapshot("file:///a", text.replace("|", "", 1), by_id(language)), Span(offset, offset)


@pytest.mark.parametrize(
    ("language", "text", "inserted"),
    [
        ("python", "def f(a):\n    |\n", "return a"),
        ("python", "def f(a):\n    return |\n", "a + 1"),
        ("python", "x = |\n", "f(1, 2"),
        ("python", "def f(a):\n    |\n", "if a:"),
        ("python", "def f(a):\n    |\n", "for x in a:\n        print(x)"),
        ("python", "x = foo(|)\n", "1, bar[2]"),
        ("python", "x = (|\n", "1 + 2"),
        ("javascript", "function f(a) {\n  |\n}\n", "if (a) {"),
        ("javascript", "const x = |;\n", "f(1, [2, 3])"),
        ("go", "package a\n\nfunc f() int {\n\t|\n}\n", "return 1"),
        ("rust", "fn f() -> i32 {\n    |\n}\n", "let x = 1;\n    x"),
        ("java", "class A {\n  int f() {\n    |\n  }\n}\n", "return 1;"),
    ],
)
def test_what_parses_is_let_through(language: str, text: str, inserted: str) -> None:
    snapshot, span = at_cursor(text, language)
    assert find_fault(snapshot, span, inserted) is None
    assert clean_prefix(snapshot, span, inserted) == inserted


@pytest.mark.parametrize(
    ("language", "text", "inserted", "kept"),
    [
        ("python", "def f(a):\n    |\n", "return a\n    )", "return a"),
        ("python", "def f(a):\n    |\n", "x = 1\n    y = = 2", "x = 1"),
        ("python", "x = |\n", "f(1)) + 2", "f(1)"),
        ("python", "x = |\n", ")", ""),
        ("javascript", "const x = |;\n", "f(1))", "f(1)"),
        ("javascript", "function f() {\n  |\n}\n", "return 1;\n}\n}", "return 1;"),
        ("go", "package a\n\nfunc f() int {\n\t|\n}\n", "return 1\n}}", "return 1"),
    ],
)
def test_what_does_not_parse_is_cut_back(language: str, text: str, inserted: str, kept: str) -> None:
    snapshot, span = at_cursor(text, language)
    assert find_fault(snapshot, span, inserted)
    assert clean_prefix(snapshot, span, inserted) == kept


async def test_the_check_says_what_is_wrong_and_where() -> None:
    snapshot, span = at_cursor("def f(a):\n    |\n")
    verdict = await run_one(InsertionParses(), snapshot, insertion(snapshot, span, "x = = 1"))
    assert verdict.outcome is Outcome.FAILED
    assert verdict.evidence.startswith("line 2: ")
    verdict = await run_one(InsertionParses(), snapshot, insertion(snapshot, span, "x = 1"))
    assert verdict.outcome is Outcome.PASSED


ODD = "const = ;\n" + "a();\n" * 30
"""Code that is broken at its top, long before what is looked at."""


@pytest.mark.parametrize(
    ("language", "text", "inserted", "said"),
    [
        ("javascript", "function f() {\n  |\n}\n" + "a();\n" * 20, "}", "line 2: with it, line 3 no longer parses: "),
        ("javascript", ODD + "function f() {\n  |\n}\n", "}", "line 33: with it, line 34 no longer parses: "),
        (
            "javascript",
            ODD + "function f() {\n  |\n  b();\n}\n",
            "c();\n}",
            "line 33: with it, line 35 no longer parses: ",
        ),
        ("javascript", ODD + "let x = |;\n", "1 + * 2", "line 32: unexpected "),
        ("javascript", ODD + "function f() {\n  |\n}\n", "b();\n  1 + * 2;", "line 34: unexpected "),
    ],
)
async def test_the_line_that_is_named_is_the_insertions(language: str, text: str, inserted: str, said: str) -> None:
    snapshot, span = at_cursor(text, language)
    verdict = await run_one(InsertionParses(), snapshot, insertion(snapshot, span, inserted))
    assert verdict.outcome is Outcome.FAILED
    assert verdict.evidence.startswith(said)


async def test_without_a_tree_nothing_is_claimed() -> None:
    snapshot = Snapshot("file:///a", "text", None)
    verdict = await run_one(InsertionParses(), snapshot, insertion(snapshot, Span(4, 4), "more"))
    assert verdict.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("code", "text", "outcome"),
    [
        ("def f(a, b):\n    return |\n", "b +* a", Outcome.FAILED),
        ("def f(a, b):\n    return |\n", "b * a", Outcome.PASSED),
        ("def f(a, b):\n    return |\n", "f(a,", Outcome.PASSED),
        ("try:\n    x = 1\n|\n", "except ValueError:\n    x = 2", Outcome.PASSED),
        ("if x:\n    y = 1\n|", "elif z:\n    y = 2\n", Outcome.PASSED),
        ("def broken(:\n    pass\n\ndef f(a, b):\n    return |\n", "b +* a", Outcome.PASSED),
        ("def f(a, b):\n    return [\n        |\n    ]\n", "f(a, b +* c)", Outcome.FAILED),
        ("def f(a, b):\n    return [\n        |\n    ]\n", "a + b,", Outcome.PASSED),
    ],
)
async def test_what_the_grammar_takes_and_python_does_not_is_refused(code: str, text: str, outcome: Outcome) -> None:
    offset = code.index("|")
    snapshot = Snapshot("file:///a.py", code.replace("|", "", 1), by_id("python"))
    verdict = await run_one(InsertionParses(), snapshot, insertion(snapshot, Span(offset, offset), text))
    assert verdict.outcome is outcome, verdict
