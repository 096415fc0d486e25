"""What a place offers to refactorings that are made from the tree alone. Cheap: it only says where asking is worth it."""

from __future__ import annotations

import re

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import words
from stoker_analyzers.selection import identifier, in_function, trimmed
from stoker_analyzers.snapshot import Snapshot

_CONSTANTS = words(
    """
    string concatenated_string integer float tuple binary_operator unary_operator parenthesized_expression
    """
)
"""Expressions that give the same each time, if all their parts do."""
_SMALL = frozenset({"0", "1", "-1", "2", '""', "''", "()", "0.0", "1.0"})
"""What says more than any name for it."""
_ELSEWHERE = words(
    """
    case_clause decorator default_parameter typed_default_parameter format_specifier interpolation
    lambda_parameters parameters type type_alias_statement import_statement import_from_statement
    """
)
"""Where a constant is part of something else, or is not computed in the function's body."""
_JUMPS = words(
    """
    return_statement raise_statement continue_statement break_statement
    """
)
_SCOPES = words(
    """
    function_definition class_definition module
    """
)


def constant(snapshot: Snapshot, span: Span) -> Span | None:
    """The constant expression at a cursor, the largest one, or the one that is selected."""
    chosen = trimmed(snapshot, span)
    node: Node | None = snapshot.node_at(chosen)
    while node is not None and node.type in ("string_start", "string_end", "string_content", "escape_sequence"):
        node = node.parent
    if node is None or not _is_constant(node) or not in_function(snapshot, span):
        return None
    while node.parent is not None and not len(chosen) and _is_constant(node.parent):
        node = node.parent
    if node.type == "parenthesized_expression":
        node = node.named_children[0]
    parent = node.parent
    if parent is None or parent.type in ("expression_statement", "concatenated_string"):
        return None
    if snapshot.slice(node) in _SMALL or snapshot.slice(parent) in _SMALL:
        return None
    while parent is not None and parent.type not in _SCOPES:
        if parent.type in _ELSEWHERE:
            return None
        parent = parent.parent
    return snapshot.span(node)


def shared_constant(snapshot: Snapshot, span: Span) -> Span | None:
    """The constant at a cursor in a method, where it occurs several times in the class and nowhere else in the file."""
    found = constant(snapshot, span)
    owner: Node | None = snapshot.node_at(found) if found else None
    while owner is not None and owner.type != "class_definition":
        owner = owner.parent
    if found is None or owner is None:
        return None
    code, within = snapshot.text[found.start : found.end], snapshot.span(owner)
    whole = re.compile(rf"(?<![\w.]){re.escape(code)}(?![\w.])")
    places = [each.start() for each in whole.finditer(snapshot.text)]
    return found if len(places) > 1 and all(each in within for each in places) else None


def _is_constant(node: Node) -> bool:
    if node.type == "string":
        return all(child.type != "interpolation" for child in node.children)
    if node.type in ("true", "false", "none"):
        return node.parent is not None and node.parent.type == "tuple"
    return (
        node.type in _CONSTANTS
        and bool(node.named_children or node.child_count == 0)
        and (node.type in ("integer", "float") or all(map(_is_constant, node.named_children)))
    )


def branches(snapshot: Snapshot, span: Span) -> Span | None:
    """The branch at a cursor that may become a guard clause, or the selected lines with branches in a function."""
    chosen = trimmed(snapshot, span)
    text = snapshot.text[chosen.start : chosen.end]
    if "\n" in text:
        return chosen if re.search(r"^\s*if\b", text, re.MULTILINE) else None
    node: Node | None = snapshot.node_at(_on_line(snapshot, chosen.start))
    row = snapshot.line_of(chosen.start)
    while node is not None and node.type not in _SCOPES:
        if node.type == "if_statement" and node.start_point.row == row:
            return snapshot.span(node) if _may_guard(node) else None
        node = node.parent
    return None


def _may_guard(node: Node) -> bool:
    """Whether a branch ends its function's or loop's body, or one of its blocks ends in a jump."""
    blocks = [node.child_by_field_name("consequence")]
    others = [child for child in node.named_children if child.type in ("else_clause", "elif_clause")]
    blocks += [child.child_by_field_name("body") for child in others if child.type == "else_clause"]
    if others and any(each is not None and _jumps(each) for each in blocks):
        return True
    outer = node.parent
    is_last = outer is not None and _code(outer)[-1:] == [node]
    owner = outer.parent if outer is not None else None
    ends = owner is not None and owner.type in ("function_definition", "for_statement", "while_statement")
    first = blocks[0]
    return is_last and ends and first is not None and first.end_point.row - first.start_point.row >= 2


def _jumps(block: Node) -> bool:
    return bool(code := _code(block)) and code[-1].type in _JUMPS


def _code(block: Node) -> list[Node]:
    return [child for child in block.named_children if child.type != "comment"]


def _on_line(snapshot: Snapshot, offset: int) -> Span:
    """The first character of a line that is no blank."""
    line = snapshot.line_span(snapshot.line_of(offset))
    text = snapshot.text[line.start : line.end]
    start = line.start + len(text) - len(text.lstrip())
    return Span(start, min(start + 1, len(snapshot.text)))


LONG_LINES = 20
"""Lines of a function from which on cutting it in two is offered."""


def is_function(snapshot: Snapshot, span: Span) -> bool:
    """Whether a span is that of a whole function."""
    return snapshot.text.startswith(("def ", "async def "), span.start) and "\n" in snapshot.text[span.start : span.end]


def lines_of(snapshot: Snapshot, span: Span) -> int:
    """How many lines a span touches."""
    return snapshot.line_of(span.end) - snapshot.line_of(span.start) + 1


