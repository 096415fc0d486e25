"""What follows from a change in other Python files: the uses of a renamed name, the calls of a changed function.

Tells nothing of a file whose imports leave open what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tree_sitter import Node

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.follow_ups import LATEST
from stoker_analyzers.follow_ups.changes import Change, FollowUp
from stoker_analyzers.follow_ups.python_calls import Call, call_of, calls_of, class_of
from stoker_analyzers.follow_ups.python_imports import Uses, calls_among, uses_of
from stoker_analyzers.follow_ups.renaming import Begun, Outward, leads_alike, outward
from stoker_analyzers.follow_ups.signatures import Difference, arguments_changed, step
from stoker_analyzers.snapshot import Snapshot

FILES = 64
"""Files that are looked at for one change."""
_MAKERS = ("__init__", "__new__")


class Folder(Protocol):
    """The other files of a workspace folder."""

    def having(self, word: str) -> Sequence[str]:
        """The files that have a word, the one at hand left out; their paths are relative to the folder."""

    def snapshot(self, path: str) -> Snapshot | None:
        """A file's text: the editor's where it is open there; ``None`` for one that can't be read."""

    def module(self, written: str, importer: str) -> str:
        """The file that an import means; empty where that is not known."""

    @property
    def own(self) -> str:
        """The file at hand."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What follows in another file.

    Attributes:
        snapshot: The file.
        found: What follows.
        mark: What tells it from what follows from another change; empty for a renaming, which comes to an end by itself, where
            the second argument would follow the first.
    """

    snapshot: Snapshot
    found: FollowUp
    mark: str = ""


def follow_elsewhere(snapshot: Snapshot, changes: Sequence[Change], folder: Folder) -> list[Elsewhere]:
    """What follows in other files from the newest change that something follows from there.

    Args:
        snapshot: The changed file as it is now.
        changes: What was changed in it, newest first.
        folder: The other files.
    """
    if snapshot.language is None or snapshot.language.id != "python" or snapshot.tree is None:
        return []
    standing = tuple(each for each in changes if each.stands_in(snapshot))
    for change in standing[:LATEST]:
        renamed = outward(snapshot, change, standing)
        found = list(_renamed(renamed, change, folder)) if renamed else list(_called(snapshot, change, folder))
        if found:
            return found
    return []


# -- a renamed name


def _renamed(renamed: Outward, change: Change, folder: Folder) -> Iterator[Elsewhere]:
    begun = renamed.begun
    if renamed.function is None:
        for other, uses in _users(folder, begun.old):
            spans = [each.span for each in (*uses.imports, *uses.named, *uses.behind)]
            group = [each for each in (*uses.imports, *uses.named) if each.home >= 0]
            there = Begun(other, begun.old, begun.new, -1, frozenset(), "")
            if spans and (not group or leads_alike(group, there)):
                yield _renaming(other, [*spans, *_listed(other, begun.old, spans)], begun, change)
        return
    function = renamed.function
    owner = class_of(function)
    if renamed.parameter:
        for other, calls in _callers(begun.before, function, folder):
            spans = [
                other.span(word)
                for call in calls
                for each in call.arguments
                if each.type == "keyword_argument"
                and (word := each.child_by_field_name("name")) is not None
                and other.slice(word) == begun.old
            ]
            if spans:
                yield _renaming(other, spans, begun, change)
    elif owner is not None and not _has_heirs(begun.before, owner, folder):
        for other, calls in _callers(begun.before, function, folder):
            if spans := [other.span(call.name) for call in calls]:
                yield _renaming(other, spans, begun, change)


def _renaming(other: Snapshot, spans: Sequence[Span], begun: Begun, change: Change) -> Elsewhere:
    places = tuple(Replacement(span, begun.new) for span in sorted(set(spans)))
    title = f"{begun.old} is {begun.new} now"
    return Elsewhere(other, FollowUp(title, places, other.text, begun.old, begun.new, change.before))


