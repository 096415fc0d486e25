"""The part of a file round a cursor that can be read on its own: a key must not wait for a parse of all of it.

Only where a grammar's incremental parse takes long: Python's scanner keeps a stack of indentations, so that an edit of one
line costs a quarter of a full parse (1 ms in 55 KB, 2 to 3 ms in 200 KB), where other languages need a tenth of that. The part
is cut along the statements of the last tree that was made of the document, with one statement more on either side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from tree_sitter import Node, TreeCursor

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot, changed_range

SMALL = 8_000
"""Characters up to which a file is read whole."""
LARGEST = 16_000
"""Characters of a part; where it would be larger, the file is read whole, which makes a new tree to cut along."""
_DIVISIBLE = frozenset({"class_definition", "decorated_definition", "block"})
_ALIKE = 80
"""Characters that two parts begin with alike if they are one part before and after a key: then the tree is reused."""
_LATEST: WeakKeyDictionary[Snapshot, Snapshot] = WeakKeyDictionary()
"""The part that was last cut along a tree."""
HEADER = "class _:\n"
"""What stands before a part of a class: the indented statements need something to belong to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file as a text of its own.

    Attributes:
        snapshot: That text; the file's own snapshot where it is read whole.
        shift: What is added to an offset in the part to make it one in the file.
    """

    snapshot: Snapshot
    shift: int = 0

    def inner(self, span: Span) -> Span:
        """A span of the file in the part."""
        return Span(span.start - self.shift, span.end - self.shift)


@lru_cache(maxsize=4)
def part_around(snapshot: Snapshot, offset: int) -> Part:
    """The part of a file that a cursor, and all that was typed since the last tree, stand in."""
    base = snapshot.parsed_before
    language = snapshot.language
    if (
        base is None
        or base.tree is None
        or language is None
        or not language.scoping.indented
        or len(snapshot.text) < SMALL
    ):
        return Part(snapshot)
    before, after = changed_range(base.text, snapshot.text)
    low, high = min(before.start, offset), max(after.end, offset) - len(after) + len(before)
    found = _stretch(base, base.tree.walk(), low, max(high, low))
    if found is None:
        return Part(snapshot)
    start, end = found.start, found.end + len(snapshot.text) - len(base.text)
    text = snapshot.text[start:end]
    header = HEADER if text[:1] in " \t" else ""
    latest = _LATEST.get(base)
    alike = latest if latest and latest.text.startswith(header + text[:_ALIKE]) else None
    part = _LATEST[base] = Snapshot(snapshot.uri, header + text, language, snapshot.version, previous=alike)
    return Part(part, start - len(header))


def _stretch(base: Snapshot, cursor: TreeCursor, low: int, high: int) -> Span | None:
    """Whole lines of the statements that hold a range, in the text that has a tree; ``None`` where they are too large."""
    first, last = base.byte(low), base.byte(high)
    while cursor.goto_first_child_for_byte(first) is not None or cursor.goto_last_child():
        node = cursor.node
        if node is None:
            break
        end = node
        while end.end_byte <= last and (following := end.next_sibling):
            end = following
        if (following := end.next_sibling) and _size(following) <= LARGEST // 2:
            end = following
        span = _lines(base, _last_part(node.prev_sibling or node), end)
        if len(span) <= LARGEST:
            return span
        if node.type not in _DIVISIBLE or node.end_byte <= last:
            break
    return None


def _last_part(node: Node) -> Node:
    """A statement, or the last one inside it where it is large: what is typed below may belong to either."""
    while _size(node) > LARGEST // 2 and node.type in _DIVISIBLE and node.named_children:
        node = node.named_children[-1]
    return node


def _size(node: Node) -> int:
    return node.end_byte - node.start_byte


def _lines(base: Snapshot, first: Node, last: Node) -> Span:
    """All of the lines that some nodes stand on."""
    start, end = base.offset(first.start_byte), base.offset(last.end_byte)
    return Span(base.line_starts[base.line_of(start)], base.line_span(base.line_of(end)).end)
