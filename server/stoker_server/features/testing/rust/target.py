"""What is to be tested: one Rust function, and how it is called from a module of tests beside it. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.rust.functions import RustFunction, function_of
from stoker_analyzers.rust.types import Shape, shapes_in
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Parameter, Symbol
from stoker_server.uris import path_of


@dataclass(frozen=True)
class RustTarget:
    """The function under test.

    Attributes:
        snapshot: The document.
        symbol: The function.
        path: The document's file.
        function: Its code.
    """

    snapshot: Snapshot
    symbol: Symbol
    path: Path
    function: RustFunction

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
    def shapes(self) -> dict[str, Shape]:
        """The types that the file defines."""
        return shapes_in(self.snapshot)

    @property
    def _parameters(self) -> tuple[Parameter, ...]:
        return self.symbol.signature.parameters if self.symbol.signature else ()


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
