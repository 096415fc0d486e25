"""What a selection means: the expression, the statements or the name that a refactoring is about. Python only."""

from __future__ import annotations

import re

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE


def _types(text: str) -> frozenset[str]:
    """Node types from a text."""
    return frozenset(text.split())


_EXPRESSIONS = _types(
    """
    attribute await binary_operator boolean_operator call comparison_operator concatenated_string
    conditional_expression dictionary dictionary_comprehension float generator_expression integer lambda list
    list_comprehension not_operator parenthesized_expression set set_comprehension string subscript tuple
    unary_operator
    """
)
"""Expressions that are worth a name."""

_OWN_TIME = _types(
    """
    assert_statement concatenated_string dictionary_comprehension elif_clause generator_expression interpolation
    lambda list_comprehension set_comprehension while_statement
    """
)
"""What evaluates its parts later, repeatedly or perhaps never: none of them can be moved in front of the statement."""

_NO_VALUE = _types(
    """
    case_clause decorator del_statement except_clause for_in_clause format_specifier global_statement
    import_from_statement import_statement lambda_parameters named_expression nonlocal_statement parameters type
    type_alias_statement
    """
)
"""Places where an expression is a target, a name or a type, or runs outside the block that it stands in."""

_SCOPES = ("function_definition", "class_definition", "module")


def is_python(snapshot: Snapshot) -> bool:
    """Whether refactorings apply at all."""
    return snapshot.language is not None and snapshot.language.id == "python" and snapshot.tree is not None


def trimmed(snapshot: Snapshot, span: Span) -> Span:
    """A selection without blanks and line ends at either end."""
    text = snapshot.text[span.start : span.end]
    if not text.strip():
        return Span(span.start, span.start)
    return Span(span.start + len(text) - len(text.lstrip()), span.end - len(text) + len(text.rstrip()))


def expression(snapshot: Snapshot, span: Span) -> Span | None:
    """The smallest expression round a selection that can be computed before its statement."""
    node: Node | None = snapshot.node_at(trimmed(snapshot, span))
    while node is not None and not node.type.endswith(("_statement", "_definition")):
        if node.type in _EXPRESSIONS and _is_movable(node):
            inner = node.named_children[0] if node.type == "parenthesized_expression" else node
            return snapshot.span(inner if inner.start_point.row == node.end_point.row else node)
        node = node.parent
    return None


def statements(snapshot: Snapshot, span: Span) -> Span | None:
    """The whole statements that a selection touches, all of one block of a function; ``None`` for a cursor."""
    span = trimmed(snapshot, span)
    node: Node | None = snapshot.node_at(span) if len(span) else None
    while node is not None and node.type not in ("block", "module"):
        node = node.parent
    if node is None:
        return None
    start, end = snapshot.byte(span.start), snapshot.byte(span.end)
    touched = [child for child in node.named_children if child.start_byte < end and child.end_byte > start]
    if not in_function(snapshot, span):
        return None  # what a module or a class defines would become a function's own
    code = [child for child in touched if child.type != "comment"]
    if not code or any(_defines(child) for child in code):
        return None
    return Span(snapshot.offset(code[0].start_byte), snapshot.offset(code[-1].end_byte))


def _defines(node: Node) -> bool:
    """Whether a statement is a definition, an import or a docstring: nothing that a function could be made of."""
    only = node.named_children[0].type if node.type == "expression_statement" and node.named_child_count == 1 else ""
    return only == "string" or node.type.endswith("_definition") or node.type.startswith(("import", "future_import"))


def covers_statements(snapshot: Snapshot, span: Span) -> bool:
    """Whether a selection is made of whole statements rather than of a part of one."""
    whole, chosen = statements(snapshot, span), trimmed(snapshot, span)
    return whole is not None and chosen.covers(whole)


def identifier(snapshot: Snapshot, span: Span) -> Span | None:
    """The name that the selection's start is in or behind."""
    for offset in (span.start, span.start - 1):
        node = snapshot.node_at(Span(offset, offset + 1)) if 0 <= offset < len(snapshot.text) else None
        if node is not None and node.type == "identifier":
            return snapshot.span(node)
    return None


def in_function(snapshot: Snapshot, span: Span) -> bool:
    """Whether a place runs when a function is called, rather than with its module or class."""
    scope: Node | None = snapshot.node_at(span)
    while scope is not None and scope.type not in _SCOPES:
        scope = scope.parent
    return scope is not None and scope.type == "function_definition"


def is_inlinable(snapshot: Snapshot, name: Span) -> bool:
    """Whether a name is a function of this file that returns one expression, or a variable that is assigned once."""
    text = snapshot.text[name.start : name.end]
    symbol = snapshot.outline.find(text)
    if symbol is not None and symbol.kind in CALLABLE and symbol.body:
        return not symbol.decorators and _returns_at_once(snapshot.node_at(symbol.name_span))
    scope: Node | None = snapshot.node_at(name)
    while scope is not None and scope.type not in _SCOPES:
        scope = scope.parent
    if scope is None or scope.type != "function_definition":
        return False
    body = snapshot.slice(scope)
    bound = re.findall(rf"^[ \t]*{text}[ \t]*(?::[^=\n]+)?=(?!=)(.*)", body, re.MULTILINE)
    rebound = re.search(
        rf"\b(?:for|as|global|nonlocal)\s+{text}\b|\b{text}\s*(?:[-+*/|&^%@]|//|\*\*|<<|>>)=|\b{text}\s*:=", body
    )
    if len(bound) != 1 or rebound is not None:
        return False
    uses = len(re.findall(rf"\b{text}\b", body)) - 1
    return uses > 0 and (uses == 1 or not re.search(r"[(\[{]", bound[0]))


def _returns_at_once(node: Node | None) -> bool:
    """Whether a function's body is one ``return`` with a value, after a docstring perhaps."""
    while node is not None and node.type != "function_definition":
        node = node.parent
    block = node.child_by_field_name("body") if node else None
    statements = [child for child in block.named_children if child.type != "comment"] if block else []
    if statements and statements[0].type == "expression_statement" and statements[0].named_children[0].type == "string":
        del statements[0]
    return len(statements) == 1 and statements[0].type == "return_statement" and statements[0].named_child_count == 1


def _is_movable(node: Node) -> bool:
    """Whether an expression is computed once, always, and first thing in its statement's block."""
    parent = node.parent
    if parent is None or parent.type in ("expression_statement", "keyword_separator"):
        return False
    if parent.type == "call" and parent.child_by_field_name("function") == node:
        return False
    if parent.type == "assignment" and parent.child_by_field_name("right") == node:
        return False  # it has a name already
    while parent is not None:
        if parent.type in _OWN_TIME | _NO_VALUE or not _is_computed_first(node, parent):
            return False
        if parent.type.endswith(("_statement", "_definition")) or parent.type in ("block", "module"):
            return True
        node, parent = parent, parent.parent
    return False


def _is_computed_first(node: Node, parent: Node) -> bool:
    """Whether being part of ``parent`` leaves it certain that the part is computed, and as a value."""
    match parent.type:
        case "boolean_operator" | "assignment" | "augmented_assignment" | "for_statement":
            wanted = "left" if parent.type == "boolean_operator" else "right"
            return parent.child_by_field_name(wanted) == node
        case "conditional_expression":
            return parent.named_children[1] == node
        case "function_definition" | "class_definition":
            return False
    return True
