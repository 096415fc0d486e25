"""What a written type says of the values that fit it: TypeScript's annotations, and JSDoc's in JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from tree_sitter import Node

from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot

_DEEPEST = 6
_JSDOC = re.compile(
    r"@param\s*\{(?P<type>(?:[^{}]|\{[^{}]*\})*)\}\s*(?P<open>\[)?\s*(?:\.\.\.)?(?P<name>[\w$]+)(?P<more>[.\[]?)"
)


class TypeKind(StrEnum):
    """Sorts of types."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    BIGINT = "bigint"
    UNDEFINED = "undefined"
    NULL = "null"
    LITERAL = "literal"
    ARRAY = "array"
    TUPLE = "tuple"
    UNION = "union"
    FUNCTION = "function"
    OBJECT = "object"
    RECORD = "record"
    MAP = "map"
    SET = "set"
    DATE = "date"
    REGEXP = "regexp"
    ANY = "any"
    UNKNOWN = "unknown"
    """A type that nothing is known of: no value can be made for it."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type.

    Attributes:
        kind: Its sort.
        parts: Members of a union, elements of an array, tuple, set or map, what a function gives.
        text: A literal's source; the name of an unknown type.
        fields: An object's fields: name, whether it may be left out, type.
        count: How many arguments a function takes.
    """

    kind: TypeKind
    parts: tuple[Type, ...] = ()
    text: str = ""
    fields: tuple[tuple[str, bool, Type], ...] = ()
    count: int = 0


ANY = Type(TypeKind.ANY)

_PREDEFINED = {
    **{each.value: Type(each) for each in (TypeKind.STRING, TypeKind.NUMBER, TypeKind.BOOLEAN, TypeKind.BIGINT)},
    **{each.value: Type(each) for each in (TypeKind.UNDEFINED, TypeKind.NULL)},
    **dict.fromkeys(("any", "unknown", "never", "*", "mixed"), ANY),
    "void": Type(TypeKind.UNDEFINED),
    "object": Type(TypeKind.RECORD, (ANY,)),
    "Object": Type(TypeKind.RECORD, (ANY,)),
    "String": Type(TypeKind.STRING),
    "Number": Type(TypeKind.NUMBER),
    "Boolean": Type(TypeKind.BOOLEAN),
    "Date": Type(TypeKind.DATE),
    "RegExp": Type(TypeKind.REGEXP),
    "Function": Type(TypeKind.FUNCTION, (ANY,), count=1),
    "Array": Type(TypeKind.ARRAY, (ANY,)),
    "PropertyKey": Type(TypeKind.STRING),
    "ArrayLike": Type(TypeKind.ARRAY, (ANY,)),
}
_LISTS = frozenset(("Array", "ReadonlyArray", "ArrayLike", "Iterable", "Collection", "Set", "ReadonlySet"))


