"""What TypeScript asks for beyond what the steps show: the types of parameters, which the file must say."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import around
from stoker_analyzers.reshaping.place import Place, RefusalError

_LITERALS = {"number": "number", "string": "string", "template_string": "string", "true": "boolean", "false": "boolean"}
_OWNERS = frozenset(
    {"function_declaration", "method_definition", "arrow_function", "function_expression", "class_declaration", "class"}
)


_OPEN = frozenset({"call_expression", "new_expression", "object", "array", "ternary_expression", "await_expression"})
"""Expressions whose type TypeScript may take from what they are used for."""
_DECIDING = frozenset({"!", "==", "===", "!=", "!==", "instanceof", "in"})
"""Operators whose conditions tell types apart."""
_ALONE = frozenset(
    {
        "binary_expression",
        "member_expression",
        "unary_expression",
        "subscript_expression",
        "template_substitution",
        "if_statement",
    }
)
"""Where an expression has the type that it has alone, whatever it is used for."""


def refuse_value(place: Place, node: Node) -> None:
    """Refuse an expression that TypeScript may give another type where it stands alone.

    Raises:
        RefusalError: It may.
    """
    if place.typed and is_open(node):
        raise RefusalError("TypeScript may give it another type where it stands alone")


def is_open(node: Node) -> bool:
    """Whether TypeScript may take the type of an expression from what it is used for."""
    parent = node.parent
    while parent is not None and parent.type in ("parenthesized_expression", "non_null_expression"):
        parent = parent.parent
    return _narrows(node) or (node.type in _OPEN and (parent is None or parent.type not in _ALONE))


def _narrows(node: Node) -> bool:
    """Whether an expression is, or decides, a condition: TypeScript may take from it what types there are behind it."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in ("if_statement", "while_statement", "ternary_expression"):
            return parent.child_by_field_name("condition") == child
        operator = parent.child_by_field_name("operator")
        said = operator.type if operator is not None else ""
        if parent.type == "binary_expression" and said in ("&&", "||", "??"):
            return True
        if parent.type not in ("parenthesized_expression", "non_null_expression") and said not in _DECIDING:
            return False
        child, parent = parent, parent.parent
    return False


def function_head(place: Place, name: str, taken: Sequence[Binding], nodes: Sequence[Node], *, ends: bool) -> str:
    """The first line of a new function.

    Raises:
        RefusalError: The file does not say what types it takes or gives.
    """
    if not place.typed:
        return f"function {name}({', '.join(each.name for each in taken)}) {{"
    gives = _result_of(place, nodes[0]) if ends else ""
    return f"function {name}({', '.join(f'{each.name}: {_type_of(place, each)}' for each in taken)}){gives} {{"


def _result_of(place: Place, node: Node) -> str:
    """The type that the function around a statement says it gives; what stands alone may have another one."""
    function = around(node, _OWNERS)
    said = function.child_by_field_name("return_type") if function is not None else None
    if function is None or said is None:
        raise RefusalError("the function around it does not say what type it gives")
    if said.type != "type_annotation":
        raise RefusalError("the result of the function around it says something of its parameters")
    _refuse_generic(place, function, said, "its result")
    return place.text(said)


def _refuse_generic(place: Place, owner: Node | None, said: Node, what: str) -> None:
    """Refuse a type with a parameter of a function or class around it."""
    while owner is not None:
        generics = owner.child_by_field_name("type_parameters")
        names = [each.child_by_field_name("name") for each in generics.named_children] if generics is not None else []
        if any(each is not None and place.text(each) in place.text(said) for each in names):
            raise RefusalError(f"the type of {what} has a parameter of what is around it")
        owner = around(owner, _OWNERS)


def _type_of(place: Place, binding: Binding) -> str:
    """The type of a name as the file writes it, or as it follows from a literal."""
    holder = binding.node.parent
    said = holder.child_by_field_name("type") if holder is not None else None
    if holder is None or said is None:
        value = holder.child_by_field_name("value") if holder is not None else None
        kind = _LITERALS.get(value.type) if value is not None else None
        if kind is None:
            raise RefusalError(f"the file does not say what type {binding.name} has, which a parameter would need")
        return kind
    _refuse_generic(place, around(holder, _OWNERS), said, binding.name)
    text = place.text(said).removeprefix(":").strip()
    return f"{text} | undefined" if holder.type == "optional_parameter" else text
