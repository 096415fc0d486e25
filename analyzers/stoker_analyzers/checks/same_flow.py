"""A refactoring that only nests branches in another way must leave the same statements under the same conditions."""

from __future__ import annotations

import asyncio
import re

from stoker_analyzers.behaviour.canonical import canonical
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_LINE_END = re.compile(r"\r\n?")


class SameFlow:
    """Both versions of the Python file are the same once their branches are nested in one way."""

    name = "behaviour"
    budget = 10.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare both versions."""
        return await asyncio.to_thread(self._compare, snapshot.text, snapshot.after(edit).text)

    def _compare(self, *texts: str) -> Verdict:
        try:
            before, after = (canonical(_LINE_END.sub("\n", each.removeprefix("\ufeff"))) for each in texts)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            return undecided(self.name, f"this interpreter does not read the code ({error})")
        if before != after:
            return failed(self.name, "a statement would run under another condition, or at another time")
        return passed(self.name, "the same statements run under the same conditions, in the same order")
