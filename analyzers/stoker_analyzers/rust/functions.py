"""One Rust function as the syntax tree has it: its body, what is around it, and where tests of it can stand. Runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol

_ATTRIBUTES = 120
"""Characters before a test that may hold its attributes."""

_TEST_MODULE = re.compile(r"^#\[cfg\((?:all\()?test\b")


@dataclass(frozen=True, slots=True)
class RustFunction:
    """A function.

    Attributes:
        node: Its node.
        body: Its block, braces included.
        owner: The type of the ``impl`` around it, without parameters; empty for a function.
        of_trait: The trait that the ``impl`` is of, without path and parameters; empty for none.
        modules: The names of the modules around it within the file, outermost first.
        modifiers: ``const``, ``async``, ``unsafe``.
        generics: The bounds of its type parameters, by name; those of ``impl`` as well.
        documentation: The text of its ``///`` lines.
    """

    node: Node
    body: Span
    owner: str
    of_trait: str
    modules: tuple[str, ...]
    modifiers: frozenset[str]
    generics: dict[str, str]
    documentation: str


def function_of(snapshot: Snapshot, symbol: Symbol) -> RustFunction | None:
    """The function of a symbol; ``None`` where it has no body, or stands in a trait or in another function."""
    if snapshot.tree is None or symbol.body is None:
        return None
    found = snapshot.tree.root_node.named_descendant_for_byte_range(
        snapshot.byte(symbol.name_span.start), snapshot.byte(symbol.name_span.end)
    )
    node = found.parent if found is not None else None
    block = node.child_by_field_name("body") if node is not None else None
    if node is None or node.type != "function_item" or block is None:
        return None
    owner, of_trait, modules = "", "", list[str]()
    generics = _generics(snapshot, node)
    around = node.parent
    while around is not None:
        if around.type in ("trait_item", "function_item"):
            return None
        if around.type == "impl_item":
            owner = _text(snapshot, around.child_by_field_name("type")).partition("<")[0].strip()
            of_trait = _text(snapshot, around.child_by_field_name("trait")).partition("<")[0].rpartition("::")[2]
            generics = {**_generics(snapshot, around), **generics}
        if around.type == "mod_item":
            modules.insert(0, _text(snapshot, around.child_by_field_name("name")))
        around = around.parent
    words = next((_text(snapshot, each) for each in node.children if each.type == "function_modifiers"), "")
    said = documented_above(snapshot.text, symbol.span.start)
    return RustFunction(
        node, snapshot.span(block), owner, of_trait, tuple(modules), frozenset(words.split()), generics, said
    )


def documented_above(text: str, start: int) -> str:
    """The ``///`` lines above a definition, attributes between them left out."""
    found = list[str]()
    before = text[:start].split("\n")[:-1]
    while before and re.match(r"\s*(?:///|#\[)", before[-1]):
        line = before.pop().strip()
        if line.startswith("///"):
            found.insert(0, line[3:].removeprefix(" "))
    own = [line.strip() for line in text[start:].split("\n", 60)[:60]]
    for line in own:
        if not line.startswith(("///", "#[")):
            break
        if line.startswith("///"):
            found.append(line[3:].removeprefix(" "))
    return "\n".join(found)


def test_module(snapshot: Snapshot, function: RustFunction) -> tuple[str, int] | None:
    """The module of tests beside a function that sees its names: its name, and where its body ends."""
    home = _home(function)
    for node, above in _with_attributes(snapshot, home):
        body = node.child_by_field_name("body")
        if node.type == "mod_item" and body is not None and any(_TEST_MODULE.match(each) for each in above):
            uses = [_text(snapshot, each) for each in body.named_children if each.type == "use_declaration"]
            if any(re.match(r"use super::\*;", each) for each in uses):
                return _text(snapshot, node.child_by_field_name("name")), snapshot.span(body).end - 1
    return None


def home_end(snapshot: Snapshot, function: RustFunction) -> int:
    """Where the module that a function stands in ends: what is written there sees its private names."""
    home = _home(function)
    return len(snapshot.text) if home.type == "source_file" else snapshot.span(home).end - 1


def names_beside(snapshot: Snapshot, function: RustFunction) -> frozenset[str]:
    """The names of the modules beside a function."""
    nodes = _home(function).named_children
    return frozenset(_text(snapshot, each.child_by_field_name("name")) for each in nodes if each.type == "mod_item")


def tests_in(snapshot: Snapshot) -> list[str]:
    """The tests of a file, with the modules around them within the file: ``tests::adds``."""
    return [] if snapshot.tree is None else [name for name, _ in _tests(snapshot, snapshot.tree.root_node, ())]


def failing(snapshot: Snapshot, faults: Sequence[tuple[Span, str]]) -> str:
    """The file with tests that fail with what the compiler says of them in place of those that do not compile.

    Args:
        snapshot: The file.
        faults: Where the compiler found what, and what it is.
    """
    text = snapshot.text
    tests = list(_tests(snapshot, snapshot.tree.root_node, ())) if snapshot.tree is not None else []
    for _, node in reversed(tests):
        body = node.child_by_field_name("body")
        span = snapshot.span(node)
        said = next((said for at, said in faults if span.touches(at.start)), "")
        if body is not None and said:
            quoted = json.dumps(f"it does not compile: {said}").replace("{", "{{").replace("}", "}}")
            head = re.sub(r"#\[should_panic[^\n]*\]\s*", "", text[: span.start][-_ATTRIBUTES:])
            head = text[: max(0, span.start - _ATTRIBUTES)] + head
            fn = text[span.start : snapshot.span(body).start]
            text = f"{head}{fn}{{ panic!({quoted}) }}{text[span.end :]}"
    return text


def _tests(snapshot: Snapshot, node: Node, around: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    for each, above in _with_attributes(snapshot, node):
        name = _text(snapshot, each.child_by_field_name("name"))
        body = each.child_by_field_name("body")
        if each.type == "mod_item" and body is not None:
            yield from _tests(snapshot, body, (*around, name))
        elif each.type == "function_item" and any(re.match(r"#\[(?:\w+::)*test\b", mark) for mark in above):
            yield "::".join((*around, name)), each


def _with_attributes(snapshot: Snapshot, node: Node) -> Iterator[tuple[Node, list[str]]]:
    above = list[str]()
    for each in node.named_children:
        if each.type == "attribute_item":
            above.append(_text(snapshot, each))
        elif "comment" not in each.type:
            yield each, above
            above = []


def _home(function: RustFunction) -> Node:
    around = function.node
    while around.parent is not None:
        if around.type == "declaration_list" and around.parent.type == "mod_item":
            return around
        around = around.parent
    return around


def _generics(snapshot: Snapshot, node: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    listed = node.child_by_field_name("type_parameters")
    for each in listed.named_children if listed is not None else ():
        text = _text(snapshot, each)
        if each.type in ("type_parameter", "constrained_type_parameter"):
            name, _, bounds = text.partition(":")
            found[name.strip()] = bounds.strip()
    for each in node.named_children:
        for predicate in each.named_children if each.type == "where_clause" else ():
            name, _, bounds = _text(snapshot, predicate).partition(":")
            if name.strip() in found:
                found[name.strip()] = " + ".join(filter(None, (found[name.strip()], bounds.strip())))
    return found


def _text(snapshot: Snapshot, node: Node | None) -> str:
    return snapshot.slice(node) if node is not None else ""
