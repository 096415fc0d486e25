"""What one check said about one edit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended. Undecided is never taken for passed: it is shown as what it is."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check, with the evidence a person can judge it by.

    Attributes:
        check: The check's name, e.g. ``parses``.
        outcome: Passed, failed or undecided.
        evidence: One sentence: what was looked at and what was seen.
        seconds: How long the check took.
    """

    check: str
    outcome: Outcome
    evidence: str
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the edit must not be offered."""
        return self.outcome is Outcome.FAILED


def passed(check: str, evidence: str) -> Verdict:
    """The verdict of a check that found nothing against the edit."""
    return Verdict(check, Outcome.PASSED, evidence)


def failed(check: str, evidence: str) -> Verdict:
    """The verdict of a check that found a fault in the edit."""
    return Verdict(check, Outcome.FAILED, evidence)


def undecided(check: str, evidence: str) -> Verdict:
    """The verdict of a check that could not tell, and why."""
    return Verdict(check, Outcome.UNDECIDED, evidence)
