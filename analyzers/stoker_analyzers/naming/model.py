"""What is asked about the names in a text, and what is answered: plain data that crosses between processes as JSON.

Nothing here looks anything up, so that the server can use it without importing jedi.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol

PYTHON = "python"
"""The language that jedi knows."""
LOOKED_UP = frozenset({PYTHON, "go", "java", "javascript", "rust", "typescript", "typescriptreact"})
"""The languages whose names are looked up."""


class Where(StrEnum):
    """Where a name was found, or why it was not."""

    FILE = "file"
    WORKSPACE = "workspace"
    ENVIRONMENT = "environment"
    MISSING = "missing"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Question:
    """The names that a stretch of a text uses.

    Attributes:
        text: The whole text, with what is suggested in it.
        start: Where the stretch begins, in characters.
        end: Where it ends.
        path: The file; empty for a document that is none.
        folder: The workspace folder; empty without one.
        active: The virtual environment that is active, which counts where it lies in the folder; empty without one.
        language: The language's identifier.
    """

    text: str
    start: int
    end: int
    path: str = ""
    folder: str = ""
    active: str = ""
    language: str = PYTHON

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one name.

    Attributes:
        name: As it is told to people: ``os.path.exsits``, ``run(capture=)``.
        at: Where it stands in the text, in characters.
        where: Where it was found.
        why: For a name that is missing: what it was looked for in.
    """

    name: str
    at: int
    where: Where
    why: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """From JSON values."""
        return cls(str(data["name"]), int(data["at"]), Where(data["where"]), str(data["why"]))


class NameResolver(Protocol):
    """Looks names up somewhere else, in bounded time."""

    def prepare(self, question: Question) -> None:
        """Say that names of this file will be asked for soon; costs nothing and gives nothing."""

    async def resolve(self, question: Question, took: float | None = None) -> tuple[Finding, ...] | None:
        """What became of each name; ``None`` where that can't be told in time: a share of what writing the text ``took``."""
