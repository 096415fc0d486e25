"""Where asking for a refactoring is worth it. Cheap: it looks at the nodes and the words around a selection only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from tree_sitter import Node

from stoker_analyzers.braces.places import branch, code, is_jump, listed, name_at, owner_of
from stoker_analyzers.braces.tables import grammar_of
from stoker_analyzers.edits import Span
from stoker_analyzers.selection import trimmed
from stoker_analyzers.snapshot import Snapshot

_MOST = 200
"""Places of a name that are looked at for its declaration."""


def inline_span(snapshot: Snapshot, span: Span) -> Span | None:
    """The name at a selection, where a declaration gives it a value and nothing around it is a function's."""
    node, grammar = name_at(snapshot, span), grammar_of(snapshot)
    if node is None or grammar is None:
        return None
    text = snapshot.slice(node)
    word = re.compile(rf"(?<![\w$.]){re.escape(text)}(?![\w$])")
    for found in islice(word.finditer(snapshot.text), _MOST):
        each = snapshot.node_at(Span(*found.span()))
        holder = each.parent if each is not None else None
        holder = holder.parent if holder is not None and holder.type == "expression_list" else holder
        fields = grammar.running.declares.get(holder.type) if holder is not None else None
        if (
            holder is not None
            and fields is not None
            and snapshot.slice(holder.child_by_field_name(fields[0]) or holder) == text
        ):
            value = holder.child_by_field_name(fields[1])
            uses = len(word.findall(snapshot.text)) - 1
            once = uses == 1 or (value is not None and value.type not in grammar.running.calls)
            if value is not None and value.type not in grammar.naming.functions and uses and once:
                return snapshot.span(node)
    return None


def guard_span(snapshot: Snapshot, span: Span) -> Span | None:
    """The branch at a cursor that ends its function's or loop's body, or has a way that ends early and another one."""
    node, grammar = branch(snapshot, span), grammar_of(snapshot)
    if node is None or grammar is None:
        return None
    yes, no = (node.child_by_field_name(each) for each in ("consequence", "alternative"))
    while no is not None and no.type in grammar.running.wrappers:
        no = next(iter(code(no)), None)
    jumps = [each is not None and _jumps(each, grammar.running.jumps) for each in (yes, no)]
    if no is not None:
        return snapshot.span(node) if any(jumps) else None
    block = node.parent
    owner = owner_of(node, grammar.running.blocks)
    long = yes is not None and yes.end_point.row - yes.start_point.row > 2
    ends = owner is not None and (owner.type in grammar.naming.functions or owner.type in grammar.running.loops)
    while block is not None and block.type not in grammar.running.blocks:
        block = block.parent
    is_last = block is not None and listed(block)[-1].end_byte == node.end_byte
    return snapshot.span(node) if long and ends and is_last and not jumps[0] else None


def _jumps(block: Node, jumps: frozenset[str]) -> bool:
    inside = listed(block)
    return bool(inside) and is_jump(inside[-1], jumps)


def dead_span(snapshot: Snapshot, span: Span) -> Span | None:
    """What may hold dead code: selected lines, or a line that looks dead."""
    chosen, grammar = trimmed(snapshot, span), grammar_of(snapshot)
    if "\n" in snapshot.text[chosen.start : chosen.end]:
        return chosen
    line = snapshot.line_span(snapshot.line_of(chosen.start))
    text = snapshot.text[line.start : line.end]
    at = line.start + len(text) - len(text.lstrip())
    node = snapshot.node_at(Span(at, min(at + 1, len(snapshot.text)))) if text.strip() else None
    while (
        node is not None
        and grammar is not None
        and (node.parent is None or node.parent.type not in grammar.running.blocks)
    ):
        node = node.parent
    if node is None or grammar is None or node.parent is None or snapshot.span(node).start != at:
        return None
    before = node.prev_named_sibling
    while before is not None and "comment" in before.type:
        before = before.prev_named_sibling
    if before is not None and is_jump(before, grammar.running.jumps) and node.type not in grammar.running.early:
        return line
    own = snapshot.span(node)
    for each in _bound(node, grammar.running.declares, grammar.running.early | grammar.running.imports):
        word = re.compile(rf"(?<![\w$]){re.escape(snapshot.slice(each))}(?![\w$])")
        places = [found.start() for found in word.finditer(snapshot.text)]
        if all(place in own for place in places) and len(places) == 1:
            return line
    return None


def _bound(node: Node, declares: Mapping[str, tuple[str, str]], heads: frozenset[str]) -> list[Node]:
    """The names that a statement binds, and that could be removed with it."""
    if node.type in heads and (name := node.child_by_field_name("name")) is not None:
        return [name]
    if node.type in heads:
        return [each for each in _leaves(node) if each.type == "identifier"]
    found = [each.child_by_field_name(declares[each.type][0]) for each in code(node) if each.type in declares]
    return [each for each in found if each is not None]


def _leaves(node: Node) -> list[Node]:
    return [node] if not node.named_children else [leaf for each in node.named_children for leaf in _leaves(each)]
