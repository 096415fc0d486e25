"""What is to be tested: one Go function, the package around it and how it is called. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.go.functions import Declared, GoFunction, Part, declared_in, function_of
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.proving.go.toolchain import Go
from stoker_server.uris import path_of

_LARGEST = 1_000_000
_UNCALLED = frozenset({"main", "init", "_"})


@dataclass(frozen=True)
class GoTarget:
    """The function under test.

    Attributes:
        snapshot: The document.
        symbol: The function.
        path: The document's file.
        function: What it takes and gives.
        package: What its package declares.
        go: The compiler.
        module: The path by which its package is imported.
        bound: What each type parameter stands for in tests.
        anything: The empty interface, as the module's version of Go has it.
        beyond: The code of what it calls on the way to the function that its tests are about; what that compares with
            tells which values are worth trying.
        about: The name of that function, for the tests' names; empty where it is this one.
    """

    snapshot: Snapshot
    symbol: Symbol
    path: Path
    function: GoFunction
    package: Declared
    go: Go
    module: str
    bound: Mapping[str, str]
    anything: str = "any"
    beyond: str = ""
    about: str = ""

    @property
    def qualified(self) -> str:
        """The function's name with the receiver's type."""
        return self.symbol.qualified

    @property
    def owner(self) -> str:
        """The type of a method; empty for a function."""
        return base_of(self.function.receiver.type) if self.function.receiver else ""

    @property
    def public(self) -> bool:
        """Whether tests of another package can call it."""
        return self.function.name[:1].isupper() and (not self.owner or self.owner[:1].isupper())

    @property
    def title(self) -> str:
        """What its tests are called after ``Test``."""
        name = self.function.name
        joint = "" if self.owner else name[:1].upper() + name[1:]
        joint = joint or f"{self.owner[:1].upper()}{self.owner[1:]}_{name}"
        return f"{joint}With{self.about}" if self.about else joint

    @cached_property
    def inputs(self) -> tuple[Part, ...]:
        """What a test passes."""
        return self.parameters()

    def parameters(self) -> tuple[Part, ...]:
        """The parameters, each with a name, and the types that tests give to type parameters."""
        found, taken = list[Part](), set[str]()
        for number, each in enumerate(self.function.parameters):
            name = each.name if each.name not in ("", "_") else f"in{number + 1}"
            taken.add(name)
            found.append(Part(name, self.concrete(each.type), each.variadic))
        return tuple(found)

    @cached_property
    def results(self) -> tuple[str, ...]:
        """The types of the results."""
        return tuple(self.concrete(each.type) for each in self.function.results)

    @cached_property
    def body(self) -> str:
        """The function's code, and that of what it calls on the way."""
        return self.snapshot.text[self.function.body.start : self.function.body.end] + self.beyond

    @property
    def result_names(self) -> tuple[str, ...]:
        """What the results are called in tests after ``got`` and ``want``, where more than a number tells them apart."""
        return ()

    @property
    def helper(self) -> str:
        """What tests have to declare to call it; empty for nothing."""
        return ""

    def called(self, head: str, given: Sequence[str]) -> str:
        """The call.

        Args:
            head: What stands before the brackets.
            given: The arguments' code.
        """
        return f"{head}({', '.join(given)})"

    def concrete(self, said: str) -> str:
        """A type with the type parameters filled in."""
        for name, type_ in self.bound.items():
            said = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", type_, said)
        return said


def base_of(said: str) -> str:
    """The name in a receiver's type."""
    return said.lstrip("*( ").partition("[")[0].rstrip(") ")


def find_symbol(snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
    """The innermost function at a place, or the named one; ``None`` where a test can't call it."""
    path = path_of(snapshot.uri)
    if snapshot.tree is None or path is None or path.name.endswith("_test.go"):
        return None
    if name:
        symbol = snapshot.outline.find(name)
    else:
        found = [each for each in snapshot.outline.enclosing(span.start) if each.kind in CALLABLE]
        symbol = found[-1] if found else None
    if symbol is None or symbol.kind not in CALLABLE or symbol.body is None or symbol.name in _UNCALLED:
        return None
    return symbol if function_of(snapshot, symbol) else None


def package_of(snapshot: Snapshot, folder: Path) -> Declared:
    """What the files of a folder declare together.

    Args:
        snapshot: The document, as the editor has it.
        folder: The copy of its folder.
    """
    own = path_of(snapshot.uri)
    others = []
    for path in sorted(folder.glob("*.go")):
        if path.name.endswith("_test.go") or (own and path.name == own.name) or path.stat().st_size > _LARGEST:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        others.append(Snapshot(path.as_uri(), text, by_id("go")))
    return declared_in([snapshot, *others])


def bound_of(function: GoFunction, package: Declared) -> dict[str, str]:
    """Types that fit the type parameters."""
    found: dict[str, str] = {}
    generics = list(function.generics)
    if function.receiver and "[" in function.receiver.type:
        names = function.receiver.type.partition("[")[2].rpartition("]")[0].split(",")
        generics += [Part(each.strip(), "any") for each in names]
    for each in generics:
        said = each.type
        for name, type_ in found.items():
            said = re.sub(rf"\b{re.escape(name)}\b", type_, said)
        found[each.name] = _fitting(said, package)
    for name, type_ in list(found.items()):  # a slice may stand before its elements' type
        for other, known in found.items():
            type_ = re.sub(rf"(?<![\w.]){re.escape(other)}(?!\w)", known, type_)
        found[name] = type_
    return found


def _fitting(said: str, package: Declared) -> str:
    constraint = package.types.get(said, said)
    if found := re.match(r"^(?:interface\s*\{\s*)?~?(\[\].*|map\[.*)$", constraint, re.DOTALL):
        return found[1].rstrip(" }\n") if constraint.startswith("interface") else found[1]
    if re.search(r"\bint\b|^any$|comparable|Ordered|Integer|Signed|Number|^interface\s*\{\s*\}$", constraint):
        return "int"
    if found := re.search(r"~?\b((?:u?int|float)\d+|string)\b", constraint):
        return found[1]
    return "int"
