"""The calls of a Python function in its own file, as far as the file says what is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.follow_ups.python_names import BINDING, Place, Role, around, places
from stoker_analyzers.snapshot import Snapshot

_Look = Callable[[str], tuple[Place, ...]]
_TYPED = frozenset({"typed_parameter", "typed_default_parameter", "assignment"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call.

    Attributes:
        node: The call.
        name: The word that is called.
        arguments: What is in the brackets; comments left out.
    """

    node: Node
    name: Node
    arguments: tuple[Node, ...]

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
        yield from _by_name(snapshot, named)
    elif name in ("__init__", "__new__"):
        if (called := owner.child_by_field_name("name")) is not None:
            yield from _by_name(snapshot, called)
    else:
        yield from _by_dot(snapshot, function, owner, name)


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
    return _is_decorated(snapshot, function, "staticmethod")


def receiver_of(snapshot: Snapshot, method: Node) -> Node | None:
    """The parameter that a method is given its object by, or its class."""
    listed = method.child_by_field_name("parameters")
    first = next((each for each in listed.named_children if each.type != "comment"), None) if listed else None
    return None if first is None or first.type != "identifier" or is_static(snapshot, method) else first


def _is_of_class(snapshot: Snapshot, function: Node) -> bool:
    """Whether a method is given its class."""
    return _is_decorated(snapshot, function, "classmethod")


def _is_decorated(snapshot: Snapshot, function: Node, word: str) -> bool:
    around_it = function.parent
    decorators = around_it.children if around_it is not None and around_it.type == "decorated_definition" else []
    return any(each.type == "decorator" and word in snapshot.slice(each) for each in decorators)


def _by_name(snapshot: Snapshot, named: Node) -> Iterator[Call]:
    found = places(snapshot, snapshot.slice(named))
    mine = next((each for each in found if each.node == named), None)
    if mine is None or sum(each.role is Role.DEFINITION and each.home == mine.home for each in found) > 1:
        return
    for each in found:
        if each.home == mine.home and (call := call_of(each.node, each.node)):
            yield call


def _by_dot(snapshot: Snapshot, function: Node, owner: Node, name: str) -> Iterator[Call]:
    """Calls of a method on what the file says is an object of its class, where the class defines it once."""
    look = cache(partial(places, snapshot))  # a method's calls are often all on the same name
    found = look(name)
    if sum(each.role is Role.DEFINITION and each.home == owner.id for each in found) != 1:
        return
    free = is_static(snapshot, function) or _is_of_class(snapshot, function)
    for each in found:
        member = each.node.parent if each.role is Role.MEMBER else None
        called = member.child_by_field_name("object") if member is not None else None
        if member is None or called is None or (call := call_of(member, each.node)) is None:
            continue
        if _is_object_of(snapshot, look, called, owner, free=free) or (
            free and _is_class(snapshot, look, called, owner)
        ):
            yield call


def _is_object_of(snapshot: Snapshot, look: _Look, node: Node, owner: Node, *, free: bool) -> bool:
    """Whether an expression makes an object of a class, or names what is bound to nothing else.

    Args:
        snapshot: The file.
        look: Gives the places of a name in it.
        node: The expression.
        owner: The class.
        free: Whether the class itself, as its own methods are given it, counts as well.
    """
    if node.type == "call":
        return _is_class(snapshot, look, node.child_by_field_name("function"), owner)
    if node.type != "identifier":
        return False
    found = look(snapshot.slice(node))
    home = next((each.home for each in found if each.node == node), -1)
    bindings = [each for each in found if each.home == home and each.role in BINDING]
    return bool(bindings) and all(_binds_object_of(snapshot, look, each, owner, free=free) for each in bindings)


def _binds_object_of(snapshot: Snapshot, look: _Look, place: Place, owner: Node, *, free: bool) -> bool:
    """Whether a variable is annotated with a class or given a new object of it, or is the object of its methods."""
    parent, function = place.node.parent, place.owner
    if parent is None:
        return False
    kind = parent.child_by_field_name("type") if parent.type in _TYPED else None
    if kind is not None:
        said = next(iter(kind.named_children), None)
        either = said.named_children if said is not None and said.type == "binary_operator" else [said]
        return any(_is_class(snapshot, look, each, owner) for each in either)
    if place.role is Role.PARAMETER and function is not None and class_of(function) == owner:
        return place.node == receiver_of(snapshot, function) and (free or not _is_of_class(snapshot, function))
    made = parent.child_by_field_name("right") if parent.type == "assignment" else None
    return made is not None and made.type == "call" and _is_object_of(snapshot, look, made, owner, free=False)


def _is_class(snapshot: Snapshot, look: _Look, node: Node | None, owner: Node) -> bool:
    """Whether an expression is a class's name, and the name leads to nothing else."""
    named = owner.child_by_field_name("name")
    if node is None or named is None or node.type != "identifier" or snapshot.slice(node) != snapshot.slice(named):
        return False
    homes = {each.home for each in look(snapshot.slice(named)) if each.node in (node, named)}
    return len(homes) == 1


def call_of(called: Node, name: Node) -> Call | None:
    """The call of an expression that ends in a name; ``None`` where it is not called."""
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
    return Call(call, name, tuple(inner))
