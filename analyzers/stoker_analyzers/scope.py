"""Which names can be used at a place in a file: parameters, locals, what the file defines, what it imports.

Reads one file and guesses nothing: a name is listed where the text itself binds it. What other files define is not
this module's business.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from tree_sitter import Node, QueryCursor

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import Scoping
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Import, Parameter, Symbol, SymbolKind

_RECEIVER = re.compile(r"(?P<word>\w*)\s*(?:\.|->|::)\Z")
_LONGEST = 100
"""Characters that are read back for what stands before a member's dot."""
_NEAREST = 40
"""Uses of a name that are looked at, from the place outwards: a key must not wait for more."""
_TYPES = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM, SymbolKind.TYPE})


class NameKind(StrEnum):
    """How a name came to be."""

    PARAMETER = "parameter"
    LOCAL = "local"
    SYMBOL = "symbol"
    MEMBER = "member"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that can be used at a place.

    Attributes:
        text: As it is written there, with its sigil where the language has one.
        kind: How it came to be.
        symbol: Its definition, for symbols and for members that are defined rather than just assigned.
        parameter: For parameters of functions with a name.
        origin: For imports.
    """

    text: str
    kind: NameKind
    symbol: Symbol | None = None
    parameter: Parameter | None = None
    origin: Import | None = None


class _Found(NamedTuple):
    """A name and how near it is: the start of its scope, and its distance where it was bound before the place."""

    scope: int
    distance: int
    name: Name


def names_at(snapshot: Snapshot, offset: int) -> tuple[Name, ...]:
    """The names known at an offset, nearest scope first, each once; wildcard imports are left out."""
    place = _Place.at(snapshot, offset)
    if place is None:
        return ()
    found = [*_locals(place), *_defined(place), *_imported(place)]
    found.sort(key=lambda each: (-each.scope, each.distance))
    nearest: dict[str, Name] = {}
    for each in found:
        nearest.setdefault(each.name.text, each.name)
    return tuple(nearest.values())


def members_of(snapshot: Snapshot, owner: Symbol) -> tuple[Name, ...]:
    """What a type in this file defines, and what its methods assign on their object; inherited members are left out."""
    inner = [child for child in owner.children if child.kind in _TYPES]
    members: dict[str, Name] = {}
    for symbol in (*owner.children, *snapshot.outline.symbols):
        if symbol.qualified == f"{owner.qualified}.{symbol.name}":
            members.setdefault(symbol.name, Name(symbol.name, NameKind.MEMBER, symbol))
    scoping = snapshot.language.scoping if snapshot.language else None
    if scoping and scoping.members:
        for node in _captured(snapshot, scoping.members, "member", owner.span.start, owner.span.end):
            if not any(snapshot.offset(node.start_byte) in child.span for child in inner):
                text = snapshot.slice(node)
                members.setdefault(text, Name(text, NameKind.MEMBER))
    return tuple(members.values())


def owner_at(snapshot: Snapshot, offset: int, receiver: str) -> Symbol | None:
    """The type whose members follow ``receiver`` at an offset: for ``self``, ``this`` or a receiver's own name.

    ``None`` where the word means something else there, or where the type is defined in another file.
    """
    place = _Place.at(snapshot, offset)
    if place is None:
        return None
    for symbol in reversed(place.around):
        if symbol.kind in _TYPES:
            return symbol if receiver in place.scoping.receivers else None
        own = symbol.signature.parameters if symbol.signature else ()
        if receiver in place.scoping.receivers or any(each.receiver and each.name == receiver for each in own):
            owner = snapshot.outline.find(symbol.qualified.rpartition(".")[0])
            if owner and owner.kind in _TYPES:
                return owner
    return None


def is_used_near(snapshot: Snapshot, offset: int, name: str, receiver: str | None = None) -> bool:
    """Whether the file uses a name where the scope of an offset can see it; told from the tree alone, without an outline.

    Args:
        snapshot: The file.
        offset: The place that the name would be written at.
        name: A whole identifier.
        receiver: What stands before the dot, for a member; ``None`` for a plain name.
    """
    place = _Place.at(snapshot, offset)
    if place is None:
        return False
    whole = re.finditer(rf"{re.escape(name)}\b", snapshot.text)
    uses = sorted((each.start() for each in whole), key=lambda start: abs(start - offset))
    for start in uses[:_NEAREST]:
        end, here = start + len(name), start <= offset <= start + len(name)
        node = snapshot.node_at(Span(start, end))
        if node is None or snapshot.span(node) != Span(start, end) or here:
            continue
        before = _RECEIVER.search(snapshot.text, max(0, start - _LONGEST), start)
        if (before["word"] if before else None) == receiver and place.sees(node, member=receiver is not None):
            return True
    return False


class _Place:
    """A place in a text, and what encloses it.

    Where indentation alone says what a line belongs to, a definition also holds the lines after its last token that are
    indented deeper than it: that is where code is being written.
    """

    def __init__(self, snapshot: Snapshot, scoping: Scoping, root: Node, offset: int) -> None:
        self.snapshot = snapshot
        self.scoping = scoping
        self.root = root
        self.offset = offset

    @cached_property
    def around(self) -> tuple[Symbol, ...]:
        """The symbols that enclose the place, outermost first."""
        around, level = list[Symbol](), self.snapshot.outline.symbols
        while found := next((each for each in reversed(level) if self.within(each.span)), None):
            around.append(found)
            level = found.children
        return tuple(around)

    @classmethod
    def at(cls, snapshot: Snapshot, offset: int) -> _Place | None:
        if snapshot.tree is None or snapshot.language is None:
            return None
        return cls(snapshot, snapshot.language.scoping, snapshot.tree.root_node, offset)

    def within(self, span: Span) -> bool:
        """Whether a definition or a scope holds the place."""
        if span.touches(self.offset) or not self.scoping.indented or self.offset < span.start:
            return span.touches(self.offset)
        snapshot, here = self.snapshot, self.snapshot.line_of(self.offset)
        if snapshot.line_of(span.start) < here == snapshot.line_of(span.end):
            return not snapshot.text[span.end : self.offset].strip()  # behind a blank at the end of its last line
        column = self._indentation(snapshot.line_span(snapshot.line_of(span.start)), blank=0)
        for line in range(snapshot.line_of(span.end) + 1, here):
            if self._indentation(snapshot.line_span(line), blank=column + 1) <= column:
                return False
        written = Span(snapshot.line_starts[here], self.offset)
        return here > snapshot.line_of(span.end) and self._indentation(written, blank=len(written)) > column

    def sees(self, node: Node, *, member: bool) -> bool:
        """Whether the scope of an identifier holds the place; a member's is all that is around it, its type too."""
        blocks, block = list[Span](), node.parent
        if block is not None and block.child_by_field_name("name") == node:
            block = block.parent  # a definition's own name belongs to what is around it
        while block is not None and block.parent is not None:
            if block.type in self.scoping.blocks:
                blocks.append(self.snapshot.span(block))
            block = block.parent
        return not blocks or any(self.within(each) for each in (blocks if member else blocks[:1]))

    def statement(self) -> Span:
        """The node right below the file that holds the place, or the last one before it.

        Not by ``first_child_for_byte``: where there is none it gives a node whose use ends the process.
        """
        byte = self.snapshot.byte(self.offset)
        top = next((child for child in reversed(self.root.children) if child.start_byte <= byte), self.root)
        return self.snapshot.span(top)

    def _indentation(self, line: Span, *, blank: int) -> int:
        """Columns before the first character of a line; ``blank`` for a line without one."""
        text = self.snapshot.text[line.start : line.end]
        return len(text) - len(text.lstrip()) if text.strip() else blank


