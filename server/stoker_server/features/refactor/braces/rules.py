"""What a language's types and rules ask for beyond what the steps show, and how a function is declared in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import around
from stoker_server.features.refactor.braces.place import Place
from stoker_server.workers import RefusedError


@dataclass(frozen=True, slots=True)
class Header:
    """How a new function is declared and called.

    Attributes:
        name: Its name.
        opening: Its first line.
        keeps: What stands before a new name that is given its result ...
        sets: ... and the operator between.
    """

    name: str
    opening: str
    keeps: str = ""
    sets: str = "="


def refuse_value(place: Place, node: Node) -> None:
    """Refuse an expression that a name of its own may give another type or another meaning.

    Raises:
        RefusedError: It may.
    """
    language = place.snapshot.language
    if language is not None and (rule := _VALUES.get(language.id)):
        rule(place, node)


_VALUES: Mapping[str, Callable[[Place, Node], None]] = {}


def header_of(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, nodes: Sequence[Node], *, ends: bool
) -> Header:
    """How the function is declared that some statements become.

    Raises:
        RefusedError: The file does not say what types it takes or gives.
    """
    del ends, nodes
    if place.typed:
        listed = ", ".join(f"{each.name}: {type_of(place, each)}" for each in taken)
    else:
        listed = ", ".join(each.name for each in taken)
    changes = given is not None and given.writes > 0
    return Header(name, f"function {name}({listed}) {{", "let " if changes else "const ")


def type_of(place: Place, binding: Binding) -> str:
    """The type of a name as the file writes it.

    Raises:
        RefusedError: It does not.
    """
    holder = binding.node.parent
    said = holder.child_by_field_name("type") if holder is not None else None
    if holder is None or said is None:
        value = holder.child_by_field_name("value") if holder is not None else None
        kind = _LITERALS.get(value.type) if value is not None and binding.writes == 0 else None
        if kind is None:
            raise RefusedError(f"the file does not say what type {binding.name} has, which a parameter would need")
        return kind
    owner = around(holder, place.grammar.naming.functions)
    while owner is not None:
        generics = owner.child_by_field_name("type_parameters")
        if generics is not None and any(place.text(each) in place.text(said) for each in generics.named_children):
            raise RefusedError(f"the type of {binding.name} has a parameter of the function around it")
        owner = around(owner, place.grammar.naming.functions | {"class_declaration"})
    text = place.text(said).removeprefix(":").strip()
    return f"{text} | undefined" if holder.type == "optional_parameter" else text


_LITERALS = {"number": "number", "string": "string", "template_string": "string", "true": "boolean", "false": "boolean"}
