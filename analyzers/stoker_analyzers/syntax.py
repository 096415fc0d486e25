"""Syntax problems and the tree as text: what the parser alone knows of a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.symbols import Problem

if TYPE_CHECKING:
    from stoker_analyzers.snapshot import Snapshot

_SHOWN = 40
"""Characters of unexpected text that a message quotes."""


def broken_nodes(node: Node) -> Iterator[Node]:
    """Every ERROR and MISSING node at or below a node, in order; what an ERROR holds is not entered.

    A grammar may miss a token that has no visible node (Kotlin's end of a member); the node that lacks it stands for it.
    """
    pending = [node]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            inner = [child for child in node.children if child.has_error or child.is_error or child.is_missing]
            if not inner:
                yield node
            pending += reversed(inner)


def problems(snapshot: Snapshot) -> tuple[Problem, ...]:
    """Where the text is not valid in its language, in order; empty without a tree."""
    if snapshot.tree is None:
        return ()
    return tuple(_problem(snapshot, node) for node in broken_nodes(snapshot.tree.root_node))


def _problem(snapshot: Snapshot, node: Node) -> Problem:
    span = snapshot.span(node)
    if node.is_missing:
        return Problem(span, f"missing {node.type}" if node.is_named else f'missing "{node.type}"')
    if not node.is_error:
        return Problem(Span(span.end, span.end), f"something is missing in this {node.type.replace('_', ' ')}")
    text = " ".join(snapshot.text[span.start : min(span.end, span.start + 10 * _SHOWN)].split())
    return Problem(span, f"unexpected {text[:_SHOWN]!r}" if text else "unexpected end")


def s_expression(snapshot: Snapshot) -> str | None:
    """The named nodes of the tree as an s-expression; ``None`` without a tree.

    Written here because ``str(node)`` recurses on the C stack: 40,000 nested brackets end the process.
    """
    if snapshot.tree is None:
        return None
    cursor, pieces, opened = snapshot.tree.walk(), list[str](), list[bool]()
    while True:
        node = cursor.node
        shown = node is not None and (node.is_named or node.is_missing)
        if node is not None and shown:
            field = f"{cursor.field_name}: " if cursor.field_name else ""
            pieces.append(f" {field}({'MISSING ' if node.is_missing else ''}{node.type}")
        if cursor.goto_first_child():
            opened.append(shown)
            continue
        pieces.append(")" if shown else "")
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return "".join(pieces).lstrip()
            pieces.append(")" if opened.pop() else "")
