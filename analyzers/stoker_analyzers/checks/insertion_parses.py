"""The gate for completions: what is inserted at the cursor must not add syntax problems."""

from __future__ import annotations

import textwrap

from stoker_analyzers.edits import Edit, Span
from stoker_analyzers.insertion import ends_open, find_fault
from stoker_analyzers.locality import part_around
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_PYTHON = "python"


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
            if why := _refused_by_python(snapshot, replacement.span, replacement.text):
                return failed(self.name, why)
        return passed(self.name, "no new syntax problem")


def _refused_by_python(snapshot: Snapshot, span: Span, text: str) -> str | None:
    """Why Python's own parser refuses what an insertion makes of its lines; ``None`` where it doesn't, or can't be asked.

    The grammar takes some texts for Python that are none, such as ``a +* b``. The lines are tried alone first: that takes a
    twentieth of a millisecond, and only what is refused there is tried with what is around.
    """
    if snapshot.language is None or snapshot.language.id != _PYTHON or ends_open(text):
        return None
    place = part_around(snapshot, span.start)
    whole, inner = place.snapshot, place.inner(span)
    after = whole.text[: inner.start] + text + whole.text[inner.end :]
    start = after.rfind("\n", 0, inner.start) + 1
    end = after.find("\n", inner.start + len(text))
    lines = after[start : end if end >= 0 else len(after)]
    if _fault(textwrap.dedent(lines)) is None or _fault(whole.text) is not None:
        return None
    return _fault(after)


def _fault(source: str) -> str | None:
    """Why a source is no Python; ``None`` where it is."""
    try:
        parse_python(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"Python says: {error.msg if isinstance(error, SyntaxError) else error}"
    return None
