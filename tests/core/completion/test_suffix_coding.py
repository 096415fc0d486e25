"""A coded text that is kept in step is the same as one that was coded anew."""

from __future__ import annotations

import random

import pytest

from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.context import context_at
from stoker_analyzers.suffixes.tokens import agreeing, coded

PIECES = ["x = 1", "\n", "\n\n", "    ", "if a:\n", "\r\n", "é", '"', "return f(b)\n", "\t}", ""]


@pytest.mark.parametrize("seed", range(8))
def test_updates_are_as_good_as_coding_anew(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choices(PIECES, k=30))
    kept = CodedText(text)
    for _ in range(120):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 5, 40)))
        text = text[:start] + chance.choice(PIECES) + text[end:]
        before = list(kept.lines)
        change = kept.update(text)
        anew = CodedText(text)
        assert (kept.text, kept.lines, kept.codes) == (anew.text, anew.lines, anew.codes)
        others = [*before[: change.lines.start], *before[change.lines.start + change.replaced :]]
        assert others == [*kept.lines[: change.lines.start], *kept.lines[change.lines.stop :]]


def test_a_change_tells_which_line_alone_it_touched() -> None:
    text = CodedText("a\nb\nc\n")
    assert text.update("a\nbb\nc\n").keeps(1)
    assert not text.update("a\nbbb\nc\n").keeps(0)
    assert not text.update("a\nb\nb\nc\n").keeps(1)
    assert text.update("a\nb\nb\nc\n").keeps(3)
    assert not text.update("a\nbb\nc\n").keeps(1)


def test_white_space_is_no_token_and_a_string_is_one() -> None:
    assert coded("f( a,'b c' )") == coded("f(a, 'b c')")
    assert len(coded("""x = rb"a \\" b" + 'c'""")) == 5
    assert len(coded("don't won't")) == 6
    assert coded("a 'b'") != coded("a 'c'")


def test_agreeing_counts_back_from_a_place() -> None:
    endings = ["", "d", "cd", "bcd"]
    assert [agreeing("abcdcd", place, endings) for place in (4, 6, 3, 0)] == [3, 2, 0, 0]


@pytest.mark.parametrize(
    ("head", "typed", "partial"),
    [
        ("    a.bc", 2, "bc"),
        ("    a.", 2, ""),
        ("a b ", 2, ""),
        ("f('it is", 2, "'it is"),
        ("f('it is'", 3, ""),
        ('x = f"', 2, 'f"'),
        ("12", 0, "12"),
        ("", 0, ""),
    ],
)
def test_what_is_being_typed(head: str, typed: int, partial: str) -> None:
    context = context_at(CodedText(f"one\n{head}\ntwo"), len(head) + 4)
    assert context
    assert (context.line, context.typed, context.partial) == (1, typed, partial)
    assert context.following.endswith(coded("two"))
