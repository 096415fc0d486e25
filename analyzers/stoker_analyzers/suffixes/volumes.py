"""The index of files that are not being edited: for each token the places it stands at, sorted by what stands before.

It is a suffix array of the reversed text, cut at a depth, so what matches longest stands side by side, and reading it
costs one search a volume. A volume holds several files, or every small file would cost a search. No I/O, no parsing.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from stoker_analyzers.suffixes.coding import code_lines
from stoker_analyzers.suffixes.tokens import agreeing

DEPTH = 12
"""Tokens of context that places are sorted by."""


class Volume:
    """Some files' text, coded, with its places sorted. Immutable.

    Attributes:
        codes: The code of all lines.
        size: Characters of text.
    """

    def __init__(self, files: Sequence[tuple[str, str]]) -> None:
        """Index files: about a third of a second of CPU for a million characters.

        Args:
            files: URIs and texts.
        """
        self.uris = [uri for uri, _ in files]
        self._text = "\n".join(text for _, text in files)
        self._firsts = array("I", accumulate((text.count("\n") + 1 for _, text in files), initial=0))
        lines = self._text.split("\n")
        codes = code_lines(lines, 0)
        self.codes = "".join(codes)
        self.size = len(self._text)
        self._starts = array("I", accumulate(map(len, codes), initial=0))
        self._offsets = array("I", accumulate((len(line) + 1 for line in lines), initial=0))
        self._backwards = backwards = self.codes[::-1]
        count = len(backwards)
        keys = [backwards[at : at + DEPTH] for at in range(count)]
        self._order = array("H" if count <= 1 << 16 else "I", sorted(range(count), key=keys.__getitem__))

    def search(self, endings: Sequence[str], least: int) -> tuple[int, int]:
        """How long the best match of a context is, up to ``DEPTH``, and its rank.

        Args:
            endings: The context's last 0, 1, 2, ... tokens.
            least: Tokens that a match must have.

        Returns:
            The length, 0 where it is less than ``least``, and the rank, for ``matching``.
        """
        backwards, order, count = self._backwards, self._order, len(self.codes)
        key = endings[-1][: -DEPTH - 1 : -1]
        rank = bisect_left(order, key, key=lambda at: backwards[at : at + DEPTH])
        beside = [count - order[each] for each in (rank - 1, rank) if 0 <= each < count]
        fitting = [place for place in beside if self.codes.endswith(endings[least], 0, place)]
        return max((agreeing(self.codes, place, endings[: DEPTH + 1]) for place in fitting), default=0), rank

    def matching(self, least: str, rank: int, most: int) -> Iterator[int]:
        """Places that follow these tokens, outwards from a rank, ``most`` to each side."""
        codes, order, count = self.codes, self._order, len(self.codes)
        for ranks in (range(rank, min(rank + most, count)), range(rank - 1, max(rank - 1 - most, -1), -1)):
            for each in ranks:
                if not codes.endswith(least, 0, count - order[each]):
                    break
                yield count - order[each]

    def texts(self) -> Iterator[tuple[str, str]]:
        """The files that it was made of."""
        for number, uri in enumerate(self.uris):
            start, end = self._offsets[self._firsts[number]], self._offsets[self._firsts[number + 1]] - 1
            yield uri, self._text[start:end]

    def origin(self, line: int) -> tuple[str, int]:
        """The URI of the file that a line belongs to, and its number there."""
        number = bisect_right(self._firsts, line) - 1
        return self.uris[number], line - self._firsts[number]

    def line_at(self, place: int) -> int:
        """The line (from 0) that holds a place in the code."""
        return bisect_right(self._starts, place) - 1

    def start_of(self, line: int) -> int:
        """Where in the code a line begins."""
        return self._starts[line]

    def line(self, number: int) -> str:
        """A line's text."""
        return self._text[self._offsets[number] : self._offsets[number + 1] - 1]
