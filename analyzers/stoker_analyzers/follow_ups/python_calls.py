"""The calls of a Python function in its own file, as far as the file says what is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.follow_ups.python_names import Role, around, places, role_of
from stoker_analyzers.snapshot import Snapshot

_COMMON = frozenset(name for kind in (str, bytes, list, dict, set, int, float, tuple, object) for name in dir(kind))
"""Names of methods that say nothing of what they are called on."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call.

    Attributes:
        node: The call.
        name: The word that is called.
        arguments: What is in the brackets; comments left out.
        bound: Whether the first parameter is given by what stands before the dot, or by the class.
    """

    node: Node
    name: Node
    arguments: tuple[Node, ...]
    bound: bool

    @property
    def is_plain(self) -> bool:
        """Whether it says what each argument is for: it unpacks none."""
        return not any(
            each.type in ("list_splat", "dictionary_splat", "generator_expression") for each in self.arguments
        )


def calls_of(snapshot: Snapshot, function: Node) -> Iterator[Call]:
    """The calls that lead to a function: by its name, as a method on the object, by its class for ``__init__``."""
    named = function.child_by_field_name("name")
    if function.type != "function_definition" or named is None:
        return
    name, owner = snapshot.slice(named), class_of(function)
    if owner is None:
        yield from _by_name(snapshot, named, bound=False)
    elif name in ("__init__", "__new__"):
        if (called := owner.child_by_field_name("name")) is not None:
            yield from _by_name(snapshot, called, bound=True)
    elif name not in _COMMON and not is_static(snapshot, function):
        yield from _by_dot(snapshot, named, name)


def keywords_of(snapshot: Snapshot, function: Node, name: str) -> list[Span]:
    """Where calls of a function give an argument by a parameter's name."""
    found = list[Span]()
    for call in calls_of(snapshot, function):
        for each in call.arguments:
            word = each.child_by_field_name("name") if each.type == "keyword_argument" else None
            if word is not None and snapshot.slice(word) == name:
                found.append(snapshot.span(word))
    return found


def class_of(function: Node) -> Node | None:
    """The class whose method a function is."""
    owner = around(function, "class_definition", "function_definition", "lambda")
    return owner if owner is not None and owner.type == "class_definition" else None


def is_static(snapshot: Snapshot, function: Node) -> bool:
    """Whether a method is given no object."""
    around_it = function.parent
    decorators = around_it.children if around_it is not None and around_it.type == "decorated_definition" else []
    return any(each.type == "decorator" and "staticmethod" in snapshot.slice(each) for each in decorators)


def _by_name(snapshot: Snapshot, named: Node, *, bound: bool) -> Iterator[Call]:
    found = places(snapshot, snapshot.slice(named))
    mine = next((each for each in found if each.node == named), None)
    if mine is None or sum(each.role is Role.DEFINITION and each.home == mine.home for each in found) > 1:
        return
    for each in found:
        if each.home == mine.home and (call := _call(each.node, each.node, bound=bound)):
            yield call


def _by_dot(snapshot: Snapshot, named: Node, name: str) -> Iterator[Call]:
    """Calls of a method's name on anything, where the file defines it once."""
    nodes = [each.node for each in places(snapshot, name)]
    if any(role_of(each) is Role.DEFINITION and each != named for each in nodes):
        return
    for each in nodes:
        member = each.parent if role_of(each) is Role.MEMBER else None
        if member is not None and not _is_of_module(snapshot, member) and (call := _call(member, each, bound=True)):
            yield call


def _is_of_module(snapshot: Snapshot, member: Node) -> bool:
    """Whether a member is asked of something imported, which is no object of a class in this file."""
    called = member.child_by_field_name("object")
    while called is not None and called.type == "attribute":
        called = called.child_by_field_name("object")
    if called is None or called.type != "identifier":
        return False
    found = places(snapshot, snapshot.slice(called))
    home = next((each.home for each in found if each.node == called), -1)
    return any(each.role is Role.IMPORT and each.home == home for each in found)


def _call(called: Node, name: Node, *, bound: bool) -> Call | None:
    call = called.parent
    if call is None or call.type != "call" or call.child_by_field_name("function") != called:
        return None
    listed = call.child_by_field_name("arguments")
    if listed is None or listed.has_error:
        return None
    inner = (
        [each for each in listed.named_children if each.type != "comment"]
        if listed.type == "argument_list"
        else [listed]
    )
    return Call(call, name, tuple(inner), bound)
