"""Writes expressions as a project would: its quotes, and lines no longer than people like to read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot

WIDTH = 100
"""Columns of a line."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a project writes.

    Attributes:
        quote: The quotation mark.
        semicolons: Whether statements end with one.
        indent: One step.
        nested: Whether tests stand in a ``describe``.
        verb: ``test`` or ``it``.
    """

    quote: str = '"'
    semicolons: bool = True
    indent: str = "  "
    nested: bool = True
    verb: str = "it"

    @property
    def end(self) -> str:
        """What ends a statement."""
        return ";" if self.semicolons else ""


def quoted(text: str, style: Style) -> str:
    """A string literal, given in double quotes, in a project's own; whichever needs fewer backslashes."""
    inner = text[1:-1]
    plain = inner.replace('\\"', '"')
    if style.quote == '"' and plain.count('"') <= plain.count("'"):
        return text
    if style.quote == "'" and "'" in plain and '"' not in plain:
        return text
    if ('"' in plain and "'" not in plain) or style.quote == "'":
        return "'" + plain.replace("'", "\\'") + "'"
    return text


def restyled(source: str, style: Style) -> str:
    """An expression with its strings in a project's quotes."""
    snapshot = Snapshot("value.js", f"({source})", by_id("javascript"))
    if snapshot.tree is None:
        return source
    pieces, at = [], 0
    for node in _strings(snapshot.tree.root_node):
        span = snapshot.span(node)
        text = snapshot.slice(node)
        if text.startswith("'"):
            text = '"' + re.sub(r'(?<!\\)"', '\\"', text[1:-1].replace("\\'", "'")) + '"'
        pieces += [snapshot.text[at : span.start], quoted(text, style)]
        at = span.end
    whole = "".join([*pieces, snapshot.text[at:]])
    return whole[1:-1]


def laid_out(source: str, style: Style, *, indent: str, before: int, after: int) -> str:
    """An expression over as many lines as it needs.

    Args:
        source: The expression.
        style: How the project writes.
        indent: What the line begins with.
        before: Columns that stand before the expression in its first line.
        after: Columns that stand behind it in its last.
    """
    flat = restyled(source, style)
    if before + len(flat) + after <= WIDTH or "\n" in flat:
        return flat
    snapshot = Snapshot("value.js", f"({flat})", by_id("javascript"))
    node = _outermost(snapshot.tree.root_node if snapshot.tree else None)
    if node is None:
        return flat
    inner = indent + style.indent
    parts = [
        laid_out(snapshot.slice(each), style, indent=inner, before=len(inner), after=1) for each in node.named_children
    ]
    start, end = snapshot.span(node).start, snapshot.span(node).end
    opening, closing = snapshot.text[1 : start + 1], snapshot.text[end - 1 : -1]
    return opening + "\n" + "".join(f"{inner}{part},\n" for part in parts) + indent + closing


def _strings(root: Node) -> list[Node]:
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        if node.type == "string":
            found.append(node)
        else:
            stack += reversed(node.children)
    return found


def _outermost(node: Node | None) -> Node | None:
    """The list whose items get lines of their own: the outermost that has some."""
    while node is not None and node.named_children:
        only = node.named_children[0] if node.named_child_count == 1 else None
        if node.type == "arguments" and only is not None and only.type in ("array", "object") and only.named_children:
            return only  # its brackets stay with the call's
        if node.type in ("array", "object", "arguments"):
            return node
        if node.type == "pair":
            node = node.child_by_field_name("value")
        elif node.type in ("call_expression", "new_expression"):
            node = node.child_by_field_name("arguments")
        else:
            node = node.named_children[0]
    return None
