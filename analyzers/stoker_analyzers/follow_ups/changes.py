"""What a change did to the words of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import NamedTuple

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.snapshot import Snapshot

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MOST = 1_000
"""Tokens of a change that is looked at: comparing takes the product of both sides in the worst case."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as whole lines.

    Attributes:
        line: The first of its lines now, from 0.
        before: What stood there, with the line ends.
        after: What stands there now.
    """

    line: int
    before: str
    after: str

    def start(self, snapshot: Snapshot) -> int:
        """Where its lines begin."""
        return snapshot.line_starts[self.line]

    def stands_in(self, snapshot: Snapshot) -> bool:
        """Whether the file still says there what the change made it say."""
        return self.line < len(snapshot.line_starts) and snapshot.text.startswith(self.after, self.start(snapshot))

    def undone(self, snapshot: Snapshot) -> str:
        """The file's text without the change."""
        start = self.start(snapshot)
        return snapshot.text[:start] + self.before + snapshot.text[start + len(self.after) :]


class Swap(NamedTuple):
    """Tokens that others took the place of.

    Attributes:
        old: The tokens that stood there.
        new: Those that stand there now.
        was: Where the old ones began, from the beginning of the change's lines.
        at: Where the new ones begin.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    was: int
    at: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What follows from a change.

    Attributes:
        title: What it is, in a few words.
        places: What is still to be changed in the file as it is now, in order.
        before: The file before anything of it was done, where the whole is a renaming ...
        old: ... of this name ...
        new: ... to this one.
        cause: The lines of the change that it follows from, so that it can be told from another one.
    """

    title: str
    places: tuple[Replacement, ...]
    before: str = ""
    old: str = ""
    new: str = ""
    cause: str = field(default="", compare=False)


def swaps(change: Change) -> tuple[Swap, ...]:
    """The tokens that a change replaced, added (nothing for something) and took away, in order."""
    old, new = _TOKEN.findall(change.before), _TOKEN.findall(change.after)
    if max(len(old), len(new)) > _MOST:
        return ()
    found, was, at = list[Swap](), _ends(old), _ends(new)
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append(Swap(tuple(old[start:end]), tuple(new[first:last]), was[start], at[first]))
    return tuple(found)


class Renamed(NamedTuple):
    """A word that a change replaced by another one.

    Attributes:
        old: The word that stood there.
        new: The one that stands there now.
        at: Where it begins, from the beginning of the change's lines.
        alone: Whether its line is otherwise as it was.
    """

    old: str
    new: str
    at: int
    alone: bool


def renamed(change: Change) -> tuple[Renamed, ...]:
    """The single words that a change replaced by others."""
    found = [
        (old, new, each.at + offset)
        for each in swaps(change)
        if len(each.old) == len(each.new)
        for old, new, offset in zip(each.old, each.new, _ends(each.new), strict=False)
        if old != new and old.isidentifier() and new.isidentifier()
    ]
    lines, starts = set(change.before.splitlines()), _ends(change.after.splitlines(keepends=True))
    made = list[Renamed]()
    for old, new, at in found:
        start, end = max(each for each in starts if each <= at), min(each for each in starts if each > at)
        spans = [Span(place - start, place - start + len(new)) for *pair, place in found if pair == [old, new]]
        inside = [span for span in spans if 0 <= span.start < end - start]
        line = swapped(change.after[start:end].rstrip("\r\n"), inside, old)
        made.append(Renamed(old, new, at, line in lines))
    return tuple(made)


def words(text: str, name: str) -> Iterable[int]:
    """Where a name stands in a text as a whole word."""
    return (found.start() for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def swapped(text: str, spans: Iterable[Span], name: str) -> str:
    """A text with a name in the place of each of some spans."""
    pieces, at = list[str](), 0
    for span in sorted(spans):
        pieces += [text[at : span.start], name]
        at = span.end
    return "".join([*pieces, text[at:]])


def _ends(tokens: Iterable[str]) -> list[int]:
    ends = [0]
    for token in tokens:
        ends.append(ends[-1] + len(token))
    return ends
