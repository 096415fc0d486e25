"""Where a symbol's docstring stands, or would stand, in Python source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol

_OWNERS = ("function_definition", "class_definition")
_INDENTED = re.compile(r"^([ \t]+)\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """What to replace, and by what.

    Attributes:
        span: What the docstring's statement takes the place of; empty where it is new.
        indent: Its indentation.
        before: What has to come before the literal.
        after: What has to come after it.
    """

    span: Span
    indent: str
    before: str = ""
    after: str = ""


def find_place(snapshot: Snapshot, symbol: Symbol) -> Place | None:
    """The place for a symbol's docstring; ``None`` where the definition is too broken to tell, or has no body."""
    colon = _colon(snapshot, symbol)
    if colon is None or symbol.body is None:
        return None
    documentation, newline = symbol.documentation, snapshot.newline
    first = documentation.span.start if documentation else symbol.body.start
    lead = snapshot.text[snapshot.line_span(snapshot.line_of(first)).start : first]
    if snapshot.line_of(colon) == snapshot.line_of(first):
        indent = _leading(snapshot, symbol.name_span.start) + _step(snapshot)
        if documentation:
            return Place(Span(colon, documentation.span.end), indent, newline + indent)
        return Place(Span(colon, first), indent, newline + indent, newline + indent)
    if lead.strip():
        return None
    if documentation:
        return Place(documentation.span, lead)
    line = snapshot.line_of(colon)
    end = snapshot.line_span(line).end
    below = snapshot.line_span(line + 1)
    blank = not snapshot.text[below.start : below.end].strip()
    return Place(Span(end, end), lead, newline + lead, "" if symbol.kind in CALLABLE or blank else newline)


def _colon(snapshot: Snapshot, symbol: Symbol) -> int | None:
    """The offset after the colon that ends the header."""
    node: Node | None = snapshot.node_at(symbol.name_span)
    while node is not None and node.type not in _OWNERS:
        node = node.parent
    body = node.child_by_field_name("body") if node else None
    if node is None or body is None:
        return None
    colons = [child for child in node.children if child.type == ":" and child.end_byte <= body.start_byte]
    if not colons or colons[-1].is_missing:
        return None
    colon = snapshot.offset(colons[-1].end_byte)
    continued = "\\" in snapshot.text[colon : snapshot.offset(body.start_byte)].partition("#")[0]
    return None if continued else colon


def _leading(snapshot: Snapshot, offset: int) -> str:
    line = snapshot.line_span(snapshot.line_of(offset))
    text = snapshot.text[line.start : line.end]
    return text[: len(text) - len(text.lstrip())]


def _step(snapshot: Snapshot) -> str:
    """One level of indentation, as the file has it."""
    found = _INDENTED.search(snapshot.text)
    return found[1] if found and (found[1] == "\t" or found[1] in ("  ", "    ")) else "    "
