"""Finds the method calls that stand in a Java text, wherever they stand. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.java.suites import java


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call.

    Attributes:
        callee: What stands before the arguments.
        arguments: Each as written.
        text: All of it.
    """

    callee: str
    arguments: tuple[str, ...]
    text: str


def invocations(text: str) -> Iterator[Invocation]:
    """The calls of a file, in order of place."""
    snapshot = java(text)
    stack: list[Node] = [snapshot.tree.root_node] if snapshot.tree else []
    while stack:
        node = stack.pop()
        given = node.child_by_field_name("arguments") if node.type == "method_invocation" else None
        if given is not None:
            whole, listed = snapshot.slice(node), snapshot.slice(given)
            arguments = tuple(snapshot.slice(each) for each in given.named_children if "comment" not in each.type)
            yield Invocation(whole[: -len(listed)], arguments, whole)
        stack += reversed(node.children)


def first_in(line: str) -> Invocation | None:
    """The call that a line of documentation begins with."""
    found = next(invocations(f"class A {{ Object a = {line}; }}"), None)
    return found if found is not None and line.startswith(found.text) else None
