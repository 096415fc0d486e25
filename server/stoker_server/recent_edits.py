"""What the user changed lately, put together from the keys: completions are drafted with it, and next edits follow it.

Costs what the edit costs: lines are kept as they stand in the document, nothing is copied, compared or parsed. A run of keys
at one place is one edit, from what stood there before the first to what stands there after the last.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stoker_server.lines import Splice

MOST = 32
"""Edits that are remembered of all documents together; Copilot's next edits look at 25."""
LONGEST = 200
"""Lines, before or after, of an edit that is remembered: a pasted file or a branch switched says nothing of what comes next."""
CHARACTERS = 10_000
"""Characters, before or after, of such an edit: one line of packed code may be a megabyte, and is kept as long as its edit."""
TYPED = 20
"""Lines, replaced or put in their place, up to which what comes in one message is taken for the user's own hand, which next
edits follow: more than that is a branch that was checked out, a formatter or a paste. Smaller ones can't be told apart."""
PAUSE_SECONDS = 30.0
"""After so long a pause the next key at the same place begins an edit of its own."""


@dataclass(frozen=True, slots=True)
class RecentEdit:
    """One change, as whole lines.

    Attributes:
        uri: The document, as the editor names it.
        line: The first of its lines, from 1, in the document as it is now.
        before: What stood there, with the line ends; empty where lines were added.
        after: What stands there since; empty where lines were taken away.
        at: When its last key came, in seconds of the monotonic clock.
        typed: Whether it came from the user's hand, as far as that can be told.
    """

    uri: str
    line: int
    before: str
    after: str
    at: float
    typed: bool = True


@dataclass(slots=True)
class _Run:
    """An edit that further keys may still be part of; ``first`` and the lines count from 0."""

    uri: str
    first: int
    before: list[str]
    after: list[str]
    at: float
    typed: bool

    @property
    def end(self) -> int:
        return self.first + len(self.after)

    def goes_on(self, uri: str, splice: Splice, now: float, *, typed: bool) -> bool:
        """Take in one more key, where that is all it takes: it is in these lines and leaves their number."""
        at, count = splice.line - self.first, len(splice.before)
        within = at >= 0 and at + count <= len(self.after) and count == len(splice.after) > 0
        if (
            not within
            or uri != self.uri
            or typed != self.typed
            or now - self.at >= PAUSE_SECONDS
            or _is_long(splice.after)
        ):
            return False
        self.after[at : at + count] = splice.after
        self.at = now
        return True


@dataclass(slots=True)
class RecentEdits:
    """The latest edits of a session's documents.

    Attributes:
        clock: Tells the time, in seconds.
        number: Counts what was changed, so that others can tell whether something was.
    """

    clock: Callable[[], float] = time.monotonic
    number: int = 0
    _runs: deque[_Run] = field(default_factory=deque)

    def changed(self, uri: str, splices: Sequence[Splice]) -> None:
        """Take note of what ``Document.change`` did to a document, the edits that came in one message together."""
        now, typed = self.clock(), _is_typed(splices)
        for splice in splices:
            self.number += 1
            self._take(uri, splice, now, typed=typed)

    def latest(self, limit: int = MOST) -> tuple[RecentEdit, ...]:
        """The edits, newest first; what was undone is none."""
        found = list[RecentEdit]()
        for run in self._runs:
            if len(found) == limit:
                break
            same, before, after = _differing(run.before, run.after)
            if before != after and max(len(before), len(after)) <= CHARACTERS:
                found.append(RecentEdit(run.uri, run.first + same + 1, before, after, run.at, run.typed))
        return tuple(found)

    def forget(self, uri: str) -> None:
        """Forget the edits of a document: it is opened anew, and what its lines are now is not known."""
        self._runs = deque(each for each in self._runs if each.uri != uri)

    def _take(self, uri: str, splice: Splice, now: float, *, typed: bool) -> None:
        if self._runs and self._runs[0].goes_on(uri, splice, now, typed=typed):
            return
        first, end = splice.line, splice.line + len(splice.before)
        touched = [each for each in self._runs if each.uri == uri and _touches(each, first, end)]
        joined = [each for each in touched if now - each.at < PAUSE_SECONDS and (each.typed or not typed)]
        run = _joined(uri, splice, joined, now, typed=typed)
        gone = {id(each) for each in joined}
        if gone:
            self._runs = deque(each for each in self._runs if id(each) not in gone)
        if moved := len(splice.after) - len(splice.before):
            for each in self._runs:
                if each.uri == uri and each.first >= end:
                    each.first += moved
        if _is_long(run.before) or _is_long(run.after):
            return
        self._runs.appendleft(run)
        if len(self._runs) > MOST:
            self._runs.pop()


def _is_long(lines: list[str]) -> bool:
    """Whether lines are more than an edit is remembered with."""
    return len(lines) > LONGEST or sum(map(len, lines)) > CHARACTERS


def _touches(run: _Run, first: int, end: int) -> bool:
    """Whether the lines from ``first`` to before ``end`` and those of a run meet; a place without lines meets both sides."""
    if first == end or run.first == run.end:
        return first <= run.end and run.first <= end
    return first < run.end and run.first < end


def _differing(before: list[str], after: list[str]) -> tuple[int, str, str]:
    """How many lines two texts begin with alike, and what is between those and the ones they end with alike."""
    shared = min(len(before), len(after))
    start = next((line for line in range(shared) if before[line] != after[line]), shared)
    left = shared - start
    tail = next((line for line in range(left) if before[-1 - line] != after[-1 - line]), left)
    return start, "".join(before[start : len(before) - tail]), "".join(after[start : len(after) - tail])


def _is_typed(splices: Sequence[Splice]) -> bool:
    """Whether edits that came together look like the user's own hand."""
    return sum(max(len(each.before), len(each.after)) for each in splices) <= TYPED


def _joined(uri: str, splice: Splice, runs: list[_Run], now: float, *, typed: bool) -> _Run:
    """A splice and the runs it touches as one; the runs don't touch each other."""
    first = min([splice.line, *(each.first for each in runs)])
    end = max([splice.line + len(splice.before), *(each.end for each in runs)])
    standing = list[str | None]([None] * (end - first))
    for each in runs:
        standing[each.first - first : each.end - first] = each.after
    standing[splice.line - first : splice.line - first + len(splice.before)] = splice.before
    after = list(standing)
    after[splice.line - first : splice.line - first + len(splice.before)] = splice.after
    before = list(standing)
    for each in sorted(runs, key=lambda each: -each.first):
        before[each.first - first : each.end - first] = each.before
    return _Run(
        uri,
        first,
        [each for each in before if each is not None],
        [each for each in after if each is not None],
        now,
        typed,
    )
