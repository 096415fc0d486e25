"""``textDocument/completion``: the popup. Answered from the tree and from what is known; it never waits for a model.

For an editor without ghost text the suggestion is an item of the popup. What is not known yet is begun, and is there when the
next key asks again.
"""

from __future__ import annotations

from lsprotocol import types

from stoker_analyzers.index.entries import Definition
from stoker_analyzers.scope import Name, NameKind
from stoker_analyzers.symbols import SymbolKind, signature_text
from stoker_analyzers.typed import Typed, candidates, typed_at
from stoker_server.documents import Document
from stoker_server.handlers.base import Handler
from stoker_server.handlers.suggesting import is_paused, note_shown, request_at
from stoker_server.positions import Positions
from stoker_server.session import Session

_SORT = {"first": "  ", "last": "~~"}
"""Sorts before, or after, everything else that begins with a digit or a letter."""
MOST = 200
"""Items in one answer; the list is marked incomplete, so the editor asks again as the user types."""

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


def completion(session: Session, params: types.CompletionParams) -> types.CompletionList:
    """The names that may stand at the cursor, nearest scope first."""
    document = session.documents[params.text_document.uri]
    positions = session.positions(document)
    snapshot, offset = positions.snapshot, positions.offset(params.position)
    if not session.completes(document) or snapshot.tree is None:
        return types.CompletionList(is_incomplete=False, items=[])
    typed = typed_at(snapshot, offset)
    suggested = _suggestion(session, document, positions, typed)
    names = {name.text: name for name in reversed(candidates(snapshot, offset))}
    elsewhere = [each for each in session.surroundings.names(snapshot, offset) if each.name not in names]
    keywords = snapshot.language.keywords if snapshot.language and not typed.member else frozenset()
    items = [_item(name, rank) for rank, name in enumerate(reversed(names.values()))]
    items += [_defined(each, rank) for rank, each in enumerate(elsewhere, len(items))]
    items += [
        _keyword(each) for each in sorted(keywords) if typed.word and each.startswith(typed.word) and each not in names
    ]
    return types.CompletionList(is_incomplete=True, items=[*suggested, *items[:MOST]])


def _suggestion(
    session: Session, document: Document, positions: Positions, typed: Typed
) -> tuple[types.CompletionItem, ...]:
    """The suggestion as an item, for an editor that can't show ghost text."""
    if session.can("text_document", "inline_completion"):
        return ()
    request = request_at(session, document, positions, typed.span.end)
    where = request.services.settings.completion.popup
    if where == "off":
        return ()
    found = session.completions.known(request)
    if found is None:
        work = session.completions.ask(request, paused=is_paused(session, request))
        session.protocol.in_background("a suggestion for the popup", work)
        return ()
    note_shown(session, document, found, 0.0)
    text = typed.word + found.text
    first, _, more = text.partition("\n")
    return (
        types.CompletionItem(
            f"{first} …" if more else first,
            kind=types.CompletionItemKind.Snippet,
            detail="Stoker",
            documentation=text if more else None,
            sort_text=_SORT[where],
            filter_text=typed.word or first,
            insert_text_format=types.InsertTextFormat.PlainText,
            text_edit=types.TextEdit(positions.range(typed.span), text),
        ),
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
