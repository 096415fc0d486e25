"""A renamed name's other places: where the user renamed what a name is bound by, its uses follow.

The file is looked at as it was before the name was changed anywhere, so that a renaming that is half done goes on. What
comes out must be a renaming: were the places to lead elsewhere afterwards, nothing follows.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from tree_sitter import Node

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.follow_ups import blocks, python_members
from stoker_analyzers.follow_ups.changes import Change, FollowUp, renamed, swapped
from stoker_analyzers.follow_ups.python_calls import keywords_of
from stoker_analyzers.follow_ups.python_names import BINDING, Place, Role, places
from stoker_analyzers.snapshot import Snapshot

_IMPORTS = re.compile(r"import|use_declaration|using")
"""Types of nodes that bring names of other files along."""
_ALIAS = re.compile(r"\bas\s+\Z")
_ALIKE = 0.5
"""How much of two imported names must be the same: in 90 commits of this repository no pair that has less is a renaming."""
_OWN = frozenset({Role.VARIABLE, Role.DEFINITION})
"""What makes a name a file's own: what it imports is another file's."""
_MOVABLE = frozenset({Role.VARIABLE, Role.DECLARATION})
"""What may bind the name besides its first place: a second definition is another thing of the same name."""


class Begun(NamedTuple):
    """A renaming that the user began.

    Attributes:
        before: The file with the old name where the user wrote the new one.
        old: The old name.
        new: The new one.
        trigger: Where in ``before`` the user changed it ...
        done: ... and all the places where that was done.
        was: The lines of the last change as they were, where they say something else now besides the name.
    """

    before: Snapshot
    old: str
    new: str
    trigger: int
    done: frozenset[int]
    was: str

    def now(self, offset: int) -> int:
        """Where a place of ``before`` is now."""
        return offset + (len(self.new) - len(self.old)) * sum(each < offset for each in self.done)


def renaming(snapshot: Snapshot, change: Change, changes: Sequence[Change]) -> FollowUp | None:
    """The places that a renaming has still to reach."""
    for old, new, offset, alone in renamed(change):
        begun = _begun(snapshot, old, new, change.start(snapshot) + offset, changes, was="" if alone else change.before)
        if _is_imported(begun) and not _is_alike(old, new):
            continue
        python = snapshot.language is not None and snapshot.language.id == "python"
        spans = _in_python(begun) if python else blocks.places_of(begun.before, old, begun.trigger, begun.done)
        left = [
            Span(start := begun.now(span.start), start + len(old)) for span in spans if span.start not in begun.done
        ]
        after = swapped(snapshot.text, left, new)
        if left and (python or alone) and (python or blocks.leads_alike(snapshot.with_text(after), begun, spans)):
            mine = [
                Span(begun.now(span.start), begun.now(span.start) + len(new))
                for span in spans
                if span.start in begun.done
            ]
            before = swapped(snapshot.text, mine, old)
            found = tuple(Replacement(span, new) for span in left)
            return FollowUp(f"{old} is {new} now", found, before, old, new, change.before)
    return None


class Outward(NamedTuple):
    """A renaming that other files may have to follow.

    Attributes:
        begun: What was renamed, from what to what.
        function: The function whose name or parameter it is, where it is a method's name or a parameter.
        parameter: Whether it is a parameter.
    """

    begun: Begun
    function: Node | None = None
    parameter: bool = False


def outward(snapshot: Snapshot, change: Change, changes: Sequence[Change]) -> Outward | None:
    """The renaming of a Python file's own name, method or parameter; ``None`` where a change is none that is sure."""
    for old, new, offset, alone in renamed(change):
        begun = _begun(snapshot, old, new, change.start(snapshot) + offset, changes, was="" if alone else change.before)
        spans = _in_python(begun)
        found = places(begun.before, old)
        mine = next((each for each in found if each.span.start == begun.trigger), None)
        if not spans or mine is None:
            continue
        if mine.owner is not None and mine.owner.type == "class_definition":
            function = mine.node.parent if mine.role is Role.DEFINITION else None
            if function is not None and function.type == "function_definition":
                return Outward(begun, function)
            continue
        group = [each for each in found if each.home == mine.home]
        bindings = [each for each in group if each.role in BINDING]
        given = next((each for each in bindings if each.role is Role.PARAMETER), None)
        if given is not None and given.owner is not None and given.owner.type == "function_definition":
            return Outward(begun, given.owner, parameter=True)
        if mine.home == 0 and bindings and all(each.scope == 0 and each.role in _OWN for each in bindings):
            return Outward(begun)
    return None