def _locals(place: _Place) -> Iterator[_Found]:
    """What functions and blocks around the place bind, parameters of functions without a name among it."""
    snapshot, scoping, offset = place.snapshot, place.scoping, place.offset
    outermost = next((each.span for each in place.around if each.kind in CALLABLE), place.statement())
    for node in _captured(snapshot, scoping.bindings, "name", outermost.start, max(outermost.end, offset)):
        scope = node.parent
        while scope is not None and scope.parent is not None and scope.type not in scoping.blocks:
            scope = scope.parent
        if scope is None or (scope.parent is not None and not place.within(snapshot.span(scope))):
            continue
        at, text = snapshot.offset(node.start_byte), snapshot.slice(node)
        being_typed = at <= offset <= at + len(text)
        if not being_typed and (at < offset or scoping.early):
            distance = offset - at if at < offset else len(snapshot.text) + at
            yield _Found(snapshot.offset(scope.start_byte), distance, Name(text, NameKind.LOCAL))


def _defined(place: _Place) -> Iterator[_Found]:
    """Parameters and definitions of what is around the place, and those of the file."""
    outline, innermost = place.snapshot.outline, place.around[-1] if place.around else None
    outside = next((outline.find(each.qualified.rpartition(".")[0]) for each in place.around[:1]), None)
    if outside and outside.kind in _TYPES and place.scoping.open_types:  # a method that stands outside its type
        yield from _symbols(outside.children, outside.qualified, -1)
    for symbol in place.around:
        for parameter in symbol.signature.parameters if symbol.signature else ():
            text = place.scoping.sigil + parameter.name
            if parameter.name.isidentifier() and parameter.name != "_":
                yield _Found(symbol.span.start, -1, Name(text, NameKind.PARAMETER, None, parameter))
        if symbol.kind not in _TYPES or place.scoping.open_types or symbol is innermost:
            yield from _symbols(symbol.children, symbol.qualified, symbol.span.start)
    yield from _symbols(outline.symbols, "", -1)


def _symbols(symbols: tuple[Symbol, ...], path: str, scope: int) -> Iterator[_Found]:
    for each in symbols:
        if each.qualified == (f"{path}.{each.name}" if path else each.name):
            yield _Found(scope, 0, Name(each.name, NameKind.SYMBOL, each))


def _imported(place: _Place) -> Iterator[_Found]:
    """Imports, except those inside top-level definitions that the place is not in."""
    symbols = place.snapshot.outline.symbols
    starts = [symbol.span.start for symbol in symbols]
    for each in place.snapshot.outline.imports:
        last = symbols[max(bisect_right(starts, each.span.start) - 1, 0)] if symbols else None
        elsewhere = last is not None and last.span.covers(each.span) and last not in place.around[:1]
        if each.alias not in ("", "*", "_") and not elsewhere:
            yield _Found(-2, 0, Name(each.alias, NameKind.IMPORT, origin=each))


def _captured(snapshot: Snapshot, query: str, name: str, start: int, end: int) -> list[Node]:
    if snapshot.tree is None or snapshot.language is None:
        return []
    cursor = QueryCursor(snapshot.language.query(query))
    cursor.set_byte_range(snapshot.byte(start), snapshot.byte(end))
    return sorted(cursor.captures(snapshot.tree.root_node).get(name, []), key=lambda node: node.start_byte)
