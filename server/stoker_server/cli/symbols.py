"""Finds the symbols that a command names in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_analyzers.syntax import problems
from stoker_server.cli.errors import CommandError, Status
from stoker_server.features.base import Feature
from stoker_server.features.subject import file_name

_PREPROCESSED = frozenset(("c", "cpp", "csharp"))
"""Languages in which a valid file may be none before its directives were followed: ``#if`` among the cases of a ``switch``."""
_PYTHON = {"python": "Python"}


def chosen(snapshot: Snapshot, names: list[str], feature: Feature, others: Sequence[Symbol] = ()) -> list[Symbol]:
    """The named symbols, or, where none is named, the public ones that the feature applies to.

    Args:
        snapshot: The file.
        names: Their qualified names.
        feature: What is asked for.
        others: Symbols that the outline does not list.

    Raises:
        CommandError: A name is not defined in the file, or the file has no grammar.
    """
    if snapshot.language is None or snapshot.tree is None:
        raise CommandError(f"{file_name(snapshot)} is in no language that Stoker reads, or too large to be read")
    outline = snapshot.language.read(snapshot)
    if not names:
        return [
            *(each for each in outline.walk() if each.public and feature.applies(snapshot, cursor(each))),
            *others,
        ]
    found = []
    for name in names:
        symbol = outline.find(name) or next((each for each in others if each.qualified == name), None)
        if symbol is None:
            broken = _syntax_error(snapshot)
            raise CommandError(f"{file_name(snapshot)} defines no {name}{f'; it has {broken}' if broken else ''}")
        found.append(symbol)
    return found


def cursor(symbol: Symbol) -> Span:
    """A cursor on a symbol's name."""
    return Span(symbol.name_span.start, symbol.name_span.start)


def refuse_unread(snapshot: Snapshot, what: str, languages: Mapping[str, str] = _PYTHON) -> None:
    """Stop where the file's language is one that a feature has nothing for.

    Args:
        snapshot: The file.
        what: What the feature writes, as a plural.
        languages: The names of those that it has something for, by identifier.

    Raises:
        CommandError: It is in another language.
    """
    if snapshot.language is not None and snapshot.language.id not in languages:
        names = list(dict.fromkeys(languages.values()))
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        said = f"{what} are written for {listed} only so far, and {file_name(snapshot)} is {snapshot.language.name}"
        raise CommandError(said, Status.NOTHING)


def nothing_in(snapshot: Snapshot, otherwise: str) -> CommandError:
    """Why a file has nothing for a feature: it is empty, can't be read, or else what the feature says."""
    name, broken = file_name(snapshot), _syntax_error(snapshot)
    if not snapshot.text.strip():
        return CommandError(f"{name}: the file is empty", Status.NOTHING)
    language = snapshot.language.id if snapshot.language else ""
    if broken and language in _PREPROCESSED:
        return CommandError(f"{name} {otherwise}; there is {broken}, or what the grammar can't read", Status.NOTHING)
    return CommandError(f"{name} has {broken}; mend it first" if broken else f"{name} {otherwise}", Status.NOTHING)


def _syntax_error(snapshot: Snapshot) -> str:
    """The first syntax error in words; empty where there is none."""
    first = next(iter(problems(snapshot)), None)
    return f"a syntax error at line {snapshot.line_of(first.span.start) + 1} ({first.message})" if first else ""
