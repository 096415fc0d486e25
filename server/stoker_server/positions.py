"""LSP positions to offsets and back."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol.types import Position, Range

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.columns import column_of, units_of


@dataclass(frozen=True, slots=True)
class Positions:
    """Converts between a snapshot's offsets and an editor's positions in it.

    Attributes:
        snapshot: The text.
        encoding: The negotiated position encoding.
        start: Where the editor's document begins in the text, and ...
        end: ... where it ends: a notebook cell is a stretch of its notebook's text.
    """

    snapshot: Snapshot
    encoding: str
    start: int = 0
    end: int | None = None

    def offset(self, position: Position) -> int:
        """The offset of a position; one past the end of its line or of the document is moved there."""
        line = self.snapshot.line_of(self.start) + max(position.line, 0)
        if line >= len(self.snapshot.line_starts):
            return self._limit
        span = self.snapshot.line_span(line)
        text = self.snapshot.text[span.start : span.end]
        return min(span.start + column_of(text, position.character, self.encoding), self._limit)

    def span(self, extent: Range) -> Span:
        """The span of a range; one that ends before it starts is turned round."""
        first, second = self.offset(extent.start), self.offset(extent.end)
        return Span(min(first, second), max(first, second))

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        line = self.snapshot.line_of(offset)
        start = self.snapshot.line_starts[line]
        text = self.snapshot.text[start : self.snapshot.line_span(line).end]
        units = units_of(text, offset - start, self.encoding)
        return Position(line - self.snapshot.line_of(self.start), units)

    def range(self, span: Span) -> Range:
        """The range of a span."""
        return Range(self.position(span.start), self.position(span.end))

    def holds(self, span: Span) -> bool:
        """Whether a span lies within the editor's document."""
        return self.start <= span.start and span.end <= self._limit

    @property
    def _limit(self) -> int:
        return len(self.snapshot.text) if self.end is None else self.end
