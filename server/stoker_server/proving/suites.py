"""A project's own tests, by language: those that concern edited files, run by the project's own runner.

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
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.layout import defined_names, import_name, suite_of
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.runs import Subject, run_tests, together
from stoker_server.proving.rust.building import CargoGround, builder_for
from stoker_server.proving.rust.opening import open_cargo
from stoker_server.proving.rust.runs import Chosen
from stoker_server.proving.rust.runs import Runs as RustRuns
from stoker_server.proving.scratch import copy_again

_AT_ONCE = 30
"""Go's tests of one start: what it says of them is kept up to a length."""


class ProjectSuite(ABC):
    """How the tests of one language's projects are found and run.

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
    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """What has to be run for some files: test files, packages, or a crate's file; nothing where no test concerns them.

        Args:
            ground: Where.
            files: The files, in the user's folder.

        Raises:
            ProvingError: The tests can't be run.
        """

    @abstractmethod
    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run tests with all files as the copy has them.

        Args:
            ground: Where.
            path: The file that they concern first of all.
            tests: What ``tests`` found.
            seconds: At most.

        Raises:
            ProvingError: They can't be run.
        """

    async def run_and_break(
        self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float
    ) -> tuple[SuiteRun, SuiteRun]:
        """Run tests with a file as it is, and with a text in its place that tests which need it don't survive.

        One after the other, in a copy that runs see read-only; the second only where the first is green.
        """
        text = await asyncio.to_thread(ground.scratch.read, path)
        whole = await self.run(ground, path, tests, seconds=seconds)
        if not whole.green:
            return whole, whole
        await asyncio.to_thread(ground.scratch.write, path, self.broken_text(text))
        without = await self.run(ground, path, tests, seconds=seconds)
        await asyncio.to_thread(ground.scratch.write, path, text)
        return whole, without

    def broken_text(self, text: str) -> str:
        """A text in the place of a file's, that no test which needs it survives."""
        package = re.search(r"^package\s+(\w+)", text, re.MULTILINE)
        return self.broken.format(package=package[1] if package else "")


class PythonSuite(ProjectSuite):
    """Python, by pytest."""

    suffixes = (".py",)
    broken = 'raise AssertionError("must fail")\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_ground(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The test files that import the files."""
        return await asyncio.to_thread(self._concerned, ground, files)

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files; they may write into the copy."""
        return await run_tests(ground, await self._subject(ground, path), tests, seconds=seconds, writable=True)

    async def run_and_break(
        self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float
    ) -> tuple[SuiteRun, SuiteRun]:
        """Both at once; the first in a copy of its own, for what tests leave behind would meet them in the next run."""
        subject = await self._subject(ground, path)
        aside = replace(ground, scratch=await copy_again(ground.scratch))
        whole, without = await together(
            run_tests(aside, subject, tests, seconds=seconds, writable=True),
            run_tests(ground, replace(subject, source=self.broken), tests, seconds=seconds),
        )
        return whole, without

    async def _subject(self, ground: Ground, path: Path) -> Subject:
        name = await asyncio.to_thread(import_name, ground.scratch.root, ground.scratch.inside(path))
        if name is None:
            raise NoVerdictError(f"{path.name} has no name by which a test could import it")
        text = await asyncio.to_thread(ground.scratch.read, path)
        return Subject(path, text, replace(name, root=ground.scratch.outside(name.root)))

    def _concerned(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        scratch, found = ground.scratch, dict[Path, None]()
        for each in files:
            names = defined_names(scratch.read(each))
            found.update(dict.fromkeys(map(scratch.outside, suite_of(scratch.root, scratch.inside(each), names))))
        return tuple(found)


class EcmaSuite(ProjectSuite):
    """JavaScript and TypeScript, by vitest, jest or Node's own runner."""

    suffixes = layout.SUFFIXES
    broken = 'throw new Error("must fail");\nexport {{}};\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_ecma_ground(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The test files that import the files."""
        tools = await toolchain_of(ground, files[0])
        return tuple(await asyncio.to_thread(self._concerned, ground, files, tools.package.name))

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files."""
        tools = await toolchain_of(ground, path)
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


class GoSuite(ProjectSuite):
    """Go: the tests of the files' own packages."""

    suffixes = (".go",)
    broken = "package {package}\n"

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_go(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The folders of the files' packages, where those have tests."""
        folders = dict.fromkeys(each.parent for each in files)
        return tuple([each for each in folders if await asyncio.to_thread(self._tests, ground, each)])

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run the tests of packages."""
        go, outcomes, problems, took = await asyncio.to_thread(find_go), dict[str, CaseOutcome](), list[str](), 0.0
        for folder in tests:
            names = await asyncio.to_thread(self._tests, ground, folder)
            runs = GoRuns(go, folder / "any.go")
            binary = await runs.build(ground, cover=False)
            if binary.program is None:
                problems.append(binary.problem)
                continue
            parts = [names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)]
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


class RustSuite(ProjectSuite):
    """Rust: the tests in the files' own crate, and those in its folder ``tests``."""

    suffixes = (".rs",)
    broken = 'compile_error!("must fail");\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is built and run."""
        return open_cargo(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The first file: which tests its crate has is known when it is built."""
        return tuple(files[:1])

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run all tests of a file's crate."""
        if not isinstance(ground, CargoGround) or ground.tools is None:
            raise NoVerdictError("the ground was not opened for cargo")
        builder = await builder_for(ground, ground.tools, path)
        text = await asyncio.to_thread(ground.scratch.read, path)
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


SUITES: tuple[ProjectSuite, ...] = (PythonSuite(), EcmaSuite(), GoSuite(), RustSuite())
"""Those whose tests are run. Adding one: a class that has this face, and a word here."""


def suite_for(path: Path) -> ProjectSuite | None:
    """How the tests that concern a file are run; ``None`` where nothing here can."""
    return next((each for each in SUITES if path.suffix in each.suffixes), None)