def _long_function(snapshot: Snapshot, span: Span) -> Span | None:
    """The long function whose first line a cursor is in."""
    place = _on_line(snapshot, trimmed(snapshot, span).start)
    node: Node | None = snapshot.node_at(place)
    while node is not None and node.type != "function_definition":
        node = node.parent
    if node is None or snapshot.span(node).start != place.start:
        return None
    return snapshot.span(node) if node.end_point.row - node.start_point.row >= LONG_LINES else None


def several(snapshot: Snapshot, span: Span) -> Span | None:
    """The statement at a cursor that does several things and may become several; or a long function."""
    if function := _long_function(snapshot, span):
        return function
    node: Node | None = snapshot.node_at(_on_line(snapshot, trimmed(snapshot, span).start))
    while node is not None and not node.type.endswith("_statement"):
        node = node.parent
    if node is None or (node.type in ("expression_statement",) and not _assigns_several(node)):
        return None
    match node.type:
        case "import_statement" | "import_from_statement":
            names = node.children_by_field_name("name")
            return snapshot.span(node) if len(names) > 1 else None
        case "if_statement":
            test = node.child_by_field_name("condition")
            while test is not None and test.type == "parenthesized_expression":
                test = test.named_children[0]
            plain = not any(child.type in ("else_clause", "elif_clause") for child in node.named_children)
            joined = (
                test is not None and test.type == "boolean_operator" and any(c.type == "and" for c in test.children)
            )
            return snapshot.span(node) if plain and joined else None
        case "with_statement":
            items = [
                child for each in node.named_children if each.type == "with_clause" for child in each.named_children
            ]
            return snapshot.span(node) if len(items) > 1 else None
        case "expression_statement":
            return snapshot.span(node)
    return None


def _assigns_several(node: Node) -> bool:
    made = node.named_children[0] if node.named_child_count == 1 else None
    if made is None or made.type != "assignment":
        return False
    left, right = made.child_by_field_name("left"), made.child_by_field_name("right")
    if left is None or right is None:
        return False
    return right.type == "assignment" or (left.type == "pattern_list" and right.type == "expression_list")


def unused(snapshot: Snapshot, span: Span) -> Span | None:
    """What may hold dead code: the selected lines, or the import, function or statement at a cursor.

    At a cursor it has to look dead: a name that stands nowhere else in the file, or something behind a jump.
    """
    chosen = trimmed(snapshot, span)
    if "\n" in snapshot.text[chosen.start : chosen.end]:
        return chosen
    node: Node | None = snapshot.node_at(_on_line(snapshot, chosen.start))
    while node is not None and not node.type.endswith(("_statement", "_definition")):
        node = node.parent
    if node is None:
        return None
    if node.type in ("import_statement", "import_from_statement"):
        names = re.findall(r"\w+(?=\s*(?:,|\)|\Z))", snapshot.slice(node))
        return snapshot.span(node) if any(_stands_alone(snapshot, each, node) for each in names) else None
    if node.type == "function_definition":
        name = node.child_by_field_name("name")
        text = snapshot.slice(name) if name is not None else ""
        return snapshot.span(node) if re.match(r"_(?!_)", text) and _stands_alone(snapshot, text, node) else None
    if node.type == "expression_statement" and (made := node.named_children[0]).type == "assignment":
        left = made.child_by_field_name("left")
        if left is not None and left.type == "identifier" and in_function(snapshot, span):
            scope: Node | None = node
            while scope is not None and scope.type != "function_definition":
                scope = scope.parent
            if scope is not None and _stands_once(snapshot.slice(left), snapshot.slice(scope)):
                return snapshot.span(node)
    before = node.prev_named_sibling
    while before is not None and before.type == "comment":
        before = before.prev_named_sibling
    return snapshot.span(node) if before is not None and before.type in _JUMPS else None


def definition(snapshot: Snapshot, span: Span) -> Span | None:
    """The name of the function or class at the top of the module in whose first line a cursor is."""
    node: Node | None = snapshot.node_at(_on_line(snapshot, trimmed(snapshot, span).start))
    while node is not None and node.type not in ("function_definition", "class_definition"):
        node = node.parent
    outer = node.parent if node is not None else None
    while outer is not None and outer.type == "decorated_definition":
        outer = outer.parent
    name = node.child_by_field_name("name") if node is not None else None
    if name is None or outer is None or outer.type != "module":
        return None
    return snapshot.span(name) if name.start_point.row == snapshot.line_of(trimmed(snapshot, span).start) else None


def idle_parameter(snapshot: Snapshot, span: Span) -> Span | None:
    """The parameter at a cursor whose name stands nowhere else in its function."""
    name = identifier(snapshot, span)
    node: Node | None = snapshot.node_at(name) if name else None
    inside = node
    while inside is not None and inside.type not in ("parameters", *_SCOPES):
        inside = inside.parent
    function = inside.parent if inside is not None and inside.type == "parameters" else None
    if name is None or function is None or function.type != "function_definition":
        return None
    text = snapshot.text[name.start : name.end]
    body = function.child_by_field_name("body")
    is_empty = body is not None and body.named_child_count == 1  # it is there for others to override, or only raises
    once = _stands_once(text, snapshot.slice(function))
    return name if once and not is_empty and text not in ("self", "cls") else None


def _stands_alone(snapshot: Snapshot, name: str, node: Node) -> bool:
    """Whether a name stands nowhere but in one definition."""
    own = snapshot.span(node)
    found = re.finditer(rf"\b{re.escape(name)}\b", snapshot.text)
    return all(own.start <= each.start() < own.end for each in found)


def _stands_once(name: str, text: str) -> bool:
    """Whether a name stands at one place of a text."""
    found = re.finditer(rf"\b{re.escape(name)}\b", text)
    return next(found, None) is not None and next(found, None) is None
