"""Calls with another number of arguments than the function of the file takes, in languages where that is an error."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.naming.languages.passage import Passage
from stoker_analyzers.naming.model import Finding, Where


@dataclass(frozen=True, slots=True)
class Calls:
    """How a language writes functions and calls.

    Attributes:
        function: Type of the node that declares a function at the file's margin.
        parameter: Types of nodes that are a parameter ...
        several: ... whether one may declare several names.
        variadic: Types of nodes that take any number.
        argument: Whether a single argument may stand for several: the results of another call.
    """

    function: str
    parameter: frozenset[str]
    several: bool
    variadic: frozenset[str]
    spreads: bool


def refused(passage: Passage, name: Node, calls: Calls) -> Finding | None:
    """What is wrong with the number of arguments of a call, where the file says so; ``None`` where it does not."""
    call = name.parent
    if call is None or call.type != "call_expression" or call.child_by_field_name("function") != name or call.has_error:
        return None
    function = _declared(passage, name, calls)
    given = call.child_by_field_name("arguments")
    if function is None or given is None or (takes := _taken(function, calls)) is None:
        return None
    arguments = [each for each in given.named_children if "comment" not in each.type]
    if any(each.type in calls.variadic | {"macro_invocation", "attribute_item"} for each in arguments):
        return None
    if any(each.type == "..." for each in given.children):
        return None
    if calls.spreads and len(arguments) == 1 and arguments[0].type == "call_expression":
        return None
    if len(arguments) == takes:
        return None
    word = passage.text_of(name)
    said = f"a {len(arguments)}-argument {word}"
    return passage.finding(name, Where.MISSING, f"it takes {takes or 'none'}", said)


def _declared(passage: Passage, name: Node, calls: Calls) -> Node | None:
    """The one function of the file that a name means; ``None`` where anything else goes by it."""
    word = passage.text_of(name)
    found = list(passage.declarations(word))
    if len(found) != 1:
        return None
    function = found[0].parent
    if function is None or function.type != calls.function or function.child_by_field_name("name") != found[0]:
        return None
    at_margin = function.parent is not None and function.parent.parent is None
    return function if at_margin and not function.has_error else None


def _taken(function: Node, calls: Calls) -> int | None:
    """How many arguments a function takes; ``None`` for any number."""
    listed = function.child_by_field_name("parameters")
    if listed is None:
        return None
    count = 0
    for each in listed.named_children:
        if "comment" in each.type:
            continue
        if each.type not in calls.parameter:
            return None
        count += max(1, len(each.children_by_field_name("name"))) if calls.several else 1
    return count
