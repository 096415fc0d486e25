"""Words for what is extracted, from the code itself: what a call gives, a member's name, what a text says."""

from __future__ import annotations

import re

from tree_sitter import Node

from stoker_analyzers.braces.places import code
from stoker_analyzers.languages.base import words
from stoker_analyzers.reshaping.place import Place, words_of

_LEADS = words(
    """
    get fetch load read create make build compute calculate find parse to new from resolve
    """
)
"""First words of functions' names whose rest names the result."""
_SAME = words(
    "trim trimStart trimEnd toLowerCase toUpperCase toString slice substring replace replaceAll sort reverse concat"
)
"""Methods that say less than the name of what they are called on."""
_LONGEST = 4
_CHECKS = words("== != === !== < > <= >= ! instanceof in")


def value_words(place: Place, node: Node) -> str:
    """Words for what an expression gives, joined by ``_``; empty where nothing suggests any."""
    running = place.grammar.running
    if node.type in running.same or node.type.startswith(("await", "try_expression", "reference", "as_")):
        return next((found for each in code(node) if (found := value_words(place, each))), "")
    if node.type in running.calls:
        callee = node.child_by_field_name(running.calls[node.type][0])
        owner = callee.child_by_field_name("object") if callee is not None else None
        if callee is not None and owner is not None and _last(place, callee) in _SAME:
            return value_words(place, owner) or _last(place, owner)
        last = _last(place, callee) if callee is not None else ""
        said = words_of(last) if last.isascii() else [last]
        return "_".join(said[1:] if len(said) > 1 and said[0].lower() in _LEADS else said)
    if node.type in running.reads and node.type.startswith(("subscript", "index", "array_access")):
        held = next(iter(code(node)), None)
        return f"{_last(place, held)}_item" if held is not None else "item"
    if node.type in running.reads:
        return _last(place, node)
    if node.type in place.grammar.writing.texts:
        return text_words(place.text(node)) or "text"
    if node.type == "composite_literal" and (kind := node.child_by_field_name("type")) is not None:
        return _last(place, kind) + ("_list" if kind.type.startswith(("slice", "array")) else "")
    if node.type == "instanceof_expression" and (kind := node.child_by_field_name("right")) is not None:
        return f"is_{_last(place, kind)}"
    operator = node.child_by_field_name("operator")
    if operator is not None and place.text(operator) in ("&&", "||", "??"):
        return value_words(place, code(node)[-1]) or "condition"
    if operator is not None and place.text(operator) in _CHECKS:
        return _compared(place, node)
    if node.type in ("ternary_expression", "conditional_expression"):
        return next((found for each in code(node)[1:] if (found := value_words(place, each))), "")
    kinds = {"array": "items", "object": "options", "regex": "pattern"}
    return kinds.get(node.type, "result" if node.type.startswith("binary") else "")


def _compared(place: Place, node: Node) -> str:
    """Words for a condition: ``isX`` where it is one of a name, else what it is."""
    operator = node.child_by_field_name("operator")
    left = node.child_by_field_name("left")
    if operator is not None and left is not None and place.text(operator) == "instanceof":
        right = node.child_by_field_name("right")
        return f"is_{_last(place, right)}" if right is not None else ""
    return "condition"


def text_words(text: str) -> str:
    """The words of a text, if it is a few of them."""
    found = re.findall(r"[A-Za-z][a-z0-9]*|[A-Z0-9]+", text)
    plain = re.fullmatch(r"\W?[\w .:/-]*\W?", text, re.ASCII)
    return "_".join(found) if plain and 0 < len(found) <= _LONGEST else ""


def _last(place: Place, node: Node) -> str:
    """The last name of a dotted one."""
    found = re.findall(r"[^\W\d][\w]*", place.text(node))
    return found[-1] if found else ""
