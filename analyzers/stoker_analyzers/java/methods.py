"""Methods, constructors and types of a Java file, as far as a call of them needs it. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot

TYPES = frozenset({"class_declaration", "record_declaration", "enum_declaration", "interface_declaration"})
_LISTS = frozenset({"class_body", "enum_body", "enum_body_declarations", "interface_body", "program"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Attributes:
        name: Its name.
        type: Its type as written, without annotations; of one that takes any number, an array's.
        variadic: Whether it takes any number.
    """

    name: str
    type: str
    variadic: bool = False


@dataclass(frozen=True)
class MethodCode:
    """A method or constructor.

    Attributes:
        name: Its name; a constructor's is the class's.
        span: All of it.
        body: Its block, with braces.
        modifiers: Its modifiers without annotations.
        variables: Its type parameters with their bounds, in order.
        returns: What it returns as written; ``void`` where nothing, empty for a constructor.
        parameters: What it takes.
        throws: What it declares to throw, as written with the keyword; empty where nothing.
    """

    name: str
    span: Span
    body: Span
    modifiers: frozenset[str]
    variables: tuple[tuple[str, str], ...]
    returns: str
    parameters: tuple[Parameter, ...]
    throws: str


@dataclass(frozen=True)
class TypeCode:
    """A class, record, enum or interface.

    Attributes:
        name: With those of the types around it.
        kind: The node's type.
        modifiers: Its modifiers without annotations; those of the types around it count where they hide it.
        variables: Its type parameters with their bounds.
        constructors: How it is made; a record's and the one that nobody wrote included.
        methods: Its methods that have a body.
        constants: An enum's.
        instances: The static fields of its own type that others may use.
        inner: Whether it needs an object of the type around it.
    """

    name: str
    kind: str
    modifiers: frozenset[str]
    variables: tuple[tuple[str, str], ...]
    constructors: tuple[MethodCode, ...]
    methods: tuple[MethodCode, ...]
    constants: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    inner: bool = False

    @property
    def factories(self) -> list[MethodCode]:
        """The static methods that give an object of it to others, those that take least first."""
        simple = self.name.rpartition(".")[2]
        found = (e for e in self.methods if "static" in e.modifiers and "private" not in e.modifiers)
        return sorted((e for e in found if e.returns.partition("<")[0] == simple), key=lambda e: len(e.parameters))


def types_in(snapshot: Snapshot) -> list[TypeCode]:
    """Every named type of a file that is no local one."""
    return list(_types(snapshot, snapshot.tree.root_node, (), frozenset())) if snapshot.tree else []


def package_and_imports(snapshot: Snapshot) -> tuple[str, tuple[str, ...]]:
    """The package of a file and its import statements as written."""
    children = snapshot.tree.root_node.children if snapshot.tree else []
    package = [each for each in children if each.type == "package_declaration"]
    name = snapshot.slice(package[0]).removeprefix("package").strip(" ;\n\t") if package else ""
    return name, tuple(snapshot.slice(each).strip() for each in children if each.type == "import_declaration")


def _types(snapshot: Snapshot, node: Node, around: tuple[str, ...], hidden: frozenset[str]) -> Iterator[TypeCode]:
    for each in node.named_children:
        if each.type in TYPES:
            name = each.child_by_field_name("name")
            if name is None:
                continue
            path = (*around, snapshot.slice(name))
            modifiers = _modifiers(snapshot, each) | (hidden & {"private"})
            yield _type(snapshot, each, path, modifiers, nested=bool(around))
            body = each.child_by_field_name("body")
            if body is not None:
                yield from _types(snapshot, body, path, modifiers)
        elif each.type in _LISTS:
            yield from _types(snapshot, each, around, hidden)


