"""What a language's types and rules ask for beyond what the steps show, and how a function is declared in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.edits import Replacement
from stoker_analyzers.reshaping import ecma, golang, java, rust
from stoker_analyzers.reshaping.place import Change, Place, RefusalError


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


_Head = Callable[[Place, str, Sequence[Binding], Binding | None, Sequence[Node], bool], Header]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one language, each of which refuses in one sentence what it can't vouch for.

    Attributes:
        head: How a new function is declared.
        value: Whether an expression may get a name.
        inline: Whether an expression may lose its name.
        constant: The line that declares a constant.
        variable: The statement that gives an expression a name.
        above: Where a constant stands; below the file's imports where it is ``None``.
        rename: Whether a binding may get a name.
        gives: Whether a function has to give a result.
        change: Whether a change leaves something that does not compile.
    """

    head: _Head
    value: Callable[[Place, Node], None] = lambda place, node: None
    inline: Callable[[Place, Node], None] = lambda place, node: None
    constant: Callable[[Place, str, Node], str] = lambda place, name, node: place.grammar.writing.constant.format(
        name, place.text(node)
    )
    variable: Callable[[Place, str, Node], str] = lambda place, name, node: place.grammar.writing.variable.format(
        name, place.text(node)
    )
    above: Callable[[Place, Node, str], Replacement] | None = None
    rename: Callable[[Place, Binding, str], None] = lambda place, binding, new: None
    gives: Callable[[Place, Node], bool] = lambda place, function: False
    change: Callable[[Place, Change], None] = lambda place, change: None


def _ecma(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, nodes: Sequence[Node], ends: bool
) -> Header:
    changes = given is not None and given.writes > 0
    return Header(name, ecma.function_head(place, name, taken, nodes, ends=ends), "let " if changes else "const ")


def _go(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, nodes: Sequence[Node], ends: bool
) -> Header:
    return Header(name, golang.function_head(place, name, taken, given, nodes, ends=ends), "", ":=")


def _rust(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, _: Sequence[Node], __: bool
) -> Header:
    raise RefusalError("which of its values are moved and which are borrowed only the compiler knows")


def _rust_constant(place: Place, name: str, node: Node) -> str:
    return place.grammar.writing.constant.format(name, rust.type_of_constant(place, node), place.text(node))


def _java(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, nodes: Sequence[Node], ends: bool
) -> Header:
    opening = java.function_head(place, name, taken, given, nodes, ends=ends)
    return Header(name, opening, f"{java.type_of(place, given)} " if given is not None else "")


def _has(field: str) -> Callable[[Place, Node], bool]:
    return lambda place, function: function.child_by_field_name(field) is not None


_ECMA = Rules(_ecma, ecma.refuse_value)
_RULES: Mapping[str, Rules] = {
    **dict.fromkeys(("javascript", "typescript", "typescriptreact"), _ECMA),
    "go": Rules(
        _go, golang.refuse_value, gives=_has("result"), change=golang.refuse_change, rename=golang.refuse_renaming
    ),
    "java": Rules(
        _java,
        java.refuse_value,
        java.refuse_inlining,
        java.constant,
        java.variable,
        java.above,
        java.refuse_renaming,
        java.gives,
    ),
    "rust": Rules(
        _rust,
        rust.refuse_value,
        rust.refuse_value,
        _rust_constant,
        rename=rust.refuse_renaming,
        gives=lambda place, function: function.type != "function_item" or _has("return_type")(place, function),
    ),
}


def rules_of(place: Place) -> Rules:
    """The rules of a file's language."""
    language = place.snapshot.language
    return _RULES[language.id if language is not None else ""]
