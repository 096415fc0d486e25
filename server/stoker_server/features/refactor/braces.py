"""The refactorings of languages with braces: which apply, what each makes, and what shows that it is right."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from stoker_analyzers.braces.places import constant, expression, name_at, statements
from stoker_analyzers.braces.tables import grammar_of
from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.public_surface import PublicSurface
from stoker_analyzers.checks.same_meanings import SameMeanings
from stoker_analyzers.checks.same_steps import SameSteps
from stoker_analyzers.edits import Span, replace
from stoker_analyzers.reshaping.branches import guard
from stoker_analyzers.reshaping.constants import extract_constant
from stoker_analyzers.reshaping.dead import remove_dead
from stoker_analyzers.reshaping.ecma import is_open
from stoker_analyzers.reshaping.finding import dead_span, guard_span, inline_span
from stoker_analyzers.reshaping.functions import extract_function
from stoker_analyzers.reshaping.place import Change, Place, RefusalError
from stoker_analyzers.reshaping.renaming import rename
from stoker_analyzers.reshaping.rules import rules_of
from stoker_analyzers.reshaping.variables import extract_variable, inline
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest
from stoker_server.features.refactor.by_tree import Made
from stoker_server.features.refactor.kinds import (
    DEAD_CODE,
    EXTRACT_CONSTANT,
    EXTRACT_FUNCTION,
    EXTRACT_VARIABLE,
    GUARD_CLAUSES,
    INLINE,
    RENAME,
    Kind,
)
from stoker_server.uris import path_of
from stoker_server.workers import RefusedError

_MAKERS: Mapping[str, Callable[[Place], Change]] = {
    EXTRACT_FUNCTION.name: extract_function,
    EXTRACT_VARIABLE.name: extract_variable,
    INLINE.name: inline,
    RENAME.name: rename,
    EXTRACT_CONSTANT.name: extract_constant,
    GUARD_CLAUSES.name: guard,
    DEAD_CODE.name: remove_dead,
}


def _expression(snapshot: Snapshot, span: Span) -> Span | None:
    node = expression(snapshot, span) if not (len(span) and statements(snapshot, span)) else None
    typed = snapshot.language is not None and snapshot.language.id.startswith("typescript")
    return snapshot.span(node) if node is not None and not (typed and is_open(node)) else None


def _statements(snapshot: Snapshot, span: Span) -> Span | None:
    nodes = statements(snapshot, span)
    return Span(snapshot.span(nodes[0]).start, snapshot.span(nodes[-1]).end) if nodes else None


def _name(snapshot: Snapshot, span: Span) -> Span | None:
    node = name_at(snapshot, span)
    return snapshot.span(node) if node is not None else None


def _constant(snapshot: Snapshot, span: Span) -> Span | None:
    node = constant(snapshot, span)
    return snapshot.span(node) if node is not None else None


BRACE_KINDS: tuple[Kind, ...] = (
    dataclasses.replace(EXTRACT_FUNCTION, find=_statements, takes="whole statements of one block in a function"),
    dataclasses.replace(EXTRACT_VARIABLE, find=_expression),
    dataclasses.replace(INLINE, find=inline_span, takes="a variable that is declared with a value"),
    dataclasses.replace(RENAME, find=_name),
    dataclasses.replace(EXTRACT_CONSTANT, find=_constant),
    dataclasses.replace(GUARD_CLAUSES, find=guard_span, takes="the first line of an `if` in a list of statements"),
    dataclasses.replace(DEAD_CODE, find=dead_span, takes="lines, or an import, variable or function that nothing uses"),
)
"""Those that there are, in the order in which they are offered."""


def brace_kinds(snapshot: Snapshot, span: Span) -> tuple[Kind, ...]:
    """Those that apply at a selection; none for a language without a table."""
    if grammar_of(snapshot) is None:
        return ()
    return tuple(kind for kind in BRACE_KINDS if kind.find(snapshot, span) is not None)


def make(kind: Kind, request: FeatureRequest, span: Span) -> Made:
    """Make one of these refactorings. May read other files; takes milliseconds.

    Raises:
        RefusedError: It can't be made, and why.
    """
    snapshot = request.snapshot
    about = request.span if kind.name == DEAD_CODE.name else span
    services = request.services
    place = Place(snapshot, about, request.options, path_of(snapshot.uri), services.folder, services.open)
    try:
        change = _MAKERS[kind.name](place)
        rules_of(place).change(place, change)
    except RefusalError as error:
        raise RefusedError(str(error)) from error
    edit = replace(snapshot.uri, snapshot.text, change.replacements, snapshot.version)
    names = change.told.names
    checks: list[Check] = [PublicSurface(change.renamed, added=names, removed=change.gone)]
    checks.append(SameMeanings(change.renamed) if change.renamed else SameSteps(change.told))
    return Made(edit, change.title, tuple(checks), change.notes)
