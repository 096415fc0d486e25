"""What the code round a cursor uses: the names in the definition that holds it, the nearest to the cursor first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.edits import Span
from stoker_analyzers.locality import part_around
from stoker_analyzers.snapshot import Snapshot

SCOPE = 4_000
"""Characters of the largest definition or block that counts as the scope; what is larger is looked at near the cursor only."""
NEAR = 1_000
"""Characters before and after the cursor that count where no node of that size holds it."""
MOST = 60
"""Names that are looked up: a key must not wait for more."""
_CHAIN = re.compile(r"[^\W\d]\w*(?:(?:\.|::|->|\?\.)[^\W\d]\w*)*")
_JOINTS = re.compile(r"\.|::|->|\?\.")
_QUOTED = re.compile(r"\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"[^\"\n]*\"|'[^'\n]*'")


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor and what is round it.

    Attributes:
        snapshot: The file.
        offset: The cursor.
        scope: The definition or the block that holds it, or what is near.
        uses: Dotted names in the scope in parts, the nearest to the cursor first, each once.
    """

    snapshot: Snapshot
    offset: int
    scope: Span
    uses: tuple[tuple[str, ...], ...]

    @classmethod
    def at(cls, snapshot: Snapshot, offset: int) -> Place:
        """The place of an offset."""
        scope = _scope(snapshot, offset)
        header = _header(snapshot, scope.start)
        chains = [*_chains(snapshot, scope, offset), *((len(snapshot.text), each) for each in header)]
        keywords = snapshot.language.keywords if snapshot.language else frozenset()
        nearest = dict.fromkeys(chain for _, chain in sorted(chains) if chain[0] not in keywords)
        return cls(snapshot, offset, scope, tuple(nearest)[:MOST])

    @property
    def words(self) -> tuple[str, ...]:
        """The single names, the nearest first, each once."""
        return tuple(dict.fromkeys(part for chain in self.uses for part in chain))


def _scope(snapshot: Snapshot, offset: int) -> Span:
    """The largest node round an offset that is no larger than a scope, and at least what is near."""
    part = part_around(snapshot, offset)
    here = offset - part.shift
    near = Span(max(0, offset - NEAR), min(len(snapshot.text), offset + NEAR))
    node = part.snapshot.node_at(Span(here, here)) if part.snapshot.tree else None
    best = None
    while node is not None and node.parent is not None:
        span = part.snapshot.span(node)
        if len(span) > SCOPE:
            break
        best, node = span, node.parent
    if best is None or len(best) < NEAR:
        return near
    return Span(best.start + part.shift, best.end + part.shift)


def _chains(snapshot: Snapshot, scope: Span, offset: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The dotted names in a scope with their distances from the cursor; the word that is being typed counts not."""
    text = _QUOTED.sub(lambda found: " " * len(found[0]), snapshot.text[scope.start : scope.end])
    for found in _CHAIN.finditer(text):
        start, end = scope.start + found.start(), scope.start + found.end()
        parts = tuple(_JOINTS.split(found[0]))
        if start <= offset <= end:
            parts = parts[:-1]
        if parts:
            yield abs(offset - end), parts


def _header(snapshot: Snapshot, start: int) -> list[tuple[str, ...]]:
    """The names in the line at the margin that begins what encloses a scope: a class with its bases."""
    text = snapshot.text
    end = text.rfind("\n", 0, start)
    for _ in range(300):
        begin = text.rfind("\n", 0, max(end, 0)) + 1
        if end <= 0:
            return []
        if text[begin].isalpha() or text[begin] in "_@":
            return [tuple(_JOINTS.split(found[0])) for found in _CHAIN.finditer(text, begin, end)]
        end = begin - 1
    return []
