"""What a function that makes an axum router mounts where, as the syntax tree has it. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.snapshot import Snapshot

_MOUNTS = frozenset({"route", "nest", "merge"})
_TEXT = re.compile(r'^"((?:[^"\\]|\\.)*)"$')
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Mount:
    """Something that a router gets.

    Attributes:
        kind: ``route``, ``nest``, ``merge``, or ``start`` for the call that the router begins with.
        path: Where, with the paths around it.
        code: What.
    """

    kind: str
    path: str
    code: str


def mounts_in(snapshot: Snapshot, function: Node) -> list[Mount]:
    """What a function mounts, in order.

    Args:
        snapshot: The file.
        function: The function's node.
    """
    calls = [each for each in _below(function) if each.type == "call_expression"]
    mounting = {each.id: kind for each in calls if (kind := _kind(snapshot, each))}
    found = []
    for each in calls:
        kind = mounting.get(each.id, "")
        around = _prefix(snapshot, each, function, calls, _DEEPEST)
        if kind:
            path, code = _given(snapshot, each)
            found.append(Mount(kind, joined(around, path), code))
        elif not any(_is_argument(parent, mounting) for parent in _around(each, function)):
            found.append(Mount("start", around, snapshot.slice(each)))
    return found


def joined(around: str, path: str) -> str:
    """A path below another one, as axum has it: what is at ``/`` of a nested router is at the path of that router."""
    if not around or around == "/":
        return path
    return around.rstrip("/") + (path if path != "/" else "")


def _below(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        each = stack.pop()
        yield each
        stack += reversed(each.children)


def _around(node: Node, function: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None and above != function:
        yield above
        above = above.parent


def _is_argument(node: Node, mounting: dict[int, str]) -> bool:
    return node.type == "arguments" and node.parent is not None and node.parent.id in mounting


def _kind(snapshot: Snapshot, call: Node) -> str:
    """Which method of a router a call is; empty for another call."""
    called = call.child_by_field_name("function")
    field = called.child_by_field_name("field") if called is not None and called.type == "field_expression" else None
    name = snapshot.slice(field) if field is not None else ""
    return name if name in _MOUNTS and _given(snapshot, call)[1] else ""


def _given(snapshot: Snapshot, call: Node) -> tuple[str, str]:
    """The path and the code that a router gets; a path that is no literal counts as none."""
    listed = call.child_by_field_name("arguments")
    given = [snapshot.slice(each) for each in listed.named_children if "comment" not in each.type] if listed else []
    path = _TEXT.match(given[0]) if given else None
    if len(given) == 1 and path is None:
        return "", given[0]
    return (path[1], given[1]) if path is not None and len(given) > 1 else ("", "")


def _prefix(snapshot: Snapshot, node: Node, function: Node, calls: list[Node], depth: int) -> str:
    """The paths of what is around a place: routers that it is nested in, there or by a variable's name."""
    if not depth:
        return ""
    found, inner = "", node
    for above in _around(node, function):
        call = above.parent
        if above.type == "arguments" and call is not None and _kind(snapshot, call) == "nest" and inner != node.parent:
            path, code = _given(snapshot, call)
            if snapshot.slice(inner) == code:
                found = joined(path, found) if found else path
        if above.type == "let_declaration" and (name := above.child_by_field_name("pattern")) is not None:
            variable = snapshot.slice(name).removeprefix("mut ")
            used = re.compile(rf"{re.escape(variable)}(?:\.|$)")
            for each in calls:
                kind = _kind(snapshot, each)
                path, code = _given(snapshot, each) if kind in ("nest", "merge") else ("", "")
                if used.match(code):
                    outer = joined(_prefix(snapshot, each, function, calls, depth - 1), path) or path
                    return joined(outer, found) if found else outer
        inner = above
    return found
