"""Keeps the documents in step with the editor."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from stoker_server.handlers.base import Handler
from stoker_server.handlers.diagnostics import publish_soon, withdraw
from stoker_server.session import Session


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    """Take a document in."""
    item = params.text_document
    document = session.documents.open(item.uri, item.language_id, item.version, item.text)
    publish_soon(session, item.uri)
    session.protocol.in_background("reading the files beside", session.nearby.opened(document))


def did_change(session: Session, params: dict[str, Any]) -> None:
    """Apply edits, straight from the JSON: a fast typist, or a replace in all of a file, sends thousands."""
    item = params["textDocument"]
    session.documents[item["uri"]].change(params["contentChanges"], item.get("version"))
    publish_soon(session, item["uri"])
    session.nearby.changed(item["uri"])


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    """Forget a document."""
    session.documents.close(params.text_document.uri)
    withdraw(session, params.text_document.uri)
    session.protocol.in_background("reading a closed file", session.nearby.closed(params.text_document.uri))


def did_save(_: Session, __: types.DidSaveTextDocumentParams) -> None:
    """Nothing to do: the text is known already."""


HANDLERS = (
    Handler(types.TEXT_DOCUMENT_DID_OPEN, did_open),
    Handler(types.TEXT_DOCUMENT_DID_CHANGE, did_change, raw=True),
    Handler(types.TEXT_DOCUMENT_DID_CLOSE, did_close),
    Handler(types.TEXT_DOCUMENT_DID_SAVE, did_save),
)
