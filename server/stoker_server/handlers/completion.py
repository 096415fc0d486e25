"""``textDocument/completion``: the popup. Answered from the tree, the code's facts and what is known; never waits for a model.

For an editor without ghost text the suggestion is an item of the popup. What a model has not said yet is begun, and is there
when the next key asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types

from stoker_analyzers.index.entries import Definition
from stoker_analyzers.scope import Name, NameKind
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import SymbolKind, signature_text
from stoker_analyzers.typed import candidates, typed_at
from stoker_server.documents import Document
from stoker_server.features.base import FeatureRequest
from stoker_server.features.completion.suggestions import Rest
from stoker_server.handlers.base import Handler
from stoker_server.handlers.suggesting import is_paused, note_shown, request_at
from stoker_server.positions import Positions
from stoker_server.session import Session

_SORT = {"first": "  ", "last": "~~"}
"""Sorts before, or after, everything else that begins with a digit or a letter."""
MOST = 200
"""Items in one answer; the list is marked incomplete, so the editor asks again as the user types."""
SECONDS = 0.02
"""How long a model's suggestion may hold the names up: long enough for one that is known, or in the cache on disk."""

_KINDS = {
    SymbolKind.MODULE: types.CompletionItemKind.Module,
    SymbolKind.CLASS: types.CompletionItemKind.Class,
    SymbolKind.INTERFACE: types.CompletionItemKind.Interface,
    SymbolKind.ENUM: types.CompletionItemKind.Enum,
    SymbolKind.FUNCTION: types.CompletionItemKind.Function,
    SymbolKind.METHOD: types.CompletionItemKind.Method,
    SymbolKind.CONSTRUCTOR: types.CompletionItemKind.Constructor,
    SymbolKind.VARIABLE: types.CompletionItemKind.Variable,
    SymbolKind.CONSTANT: types.CompletionItemKind.Constant,
    SymbolKind.TYPE: types.CompletionItemKind.Class,
}
_BY_ORIGIN = {
    NameKind.PARAMETER: types.CompletionItemKind.Variable,
    NameKind.LOCAL: types.CompletionItemKind.Variable,
    NameKind.MEMBER: types.CompletionItemKind.Field,
    NameKind.IMPORT: types.CompletionItemKind.Module,
}


def completion(
    session: Session, params: types.CompletionParams
) -> types.CompletionList | Coroutine[Any, Any, types.CompletionList]:
    """The names that may stand at the cursor, nearest scope first; the suggestion where the editor shows it nowhere else."""
    document = session.documents[params.text_document.uri]
    if not session.completes(document):
        return types.CompletionList(is_incomplete=False, items=[])
    positions = session.positions(document)
    offset = positions.offset(params.position)
    items = _names(session, positions.snapshot, offset)
    request = request_at(session, document, positions, offset)
    where = request.services.settings.completion.popup
    if session.can("text_document", "inline_completion") or where == "off":
        return types.CompletionList(is_incomplete=True, items=items)
    return _with_suggestion(session, document, positions, request, items)


def _names(session: Session, snapshot: Snapshot, offset: int) -> list[types.CompletionItem]:
    if snapshot.tree is None:
        return []
    typed = typed_at(snapshot, offset)
    names = {name.text: name for name in reversed(candidates(snapshot, offset))}
    elsewhere = [each for each in session.surroundings.names(snapshot, offset) if each.name not in names]
    keywords = snapshot.language.keywords if snapshot.language and not typed.member else frozenset()
    items = [_item(name, rank) for rank, name in enumerate(reversed(names.values()))]
    items += [_defined(each, rank) for rank, each in enumerate(elsewhere, len(items))]
    items += [
        _keyword(each) for each in sorted(keywords) if typed.word and each.startswith(typed.word) and each not in names
    ]
    return items[:MOST]


async def _with_suggestion(
    session: Session,
    document: Document,
    positions: Positions,
    request: FeatureRequest,
    items: list[types.CompletionItem],
) -> types.CompletionList:
    """The names and the suggestion, as an item for an editor that can't show ghost text."""
    found, version = list[Rest | None](), document.version

    async def look() -> None:
        found.append(await session.completions.ask(request, paused=is_paused(session, request)))

    looking = session.protocol.in_background("a suggestion for the popup", look())
    await asyncio.wait([looking], timeout=SECONDS if request.services.provider else None)
    if found and found[0] and document.version == version:
        note_shown(session, document, found[0], 0.0)
        items = [_suggested(positions, request, found[0]), *items]
    return types.CompletionList(is_incomplete=True, items=items)


def _suggested(positions: Positions, request: FeatureRequest, found: Rest) -> types.CompletionItem:
    typed = typed_at(positions.snapshot, request.span.start)
    text = typed.word + found.text
    first, _, more = text.partition("\n")
    first = first.rstrip("\r")
    return types.CompletionItem(
        f"{first} …" if more else first,
        kind=types.CompletionItemKind.Snippet,
        detail="Stoker",
        documentation=text if more else None,
        sort_text=_SORT[request.services.settings.completion.popup],
        filter_text=typed.word or first,
        insert_text_format=types.InsertTextFormat.PlainText,
        text_edit=types.TextEdit(positions.range(typed.span), text),
    )


def _item(name: Name, rank: int) -> types.CompletionItem:
    kind = _KINDS.get(name.symbol.kind) if name.symbol else _BY_ORIGIN.get(name.kind)
    detail = signature_text(name.symbol) if name.symbol else None
    return types.CompletionItem(name.text, kind=kind, detail=detail, sort_text=f"{rank:04}")


def _defined(definition: Definition, rank: int) -> types.CompletionItem:
    said = definition.documentation_first_line or None
    return types.CompletionItem(
        definition.name,
        kind=_KINDS.get(definition.kind),
        detail=definition.path,
        documentation=said,
        sort_text=f"{rank:04}",
    )


def _keyword(word: str) -> types.CompletionItem:
    return types.CompletionItem(word, kind=types.CompletionItemKind.Keyword, sort_text=f"9{word}")


HANDLERS = (Handler(types.TEXT_DOCUMENT_COMPLETION, completion),)
