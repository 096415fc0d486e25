"""``textDocument/hover``: the receipt of what Stoker wrote, over its lines and over the name of what holds them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types

from stoker_analyzers.snapshot import Snapshot
from stoker_server.documents import Document
from stoker_server.features.base import Offer
from stoker_server.handlers.base import Handler
from stoker_server.positions import Positions
from stoker_server.session import Session
from stoker_server.state.written import find, marks_at, marks_of
from stoker_server.uris import path_of
from stoker_wire.receipts import Receipt
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Outcome
from stoker_wire.words import cost

MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.UNDECIDED: "?"}


def hover(session: Session, params: types.HoverParams) -> Coroutine[Any, Any, types.Hover | None]:
    """The receipt of the newest offer that wrote what is under the cursor."""
    uri = params.text_document.uri
    positions = session.positions(session.documents[uri])
    return _receipt_at(session, uri, positions, positions.offset(params.position))


async def _receipt_at(session: Session, uri: str, positions: Positions, offset: int) -> types.Hover | None:
    snapshot = positions.snapshot
    found = await asyncio.to_thread(_look, session, _file(session, uri), snapshot, offset)
    receipt = await session.ledger.get(found[2]) if found else None
    if found is None or receipt is None:
        return None
    first, last = snapshot.line_span(found[0]), snapshot.line_span(found[1])
    content = types.MarkupContent(types.MarkupKind.PlainText, said(receipt))
    extent = types.Range(positions.position(first.start), positions.position(last.end))
    return types.Hover(content, extent)


def _look(session: Session, file: str, snapshot: Snapshot, offset: int) -> tuple[int, int, str] | None:
    marks = session.written.of(file)
    if not marks:
        return None
    line = snapshot.line_of(offset)
    if found := find(snapshot.text, marks, line, line):
        return found
    named = [each for each in snapshot.outline.enclosing(offset) if each.name_span.touches(offset)]
    if not named:
        return None
    span = named[-1].span
    return find(snapshot.text, marks, snapshot.line_of(span.start), snapshot.line_of(span.end))


def said(receipt: Receipt) -> str:
    """A receipt in some lines of plain text: evidence quotes code, which is no markup."""
    lines = [f"Stoker wrote this: {receipt.feature} of {receipt.subject}, by {receipt.author}, {receipt.created[:10]}"]
    lines += [f"{MARKS[each.outcome]} {each.check}: {each.evidence}" for each in receipt.verdicts]
    lines += [f"withheld before: {each.summary} (by {each.author})" for each in receipt.withheld]
    lines += [f"left: {each.told}" for each in receipt.left]
    if receipt.usage != Usage():
        lines.append(cost(receipt.usage))
    return "\n".join([*lines, f"stoker receipt {receipt.id}"])


async def remember_edit(session: Session, texts: dict[str, str], offer: Offer) -> None:
    """Remember what an offer wrote that was applied.

    Args:
        session: The editor.
        texts: By URI, the files' texts before it; a file that is not there was new or not open, and its text was empty or is
            not known.
        offer: What was applied.
    """
    for part in offer.edit.files:
        if part.base is None or part.uri in texts:
            marks = marks_of(part, texts.get(part.uri, ""), offer.receipt.id)
            await asyncio.to_thread(session.written.put, _file(session, part.uri), marks)


async def remember_text(session: Session, document: Document, receipt: str, text: str) -> None:
    """Remember ghost text that was accepted, where it stands in the document."""
    marks = marks_at(document.text, text, receipt)
    await asyncio.to_thread(session.written.put, _file(session, document.uri), marks)


def _file(session: Session, uri: str) -> str:
    """What the database knows a document by."""
    return str(path_of(uri) or session.path(uri) or uri)


HANDLERS = (Handler(types.TEXT_DOCUMENT_HOVER, hover),)
"""A document that has no path is known by its URI."""
