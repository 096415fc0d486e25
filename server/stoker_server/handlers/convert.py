"""Edits of ours as edits of LSP's."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import Edit, FileEdit, StaleEditError, digest
from stoker_analyzers.snapshot import Snapshot
from stoker_server.positions import Positions
from stoker_server.session import Session
from stoker_server.uris import path_of


async def workspace_edit(session: Session, asked: Positions, uri: str, edit: Edit) -> types.WorkspaceEdit:
    """An edit as the editor applies it, each file with the version it was made for.

    Args:
        session: The editor.
        asked: The document that the user asked about, as it was then ...
        uri: ... and its URI; a notebook's cell has another one than its text's snapshot.
        edit: What to change.

    Raises:
        StaleEditError: A file is no longer what the edit was made for.
    """
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for part in edit.files:
        target = uri if part.uri == asked.snapshot.uri else session.documents.spelling(part.uri)
        if part.base is None:
            changes.append(
                types.CreateFile(target, options=types.CreateFileOptions(overwrite=False, ignore_if_exists=False))
            )
        positions = asked if part.uri == asked.snapshot.uri else await _positions(session, part, target)
        document = session.documents.get(target)
        if document and session.positions(document).snapshot.digest != part.base:
            raise StaleEditError(f"{_named(target)} has changed meanwhile; ask again")
        changes.append(_document_edit(positions, part, target, document.version if document else None))
    if session.can("workspace", "workspace_edit", "document_changes"):
        return types.WorkspaceEdit(document_changes=changes)
    edits = [each for each in changes if isinstance(each, types.TextDocumentEdit)]
    return types.WorkspaceEdit(changes={each.text_document.uri: _plain(each) for each in edits})


def _document_edit(positions: Positions, part: FileEdit, uri: str, version: int | None) -> types.TextDocumentEdit:
    if not all(positions.holds(replacement.span) for replacement in part.replacements):
        raise StaleEditError("the edit reaches into another cell of the notebook")
    edits = [types.TextEdit(positions.range(each.span), each.text) for each in part.replacements]
    return types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version), list(edits))


async def _positions(session: Session, part: FileEdit, uri: str) -> Positions:
    """Positions in a file that is open under a URI, on disk, or new."""
    if document := session.documents.get(uri):
        return session.positions(document)
    if part.base is None:
        path = path_of(part.uri)
        is_there = path is not None and await asyncio.to_thread(os.path.lexists, path)
        if is_there:  # an editor that can't make files would write into it
            raise StaleEditError(f"{_named(part.uri)} is there by now; ask again")
        return Positions(Snapshot(part.uri, "", None), session.documents.encoding)
    text = await asyncio.to_thread(_read, part.uri)
    if digest(text) != part.base:
        raise StaleEditError(f"{_named(part.uri)} has changed on disk meanwhile; ask again")
    return Positions(Snapshot(part.uri, text, None), session.documents.encoding)


def _named(uri: str) -> str:
    return str(path_of(uri) or uri)


def _read(uri: str) -> str:
    path = path_of(uri)
    if path is None:
        raise StaleEditError(f"{uri} is neither open nor a file")
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        raise StaleEditError(f"{path} can't be read any more: {error}") from error


def _plain(edit: types.TextDocumentEdit) -> list[types.TextEdit]:
    return [each for each in edit.edits if isinstance(each, types.TextEdit)]


def range_of(value: Mapping[str, Any]) -> types.Range:
    """A range from a command's argument.

    Raises:
        KeyError: A field is missing.
    """
    start, end = value["start"], value["end"]
    return types.Range(
        types.Position(start["line"], start["character"]),
        types.Position(end["line"], end["character"]),
    )
