"""Who uses a Java method, and who uses those in turn: from a method to what tests of other classes reach it by.

By names, numbers of arguments and declared types, as far as the text tells them: whether a way holds, the runs say. Runs
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.java.methods import MethodCode, TypeCode, package_and_imports, types_in
from stoker_analyzers.java.references import Reference, references, supertypes
from stoker_analyzers.java.suites import java
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.testing.java.target import JavaTarget
from stoker_server.features.testing.reaching import users_of
from stoker_server.proving.java.project import java_files, text_of

_DEEPEST, _MOST, _MOST_READ = 4, 80, 60
_EVERYBODYS = frozenset({"equals", "hashCode", "toString", "clone"})
_ITSELF = ("", "this", "super")
_NO_TYPES = frozenset({"return", "new", "else", "throw", "var", "case", "final"})


@dataclass(frozen=True)
class File:
    """A file of the module's code.

    Attributes:
        path: Its place in the copy.
        text: Its text.
    """

    path: Path
    text: str

    @cached_property
    def snapshot(self) -> Snapshot:
        """The file, parsed."""
        return java(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """The names in it."""
        return frozenset(re.findall(r"\w+", self.text))

    @cached_property
    def types(self) -> list[TypeCode]:
        """Its types."""
        return types_in(self.snapshot)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Its import statements."""
        return package_and_imports(self.snapshot)[1]

    def around(self, at: int) -> tuple[TypeCode, MethodCode] | None:
        """The method or constructor that a place is in."""
        for owner in self.types:
            for each in (*owner.methods, *owner.constructors):
                if each.body.start <= at < each.body.end:
                    return owner, each
        return None

    def declared(self, name: str, within: Span) -> set[str]:
        """The types of the variables that have a name, as simple names: a method's own, else the file's.

        Args:
            name: The name.
            within: The method.
        """
        said = rf"([\w.]+)(?:<[^;(){{}}]*>)?(?:\[\]|\.\.\.)?\s+{re.escape(name)}\s*[=;,):]"
        for text in (self.text[within.start : within.end], self.text):
            if found := {each.rpartition(".")[2] for each in re.findall(said, text)} - _NO_TYPES:
                return found
        return set()


@dataclass(frozen=True)
class Way:
    """A method or constructor from which another method is reached.

    Attributes:
        file: Its file.
        owner: The type around it.
        code: Its code.
        after: What it uses on the way, down to the method that it leads to.
        sure: Whether each step is one by what the text declares; else it is one by names.
    """

    file: File
    owner: TypeCode
    code: MethodCode
    after: tuple[Way, ...] = ()
    sure: bool = True

    @property
    def type(self) -> str:
        """The simple name of the type around it."""
        return self.owner.name.rpartition(".")[2]

    @property
    def body(self) -> str:
        """Its code."""
        return self.file.text[self.code.body.start : self.code.body.end]


class Module:
    """The code of a module: every file is read once, and parsed where it matters."""

    def __init__(self, root: Path) -> None:
        """Read it.

        Args:
            root: The folder of the module's code.
        """
        self._files = [File(path, text_of(path)) for path in java_files(root)]
        self._above: dict[str, set[str]] = {}
        for each in self._files:
            for name, listed in supertypes(each.text).items():
                self._above.setdefault(name, set()).update(listed)

    def ways_to(self, target: JavaTarget) -> list[Way]:
        """What uses a method, and what uses that: such first as surely does, then the nearest.

        Args:
            target: The method; the copy has its file as the editor has it.
        """
        own = target.root / target.path.relative_to(target.module.main)
        file = next((each for each in self._files if each.path == own), None)
        if file is None:
            return []
        first = Way(file, target.owner, target.code)
        found = users_of(first, self.using, _known_by, deepest=_DEEPEST, most=_MOST)
        return sorted(found, key=lambda each: not each.sure)

    def above(self, name: str) -> set[str]:
        """What a type extends and implements, by simple names."""
        return self._closure(name, self._above)

    def using(self, way: Way) -> Iterator[Way]:
        """The methods and constructors that call a method, or hand it on."""
        makes = not way.code.returns
        name, kin = way.type if makes else way.code.name, self._kin(way.type)
        for file in self._concerned(way, name, kin):
            for each in references(file.snapshot, name):
                around = file.around(each.at)
                if around is None or each.makes is not makes or not (makes or _takes(way.code, each.given)):
                    continue
                sure = True if makes else _is_meant(way, kin, file, around, each)
                if sure is not None:
                    yield Way(file, *around, (way, *way.after), sure and way.sure)

    def _concerned(self, way: Way, name: str, kin: set[str]) -> list[File]:
        """The files that may use a method: those that name its type or are of its package; its own comes last."""
        found = []
        for each in self._files:
            near, is_named = each.path.parent == way.file.path.parent, not kin.isdisjoint(each.words)
            if name in each.words and (is_named or near):
                found.append((each.path == way.file.path, not is_named, not near, each.path, each))
        return [each for *_, each in sorted(found, key=lambda one: one[:4])[:_MOST_READ]]

    def _kin(self, name: str) -> set[str]:
        """A type with all that it extends or implements, and all that extends or implements it."""
        return {name} | self._closure(name, self._above) | self._closure(name, self._below)

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, listed in self._above.items():
            for each in listed:
                found.setdefault(each, set()).add(name)
        return found

    def _closure(self, name: str, following: dict[str, set[str]]) -> set[str]:
        found, left = set[str](), [name]
        while left:
            new = following.get(left.pop(), set()) - found
            found |= new
            left += new
        return found


def _known_by(way: Way) -> tuple[Path, str, Span]:
    return way.file.path, way.owner.name, way.code.span


def _takes(code: MethodCode, given: int | None) -> bool:
    """Whether a method takes so many arguments."""
    number = len(code.parameters)
    variadic = bool(number) and code.parameters[-1].variadic
    return given is None or given == number or (variadic and given >= number - 1)


def _is_meant(way: Way, kin: set[str], file: File, around: tuple[TypeCode, MethodCode], each: Reference) -> bool | None:
    """Whether a call is one of a method by what the text declares; ``None`` where it is one of another method."""
    if each.on in _ITSELF:
        inherits = not kin.isdisjoint(around[0].name.split("."))
        ended = (f".{way.type}.{way.code.name};", f".{way.type}.*;")
        imported = any(one.startswith("import static ") and one.endswith(ended) for one in file.imports)
        return True if inherits or imported else None
    if each.on.rpartition(".")[2] in kin:
        return True
    if "static" in way.code.modifiers:
        return None
    if made := re.match(r"\(*\s*new\s+([\w.]+)", each.on):
        return True if made[1].rpartition(".")[2] in kin else None
    name = each.on.removeprefix("this.")
    known = file.declared(name, around[1].span) if re.fullmatch(r"\w+", name) else set()
    if not known.isdisjoint(kin):
        return True
    other = way.code.name in _EVERYBODYS or any(len(one) > 1 and one[0].isupper() for one in known)
    return None if other else False
