"""What happened to a suggestion. Free of content by construction: an event holds ids, enumerations and numbers only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Amount(StrEnum):
    """How much of a suggestion was taken at once."""

    WHOLE = "whole"
    LINE = "line"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion was sent to the editor.

    Attributes:
        suggestion: Its receipt's id.
        language: LSP's language identifier.
        author: The provider's kind, or facts.
        characters: Its length.
        lines: Its lines.
        milliseconds: From the request to the answer.
    """

    kind: ClassVar[str] = "shown"
    suggestion: str
    language: str
    author: str
    characters: int
    lines: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """Some or all of it was taken."""

    kind: ClassVar[str] = "accepted"
    suggestion: str
    amount: Amount
    characters: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something else was written, or the suggestion was left; ``typed`` characters of it had been typed."""

    kind: ClassVar[str] = "rejected"
    suggestion: str
    typed: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of what was taken still stood after some seconds, in percent of its lines."""

    kind: ClassVar[str] = "kept"
    suggestion: str
    seconds: int
    percent: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the user said outright."""

    kind: ClassVar[str] = "feedback"
    suggestion: str
    good: bool


Event = Shown | Accepted | Rejected | Kept | Feedback


def to_json(event: Event) -> dict[str, Any]:
    """The event's fields; its kind is told apart from them."""
    return asdict(event)
