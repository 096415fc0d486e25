"""Checks that judge one document, made to judge every file that an edit touches."""

from __future__ import annotations

from collections.abc import Mapping

from stoker_analyzers.checks.base import Check
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome, Verdict


class EachFile:
    """A check, applied to the document and to the other files of the edit in turn."""

    def __init__(self, check: Check, others: Mapping[str, Snapshot]) -> None:
        """Apply a check to several files.

        Args:
            check: It judges one snapshot at a time.
            others: The other files that the edit touches, by URI, as they were.
        """
        self._check = check
        self._others = others
        self.name = check.name
        self.budget = check.budget * (1 + len(others))

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """The first failure, else the first that is undecided, else the verdict on the document."""
        touched = [snapshot, *(each for uri, each in self._others.items() if edit.of(uri))]
        verdicts = [await self._check.judge(each, edit) for each in touched]
        worst = next((each for each in verdicts if each.failed), None)
        open_question = next((each for each in verdicts if each.outcome is Outcome.UNDECIDED), None)
        verdict = worst or open_question or verdicts[0]
        if len(touched) == 1 or verdict is not verdicts[0] or verdict.outcome is not Outcome.PASSED:
            return verdict
        return Verdict(verdict.check, verdict.outcome, f"{verdict.evidence}; the same in {len(touched) - 1} more files")
