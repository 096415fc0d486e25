"""A stretch of a text with its tree, and which of its names are only read there.

A name that stands anywhere else than at a place that surely only reads it counts as declared: so what the grammar's
many ways to bind a name are need not be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.naming.model import Finding, Question, Where
from stoker_analyzers.snapshot import Snapshot

Reads = Mapping[str, tuple[str, ...]]
"""By the type of a parent, the fields whose names are read; none for all of its children."""
_LOOKED_AT = 400
"""Places of a name that are looked at; one that stands at more is taken to be declared."""
_MEMBERS = frozenset({"property_identifier", "private_property_identifier", "field_identifier", "label_name"})
"""Names that stand for something only behind a dot or in a jump."""
_NO_CODE = ("comment", "string", "char", "regex", "text")


@dataclass(frozen=True, eq=False)
class Passage:
    """A question's text and stretch.

    Attributes:
        question: What is asked.
        reads: Which places of the language's tree only read a name.
        names: Types of nodes that are names.
    """

    question: Question
    reads: Reads
    names: frozenset[str]
    _declared: dict[str, Node | None] = field(default_factory=dict, init=False)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The text with its tree."""
        return Snapshot("naming:", self.question.text, by_id(self.question.language))

    @property
    def text(self) -> str:
        """The whole text."""
        return self.question.text

    def leaves(self) -> Iterator[Node]:
        """The names that stand in the stretch, in order; none where the code round them does not parse."""
        if self.snapshot.tree is None:
            return
        start, end = self.snapshot.byte(self.question.start), self.snapshot.byte(self.question.end)
        yield from self._below(self.snapshot.tree.root_node, start, end)

    def _below(self, node: Node, start: int, end: int) -> Iterator[Node]:
        pending = [node]
        while pending:
            each = pending.pop()
            if each.end_byte <= start or each.start_byte >= end or each.type == "ERROR":
                continue
            if each.type in self.names and start <= each.start_byte and each.end_byte <= end:
                yield each
            pending += reversed(each.named_children)

    def is_read(self, node: Node) -> bool:
        """Whether a name is surely only read where it stands."""
        parent = node.parent
        if parent is None or (fields := self.reads.get(parent.type)) is None:
            return False
        return not fields or any(parent.child_by_field_name(each) == node for each in fields)

    def declaration(self, word: str) -> Node | None:
        """A place where the text does more with a name than read it: binds it, imports it, or what can't be told."""
        if word not in self._declared:
            self._declared[word] = next(self.declarations(word), None)
        return self._declared[word]

    def is_spelled_elsewhere(self, word: str) -> bool:
        """Whether a word stands anywhere in the text but at places of the stretch that read it, comments included."""
        start, end = self.question.start, self.question.end
        for at, node in self._places(word):
            inside = start <= at < end and node is not None and node.type in self.names and self.is_read(node)
            if not inside:
                return True
        return False

    def declarations(self, word: str) -> Iterator[Node]:
        """The places where the text does more with a name than read it."""
        for _, node in self._places(word):
            if node is None or any(each in node.type for each in _NO_CODE):
                continue
            if node.type not in _MEMBERS and not self.is_read(node):
                yield node

    def _places(self, word: str) -> Iterator[tuple[int, Node | None]]:
        for count, found in enumerate(re.finditer(rf"(?<![\w$]){re.escape(word)}(?![\w$])", self.text)):
            yield found.start(), None if count > _LOOKED_AT else self.snapshot.node_at(Span(*found.span()))

    def text_of(self, node: Node | None) -> str:
        """What a node says; nothing for none."""
        return "" if node is None else self.snapshot.slice(node)

    def finding(self, node: Node, where: Where, why: str = "", said: str = "") -> Finding:
        """What became of a name."""
        return Finding(said or self.text_of(node), self.snapshot.offset(node.start_byte), where, why)


def around(node: Node, *types: str) -> Node | None:
    """The innermost node of some types that holds a node."""
    parent = node.parent
    while parent is not None and parent.type not in types:
        parent = parent.parent
    return parent


def is_broken(node: Node) -> bool:
    """Whether the statement that a name stands in does not parse."""
    each: Node | None = node
    while each is not None and each.parent is not None:
        if each.is_error or each.is_missing:
            return True
        if each.type.endswith(("_statement", "_declaration", "_item", "_definition")):
            return each.has_error
        each = each.parent
    return each is not None and each.is_error
