"""Test classes as they stand in a file: their tests, imports and ways. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.java.methods import TYPES, package_and_imports
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot

TEST = re.compile(r"@(?:org\.junit\.jupiter\.api\.)?(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\b")


@dataclass(frozen=True)
class Suite:
    """A test file.

    Attributes:
        package: Its package.
        imports: Its import statements.
        imports_end: Where they end; that of the package where there are none, else 0.
        name: Its class; empty where it has none.
        body: The class's body, with braces.
        tests: Its own tests' names and sources.
        helpers: The other members' sources.
    """

    package: str
    imports: tuple[str, ...]
    imports_end: int
    name: str
    body: Span
    tests: tuple[tuple[str, str], ...]
    helpers: tuple[str, ...]


def java(text: str) -> Snapshot:
    """A text as a Java file."""
    return Snapshot("file:///Test.java", text, by_id("java"))


def suite_in(text: str) -> Suite:
    """What a test file holds."""
    snapshot = java(text)
    package, imports = package_and_imports(snapshot)
    children = snapshot.tree.root_node.named_children if snapshot.tree else []
    heads = [each for each in children if each.type in ("package_declaration", "import_declaration")]
    end = snapshot.span(heads[-1]).end if heads else 0
    top = next((each for each in children if each.type in TYPES), None)
    body = top.child_by_field_name("body") if top is not None else None
    name = top.child_by_field_name("name") if top is not None else None
    if body is None or name is None:
        return Suite(package, imports, end, "", Span(0, 0), (), ())
    tests, helpers = [], []
    for each in body.named_children:
        called = each.child_by_field_name("name")
        if "comment" in each.type:
            continue
        if each.type == "method_declaration" and called is not None and _is_test(snapshot, each):
            tests.append((snapshot.slice(called), _source(snapshot, each)))
        else:
            helpers.append(_source(snapshot, each))
    return Suite(package, imports, end, snapshot.slice(name), snapshot.span(body), tuple(tests), tuple(helpers))


def names_of_tests(text: str) -> list[str]:
    """The names of all tests of a file, those of classes in its class included."""
    snapshot, found = java(text), []
    stack = [snapshot.tree.root_node] if snapshot.tree else []
    while stack:
        node = stack.pop()
        name = node.child_by_field_name("name") if node.type == "method_declaration" else None
        if name is not None and _is_test(snapshot, node):
            found.append((node.start_byte, snapshot.slice(name)))
        stack += node.named_children
    return [name for _, name in sorted(found)]


def _is_test(snapshot: Snapshot, node: Node) -> bool:
    modifiers = next((each for each in node.children if each.type == "modifiers"), None)
    return modifiers is not None and TEST.search(snapshot.slice(modifiers)) is not None


def _source(snapshot: Snapshot, node: Node) -> str:
    span = snapshot.span(node)
    start = snapshot.text.rfind("\n", 0, span.start) + 1
    indent = snapshot.text[start : span.start]
    return dedent((indent if indent.isspace() else "") + snapshot.text[span.start : span.end])
