"""The workbench for a JavaScript or TypeScript function: the project's own runner runs its tests."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from stoker_analyzers.ecma.probes import Probed, guarded, probed
from stoker_analyzers.ecma.suites import snapshot_of, style_of, titles_in
from stoker_analyzers.syntax import problems
from stoker_server.features.testing.bench import Bench, Series
from stoker_server.features.testing.ecma.answering import added, answers
from stoker_server.features.testing.ecma.opened import PageTarget
from stoker_server.features.testing.ecma.placing import beside
from stoker_server.features.testing.ecma.sifting import valid_of
from stoker_server.features.testing.ecma.target import EcmaTarget
from stoker_server.features.testing.kinds import TestKind
from stoker_server.proving.ecma.layout import runs_by, suite_of, test_files, text_of
from stoker_server.proving.ecma.runs import CANARY, Runs
from stoker_server.proving.ground import Ground
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import together
from stoker_server.proving.scratch import copy_again
from stoker_server.proving.syntax_mutants import bodies, mutants_in
from stoker_server.proving.timing import duration

_MOST_STYLED = 4
_BLOCKS = '{throw new Error("stoker: must fail")}', '{return Symbol("stoker")}'
_EXPRESSIONS = '(()=>{throw new Error("stoker: must fail")})()', 'Symbol("stoker")'
"""The bodies of the mutant that must fail and of the one that does nothing."""


class EcmaBench(Bench):
    """Everything that authors and checks of one request share.

    Attributes:
        target: The function.
        runs: Runs its tests.
        styled: Some of the project's tests, those that concern the file first, as paths of the copy.
        own_tests: Their texts.
        style: How tests are written here.
        invalid: Mutants that turned out to be no programs, and were left out.
    """

    start_seconds = 15.0

    def __init__(
        self, ground: Ground, probed_ground: Ground, target: EcmaTarget, kind: TestKind = TestKind.UNIT
    ) -> None:
        """Set up for a function.

        Args:
            ground: Where code is run; the copy holds the file as the editor has it.
            probed_ground: The same with a second copy, whose file is given probes here.
            target: The function.
            kind: What kind of tests is written.
        """
        snapshot, code = target.snapshot, target.code
        mutants = mutants_in(snapshot, code.span, "" if code.is_block else "undefined")
        marked = _marked(target, mutants)
        super().__init__(ground, target.path, target.qualified, snapshot.text, mutants, marked.lines)
        probed_ground.scratch.write(target.path, marked.text)
        self.target = target
        self.invalid: tuple[Mutant, ...] = ()
        self._sifting: asyncio.Task[bool] | None = None
        self.runs = Runs(ground, probed_ground, target.tools, target.path)
        scratch = ground.scratch
        concerned = [scratch.inside(each) for each in self.find_existing()]
        others = (each for each in test_files(scratch.root) if each not in concerned and self._is_ours(each))
        self.styled = [*concerned, *(each for each, _ in zip(others, range(_MOST_STYLED), strict=False))]
        self.own_tests = [text_of(each) for each in self.styled]
        self.style = style_of(self.own_tests, [snapshot.text])
        if isinstance(target, PageTarget):
            nested = any("describe(" in each for each in self.own_tests)
            self.style = replace(self.style, nested=nested, verb="test")
            self.runs = replace(self.runs, added=partial(_added, target, self.own_tests))
        self.timed = kind is TestKind.PERFORMANCE
        if self.timed:
            self.style = replace(self.style, nested=True, verb="bench")
            self.runs = replace(self.runs, stand_in=beside(self))

    def find_existing(self) -> tuple[Path, ...]:
        """The existing tests that concern the file, as paths of the user's folder."""
        scratch, target = self.ground.scratch, self.target
        files = dict.fromkeys([scratch.inside(target.path), scratch.inside(target.imported)])
        package = target.tools.package.name
        found = [each for file in files for each in suite_of(scratch.root, file, target.name, package)]
        if isinstance(target, PageTarget) and target.setup.served:
            found += [each for each in test_files(scratch.root) if target.is_opened_by(text_of(each))]
        return tuple(scratch.outside(each) for each in dict.fromkeys(found) if self._is_ours(each))

    def _is_ours(self, path: Path) -> bool:
        return runs_by(text_of(path), self.target.tools.framework)

    def problem_in(self, text: str) -> str:
        """The first syntax error of a test file, with its line; empty where there is none."""
        snapshot = snapshot_of(text, typed=self.target.is_typed)
        first = next(iter(problems(snapshot)), None)
        return f"line {snapshot.line_of(first.span.start) + 1}: {first.message}" if first else ""

    def test_names(self, text: str) -> Sequence[str]:
        """The tests of a test file by their full names."""
        return titles_in(snapshot_of(text, typed=self.target.is_typed))

    def name_of(self, node: str, names: Collection[str]) -> str:
        """The test that a node of the report is; one that is made for each of some values begins with its name."""
        name = node.partition("::")[2]
        if name in names:
            return name
        return max((each for each in names if name.startswith(each)), key=len, default="")

    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files once, and see which lines of the function each test runs."""
        run = await self.runs.watched(files, seconds=seconds)
        if run.state == "done" and run.problems and not run.passed and await self.sift():
            return await self.runs.watched(files, seconds=seconds)
        return run

    async def sift(self) -> bool:
        """Leave out the mutants that are no programs.

        Returns:
            Whether there were any.
        """
        if self._sifting is None:
            self._sifting = asyncio.ensure_future(self._sift())
        return await self._sifting

    async def _sift(self) -> bool:
        valid = await valid_of(self)
        self.invalid = tuple(each for each in self.mutants if each not in valid)
        self.mutants = valid
        return bool(self.invalid)

    def write(self, mutants: Sequence[Mutant]) -> None:
        """Write the file with some mutants into the second copy.

        Args:
            mutants: The mutants.
        """
        self.runs.probed.scratch.write(self.path, _marked(self.target, mutants).text)

    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Run a draft twice more, against the file as it is: once in other surroundings."""
        del names
        if self.timed:
            return tuple([await self._run_timed(path, seconds, elsewhere=each) for each in (False, True)])
        runs = (self.runs.clean([path], seconds=seconds, elsewhere=each) for each in (False, True))
        return tuple(await together(*runs))

    async def _run_timed(self, path: Path, seconds: float, *, elsewhere: bool) -> SuiteRun:
        """Run benchmarks as the project's runner runs them, one after the other: they would disturb each other."""
        run, took = await self.runs.timed(path, seconds=seconds, elsewhere=elsewhere)
        self.took = {name: duration(milliseconds / 1000) for name, milliseconds in took.items()}
        return run

    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Run tests with each mutant; the one that must fail is the first of them."""
        last = CANARY + len(self.mutants)
        numbers = range(CANARY, last + 1 + drafted)
        scratch = self.ground.scratch
        touching = {node.partition("::")[0] for node in only}
        files = [each for each in files if each.relative_to(scratch.original).as_posix() in touching]
        found = await self.runs.mutated(files, numbers, usual=usual, seconds=seconds)
        kept = {number: _only(run, only) for number, run in found.items()}
        mutated = tuple(kept[number] for number in range(CANARY + 1, last + 1))
        return Series(kept[CANARY], mutated, kept[last + 1] if drafted else None)


def _added(target: PageTarget, texts: Sequence[str], file: Path, text: str) -> str:
    """What a copy of a test file of pages needs besides."""
    return added(target, file, texts) if target.setup.served and not answers(text) else ""


def _marked(target: EcmaTarget, mutants: Sequence[Mutant]) -> Probed:
    """The file with probes, the mutant that must fail, others, and the one that does nothing."""
    snapshot, code = target.snapshot, target.code
    canary, idle = _BLOCKS if code.is_block else _EXPRESSIONS
    texts = [guarded(after, span) for after, span in bodies(mutants, snapshot, code.span)]
    return probed(snapshot, code, [canary, *texts, idle])


def _only(run: SuiteRun, nodes: Collection[str]) -> SuiteRun:
    """What some of the tests did."""
    return replace(run, tests={node: each for node, each in run.tests.items() if node in nodes})


async def bench_of(ground: Ground, target: EcmaTarget, kind: TestKind = TestKind.UNIT) -> EcmaBench:
    """The workbench for a function; the copy gets the file as the editor has it.

    Raises:
        OSError: The second copy can't be written.
    """
    await asyncio.to_thread(ground.scratch.write, target.path, target.snapshot.text)
    second = replace(ground, scratch=await copy_again(ground.scratch))
    places = [each.target for each in ground.lent]  # a copy leaves folders of packages out, empty ones, too
    await asyncio.to_thread(second.scratch.make_places, places)
    return await asyncio.to_thread(EcmaBench, ground, second, target, kind)
