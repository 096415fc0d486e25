"""What checks share that compare one file's syntax trees before and after."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, undecided


class OneFileCheck(ABC):
    """A check of an edit that may change its own file alone.

    Attributes:
        name: As receipts show it.
        budget: Seconds.
    """

    name: str
    budget = 10.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare the file before and after, in a thread."""
        others = [each.uri for each in edit.files if each.uri != snapshot.uri]
        if others:
            return failed(self.name, f"the edit changes another file: {others[0]}")
        if snapshot.tree is None:
            return undecided(self.name, "the document has no syntax tree")
        return await asyncio.to_thread(self._compare, snapshot, snapshot.after(edit))

    @abstractmethod
    def _compare(self, before: Snapshot, after: Snapshot) -> Verdict:
        """Judge the two; both have a tree."""
