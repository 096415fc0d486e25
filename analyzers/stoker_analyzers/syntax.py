"""Syntax problems and the tree as text: what the parser alone knows of a snapshot."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Problem

_SHOWN = 40
"""Characters of unexpected text that a message quotes."""


def broken_nodes(node: Node) -> Iterator[Node]:
    """Every ERROR and MISSING node at or below a node, outermost first; what an ERROR holds is not entered."""
    if not node.has_error:
        return
    if node.is_error or node.is_missing:
        yield node
        return
    for child in node.children:
        yield from broken_nodes(child)


def problems(snapshot: Snapshot) -> tuple[Problem, ...]:
    """Where the text is not valid in its language, in order; empty without a tree."""
    if snapshot.tree is None:
        return ()
    return tuple(_problem(snapshot, node) for node in broken_nodes(snapshot.tree.root_node))


def _problem(snapshot: Snapshot, node: Node) -> Problem:
    span = snapshot.span(node)
    if node.is_missing:
        return Problem(span, f"missing {node.type}" if node.is_named else f'missing "{node.type}"')
    text = " ".join(snapshot.slice(node).split())
    return Problem(span, f"unexpected {text[:_SHOWN]!r}" if text else "unexpected end")


def s_expression(snapshot: Snapshot) -> str | None:
    """The tree as an s-expression; ``None`` without a tree."""
    return str(snapshot.tree.root_node) if snapshot.tree else None
