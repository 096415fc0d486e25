"""Keeps the documents in step with the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from lsprotocol import types

from stoker_server.documents import Document
from stoker_server.handlers.base import Handler
from stoker_server.handlers.diagnostics import publish_soon, withdraw
from stoker_server.handlers.next_edit import prepare_soon
from stoker_server.handlers.telling import follow
from stoker_server.lines import Splice
from stoker_server.session import Session
from stoker_server.uris import path_of

AGREEMENT_DELAY = 0.02
"""Seconds after an edit: the editor's own request for a completion, if it sends one, comes first and looks itself."""


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    """Take a document in."""
    item = params.text_document
    document = session.documents.open(item.uri, item.language_id, item.version, item.text)
    session.recent_edits.forget(item.uri)
    session.next_edits.opened(item.uri, document.lines)
    publish_soon(session, item.uri)
    session.protocol.in_background("reading the files beside", session.nearby.opened(document))


def did_change(session: Session, params: dict[str, Any]) -> None:
    """Apply edits, straight from the JSON: a fast typist, or a replace in all of a file, sends thousands."""
    item = params["textDocument"]
    document = session.documents[item["uri"]]
    splices = take_edits(session, document, params["contentChanges"], item.get("version"))
    if not session.next_edits.changed(document.uri, splices, document.lines):
        prepare_soon(session, document.uri)
    publish_soon(session, item["uri"])
    session.nearby.changed(item["uri"])


def take_edits(
    session: Session, document: Document, changes: Sequence[Mapping[str, Any]], version: int | None
) -> list[Splice]:
    """Apply edits to a document, a notebook's cell among them, and note what they say of what was suggested in it.

    Returns:
        What each did to the lines.
    """
    notebook = session.notebooks.holding(document.uri)
    suggested_in = notebook.uri if notebook else document.uri
    accepted = session.completions.edited(suggested_in, changes)
    splices = document.change(changes, version)
    session.recent_edits.changed(document.uri, splices)
    if accepted:
        follow(session, document, *accepted)
    if session.completions.drafts_for(suggested_in):
        asyncio.get_running_loop().call_later(AGREEMENT_DELAY, _look_whether_it_agrees, session, document.uri)
    return splices


def _look_whether_it_agrees(session: Session, uri: str) -> None:
    if document := session.documents.get(uri):
        session.completions.changed(session.positions(document).snapshot)


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    """Forget a document."""
    session.documents.close(params.text_document.uri)
    session.completions.closed(params.text_document.uri)
    session.next_edits.closed(params.text_document.uri)
    withdraw(session, params.text_document.uri)
    session.protocol.in_background("reading a closed file", session.nearby.closed(params.text_document.uri))


def did_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    """Bring the index in step; the document's own text is known already."""
    if path := path_of(params.text_document.uri):
        session.indexing.changed(path)


HANDLERS = (
    Handler(types.TEXT_DOCUMENT_DID_OPEN, did_open),
    Handler(types.TEXT_DOCUMENT_DID_CHANGE, did_change, raw=True),
    Handler(types.TEXT_DOCUMENT_DID_CLOSE, did_close),
    Handler(types.TEXT_DOCUMENT_DID_SAVE, did_save),
)
