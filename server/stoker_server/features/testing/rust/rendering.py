"""What ``Debug`` shows of a result, read back and written as an expression of its type. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_analyzers.rust.types import RustType, read_type
from stoker_server.features.testing.rust.values import FLOATS, INTEGERS

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<char>'(?:\\(?:u\{\w+\}|.)|[^'\\])')|(?P<number>-?(?:\d[\d_]*(?:\.\d+)?(?:e-?\d+)?)"""
    r"""|-?inf|NaN)(?!\w)|(?P<name>[A-Za-z_][\w:]*)|(?P<mark>[\[\](){},:]))""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of what ``Debug`` shows.

    Attributes:
        kind: ``text``, ``char``, ``number``, ``name``, ``list``, ``tuple``, ``call`` or ``struct``.
        said: The token, or the name before the bracket.
        parts: What stands in the brackets, with the fields' names.
    """

    kind: str
    said: str
    parts: tuple[tuple[str, Shown], ...] = ()


def expression(text: str, of: str) -> str | None:
    """An expression that equals the result; ``None`` where it can't be told from what is shown.

    Args:
        text: What ``Debug`` shows.
        of: The result's type, as ``type_name`` has it.
    """
    tokens = _tokens(text)
    if tokens is None:
        return None
    reader = _Reader(tokens)
    try:
        shown = reader.read()
    except IndexError:
        return None
    if shown is None or not reader.done:
        return None
    return _written(shown, read_type(of), outer=True)


def is_empty_list(text: str, of: str) -> bool:
    """Whether a result is a collection without anything in it."""
    return text == "[]" and read_type(of).name in ("Vec", "&", "[]")


def has_odd_float(text: str) -> bool:
    """Whether something is shown that equals nothing, or equals what is not the same: ``NaN`` and ``-0.0``."""
    return re.search(r"(?<![\w\"])(?:NaN|-0\.0)(?![\w\"])", text) is not None


def _tokens(text: str) -> list[tuple[str, str]] | None:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            return None
        found.append((str(match.lastgroup), str(match[str(match.lastgroup)])))
        at = match.end()
    return found


class _Reader:
    """Reads tokens."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._tokens)

    def read(self) -> Shown | None:
        """One value."""
        kind, said = self._next()
        if kind in ("text", "char", "number"):
            return Shown(kind, said)
        if kind == "name":
            mark = self._tokens[self._at][1] if not self.done else ""
            if mark in ("(", "{"):
                self._at += 1
                parts = self._parts(")" if mark == "(" else "}", named=mark == "{")
                return Shown("call" if mark == "(" else "struct", said, parts) if parts is not None else None
            return Shown("name", said)
        if said in ("[", "("):
            parts = self._parts("]" if said == "[" else ")", named=False)
            return Shown("list" if said == "[" else "tuple", "", parts) if parts is not None else None
        return None

    def _parts(self, end: str, *, named: bool) -> tuple[tuple[str, Shown], ...] | None:
        found = []
        while self._tokens[self._at][1] != end:
            name = ""
            if named:
                name = self._next()[1]
                if self._next()[1] != ":":
                    return None
            value = self.read()
            if value is None:
                return None
            found.append((name, value))
            if self._tokens[self._at][1] == ",":
                self._at += 1
        self._at += 1
        return tuple(found)

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]


def _written(shown: Shown, of: RustType, *, outer: bool) -> str | None:
    name = of.name
    if name == "&" and name and of.parts and of.parts[0].name not in ("str", "[]", "[;]"):
        inner = _written(shown, of.parts[0], outer=False)
        return f"&{inner}" if inner else None
    if shown.kind == "number":
        return _number(shown.said, name)
    if shown.kind == "char":
        return shown.said
    if shown.kind == "text":
        return _text(shown.said, of, outer=outer)
    if shown.kind == "list":
        return _list(shown, of, outer=outer)
    if shown.kind == "tuple":
        parts = [_written(each, kind, outer=False) for (_, each), kind in zip(shown.parts, of.parts, strict=False)]
        if name != "()" or len(parts) != len(shown.parts) or None in parts:
            return None
        return f"({', '.join(map(str, parts))}{',' if len(parts) == 1 else ''})"
    return _named(shown, of)


def _number(said: str, name: str) -> str | None:
    if name in FLOATS:
        if said in ("inf", "-inf"):
            return f"{'-' if said.startswith('-') else ''}{name}::INFINITY"
        return None if said == "NaN" else said
    return said if name in INTEGERS else None


def _text(said: str, of: RustType, *, outer: bool) -> str | None:
    if of.name == "&" or (outer and of.name in ("String", "Cow", "str")):
        return said
    return {"String": f"{said}.to_string()", "Cow": f"{said}.into()"}.get(of.name)


def _list(shown: Shown, of: RustType, *, outer: bool) -> str | None:
    inner = of.parts[0] if of.name == "&" and of.parts else of
    if inner.name not in ("Vec", "[]", "[;]") or not inner.parts:
        return None
    parts = [_written(each, inner.parts[0], outer=outer) for _, each in shown.parts]
    if None in parts:
        return None
    listed = f"[{', '.join(map(str, parts))}]"
    if inner.name == "Vec" and not outer:
        return f"{'&' if of.name == '&' else ''}vec!{listed}"
    return listed if of.name != "&" or outer else f"&{listed}[..]"


def _named(shown: Shown, of: RustType) -> str | None:
    """``Some``, ``Ok``, ``true``, and what the crate itself defines."""
    if of.name == "bool" or (of.name == "Option" and shown.said == "None"):
        return shown.said
    kinds = {"Some": of.parts[:1], "Ok": of.parts[:1], "Err": of.parts[1:2]}.get(shown.said)
    if of.name in ("Option", "Result") and kinds and shown.kind == "call":
        inner = _written(shown.parts[0][1], kinds[0], outer=False)
        return f"{shown.said}({inner})" if inner else None
    if of.name == "Ordering":
        return f"std::cmp::Ordering::{shown.said}"
    if shown.kind == "name" and of.path and re.fullmatch(r"\w+", shown.said):
        return of.name if shown.said == of.name else f"{of.name}::{shown.said}"
    return None
