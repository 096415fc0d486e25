"""One text at one moment, with its syntax tree. Immutable: whoever holds a snapshot may read it for good.

The tree is made when it is first asked for. A snapshot that follows others reuses the last tree without errors among
theirs: the changed range is found by comparing the two texts, so no list of edits can drift from what really changed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, AnyStr, NamedTuple

from tree_sitter import Node, Tree

from stoker_analyzers.edits import Edit, Span, digest
from stoker_analyzers.parsing import AGAIN, PATIENCE, parse
from stoker_analyzers.symbols import Outline

if TYPE_CHECKING:
    from stoker_analyzers.languages.base import Language

TREE_LIMIT = 1_000_000
"""Characters above which a document goes without a tree: a full parse then takes 0.1 s or more and holds the GIL."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_LONE_CR = re.compile(rb"\r(?!\n)")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_BLOCK = 1024
"""Characters between two entries of the table that converts offsets; independent of how long lines are."""
_CONTINUATION = bytes(range(0x80, 0xC0))
"""Bytes that continue a character in UTF-8; all others begin one."""


class _Lines(NamedTuple):
    """A text and where its lines begin."""

    text: str
    starts: tuple[int, ...]


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
        patience: float = PATIENCE,
    ) -> None:
        """Take a text as it is now.

        Args:
            uri: The document, as the editor names it.
            text: Its whole text.
            language: ``None`` for a language without a grammar.
            version: The editor's version; ``None`` for a file read from disk.
            previous: An earlier snapshot of the same document, whose tree is reused.
            patience: Seconds for the parse.
        """
        self.uri = uri
        self.text = text
        self.language = language
        self.version = version
        self._sound = previous._reusable() if previous else None
        self._earlier = previous.parsed_before if previous else None
        self._lines_before = previous._counted() if previous else None
        if self._sound:
            self._sound._trial = None  # it is past, and what was tried on it too
        self._trial: Snapshot | None = None
        self._keeps_trial = True
        self._stuck: bool = previous is not None and previous._stuck
        self._patience = patience

    def __repr__(self) -> str:
        return f"Snapshot({self.uri!r}, {len(self.text)} characters, version {self.version})"

    def with_text(self, text: str) -> Snapshot:
        """The same document with another text, parsed from this one's tree.

        The last answer is kept, because several checks in a row look at the same edit; not by what was made here itself,
        so that no chain of snapshots builds up.
        """
        if self._trial and self._trial.text == text:
            return self._trial
        made = Snapshot(self.uri, text, self.language, self.version, previous=self)
        made._keeps_trial = False
        self._trial = made if self._keeps_trial else None
        return made

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
        before, self._lines_before = self._lines_before, None
        if "\r" in self.text:
            return (0, *(match.end() for match in _LINE_END.finditer(self.text)))
        if before and "\r" not in before.text:
            return _moved(before.text, before.starts, self.text)
        lengths = [len(line) + 1 for line in self.text.split("\n")]
        return (0, *accumulate(lengths[:-1]))

    def _counted(self) -> _Lines | None:
        """A text of the document, this one if possible, whose lines were looked for."""
        starts = self.__dict__.get("line_starts")
        return _Lines(self.text, starts) if starts is not None else self._lines_before

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
        r"""The text in UTF-8, with ``\n`` for a lone ``\r``: most grammars don't know that one."""
        source = self.text.encode("utf-8", "surrogatepass")
        return _LONE_CR.sub(b"\n", source) if "\r" in self.text else source

    @cached_property
    def tree(self) -> Tree | None:
        """The syntax tree; ``None`` without a grammar, above ``TREE_LIMIT`` or where the parser does not end.

        Never edit it: ``tree.copy()`` first.
        """
        if self.language is None or len(self.text) > TREE_LIMIT:
            return None
        old, sound = None, self._sound
        if sound and sound.tree and sound.language is self.language:
            old = sound.tree.copy()
            _mark_changed(old, sound.source, self.source)
        shown = _BEYOND_ASCII.sub(b"x", self.source) if self.language.ascii else self.source
        tree = parse(self.language.grammar, shown, old, AGAIN if self._stuck else self._patience)
        self._earlier = None
        self._stuck = tree is None
        if tree and not tree.root_node.has_error:
            self._sound = None
        return tree

    @property
    def parsed_before(self) -> Snapshot | None:
        """The last snapshot of the document, up to this one, whose tree was made; it may hold errors."""
        return self if self.__dict__.get("tree") is not None else self._earlier

    @cached_property
    def outline(self) -> Outline:
        """What the text defines; empty without a grammar."""
        return self.language.read(self) if self.language else Outline()

    def _reusable(self) -> Snapshot | None:
        """The nearest snapshot, from this one back, whose tree exists and is free of errors; never a chain, which would leak.

        A tree with errors is not reused: what comes of it differs from a fresh parse too often, and now and then the
        parser never ends (tree-sitter 0.25.2, seen with JavaScript and TSX after some hundred edits of broken text).
        """
        tree = self.__dict__.get("tree")
        return self if tree is not None and not tree.root_node.has_error else self._sound

    def byte(self, offset: int) -> int:
        """The position in ``source`` of a character offset."""
        if self._ascii:
            return offset
        block = offset // _BLOCK
        return self._block_bytes[block] + len(self.text[block * _BLOCK : offset].encode("utf-8", "surrogatepass"))

    def offset(self, byte: int) -> int:
        """The character offset of a position in ``source``; inside a character, that of the character."""
        if self._ascii:
            return byte
        block = bisect_right(self._block_bytes, byte) - 1
        within = self.source[self._block_bytes[block] : byte].translate(None, _CONTINUATION)
        return block * _BLOCK + len(within) - _is_inside(self.source, byte)

    def span(self, node: Node) -> Span:
        """The characters of a node."""
        if self._ascii:
            return Span(node.start_byte, node.end_byte)
        return Span(self.offset(node.start_byte), self.offset(node.end_byte))

    def slice(self, node: Node) -> str:
        """The text of a node."""
        if self._ascii:
            return self.text[node.start_byte : node.end_byte]
        return self.text[self.offset(node.start_byte) : self.offset(node.end_byte)]

    def node_at(self, span: Span) -> Node | None:
        """The smallest named node that covers a span."""
        if self.tree is None:
            return None
        return self.tree.root_node.named_descendant_for_byte_range(self.byte(span.start), self.byte(span.end))

    @cached_property
    def _ascii(self) -> bool:
        return len(self.source) == len(self.text)

    @cached_property
    def _block_bytes(self) -> tuple[int, ...]:
        """Where in ``source`` every block of ``_BLOCK`` characters begins."""
        blocks = (self.text[start : start + _BLOCK] for start in range(0, len(self.text) + 1, _BLOCK))
        return tuple(accumulate((len(each.encode("utf-8", "surrogatepass")) for each in blocks), initial=0))[:-1]


