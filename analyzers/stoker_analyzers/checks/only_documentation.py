"""An edit that documents must change nothing that runs."""

from __future__ import annotations

import ast
from bisect import bisect_right

from tree_sitter import Node

from stoker_analyzers.checks.one_file import OneFileCheck
from stoker_analyzers.docstrings.python.source import parse
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed

_WHOLE = frozenset({"string_content"})
"""Nodes whose children leave out part of their text."""

_TOKENS, _SHOWN = 4, 40
"""Tokens and characters that a message quotes."""


class OnlyDocumentation(OneFileCheck):
    """Without their documentation, the text before and the text after are the same code.

    Compared are the syntax tree's tokens in any language, and for Python also what the interpreter's own parser makes
    of the text, which sees indentation. Top-level statements that are equal to the letter are not looked into.
    """

    name = "only-documentation"

    def _compare(self, before: Snapshot, after: Snapshot) -> Verdict:
        old, new = _changed(before, after)
        old_tokens, new_tokens = _tokens(before, old), _tokens(after, new)
        if old_tokens != new_tokens:
            return failed(self.name, _difference(old_tokens, new_tokens))
        python = before.language is not None and before.language.id == "python"
        trees = (_dump(before, old), _dump(after, new)) if python else (None, None)
        if trees[0] != trees[1]:
            return failed(self.name, "the interpreter reads the code differently after the edit")
        count = (
            f"all {len(old_tokens)} tokens around it are as before" if old_tokens else "every statement is as before"
        )
        return passed(self.name, f"{count}, and so is the interpreter's tree" if trees[0] else count)


def _changed(before: Snapshot, after: Snapshot) -> tuple[list[Node], list[Node]]:
    """The top-level nodes of both texts without those at either end that are written alike."""
    old, new = (snapshot.tree.root_node.children if snapshot.tree else [] for snapshot in (before, after))
    equal = [_written(before, left) == _written(after, right) for left, right in zip(old, new, strict=False)]
    start = equal.index(False) if False in equal else len(equal)
    tail, most = 0, min(len(old), len(new)) - start
    while tail < most and _written(before, old[-1 - tail]) == _written(after, new[-1 - tail]):
        tail += 1
    return old[start : len(old) - tail], new[start : len(new) - tail]


def _written(snapshot: Snapshot, node: Node) -> bytes:
    return snapshot.source[node.start_byte : node.end_byte]


def _tokens(snapshot: Snapshot, nodes: list[Node]) -> list[bytes]:
    """The text of every leaf outside documentation, comments included."""
    outline = snapshot.outline
    found = [outline.documentation, *(symbol.documentation for symbol in outline.walk())]
    spans = sorted((snapshot.byte(each.span.start), snapshot.byte(each.span.end)) for each in found if each)
    tokens: list[bytes] = []
    pending = nodes[::-1]
    while pending:
        node = pending.pop()
        at = bisect_right(spans, (node.start_byte, len(snapshot.source))) - 1
        if at >= 0 and node.end_byte <= spans[at][1]:
            continue
        if node.child_count and node.type not in _WHOLE:
            pending += reversed(node.children)
        elif at < 0 or node.start_byte >= spans[at][1]:  # Rust's comments reach beyond their line's end
            tokens.append(_written(snapshot, node))
    return [token for token in tokens if token]


def _difference(before: list[bytes], after: list[bytes]) -> str:
    pairs = zip(before, after, strict=False)
    at = next((index for index, (left, right) in enumerate(pairs) if left != right), min(len(before), len(after)))
    found, expected = (
        b" ".join(each[at : at + _TOKENS]).decode("utf-8", "replace")[:_SHOWN] for each in (after, before)
    )
    return f"the code changes: {found or 'the end'!r} stands where {expected or 'the end'!r} stood"


def _dump(snapshot: Snapshot, nodes: list[Node]) -> str | None:
    """The interpreter's tree of top-level nodes without docstrings; ``None`` where it does not take the text."""
    span = slice(nodes[0].start_byte, nodes[-1].end_byte) if nodes else slice(0, 0)
    tree = parse(snapshot.source[span].decode("utf-8", "replace"))
    if tree is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and _documented(node):
            del node.body[0]
    try:
        return ast.dump(tree)
    except RecursionError:
        return None


def _documented(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    match node.body[:1]:
        case [ast.Expr(value=ast.Constant(value=str()))]:
            return True
    return False
