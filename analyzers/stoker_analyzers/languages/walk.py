"""The walk from a query's captures to an outline, the same for every language.

It goes through the captures in the order of the text with a stack of open definitions. It never recurses into the
tree, since input may be nested as deeply as its author likes, and it never fails on broken code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.frame import (
    EXTENSION,
    IMPORT,
    RAISES,
    RETURNS,
    SCOPE,
    SECTION,
    TYPES,
    VALUES,
    YIELDS,
    Frame,
)
from stoker_analyzers.symbols import CALLABLE, Import, Outline, Signature, Symbol, SymbolKind
from stoker_analyzers.syntax import problems

if TYPE_CHECKING:
    from stoker_analyzers.languages.reader import Reader

DEPTH_LIMIT = 100
"""Definitions nested deeper than this are left out: nobody wrote them, and symbols are compared and pickled recursively."""

_DEFINITIONS = (*sorted(CALLABLE), *sorted(TYPES), SymbolKind.MODULE, EXTENSION, SCOPE, *sorted(VALUES))
_RANKS = {tag: rank for rank, tag in enumerate((*_DEFINITIONS, IMPORT, SECTION, RETURNS, YIELDS, RAISES))}
"""Which tag counts where a node has two for definitions: the first."""
_PATH = re.compile(r"::|\\")
"""What separates the parts of a name in languages where one name may have several."""


def outline(reader: Reader, root: Node) -> Outline:
    """What the captures of a reader add up to."""
    stack, imports = [Frame(root)], list[Import]()
    for tag, node in ordered(reader.found):
        while len(stack) > 1 and stack[-1].node.end_byte <= node.start_byte:
            _close(reader, stack.pop(), stack[-1])
        if tag == IMPORT:
            imports += reader.imports(node)
        elif tag == SECTION:
            reader.section(node, stack[-1])
        elif tag in (RETURNS, YIELDS, RAISES):
            _note_exit(reader, tag, node, stack)
        elif len(stack) <= DEPTH_LIMIT and (frame := opened(reader, tag, node, stack[-1])):
            stack.append(frame)
    while len(stack) > 1:
        _close(reader, stack.pop(), stack[-1])
    documentation = reader.file_documentation(root)
    return Outline(documentation, tuple(stack[0].children), tuple(imports), problems(reader.snapshot))


def ordered(found: dict[str, list[Node]]) -> Iterator[tuple[str, Node]]:
    """Tags and nodes, outer before inner; a node with two tags for definitions comes once."""
    ranked = [(rank, tag, found[tag]) for tag, rank in _RANKS.items() if tag in found]
    keyed = sorted(
        (node.start_byte, -node.end_byte, rank, node.id, tag, node) for rank, tag, nodes in ranked for node in nodes
    )
    last = None
    for _, _, rank, identity, tag, node in keyed:
        if rank >= len(_DEFINITIONS):
            yield tag, node
        elif identity != last:
            last = identity
            yield tag, node


def opened(reader: Reader, tag: str, node: Node, around: Frame) -> Frame | None:
    """What a capture begins; ``None`` for what defines nothing here."""
    if tag == SCOPE:
        same = around.function is not None and around.function.id == node.id
        return None if same else Frame(node, qualified=around.qualified, public=False, anonymous=True)
    if tag in VALUES and around.local:
        return None
    qualifier = reader.qualifier(node)
    if tag == EXTENSION:
        path = ".".join(filter(None, (around.qualified, qualifier)))
        return Frame(node, text=qualifier or around.text, qualified=path, public=around.public, type_like=True)
    name = reader.name(node)
    text = reader.label(name) if name else ""
    if name is None or not text:
        return None
    kind = reader.kind(node, SymbolKind(tag), text, around)
    if kind in VALUES and text in around.names:
        return None
    around.names.add(text)
    return Frame(
        node,
        kind,
        name,
        text,
        ".".join(filter(None, (around.qualified, qualifier, _PATH.sub(".", text)))),
        around.public and not around.local and reader.public(node, text, around),
        type_like=kind in TYPES,
        function=reader.function(node) if kind in CALLABLE else None,
    )


def _note_exit(reader: Reader, tag: str, node: Node, stack: list[Frame]) -> None:
    """Note on the innermost function that it returns a value, yields or raises."""
    frame = next((each for each in reversed(stack) if each.local), None)
    if frame is None or frame.anonymous:
        return
    frame.returns_value |= tag == RETURNS
    frame.yields |= tag == YIELDS
    if tag == RAISES and (name := reader.raised(node)) and not _is_caught(reader, node, name, frame):
        frame.raises[name] = None


def _is_caught(reader: Reader, node: Node, name: str, frame: Frame) -> bool:
    while (parent := node.parent) is not None and parent.id != frame.node.id:
        if parent.type in reader.tries and reader.keeps(parent, node, name):
            return True
        node = parent
    return False


def _close(reader: Reader, frame: Frame, around: Frame) -> None:
    """Hand what a finished definition came to over to its surroundings."""
    if frame.kind is None or frame.name is None:
        around.children += frame.children
        return
    snapshot, outer = reader.snapshot, reader.outer(frame.node)
    leading = reader.marks.before(outer.start_byte)
    attributes = list(takewhile(lambda mark: mark.attribute, leading))
    start = attributes[-1].start if attributes else outer.start_byte
    end = start + len(snapshot.source[start : outer.end_byte].rstrip())
    body = reader.body(frame.function or frame.node)
    around.children.append(
        Symbol(
            frame.text,
            frame.qualified,
            frame.kind,
            Span(snapshot.offset(start), snapshot.offset(end)),
            _name_span(reader, frame.name, frame.text),
            body,
            _signature(reader, frame, around, has_body=body is not None),
            reader.documentation(frame.node, leading),
            frame.public,
            tuple(reader.marks.attributes(leading[-1].start if leading else start, frame.name.start_byte)),
            tuple(frame.children),
        )
    )


def _name_span(reader: Reader, node: Node, text: str) -> Span:
    """The bare name within its node, which may hold a sigil, quotes or a path as well."""
    whole = reader.snapshot.span(node)
    start = whole.start + max(reader.snapshot.text[whole.start : whole.end].rfind(text), 0)
    return Span(start, start + len(text))


def _signature(reader: Reader, frame: Frame, around: Frame, *, has_body: bool) -> Signature | None:
    function = frame.function
    if function is None:
        return None
    return Signature(
        tuple(reader.parameters(function, around)),
        reader.returns(function),
        (frame.returns_value or reader.returns_value(function)) if has_body else None,
        frame.yields or reader.is_generator(function),
        tuple(frame.raises),
        reader.is_async(function),
    )
