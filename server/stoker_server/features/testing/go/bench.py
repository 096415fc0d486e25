"""The workbench for a Go function: ``go test`` builds its package's tests, and mutants are switched in the binary."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from stoker_analyzers.go.calls import benchmarks_in, snapshot_of, tests_in
from stoker_analyzers.go.functions import statements_in
from stoker_analyzers.go.switched import CANARY, SWITCH, VARIABLE, Switched, switched
from stoker_analyzers.syntax import problems
from stoker_server.features.testing.bench import Bench, Series
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.go.outcomes import timings
from stoker_server.proving.go.runs import BUILD_SECONDS, Binary, Ran, Runs, Step
from stoker_server.proving.ground import Ground
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.scratch import copy_again
from stoker_server.proving.syntax_mutants import mutants_in

OBSERVER = "stoker_observe_test.go"
"""The file in the second copy that makes calls."""

SWITCHED = "stoker_switch.go"
_MOST_TESTS = 60
_TEST_SECONDS = 5.0
_TURNS = "100ms"
"""For how long a benchmark runs the last time; the other times it makes its call once."""

_ROUNDS = 6
"""How often what does not compile is left out."""


class GoBench(Bench):
    """Everything that authors and checks of one request share.

    Attributes:
        target: The function that tests call.
        subject: The function that they are about, whose file is the bench's path: the same, but for integration tests.
        runs: Builds and runs the tests.
        second: A second copy, whose file has the switch.
        marked: That file.
    """

    start_seconds = BUILD_SECONDS

    def __init__(
        self,
        ground: Ground,
        second: Ground,
        target: GoTarget,
        mutants: Sequence[Mutant],
        marked: Switched,
        built: Binary,
        subject: GoTarget,
    ) -> None:
        """Set up for a function, once it is known which mutants compile."""
        self.target, self.second, self.marked, self.subject = target, second, marked, subject
        self.runs = runs_of(target, subject)
        self._statements = list(statements_in(subject.snapshot, subject.function.body))
        lines = frozenset(line for line, _ in self._statements)
        super().__init__(ground, subject.path, _qualified(target, subject), subject.snapshot.text, mutants, lines)
        self._built: dict[str, Binary] = {"": built}
        self._building = asyncio.Lock()

    # -- what a language says

    def find_existing(self) -> tuple[Path, ...]:
        """The package's test files that speak of the function, the file's own first."""
        spoken = re.compile(rf"\b{re.escape(self.target.function.name)}\b")
        own = f"{self.target.path.stem}_test.go"
        found = [
            each for each in self.test_files() if each.name == own or spoken.search(self.ground.scratch.read(each))
        ]
        return tuple(sorted(found, key=lambda each: each.name != own))

    def test_files(self) -> list[Path]:
        """The package's test files, as paths of the user's folder."""
        scratch = self.ground.scratch
        return [scratch.outside(each) for each in sorted(scratch.inside(self.target.path).parent.glob("*_test.go"))]

    def problem_in(self, text: str) -> str:
        """The first syntax error of a test file, with its line; empty where there is none."""
        snapshot = snapshot_of(text)
        first = next(iter(problems(snapshot)), None)
        return f"line {snapshot.line_of(first.span.start) + 1}: {first.message}" if first else ""

    def test_names(self, text: str) -> Sequence[str]:
        """The tests of a test file, a table's one by one."""
        return benchmarks_in(text) if self.timed else tests_in(text)

    def name_of(self, node: str, names: Collection[str]) -> str:
        """The test that a node is, or that it is a case of."""
        if node in names:
            return node
        return max((each for each in names if node.startswith(f"{each}/")), key=len, default="")

    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files test by test, and see which lines of the function each runs."""
        drafted = await self._draft(files)
        binary = await self._binary(drafted)
        if binary.program is None:
            return SuiteRun("missing", problems=(binary.problem,), said=binary.problem)
        names = list(dict.fromkeys(name for each in files for name in self.test_names(self.ground.scratch.read(each))))
        if drafted is None:
            names = list(dict.fromkeys(each.partition("/")[0] for each in names))
        steps = [Step((each,), min(seconds, _TEST_SECONDS), cover=True) for each in names[-_MOST_TESTS:]]
        ran = await self.runs.run(self.second, binary.program, steps, seconds=seconds)
        lines = {step.tests[0]: self.lines_of(each) for step, each in zip(steps, ran, strict=True)}
        took = sum(each.seconds for each in ran)
        tests = _together((step.tests, each) for step, each in zip(steps, ran, strict=True))
        return SuiteRun("done", tests, (), lines, any(lines.values()) or not tests, seconds=took)

    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Run a draft twice more, against the file as it is: in another order, and in other surroundings."""
        binary = await self.runs.build(self.ground, cover=False)
        if binary.program is None:
            return (SuiteRun("missing", problems=(binary.problem,), said=binary.problem),)
        found = []
        for elsewhere in (False, True):
            turns = _TURNS if elsewhere else "1x"
            step = Step(tuple(names), min(seconds, _TEST_SECONDS * 2), shuffled=not self.timed, turns=turns)
            (ran,) = await self.runs.run(self.ground, binary.program, [step], seconds=seconds, elsewhere=elsewhere)
            self.took = timings(ran.said)
            tests = {name: each for name, each in ran.tests.items() if name in names}
            found.append(SuiteRun("done", tests, (), {}, served=True, seconds=ran.seconds))
        return tuple(found)

    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Run tests with each mutant; the one that panics is the first of them.

        A test that passes with that one looks at nothing: zero values are results like others here, so there is no other
        mutant that does nothing.
        """
        binary = await self._binary(await self._draft(files) if drafted else None)
        if binary.program is None:
            raise NoVerdictError(f"the tests with mutants could not be compiled: {binary.problem}")
        groups = [(each,) for each in sorted(only)] if drafted else [tuple(sorted(only))]
        numbers = [CANARY, *self.numbers]
        limit = min(_TEST_SECONDS, 1.0 + 10 * usual)
        steps = [Step(group, limit, {VARIABLE: str(number)}) for number in numbers for group in groups]
        ran = await self.runs.run(self.second, binary.program, steps, seconds=seconds)
        found = []
        for at in range(len(numbers)):
            part = list(zip(groups, ran[at * len(groups) : (at + 1) * len(groups)], strict=True))
            tried = all(each.state != "untried" for _, each in part)
            found.append(SuiteRun("done" if tried else "missing", _together(part), served=True))
        return Series(found[0], tuple(found[1:]), found[0] if drafted else None)

    # -- for those who look closer

    @property
    def numbers(self) -> Sequence[int]:
        """By which numbers the mutants are switched to."""
        return list(self.marked.places)

    def lines_of(self, ran: Ran) -> frozenset[int]:
        """The function's lines that ran."""
        body = self.subject.function.body
        text = self.text
        first = text.count("\n", 0, body.start) + 1
        before = len(text[text.rfind("\n", 0, body.start) + 1 : body.start + 1].encode())
        found = set()
        for line, column in self._statements:
            place = (line + self.marked.shift, column - before if line == first else column)
            if any(start <= place < end for start, end in ran.blocks):
                found.add(line)
        return frozenset(found)

    async def build_with(self, name: str, text: str) -> Binary:
        """Build the second copy with one more file, which is taken away again."""
        path = self.target.path.with_name(name)
        async with self._building:
            scratch = self.second.scratch
            before = scratch.read(path)
            await asyncio.to_thread(scratch.write, path, text)
            try:
                return await self.runs.build(self.second, cover=True)
            finally:
                if before:
                    await asyncio.to_thread(scratch.write, path, before)
                else:
                    await asyncio.to_thread(scratch.remove, path)

    async def _draft(self, files: Sequence[Path]) -> Path | None:
        """The file that holds a draft; ``None`` where all are as the user has them."""
        for each in files:
            if self.ground.scratch.read(each) != self.second.scratch.read(each):
                return each
        return None

    async def _binary(self, drafted: Path | None) -> Binary:
        """The second copy's tests with a draft's file."""
        text = self.ground.scratch.read(drafted) if drafted else ""
        if text not in self._built:
            name = drafted.name if drafted else ""
            self._built[text] = await self.build_with(name, text)
        return self._built[text]