def changed_range(old: str, new: str) -> tuple[Span, Span]:
    """What differs between two texts, as one stretch of either: all but the common beginning and end."""
    shared = min(len(old), len(new))
    start = _common(old, new, shared)
    tail = _common(old, new, shared - start, from_end=True)
    return Span(start, len(old) - tail), Span(start, len(new) - tail)


def _moved(old: str, starts: tuple[int, ...], new: str) -> tuple[int, ...]:
    r"""Where the lines of a text begin that differs from another one in a stretch; both know no line end but ``\n``.

    Takes less than half of the time of looking for them all, which is much of a key's in a large file.
    """
    before, after = changed_range(old, new)
    first, last = bisect_right(starts, before.start), bisect_right(starts, before.end)
    between = [match.end() + after.start for match in _LINE_END.finditer(new[after.start : after.end])]
    return (*starts[:first], *between, *map((len(new) - len(old)).__add__, starts[last:]))


def _mark_changed(tree: Tree, old: bytes, new: bytes) -> None:
    """Tell a copied tree which range changed: everything between the common prefix and the common suffix."""
    shared = min(len(old), len(new))
    start = _common(old, new, shared)
    while start and (_is_inside(old, start) or _is_inside(new, start)):
        start -= 1
    tail = _common(old, new, shared - start, from_end=True)
    while tail and (_is_inside(old, len(old) - tail) or _is_inside(new, len(new) - tail)):
        tail -= 1
    old_end, new_end = len(old) - tail, len(new) - tail
    tree.edit(start, old_end, new_end, _point(old, start), _point(old, old_end), _point(new, new_end))


def _is_inside(source: bytes, byte: int) -> bool:
    """Whether a position is inside a character, where no edit may begin or end."""
    return byte < len(source) and source[byte] in _CONTINUATION


def _common(left: AnyStr, right: AnyStr, limit: int, *, from_end: bool = False) -> int:
    """Length of the common prefix or suffix up to a limit, found by halving: slices compare at memory speed."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if from_end:
            same = left[len(left) - middle : len(left) - low] == right[len(right) - middle : len(right) - low]
        else:
            same = left[low:middle] == right[low:middle]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


def _point(source: bytes, byte: int) -> tuple[int, int]:
    r"""Row and column (in bytes) as tree-sitter counts them: rows end at ``\n`` alone."""
    return source.count(b"\n", 0, byte), byte - (source.rfind(b"\n", 0, byte) + 1)
