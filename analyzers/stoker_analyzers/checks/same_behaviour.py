"""A refactoring must not change what the code does: both versions are followed, and what they do is compared."""

from __future__ import annotations

import asyncio
import re

from stoker_analyzers.behaviour.compare import difference
from stoker_analyzers.behaviour.machine import Change
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_LINE_END = re.compile(r"\r\n?")


class SameBehaviour:
    """The Python file does the same before and after the edit, in the same order."""

    name = "behaviour"
    budget = 10.0

    def __init__(self, change: Change | None = None) -> None:
        """Prepare a comparison.

        Args:
            change: What is meant to change; the check fails where it can't show that nothing else does. Without it, the
                edit may do the same in another way, so that the check stays undecided there.
        """
        self._change = change

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Follow and compare both versions."""
        return await asyncio.to_thread(self._compare, snapshot.text, snapshot.after(edit).text)

    def _compare(self, before: str, after: str) -> Verdict:
        before, after = (_LINE_END.sub("\n", text.removeprefix("\ufeff")) for text in (before, after))
        try:
            why = difference(before, after, self._change or Change())
        except (SyntaxError, ValueError, MemoryError) as error:
            why = f"this interpreter does not read the code ({error})"
        if why is None:
            return passed(self.name, "every call, assignment and jump is as before, with the same values")
        return failed(self.name, why) if self._change else undecided(self.name, why)
