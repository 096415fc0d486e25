"""A definition's header is found again in a text that has changed."""

from __future__ import annotations

import pytest

from stoker_analyzers.context.showing import written_in
from stoker_analyzers.index.entries import Definition
from stoker_analyzers.symbols import SymbolKind


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = 1\ndef f(a, b): ...\n", "def f(a, b)"),
        ("def g(f): ...\ndef f(a,\n      b):\n    ...\n", "def f(a,\n      b):"),
        ("def f(a, c): ...\n", None),
        ("def g(f):\n" * 100_000, None),  # with all that follows looked at behind each line it takes seconds
    ],
    ids=["on one line", "on two", "another", "a long file"],
)
def test_a_header_is_found(text: str, found: str | None) -> None:
    said = Definition("f", "f", SymbolKind.FUNCTION, "a.py", 1, "def f(a, b)", "", "00")
    assert written_in(text, said) == found
