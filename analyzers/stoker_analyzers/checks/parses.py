"""The first gate: an edit must not add syntax errors."""

from __future__ import annotations

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems
from stoker_wire.verdicts import Verdict, failed, passed, undecided


class Parses:
    """No file that the edit touches has more syntax problems after it than before."""

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
        return passed(self.name, f"no new syntax problem ({len(now)} before and after)" if now else "valid")
