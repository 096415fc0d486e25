"""What the doctor says about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Whether there is something to do."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's.

    Attributes:
        topic: What it belongs to.
        state: Whether there is something to do.
        text: What was seen.
        remedy: What to do; empty for nothing.
    """

    topic: str
    state: State
    text: str
    remedy: str = ""


def good(topic: str, text: str) -> Finding:
    """It works."""
    return Finding(topic, State.GOOD, text)


def note(topic: str, text: str, remedy: str = "") -> Finding:
    """It is worth knowing."""
    return Finding(topic, State.NOTE, text, remedy)


def problem(topic: str, text: str, remedy: str) -> Finding:
    """It does not work, and here is what to do."""
    return Finding(topic, State.PROBLEM, text, remedy)
