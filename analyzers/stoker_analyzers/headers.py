"""How a definition begins, on one line, for people to read: as the source has it, but for Python's ``def`` and ``self``."""

from __future__ import annotations

import re

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol, SymbolKind, signature_text

_MOST = 1_000
"""Characters of a header; a longer one is cut off."""
_ATTRIBUTE_LIKE = frozenset(("property", "cached_property"))
_MACRO = re.compile(r"#\s*define\s+(\w+\([^)]*\))")
_ATTRIBUTES = re.compile(r"(?:(?://[^\n]*\n|/\*.*?\*/|#\[[^\]]*\]|\[[^\]]*\])\s*)+", re.DOTALL)
_END = re.compile(r"\s*(?:=>|[{;=:]|->)\s*$")
_MAKING = re.compile(r"\)\s*:\s.*\Z", re.DOTALL)
"""What a constructor makes before its body, in C++ and C#."""
_INNER = re.compile(r"(?<=[(\[])\s+|\s+(?=[)\],])|,\s*(?=[)\]])")


def header_text(snapshot: Snapshot, symbol: Symbol) -> str | None:
    """A callable's or a type's header; ``None`` for what is neither, and for Python's types.

    Args:
        snapshot: The file.
        symbol: What it defines.
    """
    if snapshot.language is None or snapshot.language.id == "python":
        if any(each.rpartition(".")[2] in _ATTRIBUTE_LIKE for each in symbol.decorators):
            gives = symbol.signature.returns if symbol.signature else None
            return f"{symbol.name}: {gives}" if gives else symbol.name
        return signature_text(symbol)
    types = (SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM)
    if symbol.signature is None and symbol.kind not in types:
        return None
    end = symbol.span.end if symbol.body is None else symbol.body.start
    text = snapshot.text[symbol.span.start : end]
    if macro := _MACRO.match(text):
        return macro[1]
    text = _without_decorators(text, symbol)
    if symbol.kind is SymbolKind.CONSTRUCTOR:
        text = _MAKING.sub(")", text)
    while _END.search(text):
        text = _END.sub("", text)
    return _INNER.sub("", " ".join(text.split()))[:_MOST]


def _without_decorators(text: str, symbol: Symbol) -> str:
    """A definition's text without annotations and attributes before it."""
    for each in symbol.decorators:
        begun = re.match(rf"\s*@{re.escape(each)}", text)
        text = text[begun.end() :] if begun else text
    found = _ATTRIBUTES.match(text.lstrip())
    return text.lstrip()[found.end() :] if found else text.lstrip()
