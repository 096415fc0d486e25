"""From a pasted traceback or log to the place in the workspace that it is about."""

from __future__ import annotations

from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.findings import Finding, Severity
from stoker_analyzers.index.walk import Walker
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.traces import Place, line_in, locate, read_traces
from stoker_server.features.fix.trouble import Trouble

LOG = "log"
"""Who says what a log says."""


def places_in(log: str, folder: Path) -> tuple[Place, ...]:
    """The places of a folder's own files that a log names, the one to look at first first. Walks the folder."""
    traces = read_traces(log)
    return tuple(locate(traces, (path for path, _ in Walker(folder).files()))) if traces else ()


def said_of(log: str) -> str:
    """Why a log leads nowhere, as the end of a sentence."""
    traces = read_traces(log)
    if not traces:
        return "no traceback could be read in it"
    return f"none of its {len(traces[0].frames)} frames lies in this folder ({traces[0].error or 'no error is named'})"


def trouble_of(place: Place, snapshot: Snapshot, log: str) -> Trouble | None:
    """What a log says of a file; ``None`` where the file has no such line."""
    number = line_in(snapshot.text, place.frame)
    if number is None or number >= len(snapshot.line_starts):
        return None
    line = snapshot.line_span(number)
    text = snapshot.text[line.start : line.end]
    start = line.start + len(text) - len(text.lstrip())
    error = place.trace.error or "an error"
    finding = Finding(LOG, place.trace.kind, error, Span(start, max(start, line.end)), Severity.ERROR)
    return Trouble((finding,), f"The log:\n{log}")
