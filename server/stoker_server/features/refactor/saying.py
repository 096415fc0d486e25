"""What is said where no refactoring applies, or where another stretch is meant than was selected."""

from __future__ import annotations

from stoker_analyzers.braces.tables import grammar_of
from stoker_analyzers.edits import Span
from stoker_analyzers.selection import identifier, is_python, trimmed
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.refactor.braces import BRACE_KINDS
from stoker_server.features.refactor.kinds import KINDS
from stoker_server.features.refactor.speed import OPTIMISE

_SHOWN = 60
"""Characters of a widened selection that its note shows."""


def why_none(snapshot: Snapshot, wanted: str | None) -> str:
    """Why nothing can be done with a selection."""
    python = is_python(snapshot)
    if not python and grammar_of(snapshot) is None:
        language = snapshot.language.name if snapshot.language else "a file of no known language"
        return f"{language} is refactored by a model alone: say in words what to do"
    if wanted is None:
        return "no refactoring applies to this selection"
    takes = next((each.takes for each in (KINDS if python else BRACE_KINDS) if each.name == wanted), None)
    if takes is None and any(each.name == wanted for each in KINDS):
        return f"{wanted} is for Python alone so far"
    if takes is None:
        return f"{wanted} is no refactoring; there are {', '.join([*(each.name for each in KINDS), OPTIMISE])}"
    return f"{wanted} does not apply to this selection; select {takes}"


def widened(snapshot: Snapshot, selected: Span, span: Span) -> tuple[str, ...]:
    """A note where more is extracted than was selected; a cursor selects nothing, and a name is a whole one."""
    chosen = trimmed(snapshot, selected)
    if not len(chosen) or chosen.covers(span) or identifier(snapshot, span) == span:
        return ()
    text = " ".join(snapshot.text[span.start : span.end].split())
    return (f"The selection was widened to `{text if len(text) <= _SHOWN else text[:_SHOWN] + '...'}`",)
