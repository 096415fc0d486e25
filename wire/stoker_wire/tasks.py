"""A task: something left to be done, with a place that moves with the code. Shared with a team's backend."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a task comes from."""

    TODO = "todo"
    FIXME = "fixme"
    XXX = "xxx"
    HACK = "hack"
    DOCSTRING = "docstring"
    """Documentation that has drifted from its code."""
    TEST = "test"
    """A test that failed."""
    CHECK = "check"
    """A finding of a linter."""
    NOTE = "note"
    """What somebody wrote down."""


class State(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    """Somebody said so."""
    GONE = "gone"
    """What it came from is no longer there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task belongs.

    Attributes:
        file: Relative to the workspace folder, with forward slashes; empty for the folder itself.
        symbol: The qualified name of the innermost definition; empty at a file's top level.
        line: From 1, as it was when the file was read last; 0 where there is none.
        below: Lines from that on which the symbol begins; by it the place of what is in no file's text moves along.
    """

    file: str = ""
    symbol: str = ""
    line: int = 0
    below: int = 0

    def __str__(self) -> str:
        if not self.file:
            return "-"
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Task:
    """Something left to be done.

    Attributes:
        id: Random.
        kind: What it comes from.
        title: One line.
        place: Where it belongs.
        state: Where it stands.
        assignee: Who is to do it; empty for nobody.
        source: The tool whose report it comes from, for tests and checks; else empty.
        created: When it was first seen, in UTC, ISO 8601.
        changed: When anything but its line changed.
    """

    id: str
    kind: Kind
    title: str
    place: Place = Place()
    state: State = State.OPEN
    assignee: str = ""
    source: str = ""
    created: str = ""
    changed: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)