@dataclass
class Types:
    """Reads types as one file means them.

    Attributes:
        snapshot: The file.
    """

    snapshot: Snapshot
    _declared: dict[str, Node] | None = field(default=None)

    def read(self, annotation: str) -> Type:
        """The type that an annotation of the file writes."""
        inner = Snapshot("annotation.ts", f"let x: {annotation};", by_id("typescript"))
        found = _first(inner.tree.root_node if inner.tree else None, "type_annotation")
        if found is None or inner.tree is None or inner.tree.root_node.has_error:
            return Type(TypeKind.UNKNOWN, text=annotation)
        return self._of(inner, found.named_children[0], 0)

    def _of(self, where: Snapshot, node: Node, depth: int) -> Type:
        if depth > _DEEPEST:
            return ANY
        text, inner = where.slice(node), [each for each in node.named_children if each.type != "comment"]
        match node.type:
            case "predefined_type":
                return _PREDEFINED.get(text, Type(TypeKind.UNKNOWN, text=text))
            case "literal_type":
                return _PREDEFINED.get(text, Type(TypeKind.LITERAL, text=text))
            case "template_literal_type":
                return Type(TypeKind.STRING)
            case "parenthesized_type" | "readonly_type" | "optional_type" | "rest_type":
                return self._of(where, inner[0], depth + 1)
            case "array_type":
                return Type(TypeKind.ARRAY, (self._of(where, inner[0], depth + 1),))
            case "tuple_type":
                return Type(TypeKind.TUPLE, tuple(self._of(where, _named(each), depth + 1) for each in inner))
            case "union_type":
                return Type(TypeKind.UNION, tuple(self._members(where, inner, depth)))
            case "intersection_type":
                return self._joined(where, inner, depth)
            case "function_type":
                return self._function(where, node, depth)
            case "object_type" | "interface_body":
                return self._object(where, inner, depth)
            case "type_predicate_annotation" | "asserts":
                return Type(TypeKind.BOOLEAN)
            case "generic_type":
                return self._generic(where, inner, depth)
            case "type_identifier":
                return self._reference(text, depth)
        return Type(TypeKind.UNKNOWN, text=text)

    def _members(self, where: Snapshot, nodes: list[Node], depth: int) -> list[Type]:
        found: list[Type] = []
        for each in nodes:
            one = self._of(where, each, depth + 1)
            found += one.parts if one.kind is TypeKind.UNION else [one]
        return found

    def _joined(self, where: Snapshot, nodes: list[Node], depth: int) -> Type:
        parts = [self._of(where, each, depth + 1) for each in nodes]
        fields = {name: (name, may, of) for part in parts for name, may, of in part.fields}
        if all(part.kind is TypeKind.OBJECT for part in parts):
            return Type(TypeKind.OBJECT, fields=tuple(fields.values()))
        return next((part for part in parts if part.kind not in (TypeKind.UNKNOWN, TypeKind.ANY)), parts[0])

    def _function(self, where: Snapshot, node: Node, depth: int) -> Type:
        parameters, returns = node.child_by_field_name("parameters"), node.child_by_field_name("return_type")
        gives = self._of(where, returns, depth + 1) if returns is not None else ANY
        return Type(TypeKind.FUNCTION, (gives,), count=parameters.named_child_count if parameters else 0)

    def _object(self, where: Snapshot, nodes: list[Node], depth: int) -> Type:
        fields = []
        for each in nodes:
            name, written = each.child_by_field_name("name"), each.child_by_field_name("type")
            if each.type == "index_signature" and written is not None and len(nodes) == 1:
                return Type(TypeKind.RECORD, (self._of(where, written.named_children[0], depth + 1),))
            if name is None or each.type == "index_signature":
                continue
            may = any(child.type == "?" for child in each.children)
            of = self._of(where, written.named_children[0], depth + 1) if written is not None else ANY
            if each.type == "method_signature":
                of = Type(TypeKind.FUNCTION, (ANY,), count=1)
            fields.append((where.slice(name), may, of))
        return Type(TypeKind.OBJECT, fields=tuple(fields))

    def _generic(self, where: Snapshot, nodes: list[Node], depth: int) -> Type:
        name = where.slice(nodes[0])
        given = [self._of(where, each, depth + 1) for each in nodes[1].named_children] if len(nodes) > 1 else []
        if name in _LISTS and given:
            return Type(TypeKind.SET if "Set" in name else TypeKind.ARRAY, (given[0],))
        if name in ("Map", "ReadonlyMap") and len(given) > 1:
            return Type(TypeKind.MAP, tuple(given[:2]))
        if name in ("Record", "Object") and given:
            return Type(TypeKind.RECORD, (given[-1],))
        if name in ("Readonly", "Partial", "Required", "NonNullable", "Pick", "Omit") and given:
            fields = tuple((key, may or name == "Partial", of) for key, may, of in given[0].fields)
            return Type(given[0].kind, given[0].parts, given[0].text, fields)
        return self._reference(name, depth)

    def _reference(self, name: str, depth: int) -> Type:
        if name in _PREDEFINED:
            return _PREDEFINED[name]
        node = self._known.get(name)
        if node is None:
            return ANY if len(name) <= 2 and name.isupper() else Type(TypeKind.UNKNOWN, text=name)
        if node.type == "type_alias_declaration":
            value = node.child_by_field_name("value")
            return self._of(self.snapshot, value, depth + 1) if value is not None else ANY
        if node.type == "type_parameter":
            constraint = node.child_by_field_name("constraint")
            inner = constraint.named_children if constraint is not None else []
            return self._of(self.snapshot, inner[0], depth + 1) if inner else ANY
        if node.type == "enum_declaration":
            return self._enum(name, node)
        body = node.child_by_field_name("body")
        own = self._object(self.snapshot, body.named_children if body is not None else [], depth + 1)
        fields = [*self._inherited(node, depth), *own.fields]
        return Type(own.kind, own.parts, fields=tuple({each[0]: each for each in fields}.values()))

    def _inherited(self, node: Node, depth: int) -> list[tuple[str, bool, Type]]:
        clause = next((each for each in node.named_children if each.type == "extends_type_clause"), None)
        bases = clause.named_children if clause is not None else []
        return [each for base in bases for each in self._of(self.snapshot, base, depth + 1).fields]

    def _enum(self, name: str, node: Node) -> Type:
        body = node.child_by_field_name("body")
        names = [each.child_by_field_name("name") or each for each in (body.named_children if body else [])]
        members = (Type(TypeKind.LITERAL, text=f"{name}.{self.snapshot.slice(each)}") for each in names)
        return Type(TypeKind.UNION, tuple(members))

    @property
    def _known(self) -> dict[str, Node]:
        """The file's own types by name; of its functions' type parameters the first of each name."""
        if self._declared is None:
            self._declared = {}
            stack = [self.snapshot.tree.root_node] if self.snapshot.tree else []
            while stack:
                node = stack.pop()
                if node.type in _DECLARING and (name := node.child_by_field_name("name")):
                    self._declared[self.snapshot.slice(name)] = node
                stack += node.named_children
        return self._declared


_DECLARING = frozenset({"interface_declaration", "type_alias_declaration", "enum_declaration", "type_parameter"})


def documented_types(documentation: str) -> dict[str, tuple[str, bool]]:
    """The types that a JSDoc comment gives to parameters, as TypeScript writes them, and whether they may be left out."""
    found = {}
    for match in _JSDOC.finditer(documentation):
        if match["more"] and match["more"] in ".[":
            continue  # a field of a parameter
        written = match["type"].strip()
        optional = bool(match["open"]) or written.endswith("=")
        written = re.sub(r"^\.\.\.|[=!]", "", written)
        written = re.sub(r"^\?(.+)|^(.+)\?$", r"\1\2 | null", written)
        written = re.sub(r"\*", "any", written).replace(".<", "<")
        found[match["name"]] = (written, optional)
    return found


def _first(node: Node | None, kind: str) -> Node | None:
    stack = [node] if node is not None else []
    while stack:
        node = stack.pop()
        if node.type == kind:
            return node
        stack += reversed(node.named_children)
    return None


def _named(node: Node) -> Node:
    """The type in an element of a tuple that has a name."""
    written = node.child_by_field_name("type")
    return written.named_children[0] if written is not None else node
