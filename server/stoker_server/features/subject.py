"""How receipts name what they are about."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.uris import path_of


def file_name(snapshot: Snapshot) -> str:
    """The last part of a document's URI."""
    return PurePosixPath(unquote(urlsplit(snapshot.uri).path)).name or snapshot.uri


def subject_of(snapshot: Snapshot, symbol: Symbol, folder: Path | None) -> str:
    """A file, as seen from its workspace folder, and a symbol in it, e.g. ``src/shop/prices.py:Cart.total``."""
    return f"{_shown(snapshot, folder)}:{symbol.qualified}"


def subject_at(snapshot: Snapshot, span: Span, folder: Path | None) -> str:
    """A file, as seen from its workspace folder, and a line (from 1) in it, e.g. ``src/shop/prices.py:381``."""
    return f"{_shown(snapshot, folder)}:{snapshot.line_of(span.start) + 1}"


def _shown(snapshot: Snapshot, folder: Path | None) -> str:
    path = path_of(snapshot.uri)
    if path and folder and path.is_relative_to(folder):
        return path.relative_to(folder).as_posix()
    return file_name(snapshot)
