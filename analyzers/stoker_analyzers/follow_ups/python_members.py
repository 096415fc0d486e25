"""The places of a class's own member: in its body and on the object in its methods. Calls from elsewhere are not seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.follow_ups.python_calls import class_of, receiver_of
from stoker_analyzers.follow_ups.python_names import BINDING, Place, Role, around, places
from stoker_analyzers.snapshot import Snapshot

_ROOTS = frozenset({"object", "ABC", "abc.ABC"})
"""Bases that bring no members along that a class overrides unknowingly."""


def places_of(snapshot: Snapshot, found: Sequence[Place], mine: Place, new: str, done: Collection[int]) -> list[Span]:
    """All places of a member whose first definition or assignment was renamed; empty where that is not sure.

    Args:
        snapshot: The file before the renaming.
        found: The places of the name in it.
        mine: The one that was changed.
        new: The new name.
        done: Where the name was changed.
    """
    owner = mine.owner if mine.role is not Role.MEMBER else _class_around(snapshot, mine.node)
    name = snapshot.slice(mine.node)
    if owner is None or (name.startswith("__") and name.endswith("__")):
        return []
    group = [each for each in found if _belongs(snapshot, each, owner)]
    setting = [each for each in group if _sets(each)]
    if not setting or setting[0].span.start not in done or mine not in group:
        return []
    if any(each.role is Role.DEFINITION and each.span.start not in done for each in setting):
        return []
    if setting[0].role is Role.DEFINITION and not _stands_alone(snapshot, owner):
        return []
    if any(_belongs(snapshot, each, owner) for each in places(snapshot, new)):
        return []
    return [each.span for each in group]


def _class_around(snapshot: Snapshot, node: Node) -> Node | None:
    """The class on whose object a method names a member."""
    function = around(node, "function_definition")
    while function is not None and class_of(function) is None:
        function = around(function, "function_definition")
    owner = class_of(function) if function is not None else None
    return owner if owner is not None and _is_on_object(snapshot, node, owner) else None


def _belongs(snapshot: Snapshot, place: Place, owner: Node) -> bool:
    if place.role is Role.MEMBER:
        return _is_on_object(snapshot, place.node, owner)
    return place.home == owner.id


def _is_on_object(snapshot: Snapshot, node: Node, owner: Node) -> bool:
    """Whether a member is named on the first parameter of a method of a class."""
    attribute = node.parent
    word = attribute.child_by_field_name("object") if attribute is not None else None
    function = around(node, "function_definition", "class_definition")
    while function is not None and function.type == "function_definition":
        if class_of(function) == owner:
            receiver = receiver_of(snapshot, function)
            return (
                word is not None
                and receiver is not None
                and word.type == "identifier"
                and snapshot.slice(word) == snapshot.slice(receiver)
            )
        function = around(function, "function_definition", "class_definition")
    return False


def _sets(place: Place) -> bool:
    """Whether a place defines the member, or gives it a value."""
    if place.role is not Role.MEMBER:
        return place.role in BINDING
    child, parent = place.node.parent, place.node.parent.parent if place.node.parent else None
    while parent is not None and parent.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        child, parent = parent, parent.parent
    return parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == child


def _stands_alone(snapshot: Snapshot, owner: Node) -> bool:
    """Whether a class overrides nothing that another file may call."""
    bases = owner.child_by_field_name("superclasses")
    return bases is None or all(snapshot.slice(each) in _ROOTS for each in bases.named_children)
