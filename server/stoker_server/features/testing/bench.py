"""The workbench of one request: the scratch copy, the mutants, and what the existing tests show already.

How tests are run is each language's own; what follows from it is the same for all, and stands here.
"""

from __future__ import annotations

import asyncio
import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Edit
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.results import SuiteRun
from stoker_server.uris import path_of

RUNS = 3
"""How often a drafted test has to pass, each time in a fresh process."""

_SECONDS = 10.0
"""Longest run of a draft: unit tests of one function."""

_SHARE_FOR_EXISTING = 0.25
"""The part of the granted time that the existing tests may take before they are left out, and again with mutants."""


@dataclass(frozen=True)
class Existing:
    """What the existing tests show of the function.

    Attributes:
        files: Those that concern the file.
        lines: The lines of the function that they run.
        kills: The numbers of the mutants that they kill.
        note: What kept them from being counted; empty where nothing did.
    """

    files: tuple[Path, ...] = ()
    lines: frozenset[int] = frozenset()
    kills: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Series:
    """What tests did with each mutant.

    Attributes:
        canary: The run with the mutant that must fail.
        mutated: The runs with the others.
        idle: The run with the mutant that does nothing; ``None`` where it was not wanted.
    """

    canary: SuiteRun
    mutated: tuple[SuiteRun, ...]
    idle: SuiteRun | None = None


