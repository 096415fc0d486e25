"""Where a local name leads in the languages whose blocks and bindings are described by queries (``Scoping``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from tree_sitter import Node, QueryCursor

from stoker_analyzers.edits import Span
from stoker_analyzers.follow_ups.changes import words
from stoker_analyzers.snapshot import Snapshot

_MEMBER_MARKS = (".", "->", "::")
_SPREADS = ("..", "...")
_PARAMETERS = frozenset({"method_parameters"})
"""Types of lists whose plain names are parameters, where the bindings of a language leave those to its outline (Ruby)."""
_SHORTHAND = "shorthand"
"""In the type of a node, or of the one round it, that is a member's name and a variable at once: renaming takes more there."""


class _Begun(Protocol):
    @property
    def before(self) -> Snapshot: ...
    @property
    def new(self) -> str: ...
    @property
    def old(self) -> str: ...
    @property
    def trigger(self) -> int: ...


def places_of(snapshot: Snapshot, name: str, trigger: int, done: Collection[int]) -> list[Span]:
    """All places of the local name that was changed where it is bound; empty where that is not sure.

    Args:
        snapshot: The file before the renaming.
        name: The old name.
        trigger: The place that was changed last.
        done: All the places that were.
    """
    bound = _bound(snapshot, name)
    led = _led(snapshot, name, bound)
    home = led.get(trigger)
    if home is None:
        return []
    group = sorted(start for start, each in led.items() if each == home)
    bindings = [start for start in group if start in bound]
    if not bindings or bindings[0] not in done or group[0] < bindings[0]:
        return []
    return [Span(start, start + len(name)) for start in group]


def leads_alike(after: Snapshot, begun: _Begun, spans: Iterable[Span]) -> bool:
    """Whether the same places, and no others, lead to one block under the new name."""
    shift = len(begun.new) - len(begun.old)
    moved = {span.start + index * shift for index, span in enumerate(sorted(spans))}
    text, at = begun.before.text, 0
    pieces = list[str]()
    for span in sorted(spans):
        pieces += [text[at : span.start], begun.new]
        at = span.end
    whole = after.with_text("".join([*pieces, text[at:]]))
    led = _led(whole, begun.new, _bound(whole, begun.new))
    homes = {home for start, home in led.items() if start in moved}
    return len(homes) == 1 and {start for start, home in led.items() if home in homes} == moved


def _bound(snapshot: Snapshot, name: str) -> dict[int, int]:
    """Where a name is bound, and the block that each of these places binds it in."""
    if snapshot.language is None or snapshot.tree is None:
        return {}
    scoping = snapshot.language.scoping
    found = dict[int, int]()
    for start, span in _whole_words(snapshot, name):
        there = snapshot.node_at(span)
        if there is not None and there.parent is not None and there.parent.type in _PARAMETERS:
            found[start] = _block(there, scoping.blocks).id
        cursor = QueryCursor(snapshot.language.query(scoping.bindings))
        cursor.set_byte_range(snapshot.byte(span.start), snapshot.byte(span.end))
        for node in cursor.captures(snapshot.tree.root_node).get("name", []):
            if snapshot.span(node) == span:
                found[start] = _block(node, scoping.blocks).id
    return found


def _led(snapshot: Snapshot, name: str, bound: dict[int, int]) -> dict[int, int]:
    """The block that binds the name at each of its places; places without one are left out, and all where one is unsure."""
    if snapshot.language is None or not bound:
        return {}
    blocks, homes = snapshot.language.scoping.blocks, set(bound.values())
    spans = dict(_whole_words(snapshot, name))
    nodes = {start: node for start, span in spans.items() if (node := snapshot.node_at(span)) is not None}
    kinds = {nodes[start].type for start in bound if start in nodes}
    led = dict[int, int]()
    for start, node in nodes.items():
        if _SHORTHAND in node.type or (node.parent is not None and _SHORTHAND in node.parent.type) or _is_key(node):
            return {}
        if start in bound:
            led[start] = bound[start]
        elif node.type in kinds and snapshot.span(node) == spans[start] and not _is_member(snapshot, node, start):
            block = _block(node, blocks)
            while block.id not in homes and block.parent is not None:
                block = _block(block, blocks)
            if block.id in homes:
                led[start] = block.id
    return led


def _whole_words(snapshot: Snapshot, name: str) -> Iterable[tuple[int, Span]]:
    """Where a name stands, and the span of its node: a sigil is part of that, and not of the name."""
    sigil = len(snapshot.language.scoping.sigil) if snapshot.language else 0
    return ((start, Span(start - sigil, start + len(name))) for start in words(snapshot.text, name) if start >= sigil)


def _block(node: Node, blocks: frozenset[str]) -> Node:
    """The innermost block around a node; the file where there is none."""
    parent = node
    while parent.parent is not None:
        parent = parent.parent
        if parent.type in blocks:
            break
    return parent


def _is_member(snapshot: Snapshot, node: Node, start: int) -> bool:
    """Whether a word is a member's or a method's name, or names an argument: it is no variable then."""
    before = snapshot.text[max(0, start - 80) : start].rstrip()
    if before.endswith(_MEMBER_MARKS) and not before.endswith(_SPREADS):
        return True
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("method_invocation", "method_declaration", "label", "labeled_statement"):
        return parent.child_by_field_name("name") == node
    if parent.type == "argument":
        return parent.child_by_field_name("name") == node
    if parent.type == "value_argument":
        return parent.child_count > 1 and parent.children[0] == node
    return parent.type in ("name_colon", "value_argument_label", "argument_label")


def _is_key(node: Node) -> bool:
    """Whether a word is a key of a composite literal in Go: of a struct it is a field, of a map a variable."""
    parent = node.parent
    element = parent.parent if parent is not None and parent.type == "literal_element" else None
    return element is not None and element.type == "keyed_element" and element.child_by_field_name("key") == parent