def _listed(other: Snapshot, name: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The name in the file's ``__all__``, where the file imports it."""
    listed = re.search(r"^__all__\b[^=\n]*=\s*[\[(]([^\])]*)", other.text, re.MULTILINE)
    if listed and spans:
        for found in re.finditer(rf"(?<=['\"]){re.escape(name)}(?=['\"])", listed[1]):
            yield Span(listed.start(1) + found.start(), listed.start(1) + found.end())


def _has_heirs(before: Snapshot, owner: Node, folder: Folder) -> bool:
    """Whether another file makes the class a base: its own method of the name would have to follow, and its objects' calls."""
    named = owner.child_by_field_name("name")
    word = before.slice(named) if named is not None else ""
    heir = re.compile(rf"\bclass\s+\w+\s*\([^)]*\b{re.escape(word)}\b")
    texts = (folder.snapshot(each) for each in folder.having(word)[:FILES])
    return any(each is not None and heir.search(each.text) for each in texts)


# -- a changed function


def _called(snapshot: Snapshot, change: Change, folder: Folder) -> Iterator[Elsewhere]:
    found = step(snapshot, change)
    named = found[0].child_by_field_name("name") if found else None
    if found is None or named is None:
        return
    function, difference = found
    title, mark = f"{snapshot.slice(named)} takes other arguments now", f"{difference}\n{change.before}"
    for other, calls in _callers(snapshot, function, folder):
        places = [each for call in calls if call.is_plain for each in _arguments(other, call, difference)]
        if places:
            yield Elsewhere(other, FollowUp(title, tuple(sorted(places)), cause=change.before), mark)


def _arguments(other: Snapshot, call: Call, difference: Difference) -> Iterator[Replacement]:
    end = len(other.text)
    return (each for each in arguments_changed(other, call, difference) if each.span.end <= end)


# -- who uses it


def _callers(snapshot: Snapshot, function: Node, folder: Folder) -> Iterator[tuple[Snapshot, list[Call]]]:
    """The files that call a function, and the calls."""
    owner, named = class_of(function), function.child_by_field_name("name")
    if named is None or not _is_outer(owner if owner is not None else function):
        return
    word, method = snapshot.slice(named), owner is not None
    called = owner.child_by_field_name("name") if owner is not None else named
    if called is None:
        return
    by_object = method and word not in _MAKERS
    for other, uses in _users(folder, snapshot.slice(called), besides=word if by_object else ""):
        if by_object and owner is not None:
            yield other, _on_objects(snapshot, owner, function, other, uses)
        else:
            yield other, [call for pair in calls_among(uses) if (call := call_of(*pair))]


def _on_objects(snapshot: Snapshot, owner: Node, method: Node, other: Snapshot, uses: Uses) -> list[Call]:
    """Calls of a method in a file that imports its class: told as though the class stood at the end of the file."""
    if not any(each.home == 0 for each in uses.imports):
        return []
    text = f"{other.text}\n\n\n"
    start, class_span = len(text), snapshot.span(owner)
    joint = other.with_text(f"{text}{snapshot.slice(owner)}\n")
    node = joint.node_at(
        Span(
            start + snapshot.span(method).start - class_span.start, start + snapshot.span(method).end - class_span.start
        )
    )
    while node is not None and node.type != "function_definition":
        node = node.parent
    if node is None:
        return []
    return [each for each in calls_of(joint, node) if joint.span(each.node).end <= len(other.text)]


def _is_outer(node: Node) -> bool:
    """Whether a definition stands at the file's margin."""
    parent = node.parent
    if parent is not None and parent.type == "decorated_definition":
        parent = parent.parent
    return parent is not None and parent.type == "module"


def _users(folder: Folder, name: str, besides: str = "") -> Iterator[tuple[Snapshot, Uses]]:
    """The files that use a name of the file at hand, also where others pass it on."""
    pending = {each: None for each in folder.having(name)[:FILES] if each.endswith((".py", ".pyi"))}
    modules, texts = {folder.own}, {each: folder.snapshot(each) for each in pending}
    grown = True
    while grown:
        grown = False
        for path, other in texts.items():
            if other is None or other.tree is None or path in modules:
                continue
            uses = uses_of(other, name, modules, lambda written, path=path: folder.module(written, path))  # type: ignore[misc]  # mypy can't infer a default's type
            if uses is not None and uses.passes_on:
                modules.add(path)
                grown = True
    for path, other in texts.items():
        if other is None or other.tree is None or (besides and besides not in other.text):
            continue
        uses = uses_of(other, name, modules, lambda written, path=path: folder.module(written, path))  # type: ignore[misc]  # as above
        if uses is not None and (uses.imports or uses.behind):
            yield other, uses
