"""Finds the changes of a stretch of code by a language's table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.mutants.kinds import Change, Kinds
from stoker_analyzers.mutants.tables import TABLES
from stoker_analyzers.snapshot import Snapshot

_SHOWN = 60
_FEW = 4
"""Changes of a function; one with less has values that it gives on changed, too."""

_DECIMAL = re.compile(r"\d+(\.\d+)?")
_EQUALITIES = frozenset({"==", "!=", "===", "!=="})


def changes(snapshot: Snapshot, span: Span) -> list[Change]:
    """Every change of what lies in a span, in order of place; none for a language without a table.

    Args:
        snapshot: The file; it may hold errors elsewhere.
        span: The function's body.
    """
    if snapshot.tree is None or snapshot.language is None or snapshot.language.id not in TABLES:
        return []
    kinds, root = TABLES[snapshot.language.id], snapshot.tree.root_node
    found = set(_Walker(snapshot, kinds).within(root, span))
    if kinds.default and len(found) < _FEW:
        found |= set(_Walker(snapshot, kinds, values=True).within(root, span))
    return sorted(found)


def is_sound(snapshot: Snapshot, change: Change) -> bool:
    """Whether a change leaves a file that has no error valid."""
    edit = replace(snapshot.uri, snapshot.text, [Replacement(change.span, change.text)])
    after = Snapshot(snapshot.uri, edit.files[0].apply(snapshot.text), snapshot.language, previous=snapshot)
    return after.tree is not None and not after.tree.root_node.has_error


class _Walker:
    """Goes through one file."""

    def __init__(self, snapshot: Snapshot, kinds: Kinds, *, values: bool = False) -> None:
        self._snapshot = snapshot
        self._kinds = kinds
        self._of = self._values if values else self._usual

    def within(self, node: Node, span: Span) -> Iterator[Change]:
        """The changes of every node that lies wholly in a span."""
        stack = [node]
        while stack:
            node = stack.pop()
            own = self._snapshot.span(node)
            if own.end <= span.start or own.start >= span.end:
                continue
            if span.covers(own):
                if node.type in self._kinds.opaque:
                    continue
                if node.type in self._kinds.raises:
                    yield self._left_out(node)
                    continue
                yield from self._of(node)
            stack += node.children

    def _values(self, node: Node) -> Iterator[Change]:
        """Values that become the default of their type."""
        if node.type not in self._kinds.values:
            return
        held = node.child_by_field_name(self._kinds.values[node.type]) if self._kinds.values[node.type] else None
        if node.type.startswith("shorthand"):
            name = self._snapshot.slice(node)
            yield self._replaced(node, f"{name}: {self._kinds.default}")
            return
        for each in [held] if held is not None else node.named_children:
            if "comment" not in each.type and self._snapshot.slice(each) != self._kinds.default:
                yield self._replaced(each, self._kinds.default)

    def _usual(self, node: Node) -> Iterator[Change]:
        kinds = self._kinds
        if node.type in kinds.binary or node.type in kinds.prefixes:
            yield from self._operator(node)
        if node.type in kinds.conditions:
            yield from self._condition(node)
        if node.type in kinds.words:
            yield self._replaced(node, kinds.words[node.type])
        elif node.type in kinds.numbers:
            yield from self._number(node)
        elif node.type in kinds.texts and not self._is_directive(node):
            plain = len(self._snapshot.slice(node)) == len(kinds.empty[0])
            yield self._replaced(node, kinds.empty[plain], coarse=True)
        elif node.type in kinds.returns and node.named_child_count and kinds.nothing:
            if self._snapshot.slice(node).rstrip(";") != kinds.nothing.rstrip(";"):
                yield self._replaced(node, kinds.nothing, coarse=True)
        elif node.type in kinds.jumps and not node.named_child_count:
            yield from self._jump(node)
        elif node.type in kinds.statements:
            yield from self._removed(node)
        elif node.type in kinds.arguments:
            yield from self._argument(node)

    def _replaced(self, node: Node, text: str, *, coarse: bool = False) -> Change:
        old = _shorten(self._snapshot.slice(node))
        return Change(self._snapshot.span(node), text, f"`{old}` became `{_shorten(text)}`", coarse)

    def _operator(self, node: Node) -> Iterator[Change]:
        found = node.child_by_field_name("operator")
        if found is None:
            return
        old = self._snapshot.slice(found)
        if node.type in self._kinds.prefixes:
            argument = node.child_by_field_name("argument") or node.child_by_field_name("operand")
            if argument is not None and old in self._kinds.dropped:
                yield self._replaced(node, self._snapshot.slice(argument))
        elif old in self._kinds.operators and not (old == "??" and self._is_chained(node)):
            yield self._replaced(found, self._kinds.operators[old])

    def _is_chained(self, node: Node) -> bool:
        """Whether a ``??`` has another one beside it: the other logical operators may not stand there without brackets."""
        near = (node.parent, node.child_by_field_name("left"), node.child_by_field_name("right"))
        operators = (each.child_by_field_name("operator") for each in near if each is not None)
        return any(each is not None and self._snapshot.slice(each) == "??" for each in operators)

    def _condition(self, node: Node) -> Iterator[Change]:
        """A negated condition; not where another change negates it already."""
        test = node.child_by_field_name("condition")
        while test is not None and test.type == "parenthesized_expression":
            test = next(iter(test.named_children), None)
        if test is None or test.type in self._kinds.prefixes:
            return
        found = test.child_by_field_name("operator") if test.type in self._kinds.binary else None
        if found is None or self._snapshot.slice(found) not in _EQUALITIES:
            yield self._replaced(test, self._kinds.negated.format(self._snapshot.slice(test)))

    def _number(self, node: Node) -> Iterator[Change]:
        text = self._snapshot.slice(node)
        if _DECIMAL.fullmatch(text):
            yield self._replaced(node, str(int(text) + 1) if text.isdigit() else str(float(text) + 1))

    def _removed(self, node: Node) -> Iterator[Change]:
        effect = next(iter(node.named_children), None)
        if effect is not None and effect.type in self._kinds.effects | self._kinds.binary:
            yield self._left_out(node)

    def _left_out(self, node: Node) -> Change:
        what = f"`{_shorten(self._snapshot.slice(node))}` removed"
        return Change(self._snapshot.span(node), self._kinds.removed, what, coarse=True)

    def _jump(self, node: Node) -> Iterator[Change]:
        """Leaving a loop becomes going on with it; not in a switch, where going on means something else."""
        around = node.parent
        while around is not None and "switch" not in around.type and not _is_loop(around):
            around = around.parent
        if around is not None and _is_loop(around):
            yield self._replaced(node, self._kinds.jumps[node.type])

    def _argument(self, node: Node) -> Iterator[Change]:
        given = [each for each in node.named_children if "comment" not in each.type]
        if len(given) > 1:
            span = Span(self._snapshot.span(given[-2]).end, self._snapshot.span(given[-1]).end)
            dropped = _shorten(self._snapshot.slice(given[-1]))
            yield Change(span, "", f"the argument `{dropped}` dropped", coarse=True)

    def _is_directive(self, node: Node) -> bool:
        return node.parent is not None and node.parent.type in self._kinds.statements


def _is_loop(node: Node) -> bool:
    return node.type.startswith(("for", "while", "do_", "loop"))


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
