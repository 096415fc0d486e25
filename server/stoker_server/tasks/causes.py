"""Finds what gives rise to tasks in a folder's files: comments that leave something to be done, and drifted documentation.

Runs in a process of its own where a server asks for it (``scan``): parsing holds the GIL. Files that have not changed since
they were read last are not opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stoker_analyzers.docstrings.drift import drift
from stoker_analyzers.index.entries import Stamp
from stoker_analyzers.index.walk import Walker
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.todos import MARKS, todos
from stoker_wire.tasks import Kind, Place

_BARE = {Kind.TODO: "something to do", Kind.FIXME: "something to fix", Kind.XXX: "a warning", Kind.HACK: "a hack"}
"""Titles of comments that consist of the mark alone."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a task comes from.

    Attributes:
        kind: The task's kind.
        title: The task's title.
        place: Where it is.
        who: The person that the code names; empty without one.
        source: The tool whose report it comes from, once that is known; else empty.
    """

    kind: Kind
    title: str
    place: Place
    who: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in a folder.

    Attributes:
        stamps: Every file that is there, by its path relative to the folder, with size and time.
        read: The files that were read; all that is known of them stands in ``causes``.
        causes: What was found in those.
        lines: Where the definitions of those begin, by file and qualified name, where that was asked for.
    """

    stamps: Mapping[str, Stamp]
    read: frozenset[str]
    causes: tuple[Cause, ...]
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def scan_folder(folder: Path, known: Mapping[str, Stamp], *, lines: bool = False) -> Scan:
    """Read the files of a folder that are others than when they were read last.

    Args:
        folder: The workspace folder; what ignore files name is left out.
        known: The files that were read before, as they were then.
        lines: Whether something is anchored to definitions, so that it matters where they begin.
    """
    stamps = dict(Walker(folder).files())
    read, causes, begins = set[str](), list[Cause](), dict[str, Mapping[str, int]]()
    for path, stamp in stamps.items():
        if known.get(path) == stamp:
            continue
        try:
            data = (folder / path).read_bytes()
        except OSError:
            continue  # it is gone again, or can't be read: what is known of it stays
        read.add(path)
        try:
            snapshot = Snapshot("", data.decode("utf-8"), by_path(Path(path)))
        except UnicodeDecodeError:
            continue
        causes += causes_in(path, snapshot, marks=any(mark in data for mark in MARKS))
        if lines:
            begins[path] = beginnings(snapshot)
    return Scan(stamps, frozenset(read), tuple(causes), begins)


def beginnings(snapshot: Snapshot) -> dict[str, int]:
    """The line, from 1, on which each definition of a file begins; of several with one name, the first."""
    symbols = reversed(snapshot.outline.walk())
    return {each.qualified: snapshot.line_of(each.span.start) + 1 for each in symbols}


def place_at(path: str, snapshot: Snapshot, line: int) -> Place:
    """A line of a file as a place that moves along with the definition that it stands in.

    Args:
        path: The file, relative to the folder.
        snapshot: Its text.
        line: From 1; one that is not there is the last.
    """
    line = min(max(line, 1), len(snapshot.line_starts))
    enclosing = snapshot.outline.enclosing(snapshot.line_span(line - 1).end)
    if not enclosing:
        return Place(path, "", line)
    name = enclosing[-1].qualified
    return Place(path, name, line, line - beginnings(snapshot)[name])


def causes_in(path: str, snapshot: Snapshot, *, marks: bool = True) -> Iterator[Cause]:
    """What gives rise to tasks in one file.

    Args:
        path: The file, relative to the folder.
        snapshot: Its text.
        marks: Whether the text holds any of the words that comments are looked for by.
    """
    if marks:
        for each in todos(snapshot):
            kind = Kind(each.mark.value)
            place = Place(path, each.symbol, snapshot.line_of(each.span.start) + 1)
            yield Cause(kind, each.text or _BARE[kind], place, each.who)
    for found in drift(snapshot):
        place = Place(path, found.symbol.qualified, snapshot.line_of(found.span.start) + 1)
        yield Cause(Kind.DOCSTRING, found.message, place)


# -- across processes


def scan(payload: dict[str, Any]) -> dict[str, Any]:
    """``scan_folder`` as a worker's function, on plain JSON values."""
    known = {path: Stamp(*stamp) for path, stamp in payload["known"].items()}
    found = scan_folder(Path(payload["folder"]), known, lines=payload["lines"])
    return {
        "stamps": {path: [stamp.size, stamp.modified] for path, stamp in found.stamps.items()},
        "read": sorted(found.read),
        "causes": [asdict(each) for each in found.causes],
        "lines": found.lines,
    }


def from_worker(answer: Mapping[str, Any]) -> Scan:
    """What ``scan`` told."""
    stamps = {path: Stamp(*stamp) for path, stamp in answer["stamps"].items()}
    causes = tuple(
        Cause(Kind(each["kind"]), each["title"], Place(**each["place"]), each["who"], each["source"])
        for each in answer["causes"]
    )
    return Scan(stamps, frozenset(answer["read"]), causes, answer["lines"])
