"""The checks of a fix: nothing is silenced, the tools say that it is gone when they are run again, and they say nothing new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stoker_analyzers.edits import Edit
from stoker_analyzers.findings import Finding, compare
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.fix.judging import Judges
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.tools import SECONDS
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

_SILENCER = re.compile(
    r"#\s*(?:(?:ruff:|flake8:)?\s*noqa|type:\s*ignore|pyright:|mypy:|nosec|pylint:\s*disable|nosemgrep|pragma:\s*no cover)"
    r"|(?://|/\*)\s*(?:eslint-disable|@ts-ignore|@ts-expect-error|@ts-nocheck|nosemgrep|NOLINT|biome-ignore|nolint)"
    r"|#!?\[allow\(|@SuppressWarnings",
    re.IGNORECASE,
)


class NotSilenced:
    """The edit adds no comment that tells a tool to be quiet: what is silenced is not mended."""

    name = "not-silenced"
    budget = 1.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Count such comments before and after."""
        before, after = (_silencers(text) for text in (snapshot.text, snapshot.after(edit).text))
        if added := after - before:
            return failed(self.name, f"it silences the tool ({min(added)}) and mends nothing")
        return passed(self.name, "no comment was added that silences a tool")


def _silencers(text: str) -> Counter[str]:
    return Counter(" ".join(found.group().split()) for found in _SILENCER.finditer(text))


class FindingsGone:
    """What was to be mended is gone when the tool that said it is run again, and no tool says anything new."""

    name = "findings"
    budget = 3 * SECONDS

    def __init__(self, judges: Judges, path: Path | None, targets: Sequence[Finding]) -> None:
        """Judge drafts about some findings.

        Args:
            judges: The tools.
            path: The file; ``None`` for a document that is none.
            targets: What is to be mended; those that no tool here found can't be looked for again.
        """
        self._judges, self._path, self._targets = judges, path, targets

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run the tools on the text before and after."""
        try:
            before = await self._judges.findings(self._path, snapshot)
            edited = snapshot.after(edit)
            after = await self._judges.findings(self._path, edited)
        except ProvingError as error:
            return undecided(self.name, str(error))
        compared = compare(before, snapshot, after, edited)
        if compared.new:
            return failed(self.name, f"it brings a new finding: {compared.new[0].told(edited)}")
        known, gone = set(map(as_reported, before)), set(map(as_reported, compared.gone))
        asked = [(each, as_reported(each)) for each in self._targets]
        if left := [each for each, reported in asked if reported in known and reported not in gone]:
            return failed(self.name, f"still there: {left[0].told(snapshot)}")
        return self._told([each for each, reported in asked if reported not in known])

    def _told(self, unseen: Sequence[Finding]) -> Verdict:
        """The verdict where nothing speaks against the edit."""
        ran = sorted(self._judges.ran)
        if failures := self._judges.failures:
            return undecided(self.name, "; ".join(failures.values()))
        again = f"{listed(ran)} {'was' if len(ran) == 1 else 'were'} run again and found nothing new" if ran else ""
        if unseen:
            return undecided(self.name, "; ".join(filter(None, (_not_run_again(unseen[0]), again))))
        if not ran and not self._targets:
            return undecided(self.name, "no tool that reads this file could be run")
        gone = (
            f"{unique_rules(self._targets)} {'is' if len(self._targets) == 1 else 'are'} gone" if self._targets else ""
        )
        return passed(self.name, ": ".join(filter(None, (again, gone))))


def _not_run_again(finding: Finding) -> str:
    if finding.tool == "log":
        return "the run that failed was not repeated"
    return f"{finding.tool or 'the tool that said it'} was not run again"


def unique_rules(findings: Sequence[Finding]) -> str:
    """The rules of some findings, each with how often it occurs where that is more than once."""
    counts = Counter(each.name for each in findings)
    return ", ".join(name if number == 1 else f"{name} ({counted(number, 'time')})" for name, number in counts.items())


def as_reported(finding: Finding) -> Finding:
    """A finding without what was put to it: its fix may be the workspace's."""
    return replace(finding, fix=())


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
