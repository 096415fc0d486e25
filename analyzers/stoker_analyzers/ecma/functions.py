"""Where the function of a symbol has its body."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
    }
)
"""Types of nodes that are functions with a body."""


@dataclass(frozen=True)
class FunctionCode:
    """A function's code.

    Attributes:
        node: Its node.
        body: The node of its body: a block, or an arrow function's expression.
        span: The body's characters, braces included.
        static: Whether it is a static method.
        accessor: ``get`` or ``set`` for an accessor, else empty.
    """

    node: Node
    body: Node
    span: Span
    static: bool = False
    accessor: str = ""

    @property
    def is_block(self) -> bool:
        """Whether the body has braces."""
        return self.body.type == "statement_block"


def code_of(snapshot: Snapshot, symbol: Symbol) -> FunctionCode | None:
    """The code of a symbol; ``None`` for what is no function with a body."""
    node = snapshot.node_at(symbol.name_span)
    while node is not None and node.parent is not None:
        value = node if node.type in FUNCTIONS else _value(node)
        if value is not None and snapshot.span(value).end >= symbol.name_span.end:
            body = value.child_by_field_name("body")
            words = {child.type for child in value.children if not child.is_named}
            if body is None:
                return None
            accessor = next((each for each in ("get", "set") if each in words), "")
            return FunctionCode(value, body, snapshot.span(body), "static" in words, accessor)
        if node.type in ("program", "class_body", "statement_block"):
            return None
        node = node.parent
    return None


def _value(node: Node) -> Node | None:
    found = node.child_by_field_name("value") or node.child_by_field_name("right")
    return found if found is not None and found.type in FUNCTIONS else None