def _together(ran: Iterable[tuple[Sequence[str], Ran]]) -> dict[str, CaseOutcome]:
    """The outcomes of the tests that were asked for."""
    return {name: each.tests[name] for names, each in ran for name in names if name in each.tests}


def runs_of(target: GoTarget, subject: GoTarget) -> Runs:
    """What builds the tests of one function's package and watches the file of another, or of the same."""
    if target.path.parent == subject.path.parent:
        return Runs(target.go, subject.path)
    return Runs(target.go, subject.path, target.path.parent, subject.module)


def _qualified(target: GoTarget, subject: GoTarget) -> str:
    return subject.qualified if target.symbol is subject.symbol else f"{subject.qualified} through {target.qualified}"


async def bench_of(ground: Ground, target: GoTarget, subject: GoTarget | None = None) -> GoBench:
    """The workbench for a function, with those of its mutants that compile.

    Args:
        ground: Where code is run.
        target: The function that tests call.
        subject: The function that they are about, where it is another one.

    Raises:
        ProvingError: The package's tests don't compile.
        OSError: The second copy can't be written.
    """
    subject = subject or target
    await asyncio.to_thread(ground.scratch.write, subject.path, subject.snapshot.text)
    second = replace(ground, scratch=await copy_again(ground.scratch))
    zeros = ", ".join(f"*new({each.type})" for each in subject.function.results)
    body = subject.function.body
    mutants = await asyncio.to_thread(mutants_in, subject.snapshot, body, f"{{ return {zeros} }}" if zeros else "")
    known = dict(enumerate(mutants, CANARY + 1))
    second.scratch.write(
        subject.path.with_name(SWITCHED), SWITCH.format(package=subject.package.package, variable=VARIABLE)
    )
    second.scratch.write(target.path.with_name(OBSERVER), nothing_to_call(target))
    for _ in range(_ROUNDS):
        bodies = {
            number: each.source[body.start : body.end + len(each.source) - len(subject.snapshot.text)]
            for number, each in known.items()
        }
        marked = switched(subject.snapshot, subject.function, bodies)
        second.scratch.write(subject.path, marked.text)
        built = await runs_of(target, subject).build(second, cover=True)
        if built.program:
            return GoBench(ground, second, target, tuple(known.values()), marked, built, subject)
        bad = {marked.mutant_at(line) for name, line, _ in built.errors if name == subject.path.name} - {None}
        if not bad:
            raise ProvingError(f"the tests of package {target.package.package} don't compile: {built.problem}")
        known = {number: each for number, each in known.items() if number not in bad}
    raise ProvingError(f"{subject.qualified} could not be given mutants that compile: {built.problem}")


def nothing_to_call(target: GoTarget) -> str:
    """A test file without tests, so that there is a binary even where the package has none."""
    test = "func TestStokerNothing(*stokerTesting.T) {}"
    return f'package {target.package.package}\n\nimport stokerTesting "testing"\n\n{test}\n'
