"""The project's own tests in languages other than Python: those that concern edited files, run by the project's own runner.

What follows from runs before and after an edit is ``suite``'s business, and the same for all.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stoker_analyzers.ecma.exports import exports_of
from stoker_analyzers.go.calls import tests_in
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.ecma import layout
from stoker_server.proving.ecma.opening import open_ecma_ground, toolchain_of
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.go.opening import open_go
from stoker_server.proving.go.runs import Runs as GoRuns
from stoker_server.proving.go.runs import Step
from stoker_server.proving.go.toolchain import find_go
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.java.asking import JavaGround, build_of
from stoker_server.proving.java.build import Build
from stoker_server.proving.java.opening import open_java
from stoker_server.proving.java.project import Module, java_files, module_of, package_of, suite_of
from stoker_server.proving.java.runs import refused, unprobed
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.rust.building import CargoGround, builder_for
from stoker_server.proving.rust.opening import open_cargo
from stoker_server.proving.rust.runs import Chosen
from stoker_server.proving.rust.runs import Runs as RustRuns

_MOST_SOURCES = 1_500
"""Files of a Java module that is compiled for a check."""

_AT_ONCE = 30
"""Go's tests of one start: what it says of them is kept up to a length."""


class OtherSuite(ABC):
    """How the tests of one language's projects are run.

    Attributes:
        suffixes: The endings of its files.
        broken: A text of a file that no test which needs it survives; ``{package}`` stands for the file's package.
    """

    suffixes: tuple[str, ...]
    broken: str

    @abstractmethod
    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""

    @abstractmethod
    async def run(self, ground: Ground, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run the tests that concern some files as the copy has them; none where there are none.

        Args:
            ground: Where.
            files: The files, in the user's folder.
            seconds: At most.

        Raises:
            ProvingError: They can't be run.
        """

    def broken_text(self, text: str) -> str:
        """A text in the place of a file's, that no test which needs it survives."""
        package = re.search(r"^package\s+(\w+)", text, re.MULTILINE)
        return self.broken.format(package=package[1] if package else "")


class EcmaSuite(OtherSuite):
    """JavaScript and TypeScript, by vitest, jest or Node's own runner."""

    suffixes = layout.SUFFIXES
    broken = 'throw new Error("must fail");\nexport {{}};\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_ecma_ground(terms)

    async def run(self, ground: Ground, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run the tests that import the files."""
        tools = await toolchain_of(ground, files[0])
        tests = await asyncio.to_thread(self._concerned, ground, files, tools.package.name)
        if not tests:
            return SuiteRun("done")
        run = await tools.run(ground, tests, seconds=seconds)
        if run.state != "done":
            return SuiteRun(run.state, said=run.said, seconds=run.seconds)
        outcomes, problems = dict[str, CaseOutcome](), list[str]()
        for test in tests:
            where = test.relative_to(ground.scratch.original).as_posix()
            found = run.files.get(test)
            problems += [f"{tools.framework} does not take {where} for a test"] if found is None else []
            problems += [found.problem] if found and found.problem else []
            outcomes |= {f"{where}::{name}": each for name, each in (found.tests if found else {}).items()}
        return SuiteRun("done", outcomes, tuple(problems), served=True, seconds=run.seconds)

    def _concerned(self, ground: Ground, files: Sequence[Path], package: str) -> list[Path]:
        scratch, found = ground.scratch, dict[Path, None]()
        for file in files:
            snapshot = Snapshot(file.as_uri(), scratch.read(file), by_path(file))
            for name in [each.name for each in exports_of(snapshot)] or [file.stem]:
                found.update(dict.fromkeys(layout.suite_of(scratch.root, scratch.inside(file), name, package)))
        return [scratch.outside(each) for each in found]


class GoSuite(OtherSuite):
    """Go: the tests of the files' own packages."""

    suffixes = (".go",)
    broken = "package {package}\n"

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_go(terms)

    async def run(self, ground: Ground, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run the tests of each file's package."""
        go, outcomes, problems, took = await asyncio.to_thread(find_go), dict[str, CaseOutcome](), list[str](), 0.0
        for folder in dict.fromkeys(each.parent for each in files):
            tests = await asyncio.to_thread(self._tests, ground, folder)
            if not tests:
                continue
            runs = GoRuns(go, folder / "any.go")
            binary = await runs.build(ground, cover=False)
            if binary.program is None:
                problems.append(binary.problem)
                continue
            parts = [tests[at : at + _AT_ONCE] for at in range(0, len(tests), _AT_ONCE)]
            ran = await runs.run(
                ground, binary.program, [Step(tuple(each), seconds) for each in parts], seconds=seconds
            )
            where = folder.relative_to(ground.scratch.original).as_posix()
            for each in ran:
                outcomes |= {f"{where}::{name}": found for name, found in each.tests.items()}
                took += each.seconds
        return SuiteRun("done", outcomes, tuple(problems), served=True, seconds=took)

    def _tests(self, ground: Ground, folder: Path) -> list[str]:
        found = list[str]()
        for path in sorted(ground.scratch.inside(folder).glob("*_test.go")):
            found += [each.partition("/")[0] for each in tests_in(ground.scratch.read(ground.scratch.outside(path)))]
        return list(dict.fromkeys(found))


class RustSuite(OtherSuite):
    """Rust: the tests in the files' own crate, and those in its folder ``tests``."""

    suffixes = (".rs",)
    broken = 'compile_error!("must fail");\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is built and run."""
        return open_cargo(terms)

    async def run(self, ground: Ground, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run all tests of the first file's crate."""
        if not isinstance(ground, CargoGround) or ground.tools is None:
            raise NoVerdictError("the ground was not opened for cargo")
        builder = await builder_for(ground, ground.tools, files[0])
        text = await asyncio.to_thread(ground.scratch.read, files[0])
        build = await builder.build(text, list(builder.crate.suites.values()))
        if build.faults:
            return SuiteRun("done", problems=(build.why,))
        runs = RustRuns(builder)
        chosen = [
            Chosen(program, {each: f"{name or builder.crate.name}::{each}" for each in await runs.tests_of(program)})
            for name, program in build.programs.items()
        ]
        found = await runs.run([each for each in chosen if each.nodes], seconds=seconds)
        return replace(found, served=True)


class JavaSuite(OtherSuite):
    """Java: the tests that name the files' classes, with the whole module compiled anew; its own tool is asked once."""

    suffixes = (".java",)

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is compiled and run."""
        return open_java(terms)

    def broken_text(self, text: str) -> str:
        """A file that defines nothing: what uses its classes can't be compiled."""
        package = package_of(text)
        return f"package {package};\n" if package else "\n"

    async def run(self, ground: Ground, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Compile the first file's module, and run those of its tests that concern the files."""
        if not isinstance(ground, JavaGround) or ground.programs is None or ground.kept is None:
            raise NoVerdictError("the ground was not opened for Java")
        scratch, module = ground.scratch, module_of(ground.scratch.original, files[0])
        tests = await asyncio.to_thread(self._concerned, ground, module, files)
        if not tests:
            return SuiteRun("done")
        if module not in ground.builds:
            ground.builds[module] = await build_of(ground, ground.programs, module, ground.kept)
        build = ground.builds[module]
        runs = await unprobed(build)
        out, complaints = await runs.compiled(await asyncio.to_thread(self._sources, build, tests))
        if complaints:
            return refused(complaints)
        names = {f"{package_of(scratch.read(each))}.{each.stem}".removeprefix("."): each for each in tests}
        return (await runs.started(out, names, (), seconds=seconds))[0]

    def _concerned(self, ground: Ground, module: Module, files: Sequence[Path]) -> list[Path]:
        scratch, found = ground.scratch, dict[Path, None]()
        for file in files:
            package = package_of(scratch.read(file))
            found.update(dict.fromkeys(suite_of(scratch.inside(module.tests), file.stem, package)))
        return [scratch.outside(each) for each in found]

    def _sources(self, build: Build, tests: Sequence[Path]) -> dict[str, str]:
        """The module's code and the tests, by name; the classes that its tool made of that code are taken away.

        Raises:
            NoVerdictError: It is too much.
        """
        scratch, found = build.ground.scratch, dict[str, str]()
        main, made = scratch.inside(build.module.main), scratch.inside(build.own / "classes")
        for path in java_files(main):
            if path.name not in ("module-info.java", "package-info.java"):
                found[f"main/{path.relative_to(main).as_posix()}"] = path.read_text(encoding="utf-8", errors="replace")
            folder = made / path.relative_to(main).parent
            for each in (*folder.glob(f"{path.stem}.class"), *folder.glob(f"{path.stem}$*.class")):
                each.unlink()
        if len(found) > _MOST_SOURCES:
            raise NoVerdictError(f"the module has more than {_MOST_SOURCES} files, too many to compile three times")
        return found | {f"test{number}/{each.name}": scratch.read(each) for number, each in enumerate(tests)}


OTHERS: tuple[OtherSuite, ...] = (EcmaSuite(), GoSuite(), RustSuite(), JavaSuite())
"""Those whose tests are run. Adding one: a class that has this face, and a word here."""


def other_suite(path: Path) -> OtherSuite | None:
    """How the tests that concern a file are run; ``None`` where nothing here can."""
    return next((each for each in OTHERS if path.suffix in each.suffixes), None)
