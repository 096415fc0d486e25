"""The workbench for a Java method: JUnit runs its tests from compiled classes, and the last time the project's Maven does."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from stoker_analyzers.java.methods import MethodCode
from stoker_analyzers.java.probes import guarded, probed
from stoker_analyzers.java.suites import java, names_of_tests
from stoker_analyzers.syntax import problems
from stoker_server.features.testing.bench import Bench, Series
from stoker_server.features.testing.java.placing import suite_file
from stoker_server.features.testing.java.style import Style, style_of
from stoker_server.features.testing.java.target import JavaTarget
from stoker_server.proving.ground import Ground
from stoker_server.proving.java.build import Build
from stoker_server.proving.java.project import java_files, suite_of, text_of
from stoker_server.proving.java.runs import CANARY, Asked, Runs, only, prepare
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import together
from stoker_server.proving.syntax_mutants import bodies, mutants_in

_MOST_STYLED = 3
_FAILS = "{ stoker_inside.Probe.fail(); throw null; }"
_IDLE = {"void": "{ }", "String": '{ return "stoker"; }', "int": "{ return 570_745; }", "long": "{ return 570_745L; }"}
_IDLE |= {"double": "{ return 570.745; }", "float": "{ return 570.745f; }"}
"""The bodies of the mutant that must fail, and of the one that does nothing: it returns what nothing else would."""


class JavaBench(Bench):
    """Everything that authors and checks of one request share.

    Attributes:
        subject: The method that tests are about.
        target: The method that they call: the same, but for integration tests.
        runs: Runs the tests.
        styled: Some of the module's tests, those that concern the class first, as paths of the copy.
        style: How tests are written here.
    """

    start_seconds = 40.0

    def __init__(
        self,
        ground: Ground,
        subject: JavaTarget,
        runs: Runs,
        mutants: Sequence[Mutant],
        called: Sequence[JavaTarget] = (),
    ) -> None:
        """Set up for a method.

        Args:
            ground: Where code is run.
            subject: The method.
            runs: Runs its tests.
            mutants: All of its mutants; those that could not be compiled are left out here.
            called: What tests may call instead, to reach it.
        """
        kept = [number for number in range(len(mutants)) if number + CANARY + 1 in runs.numbers]
        chosen = [mutants[number] for number in kept]
        super().__init__(
            ground,
            subject.path,
            subject.qualified,
            subject.snapshot.text,
            chosen,
            runs.probed.lines if runs.probed else frozenset(),
        )
        self.subject = subject
        self._ways = tuple(called) or (subject,)
        self.call(*self._ways)
        self.runs = runs
        self._numbers = [number + CANARY + 1 for number in kept]
        self._idle = next((each for each in runs.numbers if each == CANARY + 1 + len(mutants)), None)
        scratch = ground.scratch
        concerned = [scratch.inside(each) for each in self.find_existing()]
        tests = java_files(scratch.inside(subject.module.tests))
        others = (each for each in tests if each not in concerned and "@Test" in text_of(each))
        self.styled = [*concerned, *(each for each, _ in zip(others, range(_MOST_STYLED), strict=False))]
        self.style: Style = style_of([text_of(each) for each in self.styled], subject.snapshot.text)

    def call(self, *targets: JavaTarget) -> None:
        """Have tests call a method; of several the first, and all of them are named in what is said.

        Args:
            targets: The method.
        """
        self.target = targets[0]
        if self.target is not self.subject:
            self.qualified = f"{self.subject.qualified} through {' or '.join(each.qualified for each in targets)}"

    def test_file(self) -> Path:
        """The file that tests of the class go to; it need not exist."""
        return suite_file(self)

    def index_of(self, number: int) -> int | None:
        """Which mutant a number of the probed class means; ``None`` for the one that must fail and the idle one."""
        return self._numbers.index(number) if number in self._numbers else None

    def is_vacuous(self, numbers: Collection[int]) -> bool:
        """Whether a call does the same where the method does nothing.

        Args:
            numbers: The numbers of the bodies with which it does something else.
        """
        return self._idle is not None and self._idle not in numbers

    def find_existing(self) -> tuple[Path, ...]:
        """The existing tests that concern the class of what tests may call, as paths of the user's folder."""
        scratch, tests = self.ground.scratch, self.ground.scratch.inside(self.subject.module.tests)
        classes = dict.fromkeys((each.top, each.package) for each in self._ways)
        found = dict.fromkeys(path for each in classes for path in suite_of(tests, *each))
        return tuple(map(scratch.outside, found))

    def problem_in(self, text: str) -> str:
        """The first syntax error of a test file, with its line; empty where there is none."""
        snapshot = java(text)
        first = next(iter(problems(snapshot)), None)
        return f"line {snapshot.line_of(first.span.start) + 1}: {first.message}" if first else ""

    def test_names(self, text: str) -> Sequence[str]:
        """The names of a test file's test methods."""
        return names_of_tests(text)

    def name_of(self, node: str, names: Collection[str]) -> str:
        """The test method that a node of the report is."""
        name = node.partition("::")[2]
        return name if name in names else ""

    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files once, and see which lines of the method each test runs."""
        return (await self.runs.tests(files, Asked(seconds, (0,))))[0]

    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Run a draft against the class as it is: in other surroundings and order, and by Maven if it may be offered."""
        del names
        last = self.runs.build.project_tests(path) if green else self._once(path, seconds, elsewhere=False)
        return tuple(await together(self._once(path, seconds, elsewhere=True), last))

    async def _once(self, path: Path, seconds: float, *, elsewhere: bool) -> SuiteRun:
        return (await self.runs.tests([path], Asked(seconds, elsewhere=elsewhere)))[0]

    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Run tests with each mutant; the one that must fail is the first of them."""
        asked = Asked(seconds, self.all_numbers(drafted=drafted), usual)
        found = await self.runs.tests(files, asked)
        return self.series_of(found, only, drafted=drafted)

    def all_numbers(self, *, drafted: bool) -> tuple[int, ...]:
        """The mutants that a series tries: the one that must fail, the others, and for a draft the one that does nothing."""
        idle = [self._idle] if drafted and self._idle is not None else []
        return (CANARY, *self._numbers, *idle)

    def series_of(self, found: Mapping[int, SuiteRun], nodes: Collection[str], *, drafted: bool) -> Series:
        """The runs of some tests with each mutant as a series.

        Args:
            found: The runs by the mutants' numbers.
            nodes: The tests.
            drafted: Whether it is a draft.
        """
        kept = {number: only(run, nodes) for number, run in found.items()}
        mutated = tuple(kept[number] for number in self._numbers)
        idle = self._idle if drafted else None
        return Series(kept[CANARY], mutated, kept[idle] if idle is not None else None)


B = TypeVar("B", bound=JavaBench)


async def bench_of(
    ground: Ground, subject: JavaTarget, build: Build, make: type[B], called: Sequence[JavaTarget] = ()
) -> B:
    """The workbench for a method.

    Args:
        ground: Where code is run.
        subject: The method.
        build: Its module.
        make: What sort of workbench.
        called: What tests call instead, to reach it.

    Raises:
        NoVerdictError: The class can't be compiled with probes.
    """
    snapshot, code = subject.snapshot, subject.code
    mutants = await asyncio.to_thread(mutants_in, snapshot, code.body)
    found = bodies(mutants, snapshot, code.body)
    texts = {number + CANARY + 1: guarded(after, span) for number, (after, span) in enumerate(found)}
    texts = {CANARY: _FAILS, **texts, **_idle(code, CANARY + 1 + len(mutants))}
    runs = await prepare(build, subject.path.name, lambda bodies: probed(snapshot, code, dict(bodies)), texts)
    return await asyncio.to_thread(make, ground, subject, runs, mutants, called)


def _idle(code: MethodCode, number: int) -> dict[int, str]:
    return {number: _IDLE[code.returns]} if code.returns in _IDLE else {}
