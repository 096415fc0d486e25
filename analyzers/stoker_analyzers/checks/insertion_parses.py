"""The gate for completions: what is inserted at the cursor must not add syntax problems."""

from __future__ import annotations

from stoker_analyzers.edits import Edit
from stoker_analyzers.insertion import find_fault
from stoker_analyzers.locality import part_around
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided


class InsertionParses:
    """An inserted text adds no ERROR or MISSING node, once what it leaves open at its end is closed virtually."""

    name = "parses"
    budget = 1.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare the syntax problems before and after."""
        part = edit.of(snapshot.uri)
        for replacement in part.replacements if part else ():
            if part_around(snapshot, replacement.span.start).snapshot.tree is None:
                return undecided(self.name, "the document has no syntax tree")
            if fault := find_fault(snapshot, replacement.span, replacement.text):
                return failed(self.name, fault.message)
        return passed(self.name, "no new syntax problem")
