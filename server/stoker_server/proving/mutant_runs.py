"""Runs a draft's tests with mutants of one of its functions, by language. What follows from that is ``trials``' business."""

from __future__ import annotations

import asyncio
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground
from stoker_server.proving.layout import import_name
from stoker_server.proving.mutants import must_fail, mutants_of
from stoker_server.proving.raising import raising
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.runs import Subject, run_series, run_tests
from stoker_server.proving.source import Module
from stoker_server.proving.suites import ProjectSuite
from stoker_server.proving.syntax_mutants import mutants_in

_START_SECONDS, _SLOWER = 10.0, 5.0
"""With a mutant the tests may take ten seconds, and five times as long as without it; longer is for ever."""
_GO_TEST = re.compile(r"^func (Test\w+)", re.MULTILINE)
_TYPED = frozenset((".ts", ".tsx", ".mts", ".cts"))
_UNTYPED = "// @ts-nocheck\n"
"""Above a mutant in TypeScript: one that a type checker refuses was noticed by no test."""


@dataclass(frozen=True)
class Part:
    """A file of a draft.

    Attributes:
        path: Where it is.
        code: Its text as it will be.
        functions: Qualified names of its new functions.
    """

    path: Path
    code: Snapshot
    functions: Sequence[str]


@dataclass(frozen=True)
class Tried:
    """What tests did with the mutants of a function.

    Attributes:
        name: The function's qualified name.
        canary: The run with the mutant that must fail.
        mutated: The runs with the others.
    """

    name: str
    canary: SuiteRun
    mutated: Sequence[SuiteRun] = ()

    @property
    def reached(self) -> list[SuiteRun]:
        """The runs that took place: what was not reached in time, or is no program, shows nothing."""
        return [each for each in self.mutated if each.state != "missing" and not (each.problems and not each.failed)]


class MutantRuns(ABC):
    """How one language's tests are run with mutants.

    Attributes:
        functions: How many functions are tried; the tests run for all of them.
    """

    functions: int

    @abstractmethod
    async def clean(self, part: Part, tests: Sequence[Path], turn: int) -> SuiteRun:
        """Run test files as they are, in a fresh process."""

    @abstractmethod
    async def tried(self, part: Part, name: str, tests: Sequence[Path]) -> Tried | None:
        """Run test files with mutants of a function; ``None`` where it has no body that can be mutated."""


@dataclass
class PythonRuns(MutantRuns):
    """Python: many mutants in one start."""

    ground: Ground
    functions = 4
    most = 10
    """Mutants of one function that are tried."""
    _usual: float = field(default=0.0, init=False)

    async def clean(self, part: Part, tests: Sequence[Path], turn: int) -> SuiteRun:
        """With other string hashes each time."""
        seconds = self.ground.terms.testing.seconds
        run = await run_tests(self.ground, await self._subject(part), tests, seconds=seconds, seed=11 + turn)
        self._usual = run.seconds
        return run

    async def tried(self, part: Part, name: str, tests: Sequence[Path]) -> Tried | None:
        """In processes that are forked from one that is warm."""
        function = Module.parse(part.code.text).function(name)
        if function is None:
            return None
        uri, subject = part.code.uri, replace(await self._subject(part), lines=function.lines)
        canary, runs = await run_series(
            self.ground,
            subject,
            tests,
            must_fail(function, uri),
            mutants_of(function, uri, self.most),
            usual=self._usual,
            seconds=self.ground.terms.testing.seconds,
        )
        return Tried(name, _as_failed(canary), [_as_failed(each) for each in runs])

    async def _subject(self, part: Part) -> Subject:
        scratch = self.ground.scratch
        name = await asyncio.to_thread(import_name, scratch.root, scratch.inside(part.path))
        if name is None:
            raise NoVerdictError(f"{part.path.name} can't be imported by its name, so no test can reach it")
        return Subject(part.path, part.code.text, replace(name, root=scratch.outside(name.root)))


def _as_failed(run: SuiteRun) -> SuiteRun:
    """A mutant of Python is a program: where a test file can't be imported with it, its import failed by the mutant."""
    if run.state != "done" or run.failed or not run.problems:
        return run
    outcome = CaseOutcome(passed=False, failed=True, message=run.why_not_green(), detail=run.problems[0])
    return replace(run, tests={"import": outcome}, problems=())


@dataclass
class SuiteRuns(MutantRuns):
    """The other languages, by the project's own runner: each mutant is a run of its own, so few are tried.

    Attributes:
        suite: How the language's tests are run.
        ground: Where.
        texts: The test files' texts.
    """

    suite: ProjectSuite
    ground: Ground
    texts: Mapping[Path, str]
    functions = 3
    most = 4
    """Mutants of one function that are tried: a run takes a second or several."""
    _usual: float = field(default=0.0, init=False)

    async def clean(self, part: Part, tests: Sequence[Path], turn: int) -> SuiteRun:
        """Each time the same."""
        began = time.monotonic()
        run = await self._run(part, tests, self.ground.terms.testing.seconds)
        self._usual = time.monotonic() - began
        return run

    async def tried(self, part: Part, name: str, tests: Sequence[Path]) -> Tried | None:
        """One after the other; none where the one that must fail is not noticed."""
        known = {each.qualified: each for each in part.code.outline.walk() if each.kind in CALLABLE}
        function = known.get(name)
        if function is None or function.body is None:
            return None
        canary = await self._mutated(part, tests, raising(part.code, function))
        if not canary.failed:
            return Tried(name, canary)
        mutants = mutants_in(part.code, function.body, "", self.most)
        return Tried(name, canary, [await self._mutated(part, tests, each.source) for each in mutants])

    async def _mutated(self, part: Part, tests: Sequence[Path], source: str) -> SuiteRun:
        """The tests with another text of a file, which then has its own again."""
        above = _UNTYPED if part.path.suffix in _TYPED else ""
        limit = min(self.ground.terms.testing.seconds, _START_SECONDS + _SLOWER * self._usual)
        write = self.ground.scratch.write
        await asyncio.to_thread(write, part.path, above + source)
        run = await self._run(part, tests, limit)
        await asyncio.to_thread(write, part.path, part.code.text)
        return run

    async def _run(self, part: Part, tests: Sequence[Path], seconds: float) -> SuiteRun:
        """Run the drafted tests; those that Go runs beside them are left out."""
        if part.path.suffix != ".go":
            return await self.suite.run(self.ground, part.path, tests, seconds=seconds)
        folders = tuple(dict.fromkeys(each.parent for each in tests))
        run = await self.suite.run(self.ground, part.path, folders, seconds=seconds)
        own = {name for text in self.texts.values() for name in _GO_TEST.findall(text)}
        kept = {name: each for name, each in run.tests.items() if name.rpartition("::")[2].partition("/")[0] in own}
        return replace(run, tests=kept)
