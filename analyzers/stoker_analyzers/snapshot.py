"""One text at one moment, with its syntax tree. Immutable: whoever holds a snapshot may read it for good.

The tree is made when it is first asked for. A snapshot that follows another reuses that one's tree: the changed range
is found by comparing the two texts, so no list of edits can drift from what really changed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, pairwise

from tree_sitter import Node, Parser, Tree

from stoker_analyzers.edits import Edit, Span, digest
from stoker_analyzers.languages.base import Language

TREE_LIMIT = 1_000_000
"""Characters above which a document goes without a tree: a full parse then takes 0.1 s or more and holds the GIL."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class Snapshot:
    """A document's text, version and syntax tree. All offsets are in characters of ``text``."""

    def __init__(
        self,
        uri: str,
        text: str,
        language: Language | None,
        version: int | None = None,
        *,
        previous: Snapshot | None = None,
    ) -> None:
        """Take a text as it is now.

        Args:
            uri: The document, as the editor names it.
            text: Its whole text.
            language: ``None`` for a language without a grammar.
            version: The editor's version; ``None`` for a file read from disk.
            previous: An earlier snapshot of the same document, whose tree is reused.
        """
        self.uri = uri
        self.text = text
        self.language = language
        self.version = version
        self._previous = previous

    def __repr__(self) -> str:
        return f"Snapshot({self.uri!r}, {len(self.text)} characters, version {self.version})"

    def with_text(self, text: str) -> Snapshot:
        """The same document with another text, parsed from this one's tree."""
        return Snapshot(self.uri, text, self.language, self.version, previous=self)

    def after(self, edit: Edit) -> Snapshot:
        """The document as it would be after an edit; the same snapshot where the edit leaves it alone.

        Raises:
            StaleEditError: The edit was made for another text.
        """
        part = edit.of(self.uri)
        return self.with_text(part.apply(self.text)) if part else self

    # -- text

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return digest(self.text)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        r"""Offset of each line's first character. Lines end as LSP has it: at ``\n``, ``\r\n`` or ``\r``, nowhere else."""
        if "\r" not in self.text:
            lengths = [len(line) + 1 for line in self.text.split("\n")]
            return (0, *accumulate(lengths[:-1]))
        return (0, *(match.end() for match in _LINE_END.finditer(self.text)))

    def line_of(self, offset: int) -> int:
        """The line (from 0) that holds an offset."""
        return bisect_right(self.line_starts, offset) - 1

    def line_span(self, line: int) -> Span:
        """The line's characters without its line end.

        Raises:
            IndexError: There is no such line.
        """
        start = self.line_starts[line]
        if line + 1 == len(self.line_starts):
            return Span(start, len(self.text))
        end = self.line_starts[line + 1] - 1
        if end > start and self.text[end] == "\n" and self.text[end - 1] == "\r":
            end -= 1
        return Span(start, end)

    @property
    def newline(self) -> str:
        """The line end that the text uses."""
        found = _LINE_END.search(self.text)
        return found.group() if found else "\n"

    # -- tree

    @cached_property
    def source(self) -> bytes:
        """The text as the parser sees it."""
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def tree(self) -> Tree | None:
        """The syntax tree; ``None`` without a grammar or above ``TREE_LIMIT``. Never edit it: ``tree.copy()`` first."""
        previous, self._previous = self._previous, None
        if self.language is None or len(self.text) > TREE_LIMIT:
            return None
        parser = Parser(self.language.grammar)
        base = previous._parsed() if previous and previous.language is self.language else None
        if base is None or base.tree is None:
            return parser.parse(self.source)
        old = base.tree.copy()
        _mark_changed(old, base.source, self.source)
        return parser.parse(self.source, old)

    def _parsed(self) -> Snapshot | None:
        """The nearest snapshot, this one or one before it, whose tree exists already."""
        here: Snapshot | None = self
        while here is not None and "tree" not in here.__dict__:
            here = here._previous
        return here

    def byte(self, offset: int) -> int:
        """The position in ``source`` of a character offset."""
        if self._ascii:
            return offset
        line = self.line_of(offset)
        start = self.line_starts[line]
        return self._line_bytes[line] + len(self.text[start:offset].encode("utf-8", "surrogatepass"))

    def offset(self, byte: int) -> int:
        """The character offset of a position in ``source``; inside a character, that of the character."""
        if self._ascii:
            return byte
        line = bisect_right(self._line_bytes, byte) - 1
        within = self.source[self._line_bytes[line] : byte]
        return self.line_starts[line] + len(within.decode("utf-8", "ignore" if self._well_formed else "surrogatepass"))

    def span(self, node: Node) -> Span:
        """The characters of a node."""
        return Span(self.offset(node.start_byte), self.offset(node.end_byte))

    def slice(self, node: Node) -> str:
        """The text of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def node_at(self, span: Span) -> Node | None:
        """The smallest named node that covers a span."""
        if self.tree is None:
            return None
        return self.tree.root_node.named_descendant_for_byte_range(self.byte(span.start), self.byte(span.end))

    @cached_property
    def _ascii(self) -> bool:
        return len(self.source) == len(self.text)

    @cached_property
    def _well_formed(self) -> bool:
        return not any("\ud800" <= character <= "\udfff" for character in self.text)

    @cached_property
    def _line_bytes(self) -> tuple[int, ...]:
        starts = (*self.line_starts, len(self.text))
        lines = (self.text[start:end] for start, end in pairwise(starts))
        return (0, *accumulate(len(line.encode("utf-8", "surrogatepass")) for line in lines))[:-1]


def _mark_changed(tree: Tree, old: bytes, new: bytes) -> None:
    """Tell a copied tree which range changed: everything between the common prefix and the common suffix."""
    start = _common(old, new)
    limit = min(len(old), len(new)) - start
    tail = _common(old[::-1], new[::-1], limit)
    old_end, new_end = len(old) - tail, len(new) - tail
    tree.edit(start, old_end, new_end, _point(old, start), _point(old, old_end), _point(new, new_end))


def _common(left: bytes, right: bytes, limit: int | None = None) -> int:
    """Length of the common prefix, found by halving: comparing slices runs at memory speed."""
    low, high = 0, min(len(left), len(right)) if limit is None else limit
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _point(source: bytes, byte: int) -> tuple[int, int]:
    r"""Row and column (in bytes) as tree-sitter counts them: rows end at ``\n`` alone."""
    return source.count(b"\n", 0, byte), byte - (source.rfind(b"\n", 0, byte) + 1)
