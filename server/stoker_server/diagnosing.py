"""What is marked in a document: findings of high precision that other servers don't have. No LSP types."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_analyzers.docstrings.drift import drift
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems
from stoker_server.settings import DiagnosticsSettings

DRIFT = "docstring-drift"
"""The code of a docstring or comment that says what the function does not do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place worth marking.

    Attributes:
        span: Where.
        code: The kind of finding: stable, for filters.
        message: One sentence.
        serious: Whether the code can't run like this.
    """

    span: Span
    code: str
    message: str
    serious: bool = False


def diagnose(snapshot: Snapshot, settings: DiagnosticsSettings) -> list[Finding]:
    """Everything to mark, in order. May take tens of milliseconds in a large file."""
    found = []
    if settings.syntax:
        found += [Finding(each.span, "syntax", each.message, serious=True) for each in problems(snapshot)]
    if settings.docstrings:
        found += [Finding(each.span, DRIFT, each.message) for each in drift(snapshot)]
    return sorted(found, key=lambda each: each.span)
