"""What is to be mended, wherever it was reported: findings of a tool, a test that fails, an error in a log. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.findings import Finding
from stoker_analyzers.snapshot import Snapshot

_TITLE = 72
"""Characters of a title: what an editor shows in one line of its menu."""
_NOTED = 8
"""Findings that are told one by one."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A piece of another file that helps to understand what is reported."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is to be mended.

    Attributes:
        findings: What is reported, at least one; the first one's span is the place.
        detail: A log or a test's report as it was given; empty for a tool's finding.
        sources: Other files' text that it is about, as the test that fails.
    """

    findings: tuple[Finding, ...]
    detail: str = ""
    sources: tuple[SourceText, ...] = ()

    @property
    def place(self) -> Span:
        """Where to look first."""
        return self.findings[0].span

    @property
    def title(self) -> str:
        """What an offer that mends it is called."""
        first = self.findings[0]
        if len(self.findings) == 1:
            return shortened(f"Fix {first.name}: {first.message}")
        rules = ", ".join(sorted({each.name for each in self.findings}))
        return shortened(f"Fix {len(self.findings)} findings: {rules}")

    def notes(self, snapshot: Snapshot) -> tuple[str, ...]:
        """What an offer that mends it says about it: each finding, and where its rule is explained."""
        told = [f"{each.told(snapshot)}{f' ({each.url})' if each.url else ''}" for each in self.findings[:_NOTED]]
        more = len(self.findings) - _NOTED
        return tuple(dict.fromkeys([*told, *([f"and {more} more"] if more > 0 else [])]))


def shortened(text: str, most: int = _TITLE) -> str:
    """A text on one line, cut where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3].rstrip()}..."
