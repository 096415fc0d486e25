"""What the file itself suggests, and when it stays silent."""

from __future__ import annotations

import pytest

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.context import context_at
from stoker_analyzers.suffixes.engine import Continuation, Suffixes, around
from stoker_analyzers.suffixes.matches import in_parts
from stoker_analyzers.suffixes.sight import unknown
from stoker_analyzers.suffixes.votes import count

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
        (TWINS.replace("w = |", "w = |(width=width)"), None),
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
        "before more than brackets",
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


def typed(suffixes: Suffixes, text: str) -> Continuation | None:
    return suffixes.suggest(Snapshot("file:///a", text.replace("|", "", 1), None), text.index("|"))


def test_a_text_that_is_edited_is_seen_as_it_is_now() -> None:
    suffixes = Suffixes()
    found = typed(suffixes, TWINS)
    assert found
    found = typed(suffixes, TWINS.replace("Wrapper(width=width)", "Folder(text)"))
    assert found
    assert found.text == "Folder(text)"
    found = typed(suffixes, "\n\n" + TWINS.replace("w = |", "w = Wr|"))
    assert found
    assert (found.text, found.line) == ("apper(width=width)", 3)


def test_a_line_that_was_changed_elsewhere_is_seen() -> None:
    suffixes = Suffixes()
    assert typed(suffixes, TWINS.replace("w = Wrapper(width=width)", "pass")) is None
    assert typed(suffixes, TWINS)


def test_a_line_is_completed_after_others_were_typed() -> None:
    suffixes, text = Suffixes(), TWINS.replace("    w = |\n", "")
    for character in "    w = Wrap":
        text += character
        found = typed(suffixes, text + "|")
        assert found is None or (text + found.text).endswith("w = Wrapper(width=width)")
    assert found
    text += found.text + "\n"
    for character in "    return w.":
        text += character
        found = typed(suffixes, text + "|")
    assert found
    assert found.text == "wrap(text)"
    assert found.line == 2


def test_an_older_coded_text_is_brought_up_to_date() -> None:
    suffixes = Suffixes()
    suffixes.prime("file:///a", CodedText("something else\n"))
    found = typed(suffixes, TWINS)
    assert found
    assert found.text == "Wrapper(width=width)"
    kept = suffixes._open["file:///a"]
    suffixes.prime("file:///a", CodedText(""))
    assert suffixes._open["file:///a"] is kept
    suffixes.close("file:///a")
    assert typed(suffixes, TWINS) == found


def test_windows_line_ends_make_no_difference() -> None:
    found = continuation(TWINS.replace("\n", "\r\n"))
    assert found
    assert found.text == "Wrapper(width=width)"


def test_a_string_is_completed_from_its_beginning() -> None:
    text = 'def a(x):\n    check(x, "it went well", 3)\n\n\ndef b(x):\n    check(x, "it we|)\n'
    found = continuation(text)
    assert found
    assert found.text == 'nt well", 3'


def test_names_that_are_out_of_sight_count() -> None:
    text = "def a(one):\n    f(one, y=K)\n\n\ndef b(two):\n    "
    coded = CodedText(text)
    context = context_at(coded, len(text))
    assert context
    parts = around("file:///a", coded, context.line)
    assert unknown("f(two, one, K, strange, x.odd, y=len)", coded, context, parts, frozenset()) == (2, 3)
    assert unknown("f(two, one)", coded, context, parts, frozenset({"one", "f"})) == (0, 0)


def test_a_line_that_was_written_lately_weighs_more() -> None:
    text = "f(1)\ng(2)\nf(3)\ng(4)\n" + "x = 0\n" * 5 + "f("
    coded = CodedText(text)
    context = context_at(coded, len(text))
    assert context
    matches = in_parts(*around("file:///a", coded, context.line), context)
    assert count(matches, context)[0].best.line == 2
    assert count(matches, context, frozenset({"f(1)"}))[0].best.line == 0
