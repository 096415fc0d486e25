"""A text as coded lines, kept in step with its editing: only the lines that changed are read anew."""

from __future__ import annotations

from array import array
from itertools import accumulate

from stoker_analyzers.suffixes.tokens import LINE, change, coded, indentation


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

    def update(self, text: str) -> range:
        """Take another text in.

        Returns:
            The lines, as they are now, that were read anew.
        """
        if text == self.text:
            return range(0)
        lines = text.split("\n")
        first, after = _changed(self.lines, lines)
        last = len(lines) - after
        end = (
            next((at for at in range(last, len(lines)) if lines[at].strip()), last - 1) + 1
        )  # compares with the one before
        keep = len(lines) - end
        fresh = code_lines(lines[first:end], _indent_before(lines, first))
        self.codes[first : len(self.codes) - keep] = fresh
        self.text, self.lines = text, lines
        return range(first, last)

    def joined(self, start: int, end: int) -> tuple[str, array[int]]:
        """The code of a range of lines, and where in it each line begins."""
        codes = self.codes[start:end]
        return "".join(codes), array("I", accumulate(map(len, codes), initial=0))

    def indent_before(self, line: int) -> int:
        """The indentation of the last line before that is not blank."""
        return _indent_before(self.lines, line)


def code_lines(lines: list[str], indent: int) -> list[str]:
    """The codes of lines that follow one with this indentation."""
    codes: list[str] = []
    for line in lines:
        tokens = coded(line)
        if tokens:
            here = indentation(line)
            codes.append(change(indent, here) + LINE + tokens)
            indent = here
        else:
            codes.append("")
    return codes


def _indent_before(lines: list[str], line: int) -> int:
    return next((indentation(lines[at]) for at in range(line - 1, -1, -1) if lines[at].strip()), 0)


def _changed(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines are the same at the start, and how many at the end; found by halving, as lists compare fast."""
    shared = min(len(old), len(new))
    before = _common(old, new, shared, 1)
    return before, _common(old, new, shared - before, -1)


def _common(old: list[str], new: list[str], limit: int, direction: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if direction > 0:
            same = old[low:middle] == new[low:middle]
        else:
            same = old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]
        low, high = (middle, high) if same else (low, middle - 1)
    return low
