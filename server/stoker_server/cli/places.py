"""Files and places in them, as the command line names them: ``FILE``, ``FILE:LINE:COLUMN``, ``FILE:START-END``, 1-based."""

from __future__ import annotations

import re
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.errors import CommandError
from stoker_server.uris import uri_of

SIZE_LIMIT = 20_000_000
"""Bytes of a file that is read; source files are far smaller."""

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?\Z")
_RANGE = re.compile(
    r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?-(?P<end_line>\d+)(?::(?P<end_column>\d+))?\Z",
)
_ROOT_MARKS = (
    *(".git", "stoker.toml", "pyproject.toml", "package.json", "go.mod", "Cargo.toml", "pom.xml"),
    *("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"),
)


def read_file(path: Path) -> Snapshot:
    """A file as a snapshot, its line ends kept.

    Raises:
        CommandError: It is missing, no file, too large, or no UTF-8 text.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise CommandError(f"{path} is a folder; name a file")
        if size > SIZE_LIMIT:
            raise CommandError(f"{path} has {size / 1e6:.0f} MB; files up to {SIZE_LIMIT / 1e6:.0f} MB are read")
        if not path.is_file():
            raise CommandError(f"{path} is no file; name a source file")
        data = path.read_bytes()
    except FileNotFoundError:
        raise CommandError(f"there is no file {path}") from None
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}") from error
    if b"\0" in data:
        raise CommandError(f"{path} is a binary file; name a source file")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text (byte {error.start}); convert it first") from error
    return Snapshot(uri_of(path), text, by_path(path))


def parse_place(text: str, form: str = "FILE:LINE:COLUMN, e.g. app.py:12:5") -> tuple[Snapshot, Span]:
    """``FILE:LINE:COLUMN`` or ``FILE:LINE`` as a snapshot and a cursor.

    Args:
        text: The place.
        form: What is said to be its form, where it has another.

    Raises:
        CommandError: It has another form, or names no place in the file.
    """
    found = _PLACE.match(text)
    if not found:
        raise CommandError(f"{text!r} is not {form}")
    snapshot = read_file(Path(found["file"]))
    offset = _offset(snapshot, int(found["line"]), int(found["column"] or 1), found["file"])
    return snapshot, Span(offset, offset)


def parse_range(text: str) -> tuple[Snapshot, Span]:
    """``FILE:START-END`` as a snapshot and a selection; START and END are LINE or LINE:COLUMN, the end column exclusive.

    A place, as ``parse_place`` takes it, is a selection of nothing.

    Raises:
        CommandError: It has another form, or names no place in the file.
    """
    found = _RANGE.match(text)
    if not found and not _PLACE.match(text):
        raise CommandError(f"{text!r} is neither FILE:START-END nor FILE:LINE:COLUMN, e.g. app.py:10-14 or app.py:12:5")
    if not found:
        return parse_place(text)
    snapshot = read_file(Path(found["file"]))
    start = _offset(snapshot, int(found["line"]), int(found["column"] or 1), found["file"])
    end_line = int(found["end_line"])
    if found["end_column"]:
        end = _offset(snapshot, end_line, int(found["end_column"]), found["file"])
    else:
        end = snapshot.line_span(_line(snapshot, end_line, found["file"])).end
    if end < start:
        raise CommandError(f"{text!r} ends before it starts")
    return snapshot, Span(start, end)


def folder_of(path: Path) -> Path:
    """The workspace folder of a file: the nearest one above it that looks like a project's, else its own."""
    parents = path.absolute().parents
    return next((each for each in parents if any((each / mark).exists() for mark in _ROOT_MARKS)), parents[0])


def patch_name(path: Path) -> str:
    """What a diff calls a file so that ``git apply`` finds it from the folder that the command runs in.

    A file outside that folder is named from its workspace folder: no patch tool leaves the folder that it runs in.
    """
    place = (
        path.absolute().parent.resolve() / path.name
    )  # the folder's links only: a file that is one is itself changed
    roots = [Path.cwd().resolve(), folder_of(place)]
    root = next((each for each in roots if place.is_relative_to(each)), place.parent)
    return place.relative_to(root).as_posix()


def _line(snapshot: Snapshot, line: int, file: str) -> int:
    if not 1 <= line <= len(snapshot.line_starts):
        raise CommandError(f"{file} has no line {line}; it has {len(snapshot.line_starts)}")
    return line - 1


def _offset(snapshot: Snapshot, line: int, column: int, file: str) -> int:
    span = snapshot.line_span(_line(snapshot, line, file))
    if not 1 <= column <= len(span) + 1:
        raise CommandError(f"line {line} of {file} has no column {column}; it has {len(span) + 1}")
    return span.start + column - 1
