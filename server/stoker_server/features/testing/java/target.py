"""What is to be tested: one Java method, how it is called and what is known of the types around it. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.java.methods import MethodCode, TypeCode, package_and_imports, types_in
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol, SymbolKind
from stoker_server.proving.java.project import Module, is_test, text_of
from stoker_server.uris import path_of


@dataclass(frozen=True)
class JavaTarget:
    """The method under test.

    Attributes:
        snapshot: The document.
        symbol: The method.
        path: The document's file.
        code: Its code.
        owner: The type around it.
        module: The Maven module.
        root: Where the module's code lies in the copy.
        beyond: The code of what it calls on the way to the method that its tests are about; what that compares with
            tells which values are worth trying.
        about: The name of that method, for the tests' names; empty where it is this one.
        subject: The type around that method: its objects stand for what it extends or implements.
        kin: The names of those types.
        further: Import statements that this needs besides the file's own.
    """

    snapshot: Snapshot
    symbol: Symbol
    path: Path
    code: MethodCode
    owner: TypeCode
    module: Module
    root: Path
    beyond: str = ""
    about: str = ""
    subject: TypeCode | None = None
    kin: frozenset[str] = frozenset()
    further: tuple[str, ...] = ()

    @property
    def top(self) -> str:
        """The class that the file is named after."""
        return self.path.stem

    @property
    def qualified(self) -> str:
        """The method's name with those of the types around it, as notes have it; an inherited one's with its own class's."""
        return f"{self.owner.name if self.owner.name in self.own_types else self.top}.{self.code.name}"

    @property
    def title(self) -> str:
        """What its tests' names begin with."""
        name = self.code.name
        return f"{name}With{self.about}" if self.about.lower() not in ("", name.lower()) else name

    @cached_property
    def package(self) -> str:
        """The package of the file; empty for the unnamed one."""
        return package_and_imports(self.snapshot)[0]

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The file's import statements, and what else a call may need."""
        return (*package_and_imports(self.snapshot)[1], *self.further)

    @property
    def receiver(self) -> str:
        """The name of the object that a method is called on."""
        name = self.owner.name.rpartition(".")[2]
        acronym = re.match(r"[A-Z]+(?![a-z])", name)
        found = acronym[0].lower() + name[acronym.end() :] if acronym else name[:1].lower() + name[1:]
        return found if found != name and found not in ("class", "enum", "default", "object") else "subject"

    @property
    def static(self) -> bool:
        """Whether it needs no object."""
        return "static" in self.code.modifiers

    @property
    def call(self) -> str:
        """What stands before the arguments of a call."""
        return f"{self.owner.name if self.static else self.receiver}.{self.code.name}"

    @property
    def body(self) -> str:
        """The method's code, and that of what it calls on the way."""
        return self.snapshot.text[self.code.body.start : self.code.body.end] + self.beyond

    @cached_property
    def own_types(self) -> dict[str, TypeCode]:
        """The types of the file, by name and by full name."""
        found: dict[str, TypeCode] = {}
        for each in types_in(self.snapshot):
            found.setdefault(each.name.rpartition(".")[2], each)
            found[each.name] = each
        return found

    def find_type(self, name: str) -> TypeCode | None:
        """A type of the project: of this file, of its package, or imported by name."""
        simple = name.rpartition(".")[2]
        if found := self.own_types.get(name) or self.own_types.get(simple):
            return found
        first = name.partition(".")[0]
        for path in self._places(first):
            if text := text_of(path):
                other = types_in(Snapshot(path.as_uri(), text, by_path(path)))
                if found := next((each for each in other if each.name.rpartition(".")[2] == simple), None):
                    return found
        return None

    def _places(self, name: str) -> list[Path]:
        imported = [
            found[1] for each in self.imports if (found := re.match(rf"import\s+([\w.]+\.{re.escape(name)})\s*;", each))
        ]
        dotted = [*imported, f"{self.package}.{name}".removeprefix(".")]
        return [self.root.joinpath(*each.split(".")).with_suffix(".java") for each in dotted]


def find_symbol(snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
    """The innermost method at a place, or the named one; ``None`` where a test can't call it."""
    path = path_of(snapshot.uri)
    if snapshot.tree is None or path is None or is_test(path):
        return None
    outline = snapshot.outline
    if name:
        symbol = outline.find(name)
    else:
        symbol = next(
            (each for each in outline.enclosing(span.start) if each.kind in CALLABLE and each.body is not None), None
        )
    if symbol is None or symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD) or symbol.body is None:
        return None
    return symbol


def code_of(snapshot: Snapshot, symbol: Symbol) -> tuple[TypeCode, MethodCode] | None:
    """A method's code and the type around it; ``None`` for one of an anonymous or local class."""
    for owner in types_in(snapshot):
        for each in owner.methods:
            if symbol.body is not None and each.body.start <= symbol.body.start <= each.body.end:
                return owner, each
    return None


def obstacle(owner: TypeCode, code: MethodCode) -> str:
    """Why no test can call a method; empty where one can."""
    if "private" in code.modifiers:
        return (
            f"{owner.name}.{code.name} is private, so no test can call it: ask for integration tests, which call what "
            "uses it"
        )
    if "private" in owner.modifiers:
        return f"{owner.name} is private, so no test can call {code.name}"
    if "static" in code.modifiers:
        return ""
    if owner.instances or (owner.factories and code.name not in {each.name for each in owner.factories}):
        return ""
    if owner.inner or "abstract" in owner.modifiers or owner.kind == "interface_declaration":
        return f"no object of {owner.name} can be made by itself, so no test can call {code.name}"
    if owner.kind == "enum_declaration":
        return "" if owner.constants else f"{owner.name} has no constants"
    if all("private" in each.modifiers for each in owner.constructors):
        return f"every constructor of {owner.name} is private, so no test can call {code.name}"
    return ""
