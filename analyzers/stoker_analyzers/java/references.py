"""Finds where a Java text names a method to call it or to hand it on, and where it makes objects. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot

_SILENT = re.compile(r'''"""(?:\\.|.)*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|/\*.*?\*/|//[^\n]*''', re.DOTALL)
"""Texts, characters and comments at once: each may hold what begins another."""
_HEAD = re.compile(r"\b(?:class|interface|record|enum)\s+(\w+)([^{;]*)\{")
_INNERMOST = re.compile(r"<[^<>]*>|\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that names a method or makes an object.

    Attributes:
        at: The place, in characters.
        on: What the method is called on, as written; empty where nothing is.
        given: How many arguments it gets; ``None`` where it is handed on (``Words::join``).
        makes: Whether an object is made: the name is that of a class.
    """

    at: int
    on: str
    given: int | None
    makes: bool = False


def references(snapshot: Snapshot, name: str) -> Iterator[Reference]:
    """Where a file calls what has a name, or hands it on, in order.

    Args:
        snapshot: The file.
        name: A method's name, or that of a class for objects that are made of it.
    """
    for found in re.finditer(rf"\b{re.escape(name)}\b", snapshot.text):
        node = snapshot.node_at(Span(found.start(), found.end()))
        parent = node.parent if node is not None else None
        while parent is not None and parent.type in ("generic_type", "scoped_type_identifier"):
            node, parent = parent, parent.parent
        if node is not None and parent is not None and (each := _reference(snapshot, node, parent, found.start())):
            yield each


def _reference(snapshot: Snapshot, node: Node, parent: Node, at: int) -> Reference | None:
    given = parent.child_by_field_name("arguments")
    number = sum("comment" not in each.type for each in given.named_children) if given is not None else None
    if parent.type == "method_invocation" and node == parent.child_by_field_name("name"):
        on = parent.child_by_field_name("object")
        return Reference(at, snapshot.slice(on) if on is not None else "", number)
    if parent.type == "object_creation_expression" and node == parent.child_by_field_name("type"):
        return Reference(at, "", number, makes=True)
    if parent.type == "method_reference" and node == parent.named_children[-1] and len(parent.named_children) > 1:
        return Reference(at, snapshot.slice(parent.named_children[0]), None)
    if parent.type == "method_reference" and snapshot.slice(parent).endswith("::new"):
        return Reference(at, "", None, makes=True)
    return None


def supertypes(text: str) -> dict[str, frozenset[str]]:
    """What the types of a file extend and implement, by their simple names: read from the text alone, so it is quick."""
    bare = _SILENT.sub(" ", text)
    return {name: _listed(head) for name, head in _HEAD.findall(bare)}


def _listed(head: str) -> frozenset[str]:
    while (plain := _INNERMOST.sub(" ", head)) != head:
        head = plain
    parts = re.split(r"\b(?:extends|implements|permits)\b", head.partition(" permits ")[0])[1:]
    return frozenset(each.strip().rpartition(".")[2] for part in parts for each in part.split(",") if each.strip())
