"""Python's parser is shared by all threads, and may be disturbed by an import in one of them."""

from __future__ import annotations

import ast

import pytest

from stoker_analyzers.python_ast import fault, parse_python


@pytest.mark.parametrize("times", [1, 4])
def test_a_source_is_parsed_again_where_another_thread_disturbed_it(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    disturb(monkeypatch, times)
    assert ast.unparse(parse_python("x=1")) == "x = 1"


def test_a_parser_that_never_comes_through_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    disturb(monkeypatch, 100)
    with pytest.raises(SystemError):
        parse_python("x=1")


def test_what_is_wrong_with_a_source_is_still_said() -> None:
    assert fault("x = (\n") == "line 1: '(' was never closed"
    assert fault("x = 1\n") is None


def disturb(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Have the parser fail some times, as it does while another thread compiles."""
    parse, left = ast.parse, [None] * times

    def disturbed(source: str, mode: str) -> ast.AST:
        if left:
            left.pop()
            raise SystemError("AST constructor recursion depth mismatch")
        return parse(source, mode=mode)

    monkeypatch.setattr(ast, "parse", disturbed)


@pytest.mark.parametrize("source", ["-" * 100_000 + "1", "(" * 5_000 + ")" * 5_000], ids=["signs", "parentheses"])
def test_what_is_nested_too_deeply_is_a_syntax_error(source: str) -> None:
    with pytest.raises(SyntaxError):
        parse_python(source)
