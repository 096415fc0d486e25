"""What a tool says is wrong in a file, as plain data, and which of it an edit made go away or brought.

Runs no tool. Findings are told apart by their rule, what they say and the text of their line, never by its number: an edit
further up moves every line below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.snapshot import Snapshot


class Severity(StrEnum):
    """How bad a tool says that it is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a tool says of one place.

    Attributes:
        tool: Who says it, e.g. ``ruff``.
        rule: The tool's name for this kind of finding; empty where it has none.
        message: What it says.
        span: Where.
        severity: How bad it is.
        url: Where the rule is explained; empty where the tool names no page.
        fix: What the tool itself would replace, where it says that this is safe to apply.
        unsafe: Whether the tool has a fix of which it says that it may change what the code does.
    """

    tool: str
    rule: str
    message: str
    span: Span
    severity: Severity = Severity.WARNING
    url: str = ""
    fix: tuple[Replacement, ...] = ()
    unsafe: bool = False

    @property
    def name(self) -> str:
        """Tool and rule, e.g. ``ruff F401``."""
        return f"{self.tool} {self.rule}".strip()

    def told(self, snapshot: Snapshot) -> str:
        """The finding as one sentence with its line, counted from 1."""
        return f"{self.name} at line {snapshot.line_of(self.span.start) + 1}: {self.message}"


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of a file's findings.

    Attributes:
        gone: Those that were there before and are not there after.
        new: Those that are there after and were not there before.
    """

    gone: tuple[Finding, ...]
    new: tuple[Finding, ...]


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Findings by how bad they are, then by where they are."""
    order = list(Severity)
    return sorted(findings, key=lambda each: (order.index(each.severity), each.span, each.name))


def compare(before: Sequence[Finding], old: Snapshot, after: Sequence[Finding], new: Snapshot) -> Compared:
    """Match the findings of a text with those of the text that it became.

    Two are the same where rule, message and line agree; what is left over then where rule and line do (a message may count),
    and at last where rule and message do (the line may have been changed for another reason, or for nothing).

    Args:
        before: What was found ...
        old: ... in this text.
        after: What was found ...
        new: ... in this one.
    """
    keys: tuple[Callable[[Finding, Snapshot], tuple[str, ...]], ...] = (
        lambda each, text: (each.tool, each.rule, each.message, _line(each, text)),
        lambda each, text: (each.tool, each.rule, _line(each, text)),
        lambda each, text: (each.tool, each.rule, each.message),
    )
    gone, added = list(before), list(after)
    for key in keys:
        gone, added = _unmatched(gone, added, old, new, key)
    return Compared(tuple(gone), tuple(added))


def _unmatched(
    before: list[Finding],
    after: list[Finding],
    old: Snapshot,
    new: Snapshot,
    key: Callable[[Finding, Snapshot], tuple[str, ...]],
) -> tuple[list[Finding], list[Finding]]:
    """What is left of both lists once each finding has taken one of its like out of the other."""
    waiting = list(after)
    gone = []
    for each in before:
        wanted = key(each, old)
        twin = next((other for other in waiting if key(other, new) == wanted), None)
        if twin is None:
            gone.append(each)
        else:
            waiting.remove(twin)
    return gone, waiting


def _line(finding: Finding, snapshot: Snapshot) -> str:
    extent = snapshot.line_span(snapshot.line_of(min(finding.span.start, len(snapshot.text))))
    return snapshot.text[extent.start : extent.end].strip()
