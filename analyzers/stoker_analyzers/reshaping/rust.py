"""What Rust asks for beyond what the steps show: what is moved, borrowed and dropped when, and what macros do with names."""

from __future__ import annotations

import re

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import around, below
from stoker_analyzers.languages.base import words
from stoker_analyzers.reshaping.place import Place, RefusalError

_COMPARES = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_MACROS = words(
    """
    print println eprint eprintln format write writeln panic assert assert_eq assert_ne debug_assert debug_assert_eq
    debug_assert_ne vec matches dbg todo unimplemented unreachable format_args
    """
)
"""Macros of the standard library, which take names for what they are."""
_SUFFIX = re.compile(r"(?:[iu](?:8|16|32|64|128|size)|f32|f64)\Z")


def refuse_value(place: Place, node: Node) -> None:
    """Refuse what may be moved, borrowed or dropped at another time when it gets a name, or loses one.

    Raises:
        RefusalError: It may.
    """
    operator = node.child_by_field_name("operator")
    compares = operator is not None and place.text(operator) in _COMPARES
    if node.type.endswith("_literal") or (compares and not any(each.type == "let_condition" for each in below(node))):
        return
    raise RefusalError("it may be moved, borrowed or dropped at another time then, which only the compiler knows")


def type_of_constant(place: Place, node: Node) -> str:
    """The type of a literal that becomes a constant.

    Raises:
        RefusalError: It depends on what it is used for, or the constant could not be seen.
    """
    if around(node, frozenset({"mod_item", "macro_definition"})) is not None:
        raise RefusalError("the function lies in a module inside of the file, which does not see the file's constants")
    text = place.text(node)
    if node.type in place.grammar.writing.texts and text.startswith(('"', "r")):
        return "&str"
    if node.type == "char_literal" and not text.startswith("b"):
        return "char"
    if found := _SUFFIX.search(text):
        return found.group()
    raise RefusalError("the literal has no type of its own; the compiler gives it one by what it is used for")


def refuse_renaming(place: Place, binding: Binding, new: str) -> None:
    """Refuse where a macro may take the name for something else than it is.

    Raises:
        RefusalError: It may.
    """
    if binding.scope.node.type == "declaration_list":
        raise RefusalError(f"{binding.name} is a member, and the file does not show who else means it")
    item = binding.node.parent
    before = item.prev_named_sibling if item is not None and item.type.endswith("_item") else None
    if before is not None and before.type == "attribute_item":
        raise RefusalError(f"{binding.name} has attributes, which may give its name to somebody else")
    captures = re.compile(rf"\{{(?:{re.escape(binding.name)}|{re.escape(new)})[:}}]")
    for node in below(binding.scope.node):
        if node.type in place.grammar.writing.texts and captures.search(place.text(node)):
            line = place.snapshot.line_of(place.span_of(node).start) + 1
            raise RefusalError(f"the text in line {line} names it in braces, which a macro may read")
    for use in binding.uses:
        macro = around(use, frozenset({"macro_invocation", "macro_definition"}))
        if macro is not None and macro.type == "macro_definition":
            raise RefusalError(f"a macro of this file uses {binding.name}")
        name = macro.child_by_field_name("macro") if macro is not None else None
        if name is not None and place.text(name) not in _MACROS:
            raise RefusalError(f"{place.text(name)}! uses it, and nobody can see what that macro does with names")
