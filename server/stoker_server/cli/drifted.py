"""``stoker document --check``: what documentation says and the code does not. For CI: asks no model and runs no code."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.docstrings.drift import drift
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.edits import replace as edit_of
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol, SymbolKind
from stoker_server.cli.documenting import files_of
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say, show_diff, unified
from stoker_server.cli.places import folder_of, patch_name, read_file
from stoker_server.cli.proposing import open_workspace, write
from stoker_server.features.base import FeatureRequest, Offer
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.docstring.target import documents, find_target
from stoker_server.uris import path_of
from stoker_wire.words import counted


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report."""

    file: str
    line: int
    column: int
    symbol: str
    kind: str
    message: str


def run(arguments: argparse.Namespace, paths: Iterable[Path], names: Collection[str] = ()) -> int:
    """List what has drifted, or mend it, and end the command.

    Args:
        arguments: Those of the command.
        paths: Files and folders.
        names: The symbols to look at; all of them where there is none.
    """
    found: list[Line] = []
    read = 0
    for path in _files(paths):
        try:
            snapshot = read_file(path)
        except CommandError as error:
            print(f"stoker: {error}", file=sys.stderr)  # noqa: T201
            continue
        read += 1
        if arguments.write:
            snapshot = _mended(arguments, path, snapshot, names)
        lines = [each for each in _lines(snapshot, path, missing=arguments.missing) if _is_meant(each.symbol, names)]
        if not arguments.json:
            for each in lines:
                say(f"{each.file}:{each.line}: {each.message}")
        found += lines
    if arguments.json:
        say(json.dumps([{name: getattr(each, name) for name in Line.__slots__} for each in found]))
    elif read == 0:
        raise CommandError("there is no file here whose documentation can be checked", Status.NOTHING)
    else:
        print(f"stoker: {counted(len(found), 'finding')} in {counted(read, 'file')}", file=sys.stderr)  # noqa: T201
    return Status.NOTHING if found else Status.DONE


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from files_of(path, tests=True)
        elif path.exists():
            yield path
        else:
            raise CommandError(f"there is no file or folder {path}")


def _lines(snapshot: Snapshot, path: Path, *, missing: bool) -> Iterator[Line]:
    found = [(each.span.start, each.symbol.qualified, str(each.kind), each.message) for each in drift(snapshot)]
    if missing and documents(snapshot):
        found += [
            (each.name_span.start, each.qualified, "undocumented", f"{each.qualified} is not documented")
            for each in _bare(snapshot)
        ]
    for offset, name, kind, message in sorted(found):
        line = snapshot.line_of(offset)
        yield Line(str(path), line + 1, offset - snapshot.line_starts[line] + 1, name, kind, message)


def _bare(snapshot: Snapshot) -> Iterator[Symbol]:
    """Public symbols without documentation; methods that Python calls by itself are known by their names."""
    documented = {each.qualified for each in snapshot.outline.walk() if each.documentation}
    for each in snapshot.outline.walk():
        known = each.name.startswith("__") or each.kind is SymbolKind.CONSTRUCTOR
        if each.public and not each.documentation and not known and each.qualified not in documented:
            target = find_target(snapshot, Span(each.name_span.start, each.name_span.start))
            if target and target.symbol.name_span == each.name_span:
                yield each


def _is_meant(symbol: str, names: Collection[str]) -> bool:
    """Whether a symbol is one of those named, by its whole name or its last part."""
    return not names or symbol in names or symbol.rpartition(".")[2] in names


def _mended(arguments: argparse.Namespace, path: Path, snapshot: Snapshot, wanted: Collection[str]) -> Snapshot:
    """The file with what could be mended, which is shown and written."""
    before, names = snapshot, list(dict.fromkeys(each.symbol.qualified for each in drift(snapshot)))
    for name in (each for each in names if _is_meant(each, wanted)):
        offer = asyncio.run(_mend(arguments, path, snapshot, name))
        if offer:
            snapshot = Snapshot(snapshot.uri, snapshot.after(offer.edit).text, snapshot.language)
    if snapshot is not before:
        write(edit_of(before.uri, before.text, [Replacement(Span(0, len(before.text)), snapshot.text)]))
        if not arguments.json:
            show_diff(unified(before.text, snapshot.text, patch_name(path)))
    return snapshot


async def _mend(arguments: argparse.Namespace, path: Path, snapshot: Snapshot, name: str) -> Offer | None:
    workspace = open_workspace(arguments, folder_of(path))
    try:
        services = workspace.services(path_of(snapshot.uri))
        options = {"mend": "yes", "symbol": name}
        result = await DocstringFeature().propose(FeatureRequest(snapshot, Span(0, 0), services, options))
    finally:
        await workspace.aclose()
    return result if isinstance(result, Offer) else None
