r"""Open documents, in step with the editor under any edit.

A document is a list of lines that an edit splices, which costs the same in a large file as in a small one. Lines end at
``\n``, ``\r\n`` and ``\r`` and nowhere else (LSP), so form feeds and U+2028 stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stoker_analyzers.languages import by_id, by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.columns import column_of
from stoker_server.lines import Splice, split_lines
from stoker_server.uris import path_of

_SURROGATE = re.compile("[\ud800-\udfff]")


class UnknownDocumentError(LookupError):
    """The editor speaks of a document that it has not opened."""


class Document:
    """One open document."""

    def __init__(self, uri: str, language_id: str, version: int | None, text: str, encoding: str = "utf-16") -> None:
        self.uri = uri
        self.language_id = language_id
        self.version = version
        self.language = by_id(language_id) or by_path(uri)
        self._encoding = encoding
        self._lines = split_lines(_joined_surrogates(text))
        self._snapshot: Snapshot | None = None
        self._current = False

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self._lines)

    def lines(self, start: int, end: int) -> list[str]:
        """The lines from one number up to before another, with their ends; those that there are."""
        return self._lines[start:end]

    def snapshot(self) -> Snapshot:
        """The document as it is now; the same object until it changes."""
        if not self._current or self._snapshot is None:
            self._snapshot = Snapshot(self.uri, self.text, self.language, self.version, previous=self._snapshot)
            self._current = True
        return self._snapshot

    def change(self, changes: Iterable[Mapping[str, Any]], version: int | None) -> list[Splice]:
        """Apply LSP ``TextDocumentContentChangeEvent`` objects in order.

        Returns:
            What each did to the lines.

        Raises:
            KeyError: A change lacks a field.
            TypeError: A field is of another type than LSP has it.
        """
        made = list[Splice]()
        for change in changes:
            text = change["text"]
            if not isinstance(text, str):
                raise TypeError("the text of a change is a string")
            extent = change.get("range")
            if extent is None:
                made.append(self._replace(split_lines(_joined_surrogates(text))))
            else:
                start, end = extent["start"], extent["end"]
                made.append(self._splice(start["line"], start["character"], end["line"], end["character"], text))
            self._current = False
        self.version = version
        return made

    def _replace(self, lines: list[str]) -> Splice:
        """Take other lines for all; those that both begin and end with are no change."""
        old, self._lines = self._lines, lines
        shared = min(len(old), len(lines))
        start = next((line for line in range(shared) if old[line] != lines[line]), shared)
        left = shared - start
        tail = next((line for line in range(left) if old[-1 - line] != lines[-1 - line]), left)
        return Splice(start, old[start : len(old) - tail], lines[start : len(lines) - tail])

    def _splice(self, line: int, column: int, end_line: int, end_column: int, text: str) -> Splice:
        if (end_line, end_column) < (line, column):
            line, column, end_line, end_column = end_line, end_column, line, column
        line, column = self._place(line, column)
        end_line, end_column = self._place(end_line, end_column)
        lines = self._lines
        changed = lines[line][:column] + text + lines[end_line][end_column:]
        if changed.startswith("\n") and line and lines[line - 1].endswith("\r"):
            line -= 1  # the two are one line end now
            changed = lines[line] + changed
        if not changed.isascii():
            changed = _joined_surrogates(changed)
        pieces = split_lines(changed)
        if end_line + 1 < len(lines) and pieces[-1] == "":
            pieces.pop()  # only the last line of a document may be without an end
        before = lines[line : end_line + 1]
        lines[line : end_line + 1] = pieces
        return Splice(line, before, pieces)

    def _place(self, line: int, column: int) -> tuple[int, int]:
        """Line and character index of a position, moved into the document where it lies outside."""
        lines = self._lines
        if line >= len(lines):
            return len(lines) - 1, len(lines[-1])
        if line < 0:
            return 0, 0
        return line, column_of(lines[line].rstrip("\r\n"), column, self._encoding)


class Documents:
    """Every open document, by the URI that the editor sent."""

    def __init__(self, encoding: str = "utf-16") -> None:
        self.encoding = encoding
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))

    def __contains__(self, uri: str) -> bool:
        return uri in self._open

    def __getitem__(self, uri: str) -> Document:
        try:
            return self._open[uri]
        except KeyError:
            raise UnknownDocumentError(f"{uri} is not open") from None

    def get(self, uri: str) -> Document | None:
        """The document, or ``None`` where it is not open."""
        return self._open.get(uri)

    def spelling(self, uri: str) -> str:
        """A file's URI as the editor spells it, where the file is open: each escapes other characters."""
        path = None if uri in self._open else path_of(uri)
        return next((each for each in self._open if path and path_of(each) == path), uri)

    def open(self, uri: str, language_id: str, version: int | None, text: str) -> Document:
        """Take a document in; one that is open already is replaced."""
        document = self._open[uri] = Document(uri, language_id, version, text, self.encoding)
        return document

    def close(self, uri: str) -> None:
        """Forget a document; one that was not open is no error."""
        self._open.pop(uri, None)


def _joined_surrogates(text: str) -> str:
    """The text with surrogate pairs made one character: an edit may bring the halves together."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
