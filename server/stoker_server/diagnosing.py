"""What is marked in a document: findings of high precision that other servers don't have. No LSP types."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from stoker_analyzers.docstrings.drift import drift
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems
from stoker_analyzers.todos import todos
from stoker_server.settings import DiagnosticsSettings

TASK = "task"
"""The code of a comment that leaves something to be done."""
DRIFT = "docstring-drift"
"""The code of a docstring or comment that says what the function does not do."""


class Weight(Enum):
    """How much a finding matters."""

    ERROR = "error"
    """The code can't run like this."""
    WARNING = "warning"
    HINT = "hint"
    """Worth knowing, and not worth a line under it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place worth marking.

    Attributes:
        span: Where.
        code: The kind of finding: stable, for filters.
        message: One sentence.
        weight: How much it matters.
    """

    span: Span
    code: str
    message: str
    weight: Weight = Weight.WARNING


def diagnose(snapshot: Snapshot, settings: DiagnosticsSettings) -> list[Finding]:
    """Everything to mark, in order. May take tens of milliseconds in a large file."""
    found = []
    if settings.syntax:
        found += [Finding(each.span, "syntax", each.message, Weight.ERROR) for each in problems(snapshot)]
    if settings.docstrings:
        found += [Finding(each.span, DRIFT, each.message) for each in drift(snapshot)]
    if settings.tasks:
        for each in todos(snapshot):
            said = f"{each.mark.upper()}: {each.text}" if each.text else each.mark.upper()
            found.append(Finding(each.span, TASK, said, Weight.HINT))
    return sorted(found, key=lambda each: each.span)
