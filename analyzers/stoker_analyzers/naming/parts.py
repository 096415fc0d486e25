"""Reads small parts of parso's tree: the arguments of a list, the last name of a dotted one. Infers nothing."""

from __future__ import annotations

from typing import Any


def arguments_of(node: Any) -> tuple[Any, ...]:
    """The arguments of an argument list, without its commas."""
    if node is None:
        return ()
    return tuple(each for each in node.children if each != ",") if node.type == "arglist" else (node,)


def last_word(node: Any) -> str:
    """The last name of a dotted name, also where it is called; empty for another expression."""
    while node.type in ("atom_expr", "power", "dotted_name") and node.children:
        children = [each for each in node.children if not (each.type == "trailer" and each.children[0] == "(")]
        node = children[-1]
        if node.type == "trailer":
            node = node.children[1]
    return str(node.value) if node.type == "name" else ""
