"""Calls of a Go function that people wrote down, with arguments that need nothing around them; and the tests of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.go.functions import top_functions
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot

_LITERALS = frozenset(
    {
        *("interpreted_string_literal", "raw_string_literal", "int_literal", "float_literal", "rune_literal"),
        *("true", "false", "nil", "imaginary_literal"),
    }
)
_MADE = frozenset({"unary_expression", "binary_expression", "parenthesized_expression", "composite_literal"}) | {
    *("literal_value", "literal_element", "keyed_element"),
}
_BASIC = re.compile(r"^(?:\[\d*\]|map\[\w+\])*(?:string|bool|byte|rune|any|u?int\d*|float\d+)$")
_LONGEST = 300
_TEST = re.compile(r"^(?:Test|Example|Fuzz)(?![a-z])")
_CASE_NAME = re.compile(r"^(?:name|desc|description|title|label|scenario|testName|tcName)$")


def calls_in(text: str, name: str, *, method: bool) -> Iterator[tuple[str, ...]]:
    """The arguments of the calls of a name, where they are closed.

    Args:
        text: A Go file, or lines of one.
        name: What is called.
        method: Whether on a value; a package's name may stand before it either way.
    """
    snapshot = snapshot_of(text)
    stack = [snapshot.tree.root_node] if snapshot.tree else []
    while stack:
        node = stack.pop()
        if node.type == "call_expression":
            callee, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            if callee is not None and given is not None and _name(snapshot, callee, method=method) == name:
                values = [each for each in given.named_children if each.type != "comment"]
                closed = all(_closed(snapshot, each) for each in values)
                if closed and len(snapshot.slice(given)) <= _LONGEST and "..." not in snapshot.slice(given):
                    yield tuple(snapshot.slice(each) for each in values)
        stack += reversed(node.named_children)


def tests_in(text: str) -> list[str]:
    """The tests of a test file, those of a table one by one: as ``go test -v`` names them."""
    snapshot = snapshot_of(text)
    found = []
    for name, _, node in top_functions(snapshot):
        if _TEST.match(name) and name != "TestMain":
            cases = list(dict.fromkeys(_cases(snapshot, node))) if ".Run(" in snapshot.slice(node) else []
            found += [f"{name}/{rewritten(each)}" for each in cases] or [name]
    return found


def benchmarks_in(text: str) -> list[str]:
    """The benchmarks of a test file."""
    return [name for name, *_ in top_functions(snapshot_of(text)) if re.match(r"Benchmark(?![a-z])", name)]


def rewritten(title: str) -> str:
    """A case's title as the runner shows it."""
    return "".join("_" if each.isspace() else each if each.isprintable() else ascii(each)[1:-1] for each in title)


def snapshot_of(text: str) -> Snapshot:
    """A text read as Go."""
    return Snapshot("text.go", text, by_id("go"))


def _name(snapshot: Snapshot, callee: Node, *, method: bool) -> str:
    if callee.type == "selector_expression":
        found = callee.child_by_field_name("field")
        return snapshot.slice(found) if found is not None else ""
    return snapshot.slice(callee) if callee.type == "identifier" and not method else ""


def _closed(snapshot: Snapshot, node: Node) -> bool:
    """Whether an expression needs no name but the language's own."""
    if node.type in _LITERALS:
        return True
    if node.type == "composite_literal":
        said, value = node.child_by_field_name("type"), node.child_by_field_name("body")
        if said is None or value is None or not _BASIC.match(snapshot.slice(said)):
            return False
        return _closed(snapshot, value)
    if node.type == "call_expression":
        called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        made = called is not None and given is not None and _BASIC.match(snapshot.slice(called))
        return bool(made) and given is not None and all(_closed(snapshot, each) for each in given.named_children)
    if node.type == "type_conversion_expression":
        return bool(_BASIC.match(snapshot.slice(node).partition("(")[0]))
    return node.type in _MADE and all(_closed(snapshot, each) for each in node.named_children)


def _cases(snapshot: Snapshot, function: Node) -> list[str]:
    """The titles of a table: what stands behind a field of its rows that is called as names are."""
    stack, found = [(function, 0)], list[tuple[int, str, str]]()
    while stack:
        node, depth = stack.pop()
        if node.type == "keyed_element" and len(node.named_children) == 2:
            key, value = (snapshot.slice(each) for each in node.named_children)
            if _CASE_NAME.match(key) and re.match(r'^"[^"\\]*"$', value):
                found.append((depth, key, value[1:-1]))
        stack += [(each, depth + 1) for each in reversed(node.named_children)]
    first = min(found, key=lambda each: each[0], default=(0, "", ""))
    return [title for depth, key, title in found if (depth, key) == first[:2]]
