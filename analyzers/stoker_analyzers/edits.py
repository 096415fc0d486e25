"""A change of one or more files, as plain data: half-open spans of characters and the text that replaces them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


class StaleEditError(ValueError):
    """The text an edit was made for is not the text it is applied to."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of offsets in characters (code points), never bytes or UTF-16 units."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, offset: int) -> bool:
        return self.start <= offset < self.end

    def covers(self, other: Span) -> bool:
        """Whether ``other`` lies within this span."""
        return self.start <= other.start and other.end <= self.end

    def touches(self, offset: int) -> bool:
        """Whether a cursor at ``offset`` is in the span or at either end of it."""
        return self.start <= offset <= self.end


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """New text for a span; an insertion where the span is empty."""

    span: Span
    text: str


def digest(text: str) -> str:
    """SHA-256 of a text, the identity of a file's content."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Replacements in one file.

    Attributes:
        uri: The document, exactly as the editor names it.
        base: SHA-256 of the text that the spans count in; ``None`` where the file does not exist yet.
        replacements: Ordered by span and free of overlaps.
        version: The editor's version of that text, where the document was open.
    """

    uri: str
    base: str | None
    replacements: tuple[Replacement, ...]
    version: int | None = None

    def __post_init__(self) -> None:
        for left, right in pairwise(self.replacements):
            if right.span.start < left.span.end:
                raise ValueError(f"replacements overlap or are out of order: {left.span} and {right.span}")

    def moved(self, offset: int) -> int:
        """Where a place of the old text is in the new one; what is replaced is where its replacement begins."""
        shift = 0
        for each in self.replacements:
            if offset in each.span:
                return each.span.start + shift
            if each.span.start > offset:
                break
            shift += len(each.text) - len(each.span)
        return offset + shift

    def apply(self, text: str) -> str:
        """The text after the edit.

        Raises:
            StaleEditError: ``text`` is not what the edit was made for.
        """
        current = digest(text) if text or self.base else None
        if current != self.base:
            raise StaleEditError(f"{self.uri} has changed since the edit was made")
        pieces, at = [], 0
        for replacement in self.replacements:
            pieces += [text[at : replacement.span.start], replacement.text]
            at = replacement.span.end
        return "".join([*pieces, text[at:]])


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one or more files that is applied whole or not at all."""

    files: tuple[FileEdit, ...]

    def of(self, uri: str) -> FileEdit | None:
        """The part that concerns one file."""
        return next((each for each in self.files if each.uri == uri), None)


def replace(uri: str, text: str, replacements: Iterable[Replacement], version: int | None = None) -> Edit:
    """An edit of one existing file with the given text."""
    return Edit((FileEdit(uri, digest(text), tuple(sorted(replacements)), version),))


def create(uri: str, text: str) -> Edit:
    """An edit that makes a new file."""
    return Edit((FileEdit(uri, None, (Replacement(Span(0, 0), text),)),))
