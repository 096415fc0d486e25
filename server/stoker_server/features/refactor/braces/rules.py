"""What a language's types and rules ask for beyond what the steps show, and how a function is declared in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_server.features.refactor.braces import ecma, golang
from stoker_server.features.refactor.braces.place import Change, Place


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
    """The rules of one language.

    Attributes:
        value: Refuses an expression that a name of its own may give another type or meaning.
        head: How a new function is declared; refuses where types are missing.
        change: Refuses a change that would not compile.
    """

    value: Callable[[Place, Node], None]
    head: _Head
    change: Callable[[Place, Change], None]


def _nothing(place: Place, about: object) -> None:
    """Nothing more is asked for."""


def _ecma(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, _: Sequence[Node], __: bool
) -> Header:
    changes = given is not None and given.writes > 0
    return Header(name, ecma.function_head(place, name, taken), "let " if changes else "const ")


def _go(
    place: Place, name: str, taken: Sequence[Binding], given: Binding | None, nodes: Sequence[Node], ends: bool
) -> Header:
    return Header(name, golang.function_head(place, name, taken, given, nodes, ends=ends), "", ":=")


_ECMA = Rules(_nothing, _ecma, _nothing)
_RULES: Mapping[str, Rules] = {
    **dict.fromkeys(("javascript", "typescript", "typescriptreact"), _ECMA),
    "go": Rules(golang.refuse_value, _go, golang.refuse_change),
}


def rules_of(place: Place) -> Rules:
    """The rules of a file's language."""
    language = place.snapshot.language
    return _RULES[language.id if language is not None else ""]
