"""The refactorings that are made from the tree alone: what each makes of a file, and which checks can judge that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from stoker_analyzers.behaviour.machine import Change
from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.public_surface import PublicSurface
from stoker_analyzers.checks.same_behaviour import SameBehaviour
from stoker_analyzers.checks.same_flow import SameFlow
from stoker_analyzers.checks.same_values import SameValues
from stoker_analyzers.edits import Edit, Span, replace
from stoker_analyzers.rewriting import normalized, replacements, to_normalized
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Draft, FeatureRequest, NoDraft
from stoker_server.features.refactor.class_constants import of_class
from stoker_server.features.refactor.constants import constant_name, extracted
from stoker_server.features.refactor.dead import find_dead
from stoker_server.features.refactor.elsewhere import OtherFiles
from stoker_server.features.refactor.guarding import guarded
from stoker_server.features.refactor.kinds import (
    DEAD_CODE,
    EXTRACT_CLASS_CONSTANT,
    EXTRACT_CONSTANT,
    GUARD_CLAUSES,
    SPLIT,
    Kind,
)
from stoker_server.features.refactor.naming import identifiers
from stoker_server.features.refactor.reading import MARK, refusing_unreadable
from stoker_server.features.refactor.splitting import split
from stoker_server.uris import path_of
from stoker_server.workers import RefusedError
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict
from stoker_wire.words import counted

_LONGEST_TITLE = 100
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a file.

    Attributes:
        edit: The change.
        title: What it is, in a few words.
        checks: What shows that the code does the same, besides the checks that every refactoring passes.
        notes: Sentences for the user.
        others: The other files of the edit, as they were, by URI; a new one is empty.
    """

    edit: Edit
    title: str
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()
    others: Mapping[str, Snapshot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    r"""What is to be changed, with ``\n`` for every line end and no byte order mark.

    Attributes:
        text: The file.
        start: Where the refactoring is about ...
        end: ... and where not any more.
        request: What the user asked.
    """

    text: str
    start: int
    end: int
    request: FeatureRequest

    @property
    def lines(self) -> tuple[int, int]:
        """Its first and last line, from 1."""
        return self.text.count("\n", 0, self.start) + 1, self.text.count("\n", 0, self.end) + 1


_Result = tuple[str, str, tuple[Check, ...], tuple[str, ...]]


def make(kind: Kind, request: FeatureRequest, span: Span) -> Made:
    """Make one of these refactorings. Reads other files; takes milliseconds.

    Raises:
        RefusedError: It can't be made, and why.
    """
    snapshot = request.snapshot
    whole = normalized(snapshot.text)
    mark = MARK if whole.startswith(MARK) else ""
    start, end = (max(to_normalized(snapshot.text, each) - len(mark), 0) for each in (span.start, span.end))
    with refusing_unreadable():
        text, title, checks, notes = _MAKERS[kind.name](_Place(whole.removeprefix(MARK), start, end, request))
    found = replacements(snapshot.text, mark + text)
    return Made(replace(snapshot.uri, snapshot.text, found, snapshot.version), title, checks, notes)


def _constant(place: _Place) -> _Result:
    options = place.request.options
    taken = identifiers(place.text)
    name = options.get("name") or constant_name(place.text, place.start, place.end, taken)
    if not name.isidentifier() or name != name.upper():
        raise RefusedError(f"{name!r} is no name for a constant; write it in capitals")
    if name in taken:
        raise RefusedError(f"{name} means something already; choose another name")
    everywhere = options.get("all") == "yes"
    text, count = extracted(place.text, place.start, place.end, name, everywhere=everywhere)
    notes = (f"Used in {counted(count, 'place')} of the function",) if everywhere else ()
    checks = (PublicSurface(added=frozenset({name})), SameBehaviour(Change(constant=name)))
    return text, f"Extract the constant {name}", checks, notes


def _class_constant(place: _Place) -> _Result:
    taken = identifiers(place.text)
    name = place.request.options.get("name") or constant_name(place.text, place.start, place.end, taken)
    if not name.isidentifier() or name != name.upper() or name.startswith("__"):
        raise RefusedError(f"{name!r} is no name for a constant of a class; write it in capitals")
    if name in taken:
        raise RefusedError(f"{name} means something already; choose another name")
    text, owner, count = of_class(place.text, place.start, place.end, name)
    checks = (PublicSurface(added=frozenset({name})), SameValues(owner, name))
    return text, f"Extract the constant {name} of {owner}", checks, (f"Used in {counted(count, 'place')} of the class",)


def _guards(place: _Place) -> _Result:
    text, count = guarded(place.text, *place.lines)
    title = f"Turn {count} branches into guard clauses" if count > 1 else "Turn a branch into a guard clause"
    return text, title, (PublicSurface(), SameFlow()), ()


def _split(place: _Place) -> _Result:
    text, what = split(place.text, place.start)
    return text, f"Split {what}", (PublicSurface(), SameFlow()), ()


def _dead(place: _Place) -> _Result:
    path = path_of(place.request.snapshot.uri)
    services = place.request.services
    others = OtherFiles(services.folder, path, services.open)
    found = find_dead(
        place.text,
        place.start,
        place.end,
        package=path is not None and path.name == "__init__.py",
        taken=others.take,
        mentioned=others.mention,
    )
    left = tuple(f"Left alone: {each}" for each in found.left[:_SHOWN])
    if not found.dead:
        raise RefusedError("; ".join(["there is nothing that surely does nothing here", *found.left[:1]]))
    text = place.text
    for each in reversed(found.dead):
        text = f"{text[: each.span[0]]}{each.new}{text[each.span[1] :]}"
    names = frozenset(name for each in found.dead if each.name for name in each.name.split(","))
    listed = ", ".join(each.words for each in found.dead)
    title, notes = f"Remove {listed}", left
    if len(title) > _LONGEST_TITLE:
        title, notes = f"Remove {len(found.dead)} pieces of dead code", (f"Removed: {listed}", *left)
    return text, title, (PublicSurface(removed=names), SameBehaviour(Change(unused=names))), notes


_MAKERS: Mapping[str, Callable[[_Place], _Result]] = {
    EXTRACT_CONSTANT.name: _constant,
    EXTRACT_CLASS_CONSTANT.name: _class_constant,
    GUARD_CLAUSES.name: _guards,
    SPLIT.name: _split,
    DEAD_CODE.name: _dead,
}


class MadeAuthor:
    """Drafts what was made already."""

    name = FACTS

    def __init__(self, made: Made) -> None:
        """Take what was made."""
        self._made = made

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | NoDraft | None:
        """The change."""
        del request, report
        return Draft(self._made.edit, self._made.title, notes=self._made.notes)
