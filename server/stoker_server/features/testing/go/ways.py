"""Who uses a Go function, and who uses those in turn: from a function to what other packages or requests reach it by.

By names alone, without types: whether a way holds, the runs say. Runs nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.go.functions import GoFunction, function_of, imports_of, package_of
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.features.testing.go.target import base_of
from stoker_server.features.testing.reaching import users_of

_MOST_FILES, _LARGEST = 1_500, 300_000
_DEEPEST, _MOST = 4, 80
_SKIPPED = frozenset({"vendor", "testdata", "node_modules"})


@dataclass(frozen=True)
class File:
    """A file of the module that is no test.

    Attributes:
        path: Its place in the copy.
        module: By what path its package is imported.
        text: Its text.
    """

    path: Path
    module: str
    text: str

    @cached_property
    def snapshot(self) -> Snapshot:
        """The file, parsed."""
        return Snapshot(self.path.as_uri(), self.text, by_id("go"))

    @cached_property
    def functions(self) -> list[tuple[Symbol, GoFunction]]:
        """Its functions and methods."""
        found = [(each, function_of(self.snapshot, each)) for each in self.snapshot.outline.symbols]
        return [(each, made) for each, made in found if each.kind in CALLABLE and made is not None]

    @cached_property
    def package(self) -> str:
        """The name in its package clause."""
        return package_of(self.snapshot)


@dataclass(frozen=True)
class Way:
    """A function from which another one is reached.

    Attributes:
        file: Its file.
        symbol: The function.
        function: What it takes and gives.
        after: What it uses on the way, down to the one that it leads to.
    """

    file: File
    symbol: Symbol
    function: GoFunction
    after: tuple[Way, ...] = ()

    @property
    def owner(self) -> str:
        """The type of a method; empty for a function."""
        return base_of(self.function.receiver.type) if self.function.receiver else ""

    @property
    def body(self) -> str:
        """Its code."""
        return self.file.text[self.function.body.start : self.function.body.end]

    @property
    def public(self) -> bool:
        """Whether another package can call it."""
        return self.function.name[:1].isupper() and (not self.owner or self.owner[:1].isupper())


def files_of(root: Path, module: str) -> list[File]:
    """The files of a module, without tests and what belongs to others.

    Args:
        root: The module's folder in the copy.
        module: By what path it is imported.
    """
    found: list[File] = []
    for place, folders, names in os.walk(root):
        here = Path(place)
        inner = (each for each in folders if each not in _SKIPPED and not each.startswith((".", "_")))
        folders[:] = sorted(each for each in inner if not (here / each / "go.mod").exists())
        path = "/".join([module, *here.relative_to(root).parts])
        for name in sorted(each for each in names if each.endswith(".go") and not each.endswith("_test.go")):
            if len(found) < _MOST_FILES and (here / name).stat().st_size <= _LARGEST:
                text = (here / name).read_text(encoding="utf-8", errors="replace")
                found.append(File(here / name, path, text))
    return found


def ways_to(files: Sequence[File], way: Way) -> list[Way]:
    """What uses a function, and what uses that, the nearest first.

    Args:
        files: The files of its module.
        way: The function itself.
    """

    def using(each: Way) -> Iterator[Way]:
        for file, (symbol, function) in _using(files, each):
            yield Way(file, symbol, function, (each, *each.after))

    return users_of(way, using, lambda each: (each.file.path, each.symbol.qualified), deepest=_DEEPEST, most=_MOST)


def _using(files: Sequence[File], way: Way) -> Iterator[tuple[File, tuple[Symbol, GoFunction]]]:
    """The functions that name another one: to call it, or to hand it on."""
    name = re.escape(way.function.name)
    for file in files:
        if way.function.name not in file.text:
            continue
        if file.module == way.file.module and file.package == way.file.package:
            said = rf"\.{name}\b" if way.owner else rf"(?<![\w.]){name}\b"
        elif way.public and (alias := _alias(file, way.file.module)) is not None:
            said = rf"\.{name}\b" if way.owner else rf"(?<![\w.]){re.escape(alias)}\.{name}\b"
        else:
            continue
        named = re.compile(said)
        for symbol, function in file.functions:
            if named.search(file.text, function.body.start, function.body.end):
                yield file, (symbol, function)
    yield from _served(files, way)


def _served(files: Sequence[File], way: Way) -> Iterator[tuple[File, tuple[Symbol, GoFunction]]]:
    """``ServeHTTP`` of the type that a method belongs to, or that a constructor makes: what is set up there, it answers by."""
    made = [way.owner] if way.owner else [base_of(each.type) for each in way.function.results[:1]]
    for file in (each for each in files if each.path.parent == way.file.path.parent and "ServeHTTP" in each.text):
        for symbol, function in file.functions:
            if function.name == "ServeHTTP" and function.receiver and base_of(function.receiver.type) in made:
                yield file, (symbol, function)


def _alias(file: File, module: str) -> str | None:
    """What a file calls a package; ``None`` where it does not import it."""
    if f'"{module}"' not in file.text:
        return None
    return next((name for name, path in imports_of(file.snapshot) if path == module), None)
