"""What a Go function takes and gives, and what types its package declares, as written. Resolves nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol

_FUNCTIONS = frozenset({"function_declaration", "method_declaration"})
_PARAMETERS = frozenset({"parameter_declaration", "variadic_parameter_declaration"})


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter, a result, a type parameter or a field.

    Attributes:
        name: Its name; empty where it has none.
        type: Its type as written; of a variadic parameter that of one argument.
        variadic: Whether it takes all further arguments.
    """

    name: str
    type: str
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class GoFunction:
    """A function or method.

    Attributes:
        name: Its name.
        receiver: What it is called on; ``None`` for a function.
        generics: The type parameters with what they are bound to, a generic receiver's without.
        parameters: What it takes.
        results: What it gives.
        gives: The results as written, which may be nothing.
        body: The body, braces included.
    """

    name: str
    receiver: Part | None
    generics: tuple[Part, ...]
    parameters: tuple[Part, ...]
    results: tuple[Part, ...]
    gives: str
    body: Span


@dataclass(frozen=True, slots=True)
class Declared:
    """What the files of a package declare.

    Attributes:
        package: The package's name.
        types: What each type is made of, as written.
        fields: The fields of the types that are structs.
        functions: The functions that are no methods, by name.
        imports: The paths of the imports of one file, by the name that they have there.
        names: All that is declared at the top.
    """

    package: str
    types: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    functions: Mapping[str, GoFunction] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


def function_of(snapshot: Snapshot, symbol: Symbol) -> GoFunction | None:
    """The function of a symbol; ``None`` for what has no body."""
    node = snapshot.node_at(symbol.name_span)
    while node is not None and node.type not in _FUNCTIONS:
        node = node.parent
    return _function(snapshot, node) if node is not None else None


def declared_in(snapshots: Sequence[Snapshot]) -> Declared:
    """What a package declares.

    Args:
        snapshots: Its files, the one whose imports are meant first.
    """
    types, fields, functions, names = {}, {}, {}, set[str]()
    for snapshot in snapshots:
        for node in snapshot.tree.root_node.named_children if snapshot.tree else ():
            if node.type == "function_declaration" and (found := _function(snapshot, node)):
                functions[found.name] = found
            for spec in _specs(node):
                names |= {snapshot.slice(each) for each in spec.children_by_field_name("name")}
                said, name = spec.child_by_field_name("type"), spec.child_by_field_name("name")
                if spec.type not in ("type_spec", "type_alias") or said is None or name is None:
                    continue
                types[snapshot.slice(name)] = snapshot.slice(said)
                if said.type == "struct_type":
                    fields[snapshot.slice(name)] = tuple(_fields(snapshot, said))
    first = snapshots[0]
    return Declared(
        package_of(first), types, fields, functions, dict(imports_of(first)), frozenset({*names, *functions})
    )


def package_of(snapshot: Snapshot) -> str:
    """The name in the package clause."""
    found = re.search(r"^package[ \t]+(\w+)", snapshot.text, re.MULTILINE)
    return found[1] if found else ""


def imports_of(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The imports of a file: the name it has for each, and the path."""
    for span in imports_spans(snapshot):
        written = snapshot.text[span.start : span.end]
        name, _, path = written.rpartition(" ")
        path = path.strip('"`')
        last = re.sub(r"^go-|-go$|\.go$", "", re.sub(r"/v\d+$", "", path).rpartition("/")[2])
        yield name.strip() or last, path


def imports_spans(snapshot: Snapshot) -> list[Span]:
    """Where each import stands, without the word itself."""
    root = snapshot.tree.root_node if snapshot.tree else None
    found = [each for each in (root.named_children if root else ()) if each.type == "import_declaration"]
    return [snapshot.span(each) for node in found for each in _below(node) if each.type == "import_spec"]


def top_functions(snapshot: Snapshot) -> list[tuple[str, Span, Node]]:
    """The functions of a file that are no methods: name, place, node."""
    root = snapshot.tree.root_node if snapshot.tree else None
    named = [
        (each.child_by_field_name("name"), each)
        for each in (root.named_children if root else ())
        if each.type == "function_declaration"
    ]
    return [(snapshot.slice(name), snapshot.span(node), node) for name, node in named if name is not None]


def statements_in(snapshot: Snapshot, span: Span) -> Iterator[tuple[int, int]]:
    """Line and column (from 1, in bytes) where each statement of a function's body begins."""
    root = snapshot.tree.root_node if snapshot.tree else None
    for node in _below(root) if root else ():
        own = snapshot.span(node)
        inside = span.start < own.start and own.end < span.end
        if (
            inside and node.type.endswith("_statement") and node.type not in ("labeled_statement", "empty_statement")
        ) or (inside and node.type in ("short_var_declaration", "var_declaration")):
            yield node.start_point.row + 1, node.start_point.column + 1


def _function(snapshot: Snapshot, node: Node) -> GoFunction | None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        return None
    result = node.child_by_field_name("result")
    listed = result is not None and result.type == "parameter_list"
    plain = (Part("", snapshot.slice(result)),) if result is not None else ()
    receivers = _parts(snapshot, node.child_by_field_name("receiver"))
    return GoFunction(
        snapshot.slice(name),
        receivers[0] if receivers else None,
        tuple(_generics(snapshot, node.child_by_field_name("type_parameters"))),
        _parts(snapshot, node.child_by_field_name("parameters")),
        _parts(snapshot, result) if listed else plain,
        snapshot.slice(result) if result is not None else "",
        snapshot.span(body),
    )


def _parts(snapshot: Snapshot, listed: Node | None) -> tuple[Part, ...]:
    found = []
    for node in listed.named_children if listed else ():
        said = node.child_by_field_name("type")
        if node.type not in _PARAMETERS or said is None:
            continue
        names = [snapshot.slice(each) for each in node.children_by_field_name("name")] or [""]
        found += [Part(name, snapshot.slice(said), node.type.startswith("variadic")) for name in names]
    return tuple(found)


def _generics(snapshot: Snapshot, listed: Node | None) -> Iterator[Part]:
    for node in listed.named_children if listed else ():
        said = node.child_by_field_name("type")
        for each in node.children_by_field_name("name"):
            yield Part(snapshot.slice(each), snapshot.slice(said) if said is not None else "any")


def _fields(snapshot: Snapshot, struct: Node) -> Iterator[Part]:
    for node in _below(struct):
        said = node.child_by_field_name("type") if node.type == "field_declaration" else None
        if said is None or node.parent is None or node.parent.parent != struct:
            continue
        names = [snapshot.slice(each) for each in node.children_by_field_name("name")]
        if names:
            yield from (Part(name, snapshot.slice(said)) for name in names)
        else:
            star = "*" if any(each.type == "*" for each in node.children) else ""
            yield Part(snapshot.slice(said).rpartition(".")[2], star + snapshot.slice(said))


def _specs(node: Node) -> Iterator[Node]:
    if node.type in ("type_declaration", "var_declaration", "const_declaration"):
        yield from (each for each in _below(node) if each.type in ("type_spec", "type_alias", "var_spec", "const_spec"))


def _below(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.named_children)
