"""What is to be tested: one Rust function, and how it is called from a module of tests beside it. Runs nothing."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.rust.calls import objects_in
from stoker_analyzers.rust.functions import RustFunction, function_of
from stoker_analyzers.rust.types import Shape, shapes_in
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Parameter, Symbol
from stoker_server.uris import path_of

_MOST_FILES = 2_000
_MOST_READ = 300
_MOST_OBJECTS = 8
_LARGEST_FILE = 300_000
_SKIPPED = frozenset({"target", "node_modules", "vendor"})


@dataclass(frozen=True)
class RustTarget:
    """The function under test.

    Attributes:
        snapshot: The document.
        symbol: The function.
        path: The document's file.
        function: Its code.
        folder: The copy of the workspace.
    """

    snapshot: Snapshot
    symbol: Symbol
    path: Path
    function: RustFunction
    folder: Path

    @property
    def name(self) -> str:
        """What stands before the brackets of a call that needs no object."""
        owner = self.function.owner
        return f"{owner}::{self.symbol.name}" if owner else self.symbol.name

    @property
    def receiver(self) -> str:
        """How a method takes its object: ``self``, ``&self`` or ``&mut self``; empty for a function."""
        found = next((each for each in self._parameters if each.receiver), None)
        text = self.snapshot.text[found.span.start : found.span.end] if found else ""
        return re.sub(r"&'\w+ ", "&", text)

    @property
    def form(self) -> str:
        """How an object shows itself, where the function is what does that: a format string."""
        shows = self.symbol.name == "fmt" and self.receiver != ""
        return {"Display": "{}", "Debug": "{:?}", "LowerHex": "{:x}", "UpperHex": "{:X}"}.get(
            self.function.of_trait if shows else "", ""
        )

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        """What a caller passes."""
        if self.form:
            return ()
        return self.symbol.signature.arguments if self.symbol.signature else ()

    @property
    def returns(self) -> str:
        """The type of the result as written; empty for none."""
        if self.form:
            return "String"
        found = self.function.node.child_by_field_name("return_type")
        text = self.snapshot.slice(found) if found is not None else ""
        return "" if text in ("()", "!") else text

    @cached_property
    def body(self) -> str:
        """The function's code."""
        return self.snapshot.text[self.function.body.start : self.function.body.end]

    @cached_property
    def texts(self) -> list[str]:
        """The crate's code and examples."""
        return [text for path in rust_files(self.folder) if (text := text_of(path))][:_MOST_READ]

    def objects_of(self, name: str) -> list[str]:
        """Expressions that the crate's code, tests and examples make objects of a type with, the most frequent first."""
        found = Counter(each for text in self.texts if f"{name}::" in text for each in objects_in(text, name))
        return [code for code, _ in found.most_common(_MOST_OBJECTS) if f"::{self.symbol.name}(" not in code]

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The types that the file defines."""
        return shapes_in(self.snapshot)

    @property
    def _parameters(self) -> tuple[Parameter, ...]:
        return self.symbol.signature.parameters if self.symbol.signature else ()


def rust_files(folder: Path) -> Iterator[Path]:
    """The Rust files below a folder, in order."""
    read = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for name in sorted(each for each in files if each.endswith(".rs")):
            read += 1
            if read > _MOST_FILES:
                return
            yield Path(place, name)


def text_of(path: Path) -> str:
    """The text of a file; empty where it is too large or can't be read."""
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST_FILE:
            return ""  # a link could lead to any file of the user's, and tests are shown to models
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def find_symbol(snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
    """The innermost function at a place, or the named one; ``None`` where a test can't call it."""
    if snapshot.tree is None or path_of(snapshot.uri) is None:
        return None
    outline = snapshot.outline
    if name:
        symbol = outline.find(name.replace("::", "."))
    else:
        found = [each for each in outline.enclosing(span.start) if each.kind in CALLABLE and each.body is not None]
        symbol = found[0] if found else None
    if symbol is None or symbol.kind not in CALLABLE or symbol.name == "main":
        return None
    if any(re.match(r"(?:\w+::)*test\b", each) for each in symbol.decorators):
        return None
    return symbol if function_of(snapshot, symbol) is not None else None