def _type(
    snapshot: Snapshot, node: Node, path: tuple[str, ...], modifiers: frozenset[str], *, nested: bool
) -> TypeCode:
    members = list(_members(node.child_by_field_name("body")))
    made = [_code(snapshot, each) for each in members if each.type == "constructor_declaration"]
    own = node.child_by_field_name("parameters")
    empty = Span(snapshot.span(node).start, snapshot.span(node).start)
    if own is not None or not made:
        access = modifiers & {"public", "protected", "private"} or frozenset({"package"})
        parameters = _parameters(snapshot, own) if own is not None else ()
        made.append(MethodCode(path[-1], empty, empty, access, (), "", parameters, ""))
    return TypeCode(
        ".".join(path),
        node.type,
        modifiers,
        _variables(snapshot, node),
        tuple(made) if node.type in ("class_declaration", "record_declaration") else (),
        tuple(_code(snapshot, e) for e in members if e.type == "method_declaration" and e.child_by_field_name("body")),
        tuple(
            snapshot.slice(name)
            for e in members
            if e.type == "enum_constant" and (name := e.child_by_field_name("name"))
        ),
        tuple(_instances(snapshot, members, path[-1])),
        nested and node.type == "class_declaration" and "static" not in modifiers,
    )


def _instances(snapshot: Snapshot, members: Sequence[Node], name: str) -> Iterator[str]:
    for each in members:
        kind = each.child_by_field_name("type") if each.type == "field_declaration" else None
        if kind is None or snapshot.slice(kind).partition("<")[0] != name:
            continue
        if (modifiers := _modifiers(snapshot, each)) >= {"static", "final"} and "private" not in modifiers:
            declared = (part for part in each.named_children if part.type == "variable_declarator")
            yield from (snapshot.slice(part) for one in declared if (part := one.child_by_field_name("name")))


def _members(body: Node | None) -> Iterator[Node]:
    for each in body.named_children if body is not None else ():
        if each.type == "enum_body_declarations":
            yield from each.named_children
        else:
            yield each


def _code(snapshot: Snapshot, node: Node) -> MethodCode:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    returned, given = node.child_by_field_name("type"), node.child_by_field_name("parameters")
    throws = next((snapshot.slice(each) for each in node.named_children if each.type == "throws"), "")
    own = snapshot.span(node)
    return MethodCode(
        snapshot.slice(name) if name else "",
        own,
        snapshot.span(body) if body else Span(own.end, own.end),
        _modifiers(snapshot, node),
        _variables(snapshot, node),
        snapshot.slice(returned) if returned else "",
        _parameters(snapshot, given) if given else (),
        throws,
    )


def _modifiers(snapshot: Snapshot, node: Node) -> frozenset[str]:
    found = next((each for each in node.children if each.type == "modifiers"), None)
    return frozenset(each.type for each in found.children if not each.is_named) if found else frozenset()


def _variables(snapshot: Snapshot, node: Node) -> tuple[tuple[str, str], ...]:
    found = node.child_by_field_name("type_parameters")
    if found is None:
        found = next((each for each in node.named_children if each.type == "type_parameters"), None)
    listed = []
    for each in found.named_children if found else ():
        if each.type == "type_parameter":
            name = next((part for part in each.named_children if part.type in ("type_identifier", "identifier")), None)
            bound = next((snapshot.slice(part) for part in each.named_children if part.type == "type_bound"), "")
            listed.append((snapshot.slice(name) if name else "", bound.removeprefix("extends").strip()))
    return tuple(listed)


def _parameters(snapshot: Snapshot, node: Node) -> tuple[Parameter, ...]:
    found = []
    for each in node.named_children:
        if each.type == "formal_parameter":
            kind, name = each.child_by_field_name("type"), each.child_by_field_name("name")
            size = each.child_by_field_name("dimensions")
            written = (snapshot.slice(kind) if kind else "") + (snapshot.slice(size) if size else "")
            found.append(Parameter(snapshot.slice(name) if name else "", " ".join(written.split())))
        elif each.type == "spread_parameter":
            parts = [part for part in each.named_children if part.type != "modifiers"]
            named = next((part for part in parts if part.type == "variable_declarator"), None)
            found.append(Parameter(snapshot.slice(named) if named else "", f"{snapshot.slice(parts[0])}[]", True))
    return tuple(found)
