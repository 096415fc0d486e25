"""Under which condition code in braces throws, as far as the tree shows it: the ``if`` around the statement."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol

_LONGEST = 60
"""Characters of a condition that still reads well in a sentence."""
_THROWS = frozenset({"throw_statement", "throw_expression"})
_FUNCTIONS = frozenset(
    {"function_expression", "arrow_function", "lambda_expression", "class_body", "class_declaration"}
)


def conditions(snapshot: Snapshot, symbol: Symbol) -> dict[str, str]:
    """What each exception is thrown for, by its name: source of the condition.

    An exception that is thrown in several places, or in a place without a plain condition, is left out.
    """
    node = snapshot.node_at(symbol.body) if symbol.body and snapshot.tree else None
    found: dict[str, list[str]] = {}
    for each in _throws(node) if node else ():
        text = snapshot.slice(each)
        condition = _condition(snapshot, each, node)
        for name in symbol.signature.raises if symbol.signature else ():
            if name in text:
                found.setdefault(name, []).append(condition)
    return {name: texts[0] for name, texts in found.items() if len(texts) == 1 and texts[0]}


def _throws(node: Node) -> Iterator[Node]:
    pending = [node]
    while pending:
        each = pending.pop()
        if each.type in _THROWS:
            yield each
        pending += [child for child in each.children if child.type not in _FUNCTIONS]


def _condition(snapshot: Snapshot, thrown: Node, top: Node | None) -> str:
    child, around = thrown, thrown.parent
    while around is not None and child != top:
        if around.type == "if_statement":
            test = around.child_by_field_name("condition")
            if test is None or around.child_by_field_name("consequence") != child:
                return ""
            text = " ".join(snapshot.slice(test).split())
            text = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text
            return text if len(text) <= _LONGEST and "`" not in text else ""
        if around.type in ("for_statement", "while_statement", "try_statement", "switch_statement", "catch_clause"):
            return ""
        child, around = around, around.parent
    return ""
