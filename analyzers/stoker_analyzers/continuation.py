"""What this file itself suggests comes next: the rest of a line that was begun the same way elsewhere in it.

A completion from facts: nothing is invented, and it stays silent unless the places that began alike agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.snapshot import Snapshot

SHORTEST = 3
"""Characters that must be typed on the line before another line counts as begun alike."""
AGREEMENT = 0.6
"""Share of the votes that the winning continuation needs."""
NEAR = 3
"""Lines beside the cursor's that have no vote: a line is rarely meant to repeat one in the branch next to it."""
_SAME_BEFORE, _SAME_INDENT = 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Continuation:
    """A proposed rest of the line.

    Attributes:
        text: What comes after the cursor.
        like: The line (from 0) that it was taken from.
        share: The share of the votes that it had.
    """

    text: str
    like: int
    share: float


def continuation(snapshot: Snapshot, offset: int) -> Continuation | None:
    """The rest of the line at a cursor as other lines of the file have it; ``None`` where they don't say.

    Lines vote for their rest; one that follows the same line, or is indented alike, has more weight.
    """
    here = snapshot.line_of(offset)
    span = snapshot.line_span(here)
    head, tail = snapshot.text[span.start : offset], snapshot.text[offset : span.end]
    begun = head.lstrip()
    if tail.strip() or len(begun) < SHORTEST:
        return None
    indent, above = head[: len(head) - len(begun)], _above(snapshot, here)
    votes: defaultdict[str, float] = defaultdict(float)
    first: dict[str, int] = {}
    for line, text in _beginning_with(snapshot, begun):
        rest = text.strip()[len(begun) :]
        if abs(line - here) > NEAR and rest:
            weight = 1.0 + _SAME_BEFORE * (_above(snapshot, line) == above)
            votes[rest] += weight + _SAME_INDENT * text.startswith(indent + begun)
            first.setdefault(rest, line)
    if not votes:
        return None
    winner = max(votes, key=lambda rest: votes[rest])
    share = votes[winner] / sum(votes.values())
    return Continuation(winner, first[winner], share) if share >= AGREEMENT else None


def _beginning_with(snapshot: Snapshot, begun: str) -> Iterator[tuple[int, str]]:
    """The lines that begin with a text after their indentation, with their numbers."""
    at = snapshot.text.find(begun)
    while at >= 0:
        line = snapshot.line_of(at)
        text = _line(snapshot, line)
        if text.lstrip().startswith(begun) and not snapshot.text[snapshot.line_starts[line] : at].strip():
            yield line, text
        at = snapshot.text.find(begun, snapshot.line_span(line).end + 1)


def _line(snapshot: Snapshot, line: int) -> str:
    span = snapshot.line_span(line)
    return snapshot.text[span.start : span.end]


def _above(snapshot: Snapshot, line: int) -> str:
    """The nearest line before that is not blank, without its indentation."""
    while line > 0:
        line -= 1
        if text := _line(snapshot, line).strip():
            return text
    return ""
