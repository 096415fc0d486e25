"""The check that runs the tools again: what they reported is gone, and they report nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from stoker_analyzers.edits import Edit
from stoker_analyzers.findings import Finding, compare
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.judging import Judges
from stoker_server.proving.tools import SECONDS
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted


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
            failures = self._judges.failures
            edited = snapshot.after(edit)
            after = await self._judges.findings(self._path, edited)
            failures = {**failures, **self._judges.failures}
        except ProvingError as error:
            return undecided(self.name, str(error))
        # A tool that failed on one of the two texts can't be held against the other.
        before, after = (tuple(each for each in found if each.tool not in failures) for found in (before, after))
        compared = compare(before, snapshot, after, edited)
        if compared.new:
            return failed(self.name, f"it brings a new finding: {compared.new[0].told(edited)}")
        known, gone = set(map(as_reported, before)), set(map(as_reported, compared.gone))
        asked = [(each, as_reported(each)) for each in self._targets]
        if left := [each for each, reported in asked if reported in known and reported not in gone]:
            return failed(self.name, f"still there: {left[0].told(snapshot)}")
        return self._told([each for each, reported in asked if reported not in known], failures)

    def _told(self, unseen: Sequence[Finding], failures: Mapping[str, str]) -> Verdict:
        """The verdict where nothing speaks against the edit."""
        ran = sorted(self._judges.ran)
        if failures:
            return undecided(self.name, "; ".join(failures.values()))
        again = f"{listed(ran)} {'was' if len(ran) == 1 else 'were'} run again" if ran else ""
        if unseen:
            more = f"{again} and found nothing new" if ran else ""
            return undecided(self.name, "; ".join(filter(None, (_not_run_again(unseen[0]), more))))
        if not ran and not self._targets:
            return undecided(self.name, self._judges.obstacle or "no tool that reads this file is installed")
        gone = (
            f"{unique_rules(self._targets)} {'is' if len(self._targets) == 1 else 'are'} gone" if self._targets else ""
        )
        return passed(
            self.name, ": ".join(filter(None, (again, f"{gone}, nothing is new" if gone else "nothing is new")))
        )


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
