"""Renames what a file binds. Whether every name then means what it meant is for a check to say."""

from __future__ import annotations

import re
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import name_at
from stoker_analyzers.braces.standing import Told
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.reshaping.others import mentioning
from stoker_analyzers.reshaping.place import Change, Place, RefusalError
from stoker_analyzers.reshaping.rules import rules_of

_SHOWN = 3


def rename(place: Place) -> Change:
    """Give the name at a place another one.

    Raises:
        RefusalError: It can't be done, and why.
    """
    new = place.options.get("name", "")
    if not new:
        raise RefusalError("renaming needs the new name")
    place.refuse_name(new)
    place.refuse_odd()
    node = name_at(place.snapshot, place.span)
    binding = place.names.binding(node) if node is not None else None
    if node is None:
        raise RefusalError("members and keys are not renamed, because the file does not show who else means them")
    if binding is None:
        raise RefusalError(f"{place.text(node)} is not defined in this file")
    if new == binding.name:
        raise RefusalError(f"it is called {new} already")
    _refuse_captured(place, binding, new)
    rules_of(place).rename(place, binding, new)
    gone = _refuse_public(place, binding)
    changes = [_renamed(place, each, new) for each in (*binding.places, *binding.uses)]
    title, notes = f"Rename {binding.name} to {new}", _mentions(place, binding)
    whole = place.snapshot.outline.enclosing(place.span_of(binding.node).start)
    heads = frozenset(each.name for each in whole if any(_is_key(node) for node in binding.places))
    return Change(tuple(changes), title, Told(heads), {binding.name: new}, gone | heads, notes)


def _is_key(node: Node) -> bool:
    """Whether a name that is bound is also the key of what is taken apart."""
    return node.type == "shorthand_property_identifier_pattern"


def _renamed(place: Place, node: Node, new: str) -> Replacement:
    """A name's place with the new name; where the name is also a key, that stays."""
    parent, span, old = node.parent, place.span_of(node), place.text(node)
    if node.type in ("shorthand_property_identifier", "shorthand_field_identifier"):
        return Replacement(span, f"{old}: {new}")
    if node.type == "shorthand_property_identifier_pattern":
        return Replacement(span, f"{old}: {new}")
    if parent is not None and parent.type == "import_specifier" and parent.child_by_field_name("alias") is None:
        return Replacement(span, f"{old} as {new}")
    if parent is not None and parent.type == "export_specifier" and parent.child_by_field_name("alias") is None:
        return Replacement(span, f"{new} as {old}")
    return Replacement(span, new)


def _refuse_captured(place: Place, binding: Binding, new: str) -> None:
    """Refuse a name that means something already where it would stand, or where it would be found.

    Raises:
        RefusalError: It does.
    """
    for each in place.names.every:
        if place.text(each) != new:
            continue
        meant = place.names.binding(each)
        inside = each.start_byte >= binding.scope.node.start_byte and each.end_byte <= binding.scope.node.end_byte
        covers = meant is not None and any(
            meant.scope.node.start_byte <= use.start_byte < meant.scope.node.end_byte
            for use in (*binding.uses, binding.node)
        )
        if inside or covers:
            line = place.snapshot.line_of(place.span_of(each).start) + 1
            raise RefusalError(f"{new} means something already in line {line}; choose another name")


def _refuse_public(place: Place, binding: Binding) -> frozenset[str]:
    """What of the file's public surface the renaming takes away; nothing where other files can't see the name.

    Raises:
        RefusalError: Other files may use it.
    """
    if binding.scope.parent is not None:
        return frozenset()
    exported = _is_exported(place, binding)
    if not exported and not place.script:
        return frozenset()
    folder, path = place.folder, place.path
    if folder is None or path is None:
        raise RefusalError(f"other files can use {binding.name}, and the document lies in no workspace folder")
    users = mentioning(folder, path, binding.name, place.opened)
    if users:
        more = f" and {len(users) - _SHOWN} more" if len(users) > _SHOWN else ""
        shown = ", ".join(_relative(folder, each) for each in users[:_SHOWN])
        raise RefusalError(
            f"other files can use {binding.name}, and have the word: {shown}{more}; only names of one file are renamed"
        )
    return frozenset({binding.name})


def _relative(folder: Path, path: Path) -> str:
    return path.relative_to(folder.resolve()).as_posix()


def _is_exported(place: Place, binding: Binding) -> bool:
    """Whether the declaration itself is exported, rather than named in a list that keeps the outer name."""
    around = binding.node.parent
    while around is not None and around.type not in place.grammar.running.blocks:
        if around.type in ("export_statement", "ambient_declaration"):
            return not any(each.type == "default" for each in around.children)
        around = around.parent
    return False


def _mentions(place: Place, binding: Binding) -> tuple[str, ...]:
    """Comments and texts that say the old name in the binding's scope; they are left alone."""
    span = place.span_of(binding.scope.node)
    known = {place.span_of(each).start for each in (*binding.places, *binding.uses)}
    lines: list[int] = []
    for found in re.finditer(
        rf"(?<![\w$.]){re.escape(binding.name)}(?![\w$])", place.snapshot.text[span.start : span.end]
    ):
        at = span.start + found.start()
        node = place.snapshot.node_at(Span(at, at + 1))
        if at not in known and node is not None and "comment" in node.type:
            lines.append(place.snapshot.line_of(at) + 1)
    if not lines:
        return ()
    return (f"Not changed, comments that name it: line {', '.join(map(str, lines[:_SHOWN]))}",)
