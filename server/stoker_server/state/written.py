"""Which lines of a file Stoker wrote, known again by their hash: the file, a number of lines, a hash and a receipt's id.

No text is kept. Lines that the user changed are no longer known, and are the user's.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import FileEdit
from stoker_server.state.database import read, write
from stoker_wire.words import counted

KEPT = 5_000
"""Places that are remembered; about as many as the receipts that they lead to."""
SHORTEST = 8
"""Characters besides white space: shorter lines (``pass``, ``)``) stand in many places that nobody wrote."""
MOST = 50
"""Places of one file that one offer may mark: a renaming of more is found by those."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that was written.

    Attributes:
        lines: How many lines.
        digest: Of their text, white space at their ends aside.
        receipt: Of the offer.
    """

    lines: int
    digest: str
    receipt: str


class WrittenStore:
    """Marks in the local database. Every call opens it anew and may wait for the disk: keep off the event loop."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def put(self, file: str, marks: Sequence[Mark]) -> None:
        """Keep marks of a file, and forget the oldest beyond ``KEPT``. Without a database they are lost, which the log says."""
        rows = [(file, each.lines, each.digest, each.receipt) for each in marks]

        def put(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT INTO written (file, lines, digest, receipt) VALUES (?, ?, ?, ?)", rows)
            connection.execute("DELETE FROM written WHERE id <= (SELECT max(id) FROM written) - ?", (KEPT,))

        if rows:
            write(self._database, put, counted(len(rows), "place") + " that were written")

    def of(self, file: str) -> list[Mark]:
        """The marks of a file, the newest first."""
        query = "SELECT lines, digest, receipt FROM written WHERE file = ? ORDER BY id DESC"
        return [Mark(*row) for row in read(self._database, query, (file,))]


def marks_of(part: FileEdit, before: str, receipt: str) -> list[Mark]:
    """The lines of a file that an edit writes.

    Args:
        part: The file's part of the edit.
        before: The file's text before it.
        receipt: The offer's.

    Raises:
        StaleEditError: The text is not what the edit was made for.
    """
    after, shift, found = part.apply(before), 0, []
    for each in part.replacements:
        start = each.span.start + shift
        shift += len(each.text) - len(each.span)
        if each.text.strip():
            indent = len(each.text) - len(each.text.lstrip())
            found.append((start + indent, start + len(each.text.rstrip())))
    return list(_marks(after, found[:MOST], receipt))


def marks_at(text: str, inserted: str, receipt: str) -> list[Mark]:
    """The lines of a text in which something stands that was inserted; none where it does not stand there just once."""
    if not inserted.strip() or text.count(inserted) != 1:
        return []
    start = text.index(inserted)
    indent = len(inserted) - len(inserted.lstrip())
    return list(_marks(text, [(start + indent, start + len(inserted.rstrip()))], receipt))


def _marks(text: str, places: Sequence[tuple[int, int]], receipt: str) -> Iterator[Mark]:
    for start, end in places:
        first, last = text.count("\n", 0, start), text.count("\n", 0, end)
        lines = text.split("\n")[first : last + 1]
        if len("".join("".join(lines).split())) >= SHORTEST:
            yield Mark(len(lines), _digest(lines), receipt)


def find(text: str, marks: Sequence[Mark], first: int, last: int) -> tuple[int, int, str] | None:
    """The newest mark whose lines stand in a text and touch some lines of it.

    Args:
        text: The file as it is now.
        marks: The newest first.
        first: The first line that is asked about, from 0 ...
        last: ... and the last one.

    Returns:
        The first and the last line of what was written, and its receipt.
    """
    lines = text.split("\n")
    for mark in marks:
        for start in range(max(0, first - mark.lines + 1), min(last, len(lines) - mark.lines) + 1):
            if _digest(lines[start : start + mark.lines]) == mark.digest:
                return start, start + mark.lines - 1, mark.receipt
    return None


def _digest(lines: Sequence[str]) -> str:
    """Of lines wherever they are indented."""
    return hashlib.sha256("\n".join(line.strip() for line in lines).encode("utf-8", "surrogatepass")).hexdigest()[:32]
