"""What is to be tested: one JavaScript or TypeScript function, how it is imported and how it is called. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.ecma.exports import WHOLE, Export, exports_of
from stoker_analyzers.ecma.functions import FunctionCode, code_of
from stoker_analyzers.ecma.routes import handler_at, handlers_in
from stoker_analyzers.ecma.types import ANY, Type, TypeKind, Types, documented_types
from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import words
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, ParameterKind, Symbol, SymbolKind
from stoker_server.features.testing.ecma.shapes import of_pattern
from stoker_server.proving.ecma.layout import is_test
from stoker_server.proving.ecma.toolchain import Toolchain
from stoker_server.uris import path_of


@dataclass(frozen=True, slots=True)
class Input:
    """One parameter.

    Attributes:
        name: Its name; made up where it is a pattern.
        type: What it takes; ``ANY`` where nothing tells.
        required: Whether a call has to give it.
        rest: Whether it takes all further arguments.
        default: Its default as written; empty where it has none.
    """

    name: str
    type: Type
    required: bool
    rest: bool = False
    default: str = ""


@dataclass(frozen=True)
class EcmaTarget:
    """The function under test.

    Attributes:
        snapshot: The document.
        symbol: The function.
        path: The document's file.
        code: Its code.
        export: How it, or the class around it, is exported.
        owner: The class around a method.
        tools: The project's runner.
        workspace: The workspace folder.
    """

    snapshot: Snapshot
    symbol: Symbol
    path: Path
    code: FunctionCode
    export: Export
    owner: Symbol | None
    tools: Toolchain
    workspace: Path

    @property
    def name(self) -> str:
        """What tests call it, or the class around it."""
        if re.fullmatch(r"[\w$]+", self.export.local):
            return self.export.local
        stem = self.tools.package.name.rpartition("/")[2] if self.path.stem == "index" else self.path.stem
        parts = re.findall(r"[A-Za-z0-9]+", stem)
        found = "".join([parts[0], *(each.capitalize() for each in parts[1:])]) if parts else "subject"
        return f"{found}_" if found in _RESERVED or found[0].isdigit() else found

    @property
    def imported(self) -> Path:
        """The file that tests import."""
        return self.path

    @property
    def qualified(self) -> str:
        """The function's name with the class's, as titles have it."""
        return self.symbol.qualified if self.owner or "." not in self.symbol.qualified else self.name

    @property
    def call(self) -> str:
        """What stands before the arguments of a call."""
        if self.owner is None:
            return self.name
        return f"{self.name if self.code.static else self.receiver}.{self.symbol.name}"

    @property
    def receiver(self) -> str:
        """The name of the object that a method is called on."""
        found = self.name[:1].lower() + self.name[1:]
        return found if found != self.name and found not in _RESERVED else "subject"

    @property
    def is_typed(self) -> bool:
        """Whether the file is TypeScript."""
        return self.path.suffix in (".ts", ".tsx", ".mts", ".cts")

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The parameters."""
        return self._inputs(self.symbol)

    @cached_property
    def constructor(self) -> tuple[Input, ...]:
        """The parameters of the constructor of the class around a method."""
        made = [each for each in (self.owner.children if self.owner else ()) if each.kind is SymbolKind.CONSTRUCTOR]
        return self._inputs(made[-1]) if made else ()

    @cached_property
    def body(self) -> str:
        """The function's code."""
        return self.snapshot.text[self.code.span.start : self.code.span.end]

    @cached_property
    def types(self) -> Types:
        """What types mean in the file."""
        return Types(self.snapshot)

    def _inputs(self, symbol: Symbol) -> tuple[Input, ...]:
        return inputs_of(symbol, self.snapshot, self.types)


def inputs_of(symbol: Symbol, snapshot: Snapshot, types: Types) -> tuple[Input, ...]:
    """The parameters of a function.

    Args:
        symbol: The function.
        snapshot: Its file.
        types: What types mean there.
    """
    said = documented_types(symbol.documentation.text) if symbol.documentation else {}
    found = []
    for number, each in enumerate(symbol.signature.arguments if symbol.signature else ()):
        is_name = re.fullmatch(r"[\w$]+", each.name) is not None
        written, optional = said.get(each.name, ("", False))
        annotation = each.annotation.removeprefix(":").strip() if each.annotation else written
        text = snapshot.text[each.span.start : each.span.end]
        of = types.read(annotation) if annotation else of_pattern(text) or ANY
        rest = each.kind is ParameterKind.VARIADIC
        if rest and of.kind is TypeKind.ARRAY:
            of = of.parts[0]
        maybe = optional or bool(each.default) or rest or re.match(r"[\w$]+\s*\?", text) is not None
        name = each.name if is_name else f"input{number + 1}"
        found.append(Input(name, of, not maybe, rest, each.default or ""))
    return tuple(found)


_RESERVED = words("default new delete in class function var let const test it describe expect assert import")


def find_symbol(snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
    """The innermost function at a place, or the named one; ``None`` where a test can't call it."""
    path = path_of(snapshot.uri)
    if snapshot.tree is None or path is None or is_test(Path(path.name)) or path.name.endswith(".d.ts"):
        return None
    outline = snapshot.outline
    if name:
        symbol = outline.find(name) or next((each for each in handlers_in(snapshot) if each.name == name), None)
    else:
        found = [each for each in outline.enclosing(span.start) if each.kind in CALLABLE and each.body is not None]
        symbol = found[0] if found else handler_at(snapshot, span)
    if symbol is None or symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD) or symbol.body is None:
        return None
    return None if symbol.name.startswith("#") else symbol


def owner_of(snapshot: Snapshot, symbol: Symbol) -> Symbol | None:
    """The class around a method."""
    around = (each for each in snapshot.outline.symbols if each.kind is SymbolKind.CLASS)
    return next((each for each in around if symbol in each.children), None)


def export_of(snapshot: Snapshot, symbol: Symbol, owner: Symbol | None) -> Export | None:
    """How a function, or the class around it, is exported."""
    names = {owner.name} if owner else {symbol.name, symbol.qualified}
    if not owner and symbol not in snapshot.outline.symbols:
        return None
    found = [each for each in exports_of(snapshot) if each.local in names]
    return min(found, key=lambda each: (each.name not in names, each.name == WHOLE), default=None)


def code_in(snapshot: Snapshot, symbol: Symbol) -> FunctionCode | None:
    """The function's code; ``None`` for a setter, which gives nothing."""
    found = code_of(snapshot, symbol)
    return None if found is None or found.accessor == "set" else found
