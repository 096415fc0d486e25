"""The refactorings there are, and which apply to a selection. Looks at the syntax tree only, so it takes microseconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stoker_analyzers.edits import Span
from stoker_analyzers.restructuring import (
    branches,
    constant,
    definition,
    idle_parameter,
    several,
    shared_constant,
    unused,
)
from stoker_analyzers.selection import (
    covers_statements,
    expression,
    identifier,
    is_inlinable,
    is_python,
    statements,
)
from stoker_analyzers.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Kind:
    """One refactoring.

    Attributes:
        name: The option that asks for it.
        title: What an editor's menu shows.
        find: What it would be about at a selection; ``None`` where it does not apply.
        takes: What has to be selected.
    """

    name: str
    title: str
    find: Callable[[Snapshot, Span], Span | None]
    takes: str


def _variable(snapshot: Snapshot, span: Span) -> Span | None:
    return None if len(span) and covers_statements(snapshot, span) else expression(snapshot, span)


def _function(snapshot: Snapshot, span: Span) -> Span | None:
    if not len(span):
        return None
    return (
        statements(snapshot, span)
        if covers_statements(snapshot, span)
        else expression(snapshot, span) or statements(snapshot, span)
    )


def _inline(snapshot: Snapshot, span: Span) -> Span | None:
    name = identifier(snapshot, span)
    return name if name and is_inlinable(snapshot, name) else None


EXTRACT_VARIABLE = Kind("extract-variable", "Extract a variable", _variable, "an expression in a statement")
EXTRACT_FUNCTION = Kind("extract-function", "Extract a function", _function, "whole statements, or an expression")
INLINE = Kind("inline", "Inline", _inline, "the name of a variable or function that is defined once")
RENAME = Kind("rename", "Rename", identifier, "a name")

EXTRACT_CONSTANT = Kind(
    "extract-constant",
    "Extract a constant",
    constant,
    "a literal in a function, or what is computed from literals there",
)
EXTRACT_CLASS_CONSTANT = Kind(
    "extract-class-constant",
    "Extract a constant of the class",
    shared_constant,
    "a literal in a method that occurs several times in its class and nowhere else in the file",
)
GUARD_CLAUSES = Kind(
    "guard-clauses", "Turn into guard clauses", branches, "the first line of an `if`, or several lines"
)
SPLIT = Kind(
    "split",
    "Split",
    several,
    "an import of several, `a = b = 1`, `x, y = 1, 2`, `if a and b:`, `with a, b:`, or a long function's `def`",
)
DEAD_CODE = Kind(
    "dead-code", "Remove dead code", unused, "lines, or an import, assignment or function that nothing uses"
)

MOVE = Kind("move", "Move", definition, "the first line of a function or class of a module")

CHANGE_SIGNATURE = Kind("change-signature", "Change the signature", identifier, "the name of a function")
REMOVE_PARAMETER = Kind(
    "remove-parameter", "Remove the unused parameter", idle_parameter, "a parameter that its function does not use"
)

TREE_KINDS = (
    EXTRACT_CONSTANT,
    EXTRACT_CLASS_CONSTANT,
    GUARD_CLAUSES,
    SPLIT,
    DEAD_CODE,
    MOVE,
    CHANGE_SIGNATURE,
    REMOVE_PARAMETER,
)
"""Those that are made from the tree, without rope."""
KINDS: tuple[Kind, ...] = (EXTRACT_FUNCTION, EXTRACT_VARIABLE, INLINE, RENAME, *TREE_KINDS)
"""All of them, in the order in which they are offered."""


def kinds(snapshot: Snapshot, span: Span) -> tuple[Kind, ...]:
    """Those that apply at a selection."""
    if not is_python(snapshot):
        return ()
    return tuple(kind for kind in KINDS if kind.find(snapshot, span) is not None)


def title_for(kind: Kind, old: str = "", new: str = "") -> str:
    """What an offer is called, with the names it is about."""
    if kind is RENAME:
        return f"Rename {old} to {new}"
    if kind is INLINE:
        return f"Inline {old}"
    return f"{kind.title.replace(' a ', ' the ')} {new}"
