"""Docstrings and comments that code has left behind. Says nothing where it could be wrong.

Compared is what is documented entry by entry: that something is not documented at all is no drift.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stoker_analyzers.docstrings.agreement import (
    Disagreement,
    default_disagreement,
    is_property,
    signature_of,
    stated_default,
)
from stoker_analyzers.docstrings.model import Docstring, Entry, SectionKind, Style
from stoker_analyzers.docstrings.python.source import function, is_stub, own
from stoker_analyzers.docstrings.written import Written, named_alike, written
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Parameter, ParameterKind, Signature, Symbol, SymbolKind

HARMLESS = frozenset(
    {
        *("staticmethod", "classmethod", "abstractmethod", "override", "overload", "final", "deprecated"),
        *("cache", "lru_cache", "contextmanager", "asynccontextmanager", "njit", "jit"),
        *("Override", "Deprecated", "Nullable", "NonNull", "Nonnull", "CheckReturnValue", "SuppressWarnings", "Test"),
        *("inline", "must_use", "SafeVarargs", "VisibleForTesting", "CanIgnoreReturnValue"),
    }
)
"""Decorators (last part of the name) that leave a function's arguments as they are; others may change them."""

_VARIADIC = frozenset({ParameterKind.VARIADIC, ParameterKind.VARIADIC_KEYWORD})
_FEW = 3
"""One argument of so many may be missing for it to be forgotten; of more, nobody meant to document them all."""
_ABOUT_IT = re.compile(r"(?:^|[.(,;:\[\n-])\s*(?:it |and |the )?$", re.IGNORECASE)
"""What stands before *defaults to* where that is said of the argument, and not of something else in its text."""
_PROSE = frozenset(
    {
        *("default", "defaults", "example", "examples", "note", "notes", "optional", "raise", "raises", "return"),
        *("returns", "see", "todo", "type", "warning"),
    }
)
"""Words that begin a line of prose in an argument section more often than they are an argument's name."""


class DriftKind(StrEnum):
    """In what a docstring and its code have drifted apart."""

    GONE = "gone"
    RENAMED = "renamed"
    MISSING = "missing"
    DEFAULT = "default"
    RETURNS = "returns"


@dataclass(frozen=True, slots=True)
class Drift:
    """One place where a docstring says what the code does not, or leaves out what it says of everything else.

    Attributes:
        span: Where to mark it.
        message: One sentence.
        kind: In what they differ.
        symbol: Whose docstring it is.
        entry: What is said in the docstring; ``None`` for what is missing there.
        now: The name or the default that the code has instead.
    """

    span: Span
    message: str
    kind: DriftKind
    symbol: Symbol
    entry: Entry | None = None
    now: str = ""


def drift(snapshot: Snapshot) -> tuple[Drift, ...]:
    """Everything that has drifted in a document, in order."""
    symbols = (symbol for symbol in snapshot.outline.walk() if symbol.documentation and symbol.signature)
    found = (each for symbol in symbols for each in drift_of(snapshot, symbol))
    return tuple(sorted(found, key=lambda each: each.span))


def drift_of(snapshot: Snapshot, symbol: Symbol) -> tuple[Drift, ...]:
    """The same for one function."""
    found = written(snapshot, symbol.documentation)
    if found is None or symbol.signature is None or not _decorated_harmlessly(symbol):
        return ()
    return tuple(_Comparison(snapshot, named_alike(symbol, found.docstring), found).run())


