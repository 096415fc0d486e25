"""A copy of a Rust file in which a ``const fn`` has a twin that constants call, so that the function need not be constant.

What reads the environment, as a switch to mutants does, is no constant. Only scratch copies ever hold such a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from stoker_analyzers.rust.functions import RustFunction
from stoker_analyzers.snapshot import Snapshot

_MARK = "__stoker_const"
_CONSTANT = frozenset({"const_item", "static_item", "array_type", "const_block"})


def with_twin(snapshot: Snapshot, function: RustFunction) -> str:
    """The file's text with the twin behind the function, and every call in something constant a call of the twin.

    Args:
        snapshot: The file.
        function: A ``const fn``.
    """
    if snapshot.tree is None:
        return snapshot.text
    own = snapshot.span(function.node)
    name = function.node.child_by_field_name("name")
    if name is None:
        return snapshot.text
    said, at = snapshot.slice(name), snapshot.span(name).end
    twin = f" #[allow(warnings)] {snapshot.text[own.start : at]}{_MARK}{snapshot.text[at : own.end]}"
    inserted = [(own.end, twin)]
    for node in _called(snapshot, snapshot.tree.root_node, said, constant=False):
        place = snapshot.span(node)
        if not own.covers(place):
            inserted.append((place.end, _MARK))
    text = snapshot.text
    for at, more in sorted(inserted, reverse=True):
        text = text[:at] + more + text[at:]
    return text


def _called(snapshot: Snapshot, node: Node, name: str, *, constant: bool) -> Iterator[Node]:
    """The names by which something constant calls a function."""
    outside = node.parent is not None and node.parent.type in ("source_file", "declaration_list")
    constant = constant or (node.type == "macro_invocation" and outside)
    modifiers = next((snapshot.slice(each) for each in node.children if each.type == "function_modifiers"), "")
    if node.type == "function_item":
        constant = "const" in modifiers.split()
    constant = constant or node.type in _CONSTANT
    if node.type == "token_tree" and constant:
        yield from _spelt(snapshot, node, name)
    found = _name_of(node) if constant and node.type == "call_expression" else None
    if found is not None and snapshot.slice(found) == name:
        yield found
    for each in node.named_children:
        yield from _called(snapshot, each, name, constant=constant)


def _spelt(snapshot: Snapshot, tree: Node, name: str) -> Iterator[Node]:
    """The same in what a macro is given, which has no tree of its own."""
    for each, after in pairwise(tree.children):
        if each.type == "identifier" and snapshot.slice(each) == name and after.type == "token_tree":
            yield each


def _name_of(call: Node) -> Node | None:
    """The last part of what is called."""
    called = call.child_by_field_name("function")
    if called is None or called.type == "identifier":
        return called
    return called.child_by_field_name("field") or called.child_by_field_name("name")