def _begun(snapshot: Snapshot, old: str, new: str, at: int, changes: Iterable[Change], *, was: str) -> Begun:
    """What the user has renamed so far."""
    here = {
        each.start(snapshot) + offset
        for each in changes
        for before, after, offset, _ in renamed(each)
        if (before, after) == (old, new)
    }
    ordered = sorted(start for start in here if snapshot.text.startswith(new, start))
    text = swapped(snapshot.text, [Span(start, start + len(new)) for start in ordered], old)
    moved = {start: start + index * (len(old) - len(new)) for index, start in enumerate(ordered)}
    return Begun(snapshot.with_text(text), old, new, moved.get(at, -1), frozenset(moved.values()), was)


def _is_imported(begun: Begun) -> bool:
    """Whether what was changed is the name that an import brings along, and no name that the file gives it."""
    text, start = begun.before.text, begun.trigger
    if start < 0 or _ALIAS.search(text[max(0, start - 40) : start]):
        return False
    node = begun.before.node_at(Span(start, start + len(begun.old)))
    while node is not None and not _IMPORTS.search(node.type):
        node = node.parent
    return node is not None


def _is_alike(old: str, new: str) -> bool:
    """Whether two names may be those of one thing, renamed where it is defined, rather than of two."""
    return SequenceMatcher(None, old.lower(), new.lower(), autojunk=False).ratio() >= _ALIKE


def _in_python(begun: Begun) -> list[Span]:
    """All places that the renaming reaches, in the file as it was; empty where it is none that is sure."""
    found = places(begun.before, begun.old)
    mine = next((each for each in found if each.span.start == begun.trigger), None)
    if mine is None or (begun.was and not _stays(mine, begun)) or _is_module(mine):
        return []
    if mine.role is Role.MEMBER or (mine.owner is not None and mine.owner.type == "class_definition"):
        return python_members.places_of(begun.before, found, mine, begun.new, begun.done)
    if mine.home < 0:
        return []
    group = [each for each in found if each.home == mine.home]
    if not _is_meant(group, begun) or not leads_alike(group, begun):
        return []
    given = [each for each in group if each.role is Role.PARAMETER and each.owner is not None]
    keywords = [span for each in given if each.owner for span in keywords_of(begun.before, each.owner, begun.old)]
    return sorted([*(each.span for each in group), *keywords])


def _stays(place: Place, begun: Begun) -> bool:
    """Whether what is named is otherwise as it was, on a line that is not: a parameter with its type, or a definition."""
    node = place.node
    if place.role is Role.PARAMETER:
        while node.parent is not None and node.parent.type not in ("parameters", "lambda_parameters"):
            node = node.parent
        parameter = re.escape(begun.before.slice(node))
        return re.search(rf"(?<!\w){parameter}\s*(?:[,)]|\Z)", begun.was) is not None
    keyword = "class" if node.parent is not None and node.parent.type == "class_definition" else "def"
    return place.role is Role.DEFINITION and re.search(rf"\b{keyword}\s+{begun.old}\b", begun.was) is not None


def _is_module(place: Place) -> bool:
    """Whether a place imports a whole module: another one is another module, whose members have other names."""
    dotted = place.node.parent
    return (
        place.role is Role.IMPORT
        and dotted is not None
        and dotted.parent is not None
        and dotted.type == "dotted_name"
        and dotted.parent.type == "import_statement"
    )


def _is_meant(group: Sequence[Place], begun: Begun) -> bool:
    """Whether the user means to rename: the first place that binds the name is changed, or two that use it are."""
    bindings = [each for each in group if each.role in BINDING]
    if bindings and bindings[0].span.start in begun.done:
        return all(each.role in _MOVABLE or each.span.start in begun.done for each in bindings)
    uses = sum(each.span.start in begun.done for each in group)
    changed = any(each.span.start in begun.done for each in bindings)
    known = hasattr(builtins, begun.new) or any(each.role in BINDING for each in places(begun.before, begun.new))
    return uses > 1 and not changed and not known


def leads_alike(group: Sequence[Place], begun: Begun) -> bool:
    """Whether the same places, and no others, lead to one scope under the new name."""
    spans = [each.span for each in group]
    after = begun.before.with_text(swapped(begun.before.text, spans, begun.new))
    moved = {span.start + index * (len(begun.new) - len(begun.old)) for index, span in enumerate(spans)}
    found = places(after, begun.new)
    homes = {each.home for each in found if each.span.start in moved}
    return len(homes) == 1 and {each.span.start for each in found if each.home in homes} == moved
