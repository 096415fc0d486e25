"""What Java asks for beyond what the steps show: types of variables, parameters and constants, and where members stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import around, below, code
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.languages.base import words
from stoker_analyzers.reshaping.place import Place, RefusalError

_CLASS = words("class_declaration")
_TYPES = words("class_declaration interface_declaration enum_declaration record_declaration")
_METHOD = frozenset({"method_declaration", "constructor_declaration", "lambda_expression", "static_initializer"})
_TRUTHS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||", "instanceof", "!"})
_ALONE = words(
    "binary_expression unary_expression field_access method_invocation array_access parenthesized_expression"
)
"""Where an expression has the type that it has alone, whatever it is used for."""
_OPEN = words("method_invocation lambda_expression method_reference ternary_expression switch_expression")
"""Expressions whose type may come from what they are used for."""


def refuse_value(place: Place, node: Node) -> None:
    """Refuse an expression whose type may be another one where it stands alone.

    Raises:
        RefusalError: It may.
    """
    _declared_type(place, node)


def variable(place: Place, name: str, node: Node) -> str:
    """The statement that gives an expression a name."""
    return f"{_declared_type(place, node)} {name} = {place.text(node)};"


def _declared_type(place: Place, node: Node) -> str:
    """The type of an expression as a declaration writes it.

    Raises:
        RefusalError: Only the compiler knows it.
    """
    if said := _own_type(place, node):
        return said
    parent = node.parent
    if parent is None or (node.type in _OPEN and parent.type not in _ALONE):
        raise RefusalError("its type may come from what it is used for, which only the compiler knows")
    if not re.search(r"\bvar\s+\w+\s*[=:]", place.snapshot.text):
        raise RefusalError("only the compiler knows its type, and the file has no `var`, which came with Java 10")
    return "var"


def _own_type(place: Place, node: Node) -> str:
    """The type of an expression that shows it; empty where it does not."""
    operator = node.child_by_field_name("operator")
    said = place.text(operator) if operator is not None else ""
    if node.type == "instanceof_expression" and node.child_by_field_name("name") is None:
        return "boolean"
    if said in _TRUTHS:
        bound = any(each.type == "instanceof_expression" and each.child_by_field_name("name") for each in below(node))
        return "" if bound else "boolean"
    if node.type == "string_literal":
        return "String"
    if node.type in ("object_creation_expression", "cast_expression"):
        kind = node.child_by_field_name("type")
        text = place.text(kind) if kind is not None else ""
        anonymous = any(each.type == "class_body" for each in node.named_children)
        return "" if "<>" in text or anonymous or "&" in text else text
    return ""


def refuse_inlining(place: Place, value: Node) -> None:
    """Refuse where a variable gives its value another type than it has by itself.

    Raises:
        RefusalError: It may.
    """
    holder = value.parent.parent if value.parent is not None else None
    kind = holder.child_by_field_name("type") if holder is not None else None
    written = place.text(kind) if kind is not None else ""
    if written != _own_type(place, value) and not (written == "var" and value.type not in _OPEN):
        raise RefusalError(
            f"the variable's type, {written}, may not be that of its value, which only the compiler knows"
        )


def constant(place: Place, name: str, node: Node) -> str:
    """The line that declares a constant of the class.

    Raises:
        RefusalError: The class can't have one.
    """
    owner = around(node, _TYPES)
    if owner is None or owner.type != "class_declaration":
        raise RefusalError("only a class gets private constants")
    return place.grammar.writing.constant.format(_literal_type(place, node), name, place.text(node))


def _literal_type(place: Place, node: Node) -> str:
    text = place.text(node)
    if node.type == "string_literal":
        return "String"
    if node.type == "character_literal":
        return "char"
    hexadecimal = node.type.startswith("hex")
    if text[-1] in "lL":
        return "long"
    if not hexadecimal and text[-1] in "fF":
        return "float"
    return "double" if "floating" in node.type else "int"


def above(place: Place, node: Node, line: str) -> Replacement:
    """The place of a constant: the top of its class, behind the constants that stand there."""
    owner = around(node, _CLASS)
    body = owner.child_by_field_name("body") if owner is not None else None
    if body is None:
        raise RefusalError("only a class gets private constants")
    members, newline = code(body), place.snapshot.newline
    last = None
    for each in members:
        if (
            each.type != "field_declaration"
            or "static final" not in place.text(each)
            or each.end_byte > node.start_byte
        ):
            break
        last = each
    indent = place.indent(members[0])
    if last is not None:
        at = place.span_of(last).end
        return Replacement(Span(at, at), f"{newline}{indent}{line}")
    at = place.span_of(body).start + 1
    blank = place.snapshot.text.startswith(newline * 2, at)
    return Replacement(Span(at, at), f"{newline}{indent}{line}{'' if blank else newline}")


def function_head(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, nodes: Sequence[Node], *, ends: bool
) -> str:
    """The first line of a new private method.

    Raises:
        RefusalError: It can't be one, or the file does not say a type.
    """
    method = around(nodes[0], _METHOD)
    owner = around(nodes[0], _TYPES)
    if method is None or method.type != "method_declaration" or owner is None or owner.type == "interface_declaration":
        raise RefusalError("only statements of a class's method become a method")
    if method.child_by_field_name("type_parameters") is not None:
        raise RefusalError("the method around it is generic")
    caught = frozenset({"try_statement", "try_with_resources_statement"})
    handler = around(nodes[0], caught | _METHOD)
    if handler is not None and handler.type in caught:
        raise RefusalError("it stands where exceptions are caught, and which of them it throws only the compiler knows")
    if any(each.type == "class_body" for node in nodes for each in below(node)):
        raise RefusalError("it has a class of its own")
    listed = ", ".join(f"{type_of(place, each)} {each.name}" for each in taken)
    for binding in taken:
        holder = binding.node.parent
        if holder is not None and holder.type == "variable_declarator" and holder.child_by_field_name("value") is None:
            raise RefusalError(f"{binding.name} may have no value yet")
    result = method.child_by_field_name("type") if ends else None
    gives = place.text(result) if result is not None else type_of(place, given) if given is not None else "void"
    static = "static " if re.search(r"\bstatic\b", place.text(method).partition("(")[0]) else ""
    throws = next((f"{place.text(each)} " for each in method.named_children if each.type == "throws"), "")
    return f"private {static}{gives} {name}({listed}) {throws}{{"


def type_of(place: Place, binding: Binding) -> str:
    """The type of a variable as the file writes it.

    Raises:
        RefusalError: It does not.
    """
    holder = binding.node.parent
    declared = holder.parent if holder is not None and holder.type == "variable_declarator" else holder
    said = declared.child_by_field_name("type") if declared is not None else None
    dimensions = holder is not None and holder.child_by_field_name("dimensions") is not None
    if said is None or dimensions or place.text(said) == "var":
        raise RefusalError(f"the file does not say what type {binding.name} has, which a method would need")
    return place.text(said)


def refuse_renaming(place: Place, binding: Binding, new: str) -> None:
    """Refuse a member.

    Raises:
        RefusalError: It is one.
    """
    del new
    if binding.scope.node.type in place.grammar.naming.tops:
        raise RefusalError(f"{binding.name} is a member, and the file does not show who else means it")


def gives(place: Place, function: Node) -> bool:
    """Whether a function has to give a result; of a lambda nobody knows."""
    kind = function.child_by_field_name("type")
    return function.type == "lambda_expression" or (kind is not None and place.text(kind) != "void")
