"""A text as coded lines, kept in step with its editing: only the lines that changed are read anew."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from stoker_analyzers.suffixes.tokens import LINE, change, coded, indentation

_NONE: Mapping[str, str] = MappingProxyType({})


class Change(NamedTuple):
    """What an update read anew: these lines, as they are now, in the place of so many."""

    lines: range
    replaced: int

    def keeps(self, line: int) -> bool:
        """Whether all lines but this one are what and where they were."""
        return not self.replaced or (self.lines == range(line, line + 1) and self.replaced == 1)


class CodedText:
    """A text's lines and their codes.

    Attributes:
        lines: The lines without their ends.
        codes: For each line its code; empty for a blank one.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.codes = code_lines(self.lines, 0)

    def update(self, text: str) -> Change:
        """Take another text in."""
        if text == self.text:
            return Change(range(0), 0)
        start, end, old_end = _changed(self.text, text)
        first = text.count("\n", 0, start)
        fresh = text[start:end].split("\n")
        count = self.text.count("\n", start, old_end) + 1
        last = first + len(fresh)
        known = dict(zip(self.lines[first : first + count], self.codes[first : first + count], strict=True))
        self.lines[first : first + count] = fresh
        self.codes[first : first + count] = code_lines(fresh, _indent_before(self.lines, first), known)
        self.text = text
        after = next((at for at in range(last, len(self.lines)) if self.codes[at]), None)
        if after is not None:  # it is coded by how it compares with the line before
            self.codes[after] = code_lines([self.lines[after]], _indent_before(self.lines, after))[0]
        return Change(range(first, last), count)

    def joined(self, start: int, end: int) -> tuple[str, array[int]]:
        """The code of a range of lines, and where in it each line begins."""
        codes = self.codes[start:end]
        return "".join(codes), array("I", accumulate(map(len, codes), initial=0))

    def indent_before(self, line: int) -> int:
        """The indentation of the last line before that is not blank."""
        return _indent_before(self.lines, line)


def code_lines(lines: list[str], indent: int, known: Mapping[str, str] = _NONE) -> list[str]:
    """The codes of lines that follow one with this indentation.

    Args:
        lines: The lines.
        indent: The indentation before the first.
        known: Codes of some of them, as they were elsewhere: two edits far apart leave most lines between them alone.
    """
    codes: list[str] = []
    for line in lines:
        code = known.get(line)
        tokens = coded(line) if code is None else code[2:]
        if tokens:
            here = indentation(line)
            codes.append(change(indent, here) + LINE + tokens)
            indent = here
        else:
            codes.append("")
    return codes


def _indent_before(lines: list[str], line: int) -> int:
    return next((indentation(lines[at]) for at in range(line - 1, -1, -1) if lines[at].strip()), 0)


def _changed(old: str, new: str) -> tuple[int, int, int]:
    """Where the first changed line begins, and where the last one ends in the new text and in the old."""
    shared = min(len(old), len(new))
    start = new.rfind("\n", 0, _common(old, new, shared, 1)) + 1
    tail = _common(old, new, shared - start, -1)
    end = new.find("\n", len(new) - tail)
    return (start, end, len(old) - len(new) + end) if end >= 0 else (start, len(new), len(old))


def _common(old: str, new: str, limit: int, direction: int) -> int:
    """Length of the common start or end, found by halving: slices compare at memory speed."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if direction > 0:
            same = old[low:middle] == new[low:middle]
        else:
            same = old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]
        low, high = (middle, high) if same else (low, middle - 1)
    return low
