"""Finds the places whose context is most like the cursor's: in the open text by search, in files by their index."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.context import Context
from stoker_analyzers.suffixes.corpus import Corpus
from stoker_analyzers.suffixes.tokens import agreeing

LEAST = 2
"""Tokens that two contexts must share at the cursor."""
MOST_HERE = 48
"""Matches in the open text that are looked at, for each length and side of the cursor."""
MOST_ELSEWHERE = 64
"""Matches in other files that are looked at."""
MOST_IN_ONE = 8
"""Of these, the most that one volume gives, to each side of its best."""
_LENGTHS = (16, 9, 5, 3, 2)
"""Lengths of contexts that the open text is searched for, until there are enough matches."""
_ENOUGH = 24


class Source(Protocol):
    """Coded lines that a match may be in: a volume, or a part of the open text."""

    codes: str

    def origin(self, line: int) -> tuple[str, int]:
        """The URI of the text that a line belongs to, and its number there."""

    def line_at(self, place: int) -> int:
        """The line (from 0) that holds a place in the code."""

    def start_of(self, line: int) -> int:
        """Where in the code a line begins; the line after the last one begins where the code ends."""

    def line(self, number: int) -> str:
        """A line's text."""


class Part:
    """A range of the open text's lines."""

    def __init__(self, uri: str, text: CodedText, start: int, end: int) -> None:
        self.codes, self._starts = text.joined(start, end)
        self.uri = uri
        self._text = text
        self._first = start

    def origin(self, line: int) -> tuple[str, int]:
        """The open text, and the line itself."""
        return self.uri, line

    def line_at(self, place: int) -> int:
        """The line of the open text that holds a place."""
        return self._first + bisect_right(self._starts, place) - 1

    def start_of(self, line: int) -> int:
        """Where in this part's code a line begins."""
        return self._starts[line - self._first]

    def line(self, number: int) -> str:
        """A line's text."""
        return self._text.lines[number]


@dataclass(slots=True)
class Match:
    """A place that is like the cursor's.

    Attributes:
        source: Where it is.
        place: The token that comes next there, as an index of the source's code.
        line: The line that it continues.
        owner: The URI of the text that the line belongs to.
        length: Tokens before it that are the same as before the cursor.
        here: Whether it is in the open text.
    """

    source: Source
    place: int
    line: int
    owner: str
    length: int
    here: bool


def in_parts(before: Part, after: Part, context: Context) -> list[Match]:
    """Matches in the open text, the nearest of each length."""
    found: list[Match] = []
    seen: set[tuple[bool, int]] = set()
    for length in _LENGTHS:
        needle = context.code[-length:]
        if len(needle) < length:
            continue
        for part, places in ((before, _backwards(before.codes, needle)), (after, _forwards(after.codes, needle))):
            for place in places:
                key = (part is before, place)
                if key not in seen:
                    seen.add(key)
                    line = part.line_at(place - 1)
                    length_here = agreeing(part.codes, place, context.endings)
                    found.append(Match(part, place, line, part.uri, length_here, True))
        if len(found) >= _ENOUGH:
            break
    return found


def in_corpus(corpus: Corpus, context: Context, uri: str) -> list[Match]:
    """Matches in other files than the open one, those of the volume with the longest first."""
    ranked = []
    for order, volume in enumerate(corpus.volumes):
        length, rank = volume.search(context.endings, LEAST)
        if length:
            ranked.append((length, order, rank, volume))
    ranked.sort(key=lambda each: each[:2], reverse=True)
    found: list[Match] = []
    for _, _, rank, volume in ranked:
        for place in volume.matching(context.endings[LEAST], rank, MOST_IN_ONE):
            line = volume.line_at(place - 1)
            owner, _ = volume.origin(line)
            if owner != uri and corpus.holds(volume, owner):
                length = agreeing(volume.codes, place, context.endings)
                found.append(Match(volume, place, line, owner, length, False))
        if len(found) >= MOST_ELSEWHERE:
            break
    return found


def _backwards(codes: str, needle: str) -> Iterator[int]:
    at = len(codes)
    for _ in range(MOST_HERE):
        at = codes.rfind(needle, 0, at + len(needle) - 1)
        if at < 0:
            return
        yield at + len(needle)


def _forwards(codes: str, needle: str) -> Iterator[int]:
    at = -1
    for _ in range(MOST_HERE):
        at = codes.find(needle, at + 1)
        if at < 0:
            return
        yield at + len(needle)
