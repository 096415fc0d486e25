"""The author that computes a refactoring with rope, in a worker process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.rewriting import to_normalized
from stoker_analyzers.selection import covers_statements
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.refactor.kinds import INLINE, RENAME, Kind, title_for
from stoker_server.features.subject import file_name
from stoker_server.uris import path_of, uri_of
from stoker_server.workers import RefusedError, WorkerError, WorkerTimeoutError, call
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict

logger = logging.getLogger(__name__)

TARGET = "stoker_server.features.refactor.with_rope:run"
SECONDS = 30.0
"""Time for one refactoring; renaming looks into every file of the workspace that holds the name."""
LOST = "rope can't make sense of"
"""How a refusal begins where rope failed on the file and would fail on it again."""
_SHOWN = 5
"""Uncertain places that are listed."""


class RopeAuthor:
    """Drafts one refactoring from the code alone.

    Attributes:
        refusal: Why there was no draft, as a sentence; empty before and where there was one.
        others: The other files of the draft, as they are in the editor or on disk, by URI.
    """

    name = FACTS

    def __init__(self, kind: Kind, span: Span, new: str) -> None:
        """Prepare a refactoring.

        Args:
            kind: Which.
            span: What it is about: an expression, statements or a name.
            new: The new name; not used for inlining.
        """
        self.refusal = ""
        self.others: dict[str, Snapshot] = {}
        self._kind = kind
        self._span = span
        self._new = new

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """What rope makes of it; it comes out the same each time, so a report changes nothing."""
        del report
        snapshot = request.snapshot
        try:
            answer = await call(TARGET, self._order(request), SECONDS)
            self.others.update(
                await asyncio.to_thread(
                    read, [each["path"] for each in answer["files"] if each["path"]], request.services.open
                )
            )
        except WorkerError as error:
            why = str(error)
            if not isinstance(error, RefusedError | WorkerTimeoutError):
                logger.warning("rope failed on %s: %s", snapshot.uri, error)
                why = f"{LOST} {file_name(snapshot)}, or of a file that it works with"
            self.refusal = f"{title_for(self._kind, self._old(snapshot), self._new)}: {why}"
            return None
        edit = Edit(tuple(file_edit(snapshot, each) for each in answer["files"]))
        return Draft(edit, title_for(self._kind, answer["old"], self._new), notes=notes_on(answer["unsure"]))

    def _order(self, request: FeatureRequest) -> Mapping[str, Any]:
        return order(request, self._kind, self._span, self._new)

    def _old(self, snapshot: Snapshot) -> str:
        return snapshot.text[self._span.start : self._span.end] if self._kind in (RENAME, INLINE) else ""


def order(request: FeatureRequest, kind: Kind, span: Span, new: str) -> Mapping[str, Any]:
    """What the worker is asked."""
    snapshot, folder = request.snapshot, request.services.folder
    path = path_of(snapshot.uri)
    return {
        "folder": str(folder) if folder else None,
        "path": str(path) if path else None,
        "text": snapshot.text,
        "open": {str(each): text for each, text in request.services.open.items()},
        "kind": kind.name,
        "start": to_normalized(snapshot.text, span.start),
        "end": to_normalized(snapshot.text, span.end),
        "whole": covers_statements(snapshot, span),
        "name": new,
    }


def file_edit(snapshot: Snapshot, answer: Mapping[str, Any]) -> FileEdit:
    """One file's part of the worker's answer."""
    spans = tuple(Replacement(Span(start, end), text) for start, end, text in answer["replacements"])
    if answer["path"] is None:
        return FileEdit(snapshot.uri, answer["base"], spans, snapshot.version)
    return FileEdit(uri_of(Path(answer["path"])), answer["base"], spans)


def read(paths: list[str], opened: Mapping[Path, str]) -> dict[str, Snapshot]:
    """Files as they are in the editor, or else on disk."""
    found, texts = {}, {each.resolve(): text for each, text in opened.items()}
    for path in map(Path, paths):
        try:
            text = texts[path] if path in texts else path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RefusedError(f"{path} can't be read any more") from error
        found[uri_of(path)] = Snapshot(uri_of(path), text, by_path(path))
    return found


def notes_on(unsure: list[str]) -> tuple[str, ...]:
    """A sentence about the places that were left alone."""
    if not unsure:
        return ()
    shown = ", ".join(unsure[:_SHOWN]) + (f" and {len(unsure) - _SHOWN} more" if len(unsure) > _SHOWN else "")
    return (f"Not changed, because the code does not show whether they mean it: {shown}",)
