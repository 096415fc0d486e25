"""The first gate: an edit must not add syntax errors."""

from __future__ import annotations

import asyncio

from stoker_analyzers.edits import Edit
from stoker_analyzers.python_ast import fault
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems
from stoker_wire.verdicts import Verdict, failed, passed, undecided


class Parses:
    """No file that the edit touches has more syntax problems after it than before; Python still compiles."""

    name = "parses"
    budget = 5.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare the syntax problems before and after."""
        if snapshot.tree is None:
            return undecided(self.name, "the document has no syntax tree")
        after = snapshot.after(edit)
        before, now = problems(snapshot), problems(after)
        if len(now) > len(before):
            known = {each.message for each in before}
            new = next((each for each in now if each.message not in known), now[-1])
            return failed(self.name, f"line {after.line_of(new.span.start) + 1}: {new.message}")
        if snapshot.language and snapshot.language.id == "python" and (why := await _new_fault(snapshot, after)):
            return failed(self.name, why)
        return passed(self.name, f"no new syntax problem ({len(now)} before and after)" if now else "valid")


async def _new_fault(snapshot: Snapshot, after: Snapshot) -> str | None:
    """Why the code no longer compiles, where it did before: the grammar accepts more than the interpreter."""
    why = await asyncio.to_thread(fault, after.text)
    if why is None or await asyncio.to_thread(fault, snapshot.text) is not None:
        return None
    return why
