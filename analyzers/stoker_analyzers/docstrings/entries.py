"""Entries of a section: heads at one indentation, what is said about each indented below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stoker_analyzers.docstrings.lines import dedent, indent_of
from stoker_analyzers.docstrings.model import Entry

Numbered = tuple[int, str]
"""A line's number in the docstring's text, and the line."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the first line of an entry says: several names where arguments are documented together."""

    names: Sequence[str]
    type: str = ""
    default: str | None = None
    text: str = ""


@dataclass(slots=True)
class _Open:
    """An entry whose lines are still being gathered."""

    head: Head
    start: int
    end: int
    lines: list[str] = field(default_factory=list)

    def close(self) -> list[Entry]:
        text = "\n".join(filter(None, [self.head.text, dedent(self.lines)]))
        return [Entry(name, self.head.type, text, self.head.default, self.start, self.end) for name in self.head.names]


def collect(block: Sequence[Numbered], read_head: Callable[[str], Head | None]) -> tuple[tuple[Entry, ...], bool]:
    """The entries of a block, and whether every line that should begin one did.

    Args:
        block: The section's lines; the first is not blank and its indentation is that of all heads.
        read_head: Gives ``None`` for a line that begins no entry.
    """
    base, regular = indent_of(block[0][1]), True
    entries: list[_Open] = []
    for number, line in block:
        head = read_head(line.strip()) if line and indent_of(line) <= base else None
        if head:
            entries.append(_Open(head, number, number + 1))
            continue
        regular = regular and (not line or indent_of(line) > base)
        if entries:
            entries[-1].lines.append(line)
            entries[-1].end = number + 1 if line else entries[-1].end
    return tuple(each for entry in entries for each in entry.close()), regular