class _Comparison:
    """One docstring beside its function."""

    def __init__(self, snapshot: Snapshot, symbol: Symbol, found: Written) -> None:
        self._snapshot = snapshot
        self._symbol = symbol
        self._written = found
        self._docstring: Docstring = found.docstring
        self._called = "comment" if found.form else "docstring"
        self._signature: Signature = signature_of(symbol) or Signature()

    def run(self) -> Iterator[Drift]:
        sections = [each for each in self._docstring.sections if each.kind is SectionKind.ARGUMENTS]
        if all(each.regular for each in sections):
            yield from self._arguments()
        yield from self._results()

    def _arguments(self) -> Iterator[Drift]:
        documented = self._docstring.arguments
        parameters = {each.name: each for each in self._signature.parameters}
        gone = list(self._gone(documented, parameters)) if self._closed() else []
        missing = list(self._missing(documented, parameters))
        renamed = dict(self._renamed(gone, missing))
        for entry, at in gone:
            yield self._of_gone(entry, at, renamed.get(entry.name))
        others = [each for each in missing if each not in renamed.values()]
        left = len(gone) - len(renamed)  # where some are gone, what is new took their place
        few = len(others) * _FEW <= len(self._signature.arguments) or bool(left and len(others) <= left + 1)
        for parameter in others if few else ():
            said = f"the argument {parameter.name} of {self._symbol.name} is missing among those documented"
            yield Drift(parameter.span, said, DriftKind.MISSING, self._symbol, now=parameter.name)
        for entry in documented:
            if given := parameters.get(entry.name):
                yield from self._default(given, entry)

    def _closed(self) -> bool:
        """Whether the signature shows every argument that callers may pass, and that there are such."""
        parameters = self._signature.parameters
        return not (all(each.receiver for each in parameters) or any(each.kind in _VARIADIC for each in parameters))

    def _gone(self, documented: tuple[Entry, ...], names: dict[str, Parameter]) -> Iterator[tuple[Entry, Span]]:
        for entry in documented:
            if entry.name in names or not _is_name(entry.name):
                continue
            together = [each.name for each in documented if each.start == entry.start]
            if len(together) > 1 and names.keys().isdisjoint(together):
                continue  # a list of types rather than of arguments
            if at := self._place(entry):
                yield entry, at

    def _missing(self, documented: tuple[Entry, ...], names: dict[str, Parameter]) -> Iterator[Parameter]:
        """Arguments without an entry, where others have one: all of them, and nothing else says a word about it."""
        known = {each.name for each in documented}
        if not known or (known.isdisjoint(names) and len(known) != len(self._signature.arguments)):
            return
        everything = "\n".join(line.text for line in self._written.lines)
        for each in self._signature.arguments:
            private = each.name.startswith("_") or each.kind in _VARIADIC
            if each.name not in known and not private and not re.search(rf"\b{re.escape(each.name)}\b", everything):
                yield each

    def _renamed(self, gone: list[tuple[Entry, Span]], missing: list[Parameter]) -> Iterator[tuple[str, Parameter]]:
        """Pairs of a gone and a missing argument that stand at the same place: alone between the same two others."""
        order = [each.name for each in self._docstring.arguments]
        arguments = [each.name for each in self._signature.arguments]
        old, new = {entry.name for entry, _ in gone}, {each.name: each for each in missing}
        if len(order) == len(arguments):
            yield from (
                (name, new[now]) for name, now in zip(order, arguments, strict=True) if name in old and now in new
            )
            return
        told, taken = _between(order, old), _between(arguments, new.keys())
        for place, names in told.items():
            if len(names) == len(taken.get(place, ())) == 1:
                yield names[0], new[taken[place][0]]

    def _of_gone(self, entry: Entry, at: Span, renamed: Parameter | None) -> Drift:
        said = f"{self._symbol.name} has no argument {entry.name}, but its {self._called} documents one"
        if renamed is None:
            return Drift(at, said, DriftKind.GONE, self._symbol, entry)
        return Drift(
            at, f"{said}; {renamed.name} is at its place", DriftKind.RENAMED, self._symbol, entry, renamed.name
        )

    def _default(self, parameter: Parameter, entry: Entry) -> Iterator[Drift]:
        found: Disagreement | None = default_disagreement(parameter, entry)
        if found is None or not found.sure or (at := self._place(entry)) is None:
            return
        stated = re.search(r"(?i)\bdefault", entry.text)
        if entry.default is None and (not stated or not _ABOUT_IT.search(entry.text[: stated.start()])):
            return
        if parameter.default in (None, "...") and (entry.default is None or self._written.form):
            return  # it may tell what happens where nothing is given; an overload or a declaration does not show it
        yield Drift(at, found.message, DriftKind.DEFAULT, self._symbol, entry, parameter.default or "")

    def _results(self) -> Iterator[Drift]:
        entries = self._docstring.of(SectionKind.RETURNS)
        if not entries or self._signature.returns is not None or self._symbol.kind not in CALLABLE:
            return
        if self._signature.yields or is_property(self._symbol) or not self._returns_nothing():
            return
        if any(_says_nothing(each) for each in entries):
            return
        section = next(each for each in self._docstring.sections if each.kind is SectionKind.RETURNS)
        line = self._written.lines[section.start]
        text = line.text.strip()
        start = line.start + line.text.find(text)
        said = f"{self._symbol.name} returns nothing, but its {self._called} says what it returns"
        yield Drift(Span(start, start + len(text)), said, DriftKind.RETURNS, self._symbol, entries[0])

    def _returns_nothing(self) -> bool:
        """Whether a body that does something gives no value back."""
        if self._snapshot.language is None or self._snapshot.language.id != "python":
            typed = self._snapshot.language is not None and self._snapshot.language.id != "javascript"
            return self._signature.returns_value is False and not typed and self._symbol.kind is SymbolKind.FUNCTION
        node = function(self._snapshot, self._symbol)
        if node is None or is_stub(node) or _only_raises(self._signature):
            return False
        return not any(isinstance(each, ast.Return) and each.value for each in own(node))  # ``None`` may be meant

    def _place(self, entry: Entry) -> Span | None:
        """Where in the document the entry's name stands."""
        line = self._written.lines[entry.start]
        field = line.text.find(":", line.text.find(":") + 1) if self._docstring.style is Style.SPHINX else -1
        pattern = rf"(?<![\w$]){re.escape(entry.name)}(?![\w$])"
        found = [each.start() for each in re.finditer(pattern, line.text[: field if field > 0 else None])]
        if not found:
            return None
        start = line.start + (found[-1] if self._docstring.style is Style.SPHINX else found[0])
        return Span(start, start + len(entry.name))


