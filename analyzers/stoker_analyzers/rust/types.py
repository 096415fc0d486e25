"""Types as Rust writes them, and the types that a file defines. Reads text and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from stoker_analyzers.snapshot import Snapshot

_WORDS = re.compile(r"^(?:dyn|impl|mut|const)\s+")
_LIFETIME = re.compile(r"'\w+\s*")


@dataclass(frozen=True, slots=True)
class RustType:
    """A type.

    Attributes:
        name: The last part of a path; ``&``, ``&mut``, ``[]`` for a slice, ``[;]`` for an array, ``()`` for a tuple.
        parts: The types that it is made of.
        length: An array's length as written.
        path: The whole path.
    """

    name: str
    parts: tuple[RustType, ...] = ()
    length: str = ""
    path: str = ""


def read_type(text: str) -> RustType:
    """Read a type; what is no type that is known here becomes a name without parts."""
    text = text.strip()
    if text.startswith("&"):
        inner = _LIFETIME.sub("", text[1:].strip(), count=1) if text[1:].strip().startswith("'") else text[1:].strip()
        if inner.startswith("mut "):
            return RustType("&mut", (read_type(inner[4:]),))
        return RustType("&", (read_type(inner),))
    if text.startswith("[") and text.endswith("]"):
        inner, *length = split(text[1:-1], ";")
        return RustType("[;]" if length else "[]", (read_type(inner),), length[0].strip() if length else "")
    if text.startswith("(") and text.endswith(")"):
        return RustType("()", tuple(read_type(each) for each in split(text[1:-1], ",") if each.strip()))
    text = _WORDS.sub("", text)
    head, angle, rest = text.partition("<")
    parts = [each.strip() for each in split(rest.rstrip()[:-1], ",")] if angle and rest.rstrip().endswith(">") else []
    kept = tuple(read_type(each.partition("=")[2] or each) for each in parts if each and not each.startswith("'"))
    path = head.strip().removesuffix("::")
    return RustType(path.rpartition("::")[2], kept, path=path)


def split(text: str, separator: str) -> list[str]:
    """Split at a separator that stands in no brackets, text or character."""
    pieces, depth, start, at = [], 0, 0, 0
    while at < len(text):
        char = text[at]
        if char == '"':
            at = _after_text(text, at)
            continue
        if char == "'" and (found := re.match(r"'(?:\\(?:u\{\w+\}|x\w\w|.)|[^'\\])'", text[at:])):
            at += found.end()
            continue
        if char == separator and depth == 0:
            pieces.append(text[start:at])
            start = at + 1
        elif char in "([{" or (char == "<" and separator == "," and re.match(r"[\w:&\[(' ]", text[at + 1 : at + 2])):
            depth += 1
        elif char in ")]}" or (char == ">" and depth and text[at - 1 : at] not in ("-", "=")):
            depth -= 1
        at += 1
    return [*pieces, text[start:]]


def _after_text(text: str, at: int) -> int:
    found = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL).match(text, at)
    return found.end() if found else at + 1


@dataclass(frozen=True, slots=True)
class Maker:
    """A function that gives an object of a type.

    Attributes:
        name: Its name, with ``::`` before it where it is a function beside the type; empty where ``parse`` of a text does it.
        takes: The types of the parameters.
        wrapped: The ``Option`` or ``Result`` that it gives it in, as written; empty for none.
    """

    name: str
    takes: tuple[str, ...]
    wrapped: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A type that a file defines.

    Attributes:
        name: Its name.
        fields: The fields of a struct with their types as written; their names are numbers where it is a tuple.
        variants: The variants of an enum with the fields that they hold, named as those of a struct are.
        derives: The traits that are derived.
        makers: Functions without a receiver that give it.
    """

    name: str
    fields: tuple[tuple[str, str], ...] | None = None
    variants: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    derives: frozenset[str] = frozenset()
    makers: list[Maker] = field(default_factory=list)


def shapes_in(snapshot: Snapshot) -> dict[str, Shape]:
    """The structs and enums of a file, by name."""
    if snapshot.tree is None:
        return {}
    found: dict[str, Shape] = {}
    impls, free, marks = list[Node](), list[Node](), list[str]()
    for node in _items(snapshot.tree.root_node):
        if node.type == "attribute_item":
            marks.append(snapshot.slice(node))
            continue
        name = _field(snapshot, node, "name")
        derived = frozenset(re.findall(r"\w+", " ".join(e for e in marks if "derive" in e))) - {"derive"}
        if node.type == "struct_item":
            found[name] = Shape(name, _fields(snapshot, node.child_by_field_name("body")), derives=derived)
        elif node.type == "enum_item":
            body = node.child_by_field_name("body")
            listed = [each for each in body.named_children if each.type == "enum_variant"] if body is not None else []
            found[name] = Shape(name, variants=tuple(_variant(snapshot, each) for each in listed), derives=derived)
        elif node.type == "impl_item":
            impls.append(node)
        elif node.type == "function_item" and node.parent == snapshot.tree.root_node:
            free.append(node)
        if "comment" not in node.type:
            marks = []
    for node in impls:
        _add_makers(snapshot, node, found)
    for node in free:
        gives = read_type(_field(snapshot, node, "return_type"))
        if gives.name in found and (maker := _maker(snapshot, node, gives.name)) is not None:
            found[gives.name].makers.append(replace(maker, name=f"::{maker.name}"))
    return found


def _items(node: Node) -> Iterator[Node]:
    for each in node.named_children:
        yield each
        if each.type == "mod_item" and (body := each.child_by_field_name("body")) is not None:
            yield from _items(body)


def _fields(snapshot: Snapshot, body: Node | None) -> tuple[tuple[str, str], ...]:
    if body is None:
        return ()
    if body.type == "ordered_field_declaration_list":
        types = [each for each in body.named_children if each.type not in ("visibility_modifier", "attribute_item")]
        return tuple((str(number), snapshot.slice(each)) for number, each in enumerate(types))
    listed = [each for each in body.named_children if each.type == "field_declaration"]
    return tuple((_field(snapshot, each, "name"), _field(snapshot, each, "type")) for each in listed)


def _variant(snapshot: Snapshot, node: Node) -> tuple[str, tuple[tuple[str, str], ...]]:
    return _field(snapshot, node, "name"), _fields(snapshot, node.child_by_field_name("body"))


def _add_makers(snapshot: Snapshot, node: Node, shapes: dict[str, Shape]) -> None:
    shape = shapes.get(_field(snapshot, node, "type").partition("<")[0])
    body = node.child_by_field_name("body")
    trait = _field(snapshot, node, "trait").partition("<")[0].rpartition("::")[2]
    if shape is None or body is None or trait not in ("", "From", "FromStr"):
        return
    if trait == "FromStr":
        shape.makers.append(Maker("", ("&str",), "Result"))
        return
    for each in body.named_children:
        if (maker := _maker(snapshot, each, shape.name)) is not None:
            shape.makers.append(maker)


def _maker(snapshot: Snapshot, node: Node, name: str) -> Maker | None:
    """A function without a receiver that gives a type, or ``Self``."""
    listed = node.child_by_field_name("parameters")
    if node.type != "function_item" or listed is None:
        return None
    gives = read_type(_field(snapshot, node, "return_type"))
    wrapped = gives.name in ("Option", "Result") and len(gives.parts) > 0
    taken = [inner for inner in listed.named_children if inner.type in ("parameter", "self_parameter")]
    if (gives.parts[0].name if wrapped else gives.name) not in ("Self", name):
        return None
    if not all(inner.type == "parameter" for inner in taken):
        return None
    types = tuple(_field(snapshot, inner, "type") for inner in taken)
    return Maker(_field(snapshot, node, "name"), types, _field(snapshot, node, "return_type") if wrapped else "")


def _field(snapshot: Snapshot, node: Node, name: str) -> str:
    found = node.child_by_field_name(name)
    return snapshot.slice(found) if found is not None else ""
