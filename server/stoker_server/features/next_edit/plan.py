"""What is still to be done of a follow-up, kept in step with the document: a hop is what changes on a few neighbouring lines.

Costs a comparison of numbers per hop and edit; a text is compared only where an edit touched a hop's lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stoker_analyzers.edits import Replacement
from stoker_analyzers.snapshot import Snapshot
from stoker_server.lines import Splice, split_lines
from stoker_wire.receipts import Receipt

Lines = Callable[[int, int], list[str]]
"""A document's lines from one number up to before another, with their ends."""


@dataclass(slots=True)
class Hop:
    """One place of a follow-up.

    Attributes:
        line: The first of its lines now, from 0.
        before: The lines as they are, with their ends.
        after: As they should be.
    """

    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def end(self) -> int:
        """The number of the line after its last."""
        return self.line + len(self.before)

    def stands(self, lines: Lines) -> bool:
        """Whether its lines say what they said."""
        return _says(lines, self, self.before)

    def distance(self, line: int) -> int:
        """Lines between it and another line."""
        return max(self.line - line, line - self.end + 1, 0)


@dataclass(slots=True)
class Plan:
    """A follow-up that was offered.

    Attributes:
        title: What it is.
        receipt: What was checked.
        hops: What is still to be done, in the order of the lines.
        done: What was taken.
        undone: Whether the user took one back: that says no to the others.
        shown: The hops that were sent to the editor.
    """

    title: str
    receipt: Receipt
    hops: list[Hop]
    done: list[Hop] = field(default_factory=list)
    undone: bool = False
    shown: list[Hop] = field(default_factory=list)

    def moved(self, splices: Sequence[Splice], lines: Lines) -> int:
        """Take note of edits that were made.

        Returns:
            How many hops they took.
        """
        touched = set[int]()
        for splice in splices:
            touched |= {id(hop) for hop in self.hops if _move(hop, len(hop.before), *splice)}
            touched |= {id(hop) for hop in self.done if _move(hop, len(hop.after), *splice)}
        if not touched:
            return 0
        self.undone |= any(id(hop) in touched and _says(lines, hop, hop.before) for hop in self.done)
        taken = [hop for hop in self.hops if id(hop) in touched and _says(lines, hop, hop.after)]
        self.hops = [hop for hop in self.hops if id(hop) not in touched or _says(lines, hop, hop.before)]
        self.done += taken
        return len(taken)

    def nearest(self, line: int) -> Hop | None:
        """The hop nearest to a line; of two, the one below."""
        return min(self.hops, key=lambda hop: (hop.distance(line), hop.line < line), default=None)


def hops_of(snapshot: Snapshot, replacements: Sequence[Replacement]) -> list[Hop]:
    """Replacements as hops: those that have a line in common are one."""
    groups = list[tuple[int, int, list[Replacement]]]()
    for each in sorted(replacements):
        first, last = snapshot.line_of(each.span.start), snapshot.line_of(each.span.end)
        if last > first and each.span.end == snapshot.line_starts[last]:
            last -= 1  # it ends where that line begins
        if groups and first <= groups[-1][1]:
            start, end, inside = groups.pop()
            groups.append((start, max(end, last), [*inside, each]))
        else:
            groups.append((first, last, [each]))
    return [_hop(snapshot, first, last, inside) for first, last, inside in groups]


def _hop(snapshot: Snapshot, first: int, last: int, replacements: Sequence[Replacement]) -> Hop:
    start = snapshot.line_starts[first]
    end = snapshot.line_starts[last + 1] if last + 1 < len(snapshot.line_starts) else len(snapshot.text)
    pieces, at = list[str](), start
    for each in replacements:
        pieces += [snapshot.text[at : each.span.start], each.text]
        at = each.span.end
    after = "".join([*pieces, snapshot.text[at:end]])
    return Hop(first, _lines(snapshot.text[start:end]), _lines(after))


def _lines(text: str) -> tuple[str, ...]:
    lines = split_lines(text)
    return tuple(lines[:-1] if lines[-1] == "" else lines)


def _move(hop: Hop, lines: int, line: int, before: list[str], after: list[str]) -> bool:
    """Move a hop, which now has so many lines, along with an edit; whether the edit touched it."""
    end = line + len(before)
    same = next(
        (at for at in range(min(len(before), len(after))) if before[-1 - at] != after[-1 - at]),
        min(len(before), len(after)),
    )
    if hop.line >= end - same and (len(before) > same or hop.line >= line):
        hop.line += len(after) - len(before)
        return False
    return hop.line + lines > line


def _says(lines: Lines, hop: Hop, text: tuple[str, ...]) -> bool:
    return tuple(lines(hop.line, hop.line + len(text))) == text
