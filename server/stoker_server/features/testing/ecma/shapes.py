"""What an object holds whose type nobody wrote: by the pattern that takes it apart, or by the defaults it is spread over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stoker_analyzers.ecma.types import ANY, Type, TypeKind

_FIELD = re.compile(r"(?:^|,)\s*(?!\.\.\.)(?P<name>[A-Za-z_$][\w$]*)\s*(?P<rest>[^,]*)")
_NESTED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def of_pattern(text: str) -> Type | None:
    """The type of what a parameter takes apart, e.g. ``{ wide = false, sep }``; ``None`` for a nested or another pattern."""
    found = re.match(r"\s*\{([^{}]*)\}", text)
    return Type(TypeKind.OBJECT, fields=tuple(_fields(found[1], "="))) if found else None


def of_defaults(name: str, body: str) -> Type | None:
    """The type of what is spread over defaults, e.g. ``{ wide: false, ...options }``; ``None`` where nothing is.

    Args:
        name: The parameter.
        body: The function's code.
    """
    found = re.search(rf"\{{([^{{}}]*?)\.\.\.{re.escape(name)}\b[^{{}}]*\}}", body)
    return Type(TypeKind.OBJECT, fields=tuple(_fields(found[1], ":"))) if found else None


def _fields(text: str, sign: str) -> Iterator[tuple[str, bool, Type]]:
    text = _NESTED.sub("[]", _COMMENT.sub("", text))
    for each in _FIELD.finditer(text):
        default = each["rest"].rpartition(sign)[2].strip() if sign in each["rest"] else ""
        yield each["name"], True, _of_literal(default)


def _of_literal(code: str) -> Type:
    if code in ("true", "false"):
        return Type(TypeKind.BOOLEAN)
    if re.fullmatch(r"-?[\d_]+(?:\.\d+)?", code):
        return Type(TypeKind.NUMBER)
    if re.fullmatch(r"(['\"`]).*\1", code):
        return Type(TypeKind.STRING)
    return Type(TypeKind.ARRAY, (ANY,)) if code == "[]" else ANY
