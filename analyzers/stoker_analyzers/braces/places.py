"""What a selection means in a language with braces: an expression, statements, a branch. Looks at what is around it."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.braces.grammar import Grammar
from stoker_analyzers.braces.tables import grammar_of
from stoker_analyzers.edits import Span
from stoker_analyzers.selection import trimmed
from stoker_analyzers.snapshot import Snapshot

_SMALL = frozenset({"0", "1", "-1", "2", '""', "''", "``", "0.0", "1.0", '" "', "' '"})
"""Literals that say more than any name for them."""


def code(node: Node) -> list[Node]:
    """A node's parts without comments."""
    return [each for each in node.named_children if "comment" not in each.type]


def around(node: Node, kinds: frozenset[str]) -> Node | None:
    """The nearest node of some types that holds a node."""
    found = node.parent
    while found is not None and found.type not in kinds:
        found = found.parent
    return found


def below(node: Node) -> Iterator[Node]:
    """A node and all that it holds, in order."""
    stack = [node]
    while stack:
        each = stack.pop()
        yield each
        stack += reversed(each.children)


def listed(block: Node) -> list[Node]:
    """The statements of a block, without comments."""
    inside = code(block)
    return code(inside[0]) if len(inside) == 1 and inside[0].type == "statement_list" else inside


def is_jump(node: Node, jumps: frozenset[str]) -> bool:
    """Whether a statement is a jump; in Rust it may be an expression with a semicolon."""
    inner = code(node) if node.type == "expression_statement" else []
    return node.type in jumps or (len(inner) == 1 and inner[0].type in jumps)


def owner_of(node: Node, blocks: frozenset[str]) -> Node | None:
    """What a statement's list is the body of."""
    found = node.parent
    while found is not None and (found.type in blocks or found.type == "expression_statement"):
        found = found.parent
    return found


def name_at(snapshot: Snapshot, span: Span) -> Node | None:
    """The name that a selection's start is in or behind."""
    grammar = grammar_of(snapshot)
    for offset in (span.start, span.start - 1):
        node = snapshot.node_at(Span(offset, offset + 1)) if 0 <= offset < len(snapshot.text) else None
        if grammar is not None and node is not None and node.type in grammar.naming.names:
            return node
    return None


def expression(snapshot: Snapshot, span: Span) -> Node | None:
    """The smallest expression round a selection that is worth a name and computed once, before its statement does something."""
    grammar = grammar_of(snapshot)
    node = snapshot.node_at(trimmed(snapshot, span)) if grammar is not None else None
    while node is not None and grammar is not None and not node.type.endswith(("_statement", "_declaration", "_item")):
        if node.type in grammar.writing.valued and _is_value(node, grammar) and home(node, grammar) is not None:
            return node
        node = node.parent
    return None


def home(node: Node, grammar: Grammar) -> Node | None:
    """The statement before which an expression may be computed, or the body of a function that is one expression."""
    running = grammar.running
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in running.blocks:
            top = parent.type in grammar.naming.tops and not grammar.writing.loose
            return child if child.type not in running.early and not top else None
        if parent.type in grammar.naming.functions:
            is_body = parent.type == "arrow_function" and parent.child_by_field_name("body") == child
            return child if is_body and child != node else None
        if not _runs_first(child, parent, grammar):
            return None
        child, parent = parent, parent.parent
    return None


def _runs_first(child: Node, parent: Node, grammar: Grammar) -> bool:
    """Whether a part of a node runs whenever the node does, once."""
    running = grammar.running
    if parent.type in running.types or parent.type in running.imports:
        return False
    if parent.type in running.loops or parent.type in running.apart:
        return (
            running.heads.get(parent.type, "") != "" and parent.child_by_field_name(running.heads[parent.type]) == child
        )
    if parent.type in running.choices or parent.type in running.branches:
        return parent.child_by_field_name("condition") == child
    if parent.type in running.short and parent.child_by_field_name("right") == child:
        operator = parent.child_by_field_name("operator")
        return operator is None or operator.type not in running.short[parent.type]
    return parent.type not in running.wrappers


