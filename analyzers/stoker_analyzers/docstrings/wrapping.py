"""Lines no wider than asked for, in any script: Chinese and Japanese have no blanks to break at and are twice as wide."""

from __future__ import annotations

import re
import textwrap
import unicodedata

_WIDE = ("W", "F")
_TIED = "，。、；：！？）】》」』”’,.;:!?)]}"
"""What no line begins with."""


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """The lines of one paragraph.

    Args:
        text: Words between blanks.
        width: Columns.
        first: What the first line begins with.
        rest: What the others begin with.
    """
    if not any(map(_is_wide, text)):
        return textwrap.wrap(
            text,
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines, line = list[str](), first
    for piece in _pieces(text):
        if line.strip() and columns(line) + columns(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = rest
        line += piece if line.strip() else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def columns(text: str) -> int:
    """How wide a text is where letters are all alike."""
    return sum(1 + _is_wide(each) for each in text)


def _pieces(text: str) -> list[str]:
    """What a line may not be broken within: words, code, and wide characters with the stops behind them."""
    pieces = list[str]()
    for run in re.findall(r"`+[^`]*`+\S?\s*|[^\s`]+\s*", text):
        if run.startswith("`") or not any(map(_is_wide, run)):
            pieces.append(run)
            continue
        for each in run:
            tied = each.isspace() or each in _TIED or (pieces and not _is_wide(each) and not _is_wide(pieces[-1][-1]))
            if pieces and tied:
                pieces[-1] += each
            else:
                pieces.append(each)
    return pieces


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE
