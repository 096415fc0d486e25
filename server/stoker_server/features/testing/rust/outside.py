"""The workbench for Rust's integration tests: files below ``tests/``, programs that see what a crate makes public."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from stoker_analyzers.edits import Replacement, Span, create
from stoker_analyzers.edits import replace as replacing
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.features.testing.rust.mutated import Found
from stoker_server.features.testing.rust.placing import PINNED, free_name
from stoker_server.features.testing.rust.programs import ProgramBench
from stoker_server.features.testing.rust.target import RustTarget
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground
from stoker_server.proving.rust.building import Build, Builder, Outside
from stoker_server.proving.rust.runs import Chosen
from stoker_server.uris import uri_of

_PROBE = "stoker_probe"
_IMPORT = re.compile(r"^(pub(?:\([^)]*\))? )?use ([\w:]*\w)(?:::\{([^{}]*)\})?;", re.MULTILINE)
_USE = re.compile(r"^use [^;]*;\n", re.MULTILINE)


class OutsideBench(ProgramBench):
    """Everything that authors and checks of integration tests share."""

    home = ""
    """The path by which tests import what they call."""

    def __init__(self, ground: Ground, builder: Builder, subject: RustTarget, found: Found) -> None:
        """Set up for a function whose mutants are known to compile."""
        super().__init__(ground, builder, subject, found)
        crate, scratch = builder.crate, ground.scratch
        self._folder = scratch.original / crate.folder.relative_to(ground.folder) / "tests"

    async def choose(self, targets: Sequence[RustTarget]) -> None:
        """Take the first function that a test from outside can import.

        Args:
            targets: The function itself where it is marked as public, and what calls it.

        Raises:
            ProvingError: None can be imported.
        """
        why = ""
        for target in targets:
            for home in self._homes(target):
                named = target.function.owner.rpartition("::")[2] or target.symbol.name
                text = f"{self._declared('')}#[allow(unused_imports)]\nuse {home}::{named};\n"
                build = await self._build(self._folder / f"{_PROBE}.rs", text, self.text)
                if not build.faults:
                    self.target, self.home = target, home
                    if target is not self.subject:
                        self.qualified = f"{self.subject.name} through {target.name}"
                    return
                why = why or build.why
        name = self.subject.name
        said = f" ({why})" if why else ""
        raise ProvingError(f"neither {name} nor a function that calls it can be imported by a test from outside{said}")

    def find_existing(self) -> tuple[Path, ...]:
        """The integration tests that name the function or what they call it through."""
        scratch = self.ground.scratch
        suites = [scratch.original / each.relative_to(self.ground.folder) for each in self.builder.crate.suites]
        names = {self.subject.symbol.name, self.target.symbol.name}
        said = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
        return tuple(each for each in sorted(suites) if said.search(scratch.read(each)))

    # -- where a draft goes

    def place(self, piece: Piece) -> Placed:
        """Add to the file of ``tests/`` that is called as the function's, or to a new one."""
        path, text = self._file()
        taken = {each.rpartition("::")[2] for each in self.test_names(text)}
        tests, names = [], []
        for name, source in piece.tests:
            free = free_name(name, taken)
            tests.append(re.sub(rf"\bfn {re.escape(name)}\b", f"fn {free}", source, count=1).strip("\n"))
            names.append(free)
        note = "" if PINNED in text else "".join(f"// {line}\n" for line in piece.comment.splitlines())
        helpers = [each.strip("\n") for each in piece.helpers if each.partition("(")[0] not in text]
        code = self._from_outside("\n\n".join([*helpers, note + "\n\n".join(tests)]))
        called = self._from_outside("\n\n".join(tests))
        groups = tuple((each,) for each in names)
        if not text:
            whole = f"{self._declared('')}{self._uses(called, '')}\n{code}\n"
            return Placed(path, create(uri_of(path), whole), tuple(names), is_new=True, groups=groups)
        known = [each.end() for each in _USE.finditer(text)]
        gap = "\n" if text.endswith("\n") else "\n\n"
        changes = [(known[-1] if known else 0, self._uses(called, text)), (len(text), f"{gap}{code}\n")]
        edit = replacing(uri_of(path), text, [Replacement(Span(at, at), new) for at, new in changes if new])
        return Placed(path, edit, tuple(names), is_new=False, groups=groups)

    async def build_draft(self, placed: Placed) -> Build:
        """Build the program that a draft is part of; the faults are those of its own file."""
        text = placed.edit.files[0].apply(self.before(placed))
        return await self._build(placed.path, text, self.text)

    def before(self, placed: Placed) -> str:
        """The text of the file that a draft changes, without it."""
        return "" if placed.is_new else self.ground.scratch.read(placed.path)

    @property
    def depth(self) -> int:
        """Integration tests stand in no module."""
        return 0

    def _file(self) -> tuple[Path, str]:
        """The test file, and its text; empty for a new one."""
        stem = self.target.path.stem
        stem = self.target.symbol.name.removeprefix("r#") if stem in ("lib", "mod", "main") else stem
        path = self._folder / f"{stem}.rs"
        return path, self.ground.scratch.read(path) if self.ground.scratch.inside(path).exists() else ""

    def _from_outside(self, code: str) -> str:
        return re.sub(r"\bcrate::", f"{self.builder.crate.library}::", code)

    def _uses(self, code: str, text: str) -> str:
        """The lines that import what some code uses of the function's module, without what a file imports already."""
        symbols = self.target.snapshot.outline.symbols
        own = {self.target.function.owner.rpartition("::")[2] or self.target.symbol.name}
        bare = re.sub(r'"(?:[^"\\]|\\.)*"|\b(?:fn|let|mod) \w+', "", code)
        bare = re.sub(r"::\w+|\.\w+", "", bare)
        named = own | {each.name for each in symbols if re.search(rf"\b{re.escape(each.name)}\b", bare)}
        imported = " ".join(_USE.findall(text))
        places = {f"{self.home}::{each}": each for each in named if f"use {self.home}::*;" not in imported}
        for name, path in imports_in(self.target.snapshot.text, self.home).items():
            if re.search(rf"\b{re.escape(name)}\b", bare):
                places[self._from_outside(path)] = name
        missing = [path for path, name in places.items() if not re.search(rf"\b{re.escape(name)}\b", imported)]
        by_module: dict[str, list[str]] = {}
        for path in sorted(
            missing, key=lambda each: (each.rpartition("::")[2][:1].isupper(), each)
        ):  # as rustfmt has it
            by_module.setdefault(path.rpartition("::")[0], []).append(path.rpartition("::")[2])
        return "".join(
            f"use {module}::{names[0] if len(names) == 1 else '{' + ', '.join(names) + '}'};\n"
            for module, names in by_module.items()
        )

    def _declared(self, text: str) -> str:
        """What names the crate in the language's first edition, where a file does not have it yet."""
        said = f"extern crate {self.builder.crate.library};\n"
        return f"{said}\n" if self.builder.crate.edition == "2015" and said not in text else ""

    def _homes(self, target: RustTarget) -> Iterator[str]:
        """Where the library may have a function: in its module, else at its top."""
        crate = self.builder.crate
        modules = (*crate.module_of(self.ground.seen(target.path)), *target.function.modules)
        for number in range(len(modules), -1, -1):
            yield "::".join((crate.library, *modules[:number]))

    # -- how it is run

    def is_draft(self, files: Sequence[Path]) -> bool:
        """Whether a test file holds something that the file in the copy that is built from does not."""
        scratch, built = self.ground.scratch, self.builder.ground.scratch
        return any(not built.inside(each).exists() or scratch.read(each) != built.read(each) for each in files)

    async def _build(self, path: Path, text: str, subject: str) -> Build:
        name = self.builder.crate.suites.get(self.ground.seen(path), path.stem)
        return await self.builder.build(subject, outside=Outside(name, {path: text}, "--test"))

    async def program(self, path: Path, text: str, names: Collection[str] | None = None) -> tuple[list[Chosen], Build]:
        """The tests of a file, built with a text of the file under test."""
        own = await asyncio.to_thread(self.ground.scratch.read, path)
        build = await self._build(path, own, text)
        where = path.relative_to(self.ground.scratch.original).as_posix()
        program = next(iter(build.programs.values()), None)
        if program is None:
            return [], build
        found = [each for each in await self.runs.tests_of(program) if names is None or each in names]
        return [Chosen(program, {each: f"{where}::{each}" for each in found})], build


def imports_in(text: str, home: str) -> dict[str, str]:
    """What a file's imports at its left margin stand for: paths by name; what is renamed or globbed is left out.

    Args:
        text: The file.
        home: By what path its module is known, for imports that begin with ``super``.
    """
    found: dict[str, str] = {}
    for shares, path, listed in _IMPORT.findall(text):
        path = re.sub(r"^super\b", home.rpartition("::")[0], path)
        names = [each.strip() for each in listed.split(",")] if listed else [path.rpartition("::")[2]]
        base = path if listed else path.rpartition("::")[0]
        base = home if shares == "pub " else base  # others know it by this module
        found.update({each: f"{base}::{each}" for each in names if re.fullmatch(r"\w+", each) and each != "self"})
    return found


def need_library(builder: Builder) -> None:
    """Make sure that there is something to test from outside.

    Raises:
        ProvingError: There is not.
    """
    if not builder.crate.library:
        why = "tests in `tests/` can call the functions of a library only, and this file belongs to a program"
        raise ProvingError(why)
    scratch = builder.ground.scratch
    said = scratch.read(scratch.original / builder.crate.manifest.relative_to(builder.ground.folder))
    if re.search(r"^\s*autotests\s*=\s*false", said, re.MULTILINE):
        raise ProvingError(
            f"{builder.crate.name} says `autotests = false`, so cargo would not find a new file of tests"
        )
