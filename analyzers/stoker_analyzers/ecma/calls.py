"""Calls of a function that people wrote down, with arguments that need nothing around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.ecma.functions import FUNCTIONS
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot

_CLOSED = frozenset(
    {
        *("string", "number", "true", "false", "null", "undefined", "regex", "template_string", "string_fragment"),
        *("array", "object", "pair", "property_identifier", "unary_expression", "parenthesized_expression"),
        *("escape_sequence", "regex_pattern", "regex_flags", "arguments"),
    }
)
_KNOWN = frozenset({"Date", "Map", "Set", "RegExp", "NaN", "Infinity", "undefined", "BigInt", "Uint8Array"})
_LONGEST = 300
_EXAMPLE = re.compile(r"@example[^\n]*\n(.*?)(?=\n\s*@\w|\Z)", re.DOTALL)
_SAID = re.compile(r";?[^\S\n]*\n?[^\S\n]*//\s*(?:=>|=|→|returns|->)[^\S\n]*(\S.*?)[^\S\n]*;?$", re.MULTILINE)
"""A comment behind a call, or on the next line."""

_ASSIGNED = frozenset({"variable_declarator"})


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call as somebody wrote it.

    Attributes:
        arguments: The arguments' sources.
        wanted: What a comment says that comes out, if it is code; else empty.
    """

    arguments: tuple[str, ...]
    wanted: str = ""


def calls_in(snapshot: Snapshot, name: str, *, member: bool | None = None) -> Iterator[WrittenCall]:
    """The calls of a name whose arguments are closed.

    Args:
        snapshot: The code.
        name: What is called.
        member: Whether as a member of something; either where it is ``None``.
    """
    stack = [snapshot.tree.root_node] if snapshot.tree else []
    while stack:
        node = stack.pop()
        if node.type == "call_expression":
            callee = node.child_by_field_name("function")
            is_meant = callee is not None and member in (None, callee.type == "member_expression")
            if callee is not None and is_meant and _name(snapshot, callee) == name and (call := _call(snapshot, node)):
                yield call
        stack += reversed(node.named_children)


def examples_in(documentation: str, name: str) -> Iterator[WrittenCall]:
    """The calls in a documenting comment's examples, with what it says that comes out."""
    for match in _EXAMPLE.finditer(documentation):
        code = re.sub(r"</?caption>.*|```\w*", "", match[1])
        snapshot = Snapshot("example.js", code, by_id("javascript"))
        yield from calls_in(snapshot, name)


def is_closed(node: Node, text: str) -> bool:
    """Whether an expression needs no name but the language's own."""
    if node.type in FUNCTIONS:
        return node.type == "arrow_function" and _is_closed_arrow(node)
    if node.type == "identifier":
        return text in _KNOWN
    if node.type == "new_expression":
        made = node.child_by_field_name("constructor")
        arguments = node.child_by_field_name("arguments")
        is_known = made is not None and made.text is not None and made.text.decode() in _KNOWN
        return is_known and (arguments is None or arguments.named_child_count > 0) and _all_closed(arguments)
    if node.type == "template_substitution" or node.type not in _CLOSED:
        return False
    return _all_closed(node)


def expression(source: str) -> bool:
    """Whether a text is one expression that needs nothing around it."""
    snapshot = Snapshot("value.js", f"({source})", by_id("javascript"))
    root = snapshot.tree.root_node if snapshot.tree else None
    if root is None or root.has_error or root.named_child_count != 1:
        return False
    statement = root.named_children[0]
    inner = statement.named_children[0] if statement.named_children else None
    return inner is not None and inner.type == "parenthesized_expression" and _closed(inner)


def _closed(node: Node) -> bool:
    return is_closed(node, node.text.decode() if node.text is not None else "")


def _all_closed(node: Node | None) -> bool:
    return node is None or all(_closed(each) for each in node.named_children)


def _is_closed_arrow(node: Node) -> bool:
    """Whether an arrow function uses nothing but what it is given."""
    parameters = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
    if parameters is None:
        return False
    known = {
        each.text for each in _below(parameters) if each.type in ("identifier", "shorthand_property_identifier_pattern")
    }
    body = node.child_by_field_name("body")
    used = [each for each in _below(body) if each.type in ("identifier", "this", "await_expression")] if body else []
    return all(
        each.text in known or (each.text or b"").decode() in (*_KNOWN, "Math", "String", "Number") for each in used
    )


def _below(node: Node) -> Iterator[Node]:
    yield node
    for each in node.named_children:
        yield from _below(each)


def _name(snapshot: Snapshot, callee: Node) -> str:
    if callee.type == "member_expression":
        found = callee.child_by_field_name("property")
        return snapshot.slice(found) if found is not None else ""
    return snapshot.slice(callee) if callee.type == "identifier" else ""


def _call(snapshot: Snapshot, node: Node) -> WrittenCall | None:
    arguments = node.child_by_field_name("arguments")
    if arguments is None or arguments.type != "arguments" or len(snapshot.slice(arguments)) > _LONGEST:
        return None
    given = [each for each in arguments.named_children if each.type != "comment"]
    if not all(_closed(each) for each in given):
        return None
    return WrittenCall(tuple(snapshot.slice(each) for each in given), _said(snapshot, node))


def _said(snapshot: Snapshot, node: Node) -> str:
    """What the comment behind a statement, or on the next line, says that the call gives."""
    statement = node
    while statement.parent is not None and statement.type not in ("expression_statement", "lexical_declaration"):
        statement = statement.parent
    outer = next(iter(statement.named_children), None)
    if outer is not None and outer.type in _ASSIGNED:
        outer = outer.child_by_field_name("value")
    if outer != node:
        return ""
    found = _SAID.match(snapshot.text, snapshot.span(node).end)
    return found[1] if found and expression(found[1]) else ""
