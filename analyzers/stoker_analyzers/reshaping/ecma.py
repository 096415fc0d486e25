"""What TypeScript asks for beyond what the steps show: the types of parameters, which the file must say."""

from __future__ import annotations

from collections.abc import Sequence

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import around
from stoker_analyzers.reshaping.place import Place, RefusalError

_LITERALS = {"number": "number", "string": "string", "template_string": "string", "true": "boolean", "false": "boolean"}
_OWNERS = frozenset(
    {"function_declaration", "method_definition", "arrow_function", "function_expression", "class_declaration", "class"}
)


def function_head(place: Place, name: str, taken: Sequence[Binding]) -> str:
    """The first line of a new function.

    Raises:
        RefusalError: The file does not say what types it takes.
    """
    if not place.typed:
        return f"function {name}({', '.join(each.name for each in taken)}) {{"
    return f"function {name}({', '.join(f'{each.name}: {_type_of(place, each)}' for each in taken)}) {{"


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
    owner = around(holder, _OWNERS)
    while owner is not None:
        generics = owner.child_by_field_name("type_parameters")
        names = [each.child_by_field_name("name") for each in generics.named_children] if generics is not None else []
        if any(each is not None and place.text(each) in place.text(said) for each in names):
            raise RefusalError(f"the type of {binding.name} has a parameter of what is around it")
        owner = around(owner, _OWNERS)
    text = place.text(said).removeprefix(":").strip()
    return f"{text} | undefined" if holder.type == "optional_parameter" else text
