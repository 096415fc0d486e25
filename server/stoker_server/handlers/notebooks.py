"""Keeps notebooks in step with the editor: the order of their cells, and the cells' texts."""

from __future__ import annotations

from lsprotocol import types

from stoker_server.handlers.base import Handler
from stoker_server.handlers.synchronization import take_edits
from stoker_server.session import Session


def did_open(session: Session, params: types.DidOpenNotebookDocumentParams) -> None:
    """Take a notebook and its cells in."""
    session.notebooks.open(params.notebook_document.uri, [cell.document for cell in params.notebook_document.cells])
    for item in params.cell_text_documents:
        session.documents.open(item.uri, item.language_id, item.version, item.text)
        session.recent_edits.forget(item.uri)


def did_change(session: Session, params: types.DidChangeNotebookDocumentParams) -> None:
    """Move, add and remove cells, and edit their texts."""
    notebook = session.notebooks.get(params.notebook_document.uri)
    cells = params.change.cells
    if notebook is None or cells is None:
        return
    if structure := cells.structure:
        array = structure.array
        added = [cell.document for cell in array.cells or []]
        for item in structure.did_open or []:
            session.documents.open(item.uri, item.language_id, item.version, item.text)
            session.recent_edits.forget(item.uri)
        for uri in notebook.splice(array.start, array.delete_count, added):
            session.documents.close(uri)
    for content in cells.text_content or []:
        changes = [session.protocol.plain(change) for change in content.changes]
        take_edits(session, session.documents[content.document.uri], changes, content.document.version)


def did_close(session: Session, params: types.DidCloseNotebookDocumentParams) -> None:
    """Forget a notebook and its cells."""
    for uri in session.notebooks.close(params.notebook_document.uri):
        session.documents.close(uri)
    session.completions.closed(params.notebook_document.uri)


def did_save(_: Session, __: types.DidSaveNotebookDocumentParams) -> None:
    """Nothing to do: the texts are known already."""


HANDLERS = (
    Handler(types.NOTEBOOK_DOCUMENT_DID_OPEN, did_open),
    Handler(types.NOTEBOOK_DOCUMENT_DID_CHANGE, did_change),
    Handler(types.NOTEBOOK_DOCUMENT_DID_CLOSE, did_close),
    Handler(types.NOTEBOOK_DOCUMENT_DID_SAVE, did_save),
)
