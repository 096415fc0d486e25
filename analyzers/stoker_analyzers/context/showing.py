"""Definitions as they stand in a prompt: headers and the first line of what documents them, one file's together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stoker_analyzers.index.entries import Definition
from stoker_analyzers.languages.base import Language
from stoker_analyzers.symbols import SymbolKind

TYPES = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM, SymbolKind.TYPE})
_BREAKS = re.compile(r"(?<=[(\[]) |,? (?=[)\]])")
"""What a header that was written on several lines has too much on one."""
LOCATED = 12
"""Lines of a header that are looked through for its end."""
LONGEST = 4_000
"""Characters of a header that are looked through."""


def shown(definitions: Iterable[Definition], language: Language | None, told: frozenset[str]) -> str:
    """Definitions of one file in the order of their lines, indented below what they belong to.

    Args:
        definitions: What is shown.
        language: The file's.
        told: Names of those whose documentation is shown, too.
    """
    lines = list[str]()
    ordered = sorted(definitions, key=lambda each: each.line)
    outer = {each.qualified for each in ordered}
    for each in ordered:
        owner = each.qualified.rpartition(".")[0]
        depth = owner.count(".") + 1 if owner in outer else 0
        said = each.documentation_first_line if each.name in told else ""
        lines += _lines(each, said, "    " * depth, language)
    return "\n".join(lines)


def _lines(definition: Definition, said: str, indent: str, language: Language | None) -> list[str]:
    signature = _BREAKS.sub("", definition.signature)
    if language is not None and language.scoping.indented:
        if definition.kind in (SymbolKind.VARIABLE, SymbolKind.CONSTANT):
            return [f"{indent}{signature}"]
        if said:
            return [f"{indent}{signature}:", f'{indent}    """{said}"""']
        return [f"{indent}{signature}:{'' if definition.kind in TYPES else ' ...'}"]
    mark = (language.comments.line if language else None) or "//"
    return [*([f"{indent}{mark} {said}"] if said else []), f"{indent}{signature}"]


def written_in(text: str, definition: Definition) -> str | None:
    """A definition's header as it stands in a text that may have changed since it was indexed; ``None`` where it is gone."""
    signature = definition.signature
    if signature in text:
        return signature
    first = re.escape(signature.split(" ", 1)[0])
    for found in re.finditer(rf"^[^\S\n]*{first}\b[^\n]*\b{re.escape(definition.name)}\b", text, re.MULTILINE):
        lines = text[found.start() : found.start() + LONGEST].split("\n", LOCATED)[:LOCATED]
        for count in range(1, len(lines) + 1):
            header = "\n".join(lines[:count])
            said = " ".join(header.split())
            if said.startswith(signature):
                return header
            if not signature.startswith(said):
                break
    return None
