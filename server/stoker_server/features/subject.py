"""How receipts name what they are about."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol


def file_name(snapshot: Snapshot) -> str:
    """The last part of a document's URI."""
    return PurePosixPath(unquote(urlsplit(snapshot.uri).path)).name or snapshot.uri


def subject_of(snapshot: Snapshot, symbol: Symbol) -> str:
    """A file and a symbol in it, e.g. ``textwrap.py:TextWrapper.wrap``."""
    return f"{file_name(snapshot)}:{symbol.qualified}"


def subject_at(snapshot: Snapshot, span: Span) -> str:
    """A file and a line (from 1) in it, e.g. ``textwrap.py:381``."""
    return f"{file_name(snapshot)}:{snapshot.line_of(span.start) + 1}"
