"""Brackets are counted in any text, in a time that grows with the text alone."""

from __future__ import annotations

import pytest

from stoker_analyzers.brackets import first_unopened, open_brackets


@pytest.mark.parametrize(
    ("text", "closing"),
    [
        ("f(a, [", "])"),
        ('f("(", ', ")"),
        ("it's (", ")"),
        (r"/\(\[/.test(", ")"),
        ("'" + r"\'" * 200_000 + "(", ")"),  # read on from each quote this takes minutes
    ],
    ids=["nested", "in a string", "an apostrophe", "escaped", "a long line"],
)
def test_what_is_open(text: str, closing: str) -> None:
    assert open_brackets(text) == closing


def test_what_was_not_opened() -> None:
    assert first_unopened(r"a \) (b) ] }") == ("]", 9)
