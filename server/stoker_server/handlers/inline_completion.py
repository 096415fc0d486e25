"""``textDocument/inlineCompletion``: ghost text."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import Span
from stoker_server.capabilities import ACCEPTED
from stoker_server.documents import Document
from stoker_server.handlers.base import Handler
from stoker_server.handlers.next_edit import item_at
from stoker_server.handlers.suggesting import is_paused, note_shown, request_at
from stoker_server.positions import Positions
from stoker_server.session import Session


def inline_completion(
    session: Session, params: types.InlineCompletionParams
) -> types.InlineCompletionList | Coroutine[Any, Any, Any]:
    """Take the document as it is now; answer what follows in the line from an edit elsewhere, else ask what comes next."""
    document = session.documents[params.text_document.uri]
    positions = session.positions(document)
    if item := item_at(session, document, positions, params):
        return types.InlineCompletionList([item])
    return _answer(session, document, positions, positions.offset(params.position), params.context)


async def _answer(
    session: Session, document: Document, positions: Positions, offset: int, context: types.InlineCompletionContext
) -> types.InlineCompletionList:
    if not session.completes(document):
        return types.InlineCompletionList([])
    version, began = document.version, time.perf_counter()
    request = request_at(session, document, positions, offset)
    invoked = context.trigger_kind == types.InlineCompletionTriggerKind.Invoked
    found = await session.completions.ask(request, invoked=invoked, paused=is_paused(session, request))
    if found is None or document.version != version:
        return types.InlineCompletionList([])
    placed = _placed(positions, offset, found.text, context.selected_completion_info)
    if placed is None:
        return types.InlineCompletionList([])
    note_shown(session, document, found, time.perf_counter() - began)
    text, span = placed
    told = types.Command("Stoker: accepted", ACCEPTED, arguments=[found.suggestion.receipt.id])
    return types.InlineCompletionList([types.InlineCompletionItem(text, range=positions.range(span), command=told)])


def _placed(
    positions: Positions, offset: int, text: str, selected: types.SelectedCompletionInfo | None
) -> tuple[str, Span] | None:
    """What is inserted and what it replaces; ``None`` where the popup's selected item says something else.

    With an item selected, the editor shows ghost text only where it goes on from that item.
    """
    if selected is None:
        return text, Span(offset, offset)
    replaced = positions.span(selected.range)
    whole = positions.snapshot.text[replaced.start : offset] + text
    if replaced.start > offset or not whole.startswith(selected.text):
        return None
    return whole, Span(replaced.start, max(offset, replaced.end))


HANDLERS = (Handler(types.TEXT_DOCUMENT_INLINE_COMPLETION, inline_completion),)
