"""How what a file defines can be imported: by name, as the default, or from ``module.exports``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from stoker_analyzers.snapshot import Snapshot

WHOLE = "*"
"""The exported name where ``module.exports`` is the thing itself."""

_DECLARATIONS = ("function_declaration", "generator_function_declaration", "class_declaration", "enum_declaration")
_FUNCTIONS = ("arrow_function", "function_expression", "generator_function", "method_definition", "class")
_EXPORTS = re.compile(r"\bexports\b")


@dataclass(frozen=True, slots=True)
class Export:
    """One exported name.

    Attributes:
        local: The name in the file; the exported expression's own text where it has none.
        name: By which others import it; ``default``, or ``WHOLE``.
        commonjs: Whether it is assigned to ``module.exports`` and not exported by a statement.
    """

    local: str
    name: str
    commonjs: bool = False


def exports_of(snapshot: Snapshot) -> tuple[Export, ...]:
    """What a file exports, in order."""
    if snapshot.tree is None:
        return ()
    found: list[Export] = []
    for node in snapshot.tree.root_node.named_children:
        if node.type == "export_statement":
            found += _statement(snapshot, node)
        elif node.type == "expression_statement" and (assigned := next(iter(node.named_children), None)):
            found += _assignment(snapshot, assigned)
        elif node.type in ("lexical_declaration", "variable_declaration"):
            found += _both(snapshot, node)
    return tuple(found)


def handed_out(snapshot: Snapshot) -> frozenset[str] | None:
    """The names that a file's assignments to ``module.exports`` speak of.

    Returns:
        The names; ``None`` where there is no such assignment, or ``exports`` stands anywhere else, too: what is handed out then
        can't be told.
    """
    if snapshot.tree is None:
        return None
    names, seen = set[str](), 0
    for statement in snapshot.tree.root_node.named_children:
        node = next(iter(statement.named_children), None) if statement.type == "expression_statement" else None
        if node is not None and any(True for _ in _assignment(snapshot, node)):
            seen += len(_EXPORTS.findall(snapshot.slice(statement)))
            names.update(_named(snapshot, _last(node)))
    return frozenset(names) if seen and seen == len(_EXPORTS.findall(snapshot.text)) else None


def _named(snapshot: Snapshot, node: Node) -> Iterator[str]:
    """The names in an expression, those inside functions not among them."""
    if node.type in ("identifier", "shorthand_property_identifier"):
        yield snapshot.slice(node)
    elif node.type not in _FUNCTIONS:
        for each in node.named_children:
            yield from _named(snapshot, each)


def uses_modules(snapshot: Snapshot) -> bool | None:
    """Whether a file imports or exports by statements; ``None`` where it does neither that nor requires anything."""
    if snapshot.tree is None:
        return None
    kinds = {node.type for node in snapshot.tree.root_node.named_children}
    if kinds & {"import_statement", "export_statement"}:
        return True
    return False if "require(" in snapshot.text or "exports" in snapshot.text else None


def _statement(snapshot: Snapshot, node: Node) -> Iterator[Export]:
    if node.child_by_field_name("source") is not None:
        return
    is_default = any(child.type == "default" for child in node.children)
    for child in node.named_children:
        if child.type == "export_clause":
            for each in child.named_children:
                name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
                if name is not None:
                    yield Export(snapshot.slice(name), snapshot.slice(alias or name))
        elif is_default and child.type == "identifier":
            yield Export(snapshot.slice(child), "default")
        else:
            for declared in _declared(snapshot, child):
                yield Export(declared, "default" if is_default else declared)


def _declared(snapshot: Snapshot, node: Node) -> Iterator[str]:
    if node.type in _DECLARATIONS or node.type == "abstract_class_declaration":
        if name := node.child_by_field_name("name"):
            yield snapshot.slice(name)
    elif node.type in ("lexical_declaration", "variable_declaration"):
        for each in node.named_children:
            name = each.child_by_field_name("name")
            if name is not None and name.type == "identifier":
                yield snapshot.slice(name)


def _assignment(snapshot: Snapshot, node: Node) -> Iterator[Export]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "assignment_expression" or left is None or right is None:
        return
    target = snapshot.slice(left)
    if right.type == "assignment_expression":  # module.exports = exports = f
        yield from _assignment(snapshot, right)
        right = _last(right)
    if target in ("module.exports", "exports"):
        if right.type == "object":
            yield from _members(snapshot, right)
        else:
            yield Export(_local(snapshot, right, target), WHOLE, commonjs=True)
    elif target.startswith(("module.exports.", "exports.")):
        name = target.rpartition(".")[2]
        yield Export(_local(snapshot, right, name), name, commonjs=True)


def _both(snapshot: Snapshot, node: Node) -> Iterator[Export]:
    """What a declaration names and hands out at once: ``const app = module.exports = express()``."""
    for each in node.named_children:
        name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
        if name is not None and value is not None and name.type == "identifier":
            own = "" if _last(value).type == "object" else snapshot.slice(name)
            yield from (replace(found, local=own or found.local) for found in _assignment(snapshot, value))


def _last(node: Node) -> Node:
    right = node.child_by_field_name("right")
    return _last(right) if right is not None and node.type == "assignment_expression" else node


def _members(snapshot: Snapshot, node: Node) -> Iterator[Export]:
    for each in node.named_children:
        key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
        if each.type == "shorthand_property_identifier":
            yield Export(snapshot.slice(each), snapshot.slice(each), commonjs=True)
        elif each.type == "method_definition" and (name := each.child_by_field_name("name")):
            yield Export(snapshot.slice(name), snapshot.slice(name), commonjs=True)
        elif key is not None and value is not None:
            yield Export(_local(snapshot, value, snapshot.slice(key)), snapshot.slice(key), commonjs=True)


def _local(snapshot: Snapshot, value: Node, otherwise: str) -> str:
    """The name of an exported value: a function that is written in place goes by its own or that of its place."""
    if value.type == "identifier":
        return snapshot.slice(value)
    return otherwise
