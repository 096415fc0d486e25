"""``textDocument/completion``: the popup. Answered from the tree alone; it never waits for a model."""

from __future__ import annotations

from lsprotocol import types

from stoker_analyzers.scope import Name, NameKind
from stoker_analyzers.symbols import SymbolKind, signature_text
from stoker_analyzers.typed import candidates, typed_at
from stoker_server.handlers.base import Handler
from stoker_server.session import Session

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
    names = {name.text: name for name in reversed(candidates(snapshot, offset))}
    keywords = snapshot.language.keywords if snapshot.language and not typed.member else frozenset()
    items = [_item(name, rank) for rank, name in enumerate(reversed(names.values()))]
    items += [
        _keyword(each) for each in sorted(keywords) if typed.word and each.startswith(typed.word) and each not in names
    ]
    return types.CompletionList(is_incomplete=True, items=items[:MOST])


def _item(name: Name, rank: int) -> types.CompletionItem:
    kind = _KINDS.get(name.symbol.kind) if name.symbol else _BY_ORIGIN.get(name.kind)
    detail = signature_text(name.symbol) if name.symbol else None
    return types.CompletionItem(name.text, kind=kind, detail=detail, sort_text=f"{rank:04}")


def _keyword(word: str) -> types.CompletionItem:
    return types.CompletionItem(word, kind=types.CompletionItemKind.Keyword, sort_text=f"9{word}")


HANDLERS = (Handler(types.TEXT_DOCUMENT_COMPLETION, completion),)
