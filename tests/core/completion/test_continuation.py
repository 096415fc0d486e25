"""What the file itself suggests, and when it stays silent."""

from __future__ import annotations

import pytest

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes.engine import Continuation, Suffixes

TWINS = """\
def wrap(text, width):
    w = Wrapper(width=width)
    return w.wrap(text)


def fill(text, width):
    w = |
"""


def continuation(text: str, uri: str = "file:///a") -> Continuation | None:
    offset = max(text.find("|"), 0)
    return Suffixes().suggest(Snapshot(uri, text.replace("|", "", 1), None), offset)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TWINS, "Wrapper(width=width)"),
        (TWINS.replace("w = |", "w = Wra|"), "pper(width=width)"),
        (TWINS.replace("w = |", "w =|"), " Wrapper(width=width)"),
        (TWINS.replace("w = |", "w = Wrapper(wid|)"), "th=width"),
        ("    a = one\n    a = two\n\n\n\n    a = |\n", None),
        ("first(x)\na = one\nother\na = two\n\n\n\nfirst(x)\na = |\n", "one"),
        ("if x:\n    a = one\nelse:\n    a = |\n", None),
        ("a = one\n\n\n\na |= two\n", None),
        ("a = one\n\n\n\nbb = a = |\n", None),
        ("a = one\n\n\n\na|\n", None),
        ("|\n", None),
        ("", None),
    ],
    ids=[
        "a twin",
        "in a word",
        "no blank typed",
        "before a closed bracket",
        "no agreement",
        "the line before decides",
        "the branch beside it",
        "inside a line",
        "not begun alike",
        "too short",
        "blank",
        "empty",
    ],
)
def test_the_rest_of_a_line(text: str, expected: str | None) -> None:
    found = continuation(text)
    assert (found.text if found else None) == expected


def test_the_line_that_it_is_taken_from_is_named() -> None:
    found = continuation(TWINS)
    assert found
    assert (found.uri, found.line) == ("file:///a", 1)
    assert found.share > 0.5
