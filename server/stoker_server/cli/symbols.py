"""Finds the symbols that a command names in a file."""

from __future__ import annotations

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.cli.errors import CommandError
from stoker_server.features.base import Feature
from stoker_server.features.subject import file_name


def chosen(snapshot: Snapshot, names: list[str], feature: Feature) -> list[Symbol]:
    """The named symbols, or, where none is named, the public ones that the feature applies to.

    Raises:
        CommandError: A name is not defined in the file, or the file has no grammar.
    """
    if snapshot.language is None or snapshot.tree is None:
        raise CommandError(f"{file_name(snapshot)} is in no language that Stoker reads, or too large to be read")
    outline = snapshot.language.read(snapshot)
    if not names:
        return [each for each in outline.walk() if each.public and feature.applies(snapshot, cursor(each))]
    found = []
    for name in names:
        symbol = outline.find(name)
        if symbol is None:
            raise CommandError(f"{file_name(snapshot)} defines no {name}")
        found.append(symbol)
    return found


def cursor(symbol: Symbol) -> Span:
    """A cursor on a symbol's name."""
    return Span(symbol.name_span.start, symbol.name_span.start)