class Bench(ABC):
    """Everything that authors and checks of one request share; each language has its own way to run tests.

    Attributes:
        ground: Where code is run; the copy holds the file as the editor has it.
        path: The file under test.
        qualified: The function's name with those of the classes around it.
        text: The file's text.
        mutants: The mutants of the function.
        lines: The lines of the function that can run.
        start_seconds: What a runner takes to start, at most, beyond what a draft may take.
        timed: Whether benchmarks are written: what the existing tests show is no matter then.
        took: What benchmarks took when they ran for a while, by name.
    """

    start_seconds = 0.0
    timed = False

    def __init__(
        self, ground: Ground, path: Path, qualified: str, text: str, mutants: Sequence[Mutant], lines: frozenset[int]
    ) -> None:
        self.ground = ground
        self.path = path
        self.qualified = qualified
        self.text = text
        self.mutants = tuple(mutants)
        self.lines = lines
        self.took: dict[str, str] = {}
        self._trials: dict[Edit, Trial] = {}
        self._measured: asyncio.Task[Existing] | None = None

    # -- what a language says

    @abstractmethod
    def find_existing(self) -> tuple[Path, ...]:
        """The existing tests that concern the file, as paths of the user's folder."""

    @abstractmethod
    def problem_in(self, text: str) -> str:
        """The first syntax error of a test file, with its line; empty where there is none."""

    @abstractmethod
    def test_names(self, text: str) -> Sequence[str]:
        """The tests of a test file."""

    @abstractmethod
    def name_of(self, node: str, names: Collection[str]) -> str:
        """Which of some tests a node of the runner's report belongs to; any other word where none is it."""

    @abstractmethod
    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files once, and see which lines of the function each test runs."""

    @abstractmethod
    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Run a drafted test file as often as is left of ``RUNS``: in another order, and in other surroundings.

        Args:
            path: The file.
            names: The drafted tests.
            seconds: At most.
            green: Whether all of them passed the first time; a draft of which some failed is never offered as it is.
        """

    @abstractmethod
    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Run tests with each mutant, the one that must fail among them.

        Args:
            files: The test files.
            usual: Seconds that a run takes without a mutant.
            seconds: For all of it.
            only: The nodes to run.
            drafted: Whether it is a draft: every test counts for itself then, and the idle mutant is tried, too.
        """

    # -- what follows from it

    async def existing(self) -> Existing:
        """What the existing tests show; it is found out while authors draft."""
        return await asyncio.shield(self.measure())

    def measure(self) -> asyncio.Task[Existing]:
        """Begin to run the existing tests."""
        if self._measured is None:
            self._measured = asyncio.ensure_future(self._measure())
        return self._measured

    async def aclose(self) -> None:
        """Stop what still runs."""
        if self._measured:
            self._measured.cancel()
            await asyncio.wait([self._measured])

    async def _measure(self) -> Existing:
        """Run the existing tests as they are, and those that reach the function with each mutant."""
        files = await asyncio.to_thread(self.find_existing)
        try:
            return await self._measure_files(files) if files and not self.timed else Existing(files)
        except ProvingError as error:
            return Existing(files, note=f"The existing tests were not counted: {error}.")

    async def _measure_files(self, files: tuple[Path, ...]) -> Existing:
        seconds = self.ground.terms.testing.seconds * _SHARE_FOR_EXISTING + self.start_seconds
        run = await self.run_watched(files, seconds=seconds)
        if run.state != "done" or not run.served:
            why = run.why_not_green() if run.state != "done" else f"they import {run.instead or 'another file'}"
            return Existing(files, note=f"The existing tests were not counted: {why}.")
        touching = {node for node, lines in run.lines.items() if lines & self.lines} & run.passed
        if not touching:
            return Existing(files)
        series = await self.run_series(files, usual=run.seconds, seconds=seconds, only=touching, drafted=False)
        if not series.canary.failed:
            late = "The existing tests were not tried with mutants: they did not end in time."
            return Existing(files, run.covered, note=late if series.canary.state == "late" else "")
        return Existing(files, run.covered, frozenset(n for n, each in enumerate(series.mutated) if _killed(each)))

    async def try_out(self, edit: Edit) -> Trial:
        """Run a draft three times and with each mutant; what was tried once is remembered.

        One time the draft's tests run twice, and one time in other surroundings.

        Raises:
            NoVerdictError: The draft's reports can't be read.
        """
        if edit not in self._trials:
            self._trials[edit] = await self._try_out(edit)
        return self._trials[edit]

    async def try_expected(self, edit: Edit) -> Trial:
        """Run a draft of tests that are expected to fail, as often as others have to pass; no mutant is tried.

        Raises:
            NoVerdictError: The draft's reports can't be read.
        """
        return await self._try_out(edit, mutants=False)

    async def _try_out(self, edit: Edit, *, mutants: bool = True) -> Trial:
        scratch, known = self.ground.scratch, dict[Path, str | None]()
        try:
            for part in edit.files:
                path = path_of(part.uri)
                if path is None:
                    raise NoVerdictError(f"{part.uri} is not a file on this machine")
                known[path] = await asyncio.to_thread(scratch.read, path) if part.base is not None else None
                await asyncio.to_thread(scratch.write, path, part.apply(known[path] or ""))
            path, before = next(iter(known.items()))  # what else there is only lets the runner find it
            after = await asyncio.to_thread(scratch.read, path)
            names = tuple(name for name in self.test_names(after) if name not in self.test_names(before or ""))
            return await self._run(path, names, mutants=mutants)
        finally:
            for path, before in known.items():
                if before is None:
                    await asyncio.to_thread(scratch.remove, path)
                else:
                    await asyncio.to_thread(scratch.write, path, before)

    async def _run(self, path: Path, names: tuple[str, ...], *, mutants: bool) -> Trial:
        seconds = min(_SECONDS + self.start_seconds, self.ground.terms.testing.seconds)
        first = await self.run_watched([path], seconds=seconds)
        trial = Trial(path, names, (first,), name_of=self.name_of)
        if first.state != "done" or (mutants and not any(trial.test_of(node) for node in first.passed)):
            return trial  # more runs would show the same
        green = not any(trial.test_of(node) for node in first.failed)
        runs = (first, *await self.run_again(path, names, seconds=seconds, green=green))
        if not mutants:
            return dataclasses.replace(trial, runs=runs)
        only = {node for node in first.passed if trial.test_of(node)}
        granted = self.ground.terms.testing.seconds
        series = await self.run_series([path], usual=first.seconds, seconds=granted, only=only, drafted=True)
        return dataclasses.replace(trial, runs=runs, canary=series.canary, mutated=series.mutated, idle=series.idle)


def _killed(run: SuiteRun) -> bool:
    """Whether a mutant was noticed: a test failed, or it never ended, or the file could not even be imported."""
    return run.state == "late" or (run.state == "done" and bool(run.failed or run.problems))
