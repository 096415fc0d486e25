"""``textDocument/copilotInlineEdit``: what follows from an edit, wherever in the document it is.

The request has the shape that editors know from Copilot's server; they draw what it answers. What follows in the cursor's own
line is ghost text, too.
"""

from __future__ import annotations

import asyncio
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import Span
from stoker_server.documents import Document
from stoker_server.handlers.base import Handler
from stoker_server.handlers.hops import as_json, next_hop, note_hop, position_of, replacement_of, request_for
from stoker_server.positions import Positions
from stoker_server.session import Session

QUIET_SECONDS = 0.3
"""What follows mechanically is worked out when no edit came for so long: then the cursor's line has it at once."""


async def inline_edit(session: Session, params: dict[str, Any]) -> dict[str, Any]:
    """``textDocument/copilotInlineEdit`` {textDocument: {uri, version}, position}: at most one edit, the nearest."""
    item = params["textDocument"]
    document = session.documents[item["uri"]]
    if item.get("version") not in (None, document.version):
        return {"edits": []}
    found = await next_hop(session, document, position_of(params["position"]))
    return {"edits": [as_json(session, document, *found)] if found else []}


def item_at(
    session: Session, document: Document, positions: Positions, params: types.InlineCompletionParams
) -> types.InlineCompletionItem | None:
    """What follows in the cursor's line, as ghost text: where that is known, and begins at the cursor or after it."""
    found = session.next_edits.at(document.uri, params.position.line)
    if found is None or params.context.selected_completion_info or not session.follows(document):
        return None
    change, offset = replacement_of(positions, found[0]), positions.offset(params.position)
    if offset > change.span.start:
        return None
    note_hop(session, document, *found, 0.0)
    text = positions.snapshot.text[offset : change.span.start] + change.text
    return types.InlineCompletionItem(text, range=positions.range(Span(offset, change.span.end)))


def prepare_soon(session: Session, uri: str) -> None:
    """Work out what follows mechanically once the document has been quiet for a while."""
    if waiting := session.preparing.pop(uri, None):
        waiting.cancel()
    session.preparing[uri] = asyncio.get_running_loop().call_later(QUIET_SECONDS, _prepare, session, uri)


def _prepare(session: Session, uri: str) -> None:
    session.preparing.pop(uri, None)
    document = session.documents.get(uri)
    latest = next((each for each in session.recent_edits.latest() if each.uri == uri), None)
    if document and latest and session.follows(document):
        request = request_for(session, document, types.Position(latest.line - 1, 0))
        session.protocol.in_background("what follows from an edit", session.next_edits.ask(request, model=False))


HANDLERS = (Handler("textDocument/copilotInlineEdit", inline_edit, raw=True),)
