"""``textDocument/inlineCompletion``: ghost text."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import Span
from stoker_server.documents import Document
from stoker_server.features.base import FeatureRequest, Offer
from stoker_server.handlers.base import Handler
from stoker_server.positions import Positions
from stoker_server.session import Session


def inline_completion(session: Session, params: types.InlineCompletionParams) -> Coroutine[Any, Any, Any]:
    """Take the document as it is now and ask for what comes next."""
    document = session.documents[params.text_document.uri]
    positions = session.positions(document)
    return _answer(session, document, positions, positions.offset(params.position))


async def _answer(
    session: Session, document: Document, positions: Positions, offset: int
) -> types.InlineCompletionList:
    if not session.completes(document):
        return types.InlineCompletionList([])
    version = document.version
    session.protocol.in_background("indexing documents", session.nearby.refresh(document.uri))
    services = session.workspace.services(session.path(document.uri))
    request = FeatureRequest(positions.snapshot, Span(offset, offset), services)
    result = await session.feature("completion").propose(request)
    if not isinstance(result, Offer) or document.version != version:
        return types.InlineCompletionList([])
    session.keep(result.receipt)
    items = [
        types.InlineCompletionItem(replacement.text, range=positions.range(replacement.span))
        for part in result.edit.files
        for replacement in part.replacements
    ]
    return types.InlineCompletionList(items)


HANDLERS = (Handler(types.TEXT_DOCUMENT_INLINE_COMPLETION, inline_completion),)
