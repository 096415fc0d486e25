"""What Go asks for beyond what the steps show: types of parameters, values that are copied, constants that have no type yet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import around, below, code
from stoker_analyzers.languages.base import words
from stoker_analyzers.reshaping.place import Change, Place, RefusalError, holds

_FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})
_TYPED = words("call_expression composite_literal index_expression slice_expression type_conversion_expression")
_LITERALS = {
    "int_literal": "int",
    "interpreted_string_literal": "string",
    "raw_string_literal": "string",
    "rune_literal": "rune",
    "float_literal": "float64",
    "true": "bool",
    "false": "bool",
}


def refuse_value(place: Place, node: Node) -> None:
    """Refuse what gives several values, what is copied when it gets a name, and what may be a constant without a type.

    Raises:
        RefusalError: It is.
    """
    parent = node.parent
    outer = parent.parent if parent is not None else None
    if parent is not None and node.type == "call_expression":
        alone = len(code(parent)) == 1 and parent.type in ("argument_list", "expression_list")
        if alone or parent.type in ("go_statement", "defer_statement"):
            raise RefusalError("the call may give several values, which one name can't hold")
    if (
        parent is not None
        and parent.type == "expression_list"
        and outer is not None
        and outer.type != "return_statement"
    ):
        raise RefusalError("it has a name already")
    if parent is not None and parent.type in ("selector_expression", "index_expression", "slice_expression"):
        called = (
            outer is not None and outer.type == "call_expression" and outer.child_by_field_name("function") == parent
        )
        if called or parent.type == "slice_expression" or (outer is not None and outer.type == "unary_expression"):
            raise RefusalError("what is called or borrowed there would be a copy")
    if any(each.type == "&" for each in (parent.children[:1] if parent is not None else ())):
        raise RefusalError("what is borrowed there would be a copy")
    if not any(_has_type(place, each) for each in below(node)):
        raise RefusalError("it may be a constant without a type, which would get one")
    shifts = [each for each in below(node) if each.type in ("<<", ">>")]
    if shifts:
        raise RefusalError("a shift takes its type from what it is used for")


def _has_type(place: Place, node: Node) -> bool:
    """Whether something surely has a type of its own: a call, what is made, a parameter or a variable."""
    if node.type in _TYPED:
        return True
    binding = place.names.binding(node) if node.type == "identifier" else None
    holder = binding.node.parent if binding is not None else None
    return (
        holder is not None and holder.type != "const_spec" and binding is not None and binding.scope.parent is not None
    )


def function_head(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, nodes: Sequence[Node], *, ends: bool
) -> str:
    """The first line of a new function.

    Raises:
        RefusalError: The file does not say what types it takes or gives.
    """
    function = around(nodes[0], _FUNCTIONS)
    result = function.child_by_field_name("result") if function is not None else None
    named = result is not None and any(each.children_by_field_name("name") for each in result.named_children)
    for binding in place.names.bindings:
        inside = result is not None and holds(result, binding.node)
        if inside and any(holds(each, use) for use in binding.uses for each in nodes):
            raise RefusalError(f"it uses the result {binding.name}, which a plain return gives")
    if ends and named:
        raise RefusalError("the results of the function have names")
    _refuse_generic(place, nodes[0])
    for binding in taken:
        if binding.changed and not type_of(place, binding).startswith(("*", "[]", "map[", "chan ")):
            raise RefusalError(f"{binding.name} is changed in place, and a function would get a copy")
    listed = ", ".join(f"{each.name} {type_of(place, each)}" for each in taken)
    gives = place.text(result) if ends and result is not None else type_of(place, given) if given is not None else ""
    return f"func {name}({listed}) {gives + ' ' if gives else ''}{{"


def _refuse_generic(place: Place, node: Node) -> None:
    outer = around(node, frozenset({"function_declaration", "method_declaration"}))
    receiver = outer.child_by_field_name("receiver") if outer is not None else None
    generic = receiver is not None and any(each.type == "generic_type" for each in below(receiver))
    if outer is not None and (outer.child_by_field_name("type_parameters") is not None or generic):
        raise RefusalError("the function around it is generic")
    del place


def type_of(place: Place, binding: Binding) -> str:
    """The type of a name, as the file writes it or as it follows from a literal.

    Raises:
        RefusalError: It does neither.
    """
    holder = binding.node.parent
    said = holder.child_by_field_name("type") if holder is not None else None
    if holder is not None and said is not None and holder.type != "type_spec":
        text = place.text(said)
        if any(each.type == "type_identifier" and _is_local(place, each) for each in below(said)):
            raise RefusalError(f"the type of {binding.name} is defined in the function around it")
        return f"[]{text}" if holder.type == "variadic_parameter_declaration" else text
    declared = holder.parent if holder is not None and holder.type == "expression_list" else None
    if (
        declared is not None
        and declared.type == "short_var_declaration"
        and holder is not None
        and len(code(holder)) == 1
    ):
        right = declared.child_by_field_name("right")
        value = code(right)[0] if right is not None and len(code(right)) == 1 else None
        if value is not None and (found := _of_value(place, value)):
            return found
    raise RefusalError(f"the file does not say what type {binding.name} has, which a function would need")


def _is_local(place: Place, node: Node) -> bool:
    binding = place.names.binding(node)
    return binding is not None and binding.scope.parent is not None


def _of_value(place: Place, value: Node) -> str:
    """The type of a value that says it; empty where it does not."""
    if value.type in _LITERALS:
        return _LITERALS[value.type]
    if value.type == "composite_literal":
        said = value.child_by_field_name("type")
        return place.text(said) if said is not None and "..." not in place.text(said) else ""
    inner = code(value)[0] if value.type == "unary_expression" else None
    if inner is not None and inner.type == "composite_literal" and place.text(value).startswith("&"):
        return f"*{_of_value(place, inner)}"
    if value.type == "call_expression":
        callee, given = value.child_by_field_name("function"), value.child_by_field_name("arguments")
        if callee is None or given is None:
            return ""
        if place.text(callee) in ("len", "cap"):
            return "int"
        if place.text(callee) == "make" and code(given):
            return place.text(code(given)[0])
        binding = place.names.binding(callee) if callee.type == "identifier" else None
        made = binding.node.parent if binding is not None else None
        result = (
            made.child_by_field_name("result") if made is not None and made.type == "function_declaration" else None
        )
        generic = made is not None and made.child_by_field_name("type_parameters") is not None
        return place.text(result) if result is not None and result.type != "parameter_list" and not generic else ""
    return ""


def refuse_change(place: Place, change: Change) -> None:
    """Refuse what would leave a variable or an import that nothing uses, which does not compile.

    Raises:
        RefusalError: It would.
    """
    gone = [each.span for each in change.replacements if not each.text]
    for binding in place.names.bindings:
        if any(re.search(rf"\b{re.escape(binding.name)}\b", each.text) for each in change.replacements):
            continue  # it is used where it is written now
        used = [place.span_of(each) for each in binding.uses]
        left = [each for each in used if not any(span.covers(each) for span in gone)]
        if used and not left and not any(span.covers(place.span_of(binding.node)) for span in gone):
            raise RefusalError(f"nothing would use {binding.name} any more, which does not compile")
    packages = {place.text(node) for node, _ in place.names.free if _is_package(node)}
    for name in packages:
        places = [place.span_of(each) for each, _ in place.names.free if place.text(each) == name]
        written = any(re.search(rf"\b{name}\b", each.text) for each in change.replacements)
        if not written and all(any(span.covers(each) for span in gone) for each in places):
            raise RefusalError(f"nothing would use {name} any more, which does not compile")


def _is_package(node: Node) -> bool:
    """Whether a name that the file does not bind may be that of an import: something is taken out of it."""
    return node.parent is not None and node.parent.type in ("selector_expression", "qualified_type")


def refuse_renaming(place: Place, binding: Binding, new: str) -> None:
    """Refuse a name that is the key of a literal, where it may be a field's.

    Raises:
        RefusalError: It is.
    """
    for use in (*binding.uses, *(each for each in place.names.every if place.text(each) in (binding.name, new))):
        key = use.parent.parent if use.parent is not None else None
        if key is not None and key.type == "keyed_element" and key.child_by_field_name("key") == use.parent:
            line = place.snapshot.line_of(place.span_of(use).start) + 1
            raise RefusalError(f"the key in line {line} may be a field of that name")
