"""An edit that comments code must change nothing but comments, and must not speak to tools."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.checks.one_file import OneFileCheck
from stoker_analyzers.docstrings.python.source import parse
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed

_WHOLE = frozenset({"string_content"})
"""Nodes whose children leave out part of their text."""
_ORDERS = re.compile(
    r"(?i)^\W*(type:|noqa|pragma\b|pylint:|fmt:|yapf:|isort:|mypy:|pyright:|ruff:|nosec|eslint|prettier-|@ts-|tslint:|"
    r"istanbul|c8 |webpack|nolint|go:|\+build|NOLINT|clang-format|rustfmt|coding[:=]|!)"
)
"""How comments begin that tools obey."""


class OnlyComments(OneFileCheck):
    """Without comments, the syntax tree before and after is the same, and every comment that was there still is."""

    name = "only-comments"

    def _compare(self, before: Snapshot, after: Snapshot) -> Verdict:
        old, new = list(_leaves(before)), list(_leaves(after))
        code = [[leaf for leaf in each if not _is_comment(leaf[0])] for each in (old, new)]
        if code[0] != code[1]:
            return failed(self.name, "the tree without comments is another one after the edit")
        if before.language and before.language.id == "python" and _read(before) != _read(after):
            return failed(self.name, "the interpreter reads the code differently after the edit")
        kept = [text for kind, text in old if _is_comment(kind)]
        comments = [text for kind, text in new if _is_comment(kind)]
        added = _added(kept, comments)
        if added is None:
            return failed(self.name, "a comment that was there is gone or changed")
        if order := next((each for each in added if _ORDERS.match(each.lstrip("#/* "))), None):
            return failed(self.name, f"{order!r} is an order to a tool")
        number = len(added)
        return passed(
            self.name,
            f"all {len(code[0])} other tokens are as before, {number} line{'s' * (number != 1)} of comments new",
        )


def _leaves(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The kind and the text of every leaf, in order; a comment is one."""
    pending: list[Node] = [snapshot.tree.root_node] if snapshot.tree else []
    while pending:
        node = pending.pop()
        if node.child_count and node.type not in _WHOLE and not _is_comment(node.type):
            pending += reversed(node.children)
        elif text := snapshot.slice(node):
            yield node.type, text.strip() if _is_comment(node.type) else text


def _is_comment(kind: str) -> bool:
    return kind.endswith("comment")


def _added(kept: list[str], comments: list[str]) -> list[str] | None:
    """The comments that are new; ``None`` where an old one is not among them, in order."""
    added, at = [], 0
    for each in comments:
        if at < len(kept) and each == kept[at]:
            at += 1
        else:
            added.append(each)
    return added if at == len(kept) else None


def _read(snapshot: Snapshot) -> str | None:
    tree = parse(snapshot.text)
    try:
        return ast.dump(tree) if tree else None
    except RecursionError:
        return None