def _is_value(node: Node, grammar: Grammar) -> bool:
    """Whether an expression is there for its value, and has no name yet."""
    parent, running = node.parent, grammar.running
    if parent is None or parent.type in ("expression_statement", *running.blocks):
        return False
    for field in ("left", "function", "constructor", "key", "argument" if parent.type in running.updates else "left"):
        if parent.child_by_field_name(field) == node and parent.type not in (*running.short, "for_in_statement"):
            return False
    outer = parent.parent
    if parent.type == "expression_list" and outer is not None and outer.type in (*running.declares, *running.assigns):
        return False
    if parent.type in running.declares and parent.child_by_field_name(running.declares[parent.type][1]) == node:
        return False
    return not any(each.type in running.odd for each in parent.children)


def constant(snapshot: Snapshot, span: Span) -> Node | None:
    """The literal at a cursor or selection in a function that is worth a name, with what is computed from literals round it."""
    grammar = grammar_of(snapshot)
    chosen = trimmed(snapshot, span)
    node = snapshot.node_at(chosen) if grammar is not None else None
    if grammar is None:
        return None
    while node is not None and node.type not in grammar.writing.literals:
        if node.named_child_count or node.parent is None or node.parent.type not in grammar.writing.texts:
            return None
        node = node.parent
    if node is None or not _is_constant(node, grammar):
        return None
    while node.parent is not None and not len(chosen) and _is_constant(node.parent, grammar):
        node = node.parent
    while node.type == "parenthesized_expression":
        node = node.named_children[0]
    parent = node.parent
    if parent is None or around(node, grammar.naming.functions - {"program", "source_file"}) is None:
        return None
    if snapshot.slice(node) in _SMALL or snapshot.slice(parent) in _SMALL or not _is_free(node, grammar):
        return None
    return node


def _is_constant(node: Node, grammar: Grammar) -> bool:
    if node.type not in grammar.writing.literals:
        return False
    if node.type in grammar.writing.texts:
        return not any(each.type in ("template_substitution", "interpolation") for each in node.named_children)
    if node.type in grammar.writing.constants:
        return all(_is_constant(each, grammar) for each in code(node)) and bool(code(node))
    return True


def _is_free(node: Node, grammar: Grammar) -> bool:
    """Whether a literal stands for a value, and not for a key, a module, a type or a directive."""
    child, parent = node, node.parent
    while parent is not None and parent.type not in grammar.running.blocks:
        if parent.type in grammar.running.types or parent.type in grammar.writing.rigid:
            return False
        if any(parent.child_by_field_name(each) == child for each in ("key", "name", "source")):
            return False
        if parent.type == "expression_statement" and child == node:
            return False
        child, parent = parent, parent.parent
    return True


def statements(snapshot: Snapshot, span: Span) -> list[Node]:
    """The whole statements of one block of a function that a selection covers; none where it covers a part of one."""
    grammar, chosen = grammar_of(snapshot), trimmed(snapshot, span)
    if grammar is None or not len(chosen):
        return []
    node = snapshot.node_at(chosen)
    while node is not None and node.type not in grammar.running.blocks:
        node = node.parent
    if node is None or around(node, grammar.naming.functions - {"program", "source_file"}) is None:
        return []
    start, end = snapshot.byte(chosen.start), snapshot.byte(chosen.end)
    touched = [each for each in code(node) if each.start_byte < end and each.end_byte > start]
    if not touched or touched[0].start_byte < start or touched[-1].end_byte > end + 1:
        return []
    return touched


def branch(snapshot: Snapshot, span: Span) -> Node | None:
    """The branch on whose first line a cursor is, where it stands in a list of statements."""
    grammar, chosen = grammar_of(snapshot), trimmed(snapshot, span)
    if grammar is None:
        return None
    row = snapshot.line_of(chosen.start)
    line = snapshot.line_span(row)
    text = snapshot.text[line.start : line.end]
    at = line.start + len(text) - len(text.lstrip())
    node = snapshot.node_at(Span(at, min(at + 1, len(snapshot.text))))
    while node is not None and node.type not in grammar.running.branches:
        node = node.parent
    if node is None or node.start_point.row != row or node.parent is None:
        return None
    holder = node.parent
    if holder.type == "expression_statement" and holder.parent is not None:
        holder = holder.parent
    return node if holder.type in grammar.running.blocks else None