def default_place(found: Written, entry: Entry) -> Span | None:
    """Where in the document an entry states the default; ``None`` where that is not one stretch of one line."""
    stated = stated_default(entry)
    for line in found.lines[entry.start : entry.end]:
        for word in re.finditer(r"(?i)\bdefault\w*\W+(?:(?:is|to|of|value)\W+)*|\[[\w$.]+\s*=\s*", line.text):
            rest = line.text[word.end() :]
            for mark in ("", "'", '"', "`", "``"):
                if stated and rest.startswith(f"{mark}{stated}"):
                    start = line.start + word.end() + len(mark)
                    return Span(start, start + len(stated))
            quoted = line.text.rfind(stated, word.start(), word.end() + len(stated)) if stated else -1
            if stated and quoted >= 0:
                return Span(line.start + quoted, line.start + quoted + len(stated))
    return None


def _between(names: Sequence[str], some: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """Some of the names, by the nearest others before and after them."""
    found: dict[tuple[str, str], list[str]] = {}
    for at, name in enumerate(names):
        if name in some:
            before = next((each for each in reversed(names[:at]) if each not in some), "")
            after = next((each for each in names[at:] if each not in some), "")
            found.setdefault((before, after), []).append(name)
    return found


def _decorated_harmlessly(symbol: Symbol) -> bool:
    names = (re.split(r"[(\s]", each.strip(), maxsplit=1)[0].rpartition(".")[2] for each in symbol.decorators)
    return all(name in HARMLESS for name in names)


def _is_name(name: str) -> bool:
    plain = name.replace("$", "_").isidentifier()
    return plain and not keyword.iskeyword(name) and name.lower() not in _PROSE


def _says_nothing(entry: Entry) -> bool:
    text = f"{entry.type} {entry.text}".strip(" .`*").lower()
    return not text or re.match(r"(none|nothing|void|undefined|null|no\b|n/a)", text) is not None


def _only_raises(signature: Signature) -> bool:
    return "NotImplementedError" in signature.raises
