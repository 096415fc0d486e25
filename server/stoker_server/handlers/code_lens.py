"""``textDocument/codeLens``: ``Document`` and ``Test`` above what they can be done for. Off unless the settings want it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import Span
from stoker_analyzers.symbols import Symbol
from stoker_server.handlers.base import Handler
from stoker_server.positions import Positions
from stoker_server.session import Session

LENSES = (("docstring", "Document", "stoker.document"), ("test", "Test", "stoker.test"))
"""Each with its feature, its title and its command."""
MOST = 400
"""Lenses of one document: nobody reads more, and an editor asks for them at each change."""


def code_lens(session: Session, params: types.CodeLensParams) -> Coroutine[Any, Any, list[types.CodeLens]] | None:
    """The lenses of a document as it is now."""
    uri = params.text_document.uri
    if not session.workspace.resolved(session.path(uri)).settings.code_lens.enabled:
        return None
    positions = session.positions(session.documents[uri])
    return asyncio.to_thread(_lenses, session, uri, positions)


def _lenses(session: Session, uri: str, positions: Positions) -> list[types.CodeLens]:
    if positions.snapshot.tree is None:
        return []
    found: list[types.CodeLens] = []
    for symbol in positions.snapshot.outline.walk():
        if len(found) >= MOST:
            break
        if symbol.body and positions.holds(symbol.name_span):
            found += _of(session, uri, positions, symbol)
    return found


def _of(session: Session, uri: str, positions: Positions, symbol: Symbol) -> Iterator[types.CodeLens]:
    cursor = Span(symbol.name_span.start, symbol.name_span.start)
    where = positions.range(symbol.name_span)
    place = {"uri": uri, "range": session.protocol.plain(positions.range(cursor))}
    for name, title, command in LENSES:
        if session.feature(name).applies(positions.snapshot, cursor):
            argument = {**place, "options": {"symbol": symbol.qualified}}
            yield types.CodeLens(where, types.Command(title, command, arguments=[argument]))


HANDLERS = (Handler(types.TEXT_DOCUMENT_CODE_LENS, code_lens),)
