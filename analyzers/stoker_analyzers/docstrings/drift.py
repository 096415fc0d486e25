"""Docstrings that code has left behind: documented arguments that do not exist. Says nothing where it could be wrong."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from stoker_analyzers.docstrings.model import Docstring, Entry, SectionKind, Style
from stoker_analyzers.docstrings.python.literal import take_apart
from stoker_analyzers.docstrings.reading import read
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import ParameterKind, Problem, Symbol

HARMLESS = frozenset(
    {
        *("staticmethod", "classmethod", "abstractmethod", "override", "overload", "final", "deprecated"),
        *("cache", "lru_cache", "contextmanager", "asynccontextmanager", "njit", "jit"),
    }
)
"""Decorators (last part of the name) that leave a function's arguments as they are; others may change them."""

_VARIADIC = frozenset({ParameterKind.VARIADIC, ParameterKind.VARIADIC_KEYWORD})
_PROSE = frozenset(
    {
        *(
            "default",
            "defaults",
            "example",
            "examples",
            "note",
            "notes",
            "optional",
            "raise",
            "raises",
            "return",
            "returns",
        ),
        *("see", "todo", "type", "warning"),
    }
)
"""Words that begin a line of prose in an argument section more often than they are an argument's name."""


def drift(snapshot: Snapshot) -> tuple[Problem, ...]:
    """Every documented argument that the function does not have, in order."""
    symbols = (symbol for symbol in snapshot.outline.walk() if symbol.documentation and symbol.signature)
    found = (problem for symbol in symbols for problem in drift_of(snapshot, symbol))
    return tuple(sorted(found, key=lambda problem: problem.span))


def drift_of(snapshot: Snapshot, symbol: Symbol) -> tuple[Problem, ...]:
    """The same for one function."""
    return tuple(_problems(snapshot, symbol))


def _problems(snapshot: Snapshot, symbol: Symbol) -> Iterator[Problem]:
    if symbol.documentation is None or symbol.signature is None or not _certain(symbol):
        return
    span = symbol.documentation.span
    literal = take_apart(snapshot.text[span.start : span.end])
    docstring = read(literal.content) if literal else Docstring()
    if literal is None or any(not each.regular for each in docstring.sections if each.kind is SectionKind.ARGUMENTS):
        return
    names = {parameter.name for parameter in symbol.signature.parameters}
    for entry in docstring.arguments:
        if entry.name in names or not _is_name(entry.name):
            continue
        together = [each.name for each in docstring.arguments if each.start == entry.start]
        if len(together) > 1 and names.isdisjoint(together):
            continue  # a list of types rather than of arguments
        at = _position(literal.content, entry, docstring.style)
        if at is not None:
            start = span.start + literal.start + at
            message = f"{symbol.name} has no argument {entry.name}, but its docstring documents one"
            yield Problem(Span(start, start + len(entry.name)), message)


def _certain(symbol: Symbol) -> bool:
    """Whether the signature shows every argument that callers may pass, and that there are such."""
    names = (decorator.partition("(")[0].rpartition(".")[2] for decorator in symbol.decorators)
    parameters = symbol.signature.parameters if symbol.signature else ()
    if all(each.receiver for each in parameters) or any(each.kind in _VARIADIC for each in parameters):
        return False
    return all(name in HARMLESS for name in names)


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name.lower() not in _PROSE


def _position(source: str, entry: Entry, style: Style | None) -> int | None:
    """Where in the source the entry's name stands."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", source)
    before = sum(len(line) for line in lines[: entry.start])
    line = lines[entry.start]
    field = line.find(":", line.find(":") + 1) if style is Style.SPHINX else len(line)
    found = [
        each.start() for each in re.finditer(rf"\b{re.escape(entry.name)}\b", line[: field if field > 0 else None])
    ]
    if not found:
        return None
    return before + (found[-1] if style is Style.SPHINX else found[0])
