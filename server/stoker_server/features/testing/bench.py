"""The workbench of one request: the scratch copy, the mutants, and what the existing tests show already."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Edit
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.target import Target
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground
from stoker_server.proving.layout import defined_names, suite_of
from stoker_server.proving.mutants import does_nothing, must_fail, mutants_of
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import Subject, run_series, run_tests, together
from stoker_server.uris import path_of

_SEEDS = (11, 12, 13)
"""Other string hashes than those under which calls were chosen."""

RUNS = len(_SEEDS)
"""How often a drafted test has to pass, each time in a fresh process and with other string hashes."""

_MUTANTS = 30
"""Mutants of the function: a process that is warm tries some ten of them in a second."""

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
class Trial:
    """What running a draft showed.

    Attributes:
        path: The test file.
        names: The tests that the draft adds.
        runs: The runs without a mutant.
        canary: The run with the mutant that must fail; ``None`` where it was not worth it.
        mutated: The runs with the mutants.
        idle: The run with the mutant that does nothing.
    """

    path: Path
    names: tuple[str, ...]
    runs: tuple[SuiteRun, ...]
    canary: SuiteRun | None = None
    mutated: tuple[SuiteRun, ...] = ()
    idle: SuiteRun | None = None

    def test_of(self, node: str) -> str | None:
        """The drafted test that a pytest node belongs to."""
        name = node.partition("::")[2].partition("::")[0].partition("[")[0]
        return name if name in self.names else None

    def outcome(self, name: str) -> str:
        """Why a test can't be kept; empty where it passed each time."""
        for run in self.runs:
            if run.state != "done" or run.problems:
                return f"it could not be run: {run.why_not_green()}"
        counts = [sum(self.test_of(node) == name for node in run.passed) for run in self.runs]
        failures = [run.tests[node].message for run in self.runs for node in run.failed if self.test_of(node) == name]
        if not failures:
            return "" if all(counts) else "it was skipped or not collected"
        if len(failures) < len(self.runs) or any(counts):
            return f"it passed {len(self.runs) - len(failures)} of {len(self.runs)} times: {failures[0]}"
        return f"it fails: {failures[0]}"

    def contradiction(self, name: str) -> str:
        """The assertion that a test fails with, the same one each time; empty where it fails otherwise or passes."""
        said = {run.tests[node].message for run in self.runs for node in run.failed if self.test_of(node) == name} | {
            "" for run in self.runs for node in run.passed if self.test_of(node) == name
        }
        message = said.pop() if len(said) == 1 else ""
        return message if message.startswith(("assert", "AssertionError", "Failed: DID NOT RAISE")) else ""

    def lines(self, name: str) -> frozenset[int]:
        """The function's lines that a test runs."""
        first = self.runs[0]
        return frozenset[int]().union(*(lines for node, lines in first.lines.items() if self.test_of(node) == name))

    def kills(self, name: str) -> frozenset[int]:
        """The mutants that a test kills: it fails with them, or never ends. What stops every test is no test's own."""
        return frozenset(
            number
            for number, run in enumerate(self.mutated)
            if any(self.test_of(node) == name for node in (*run.failed, run.hung))
        )

    def is_vacuous(self, name: str) -> bool:
        """Whether a test passes though the function does nothing: then it looks at nothing that the function does."""
        return self.idle is not None and any(self.test_of(node) == name for node in self.idle.passed)

    @property
    def proves(self) -> str:
        """Why nothing follows from the runs; empty where something does."""
        first = self.runs[0]
        if not first.served:
            return f"the tests import {first.instead or 'something else'} and not the file under test"
        if self.canary is not None and not self.canary.failed:
            return "the tests pass even if the function does nothing but raise"
        return ""


class Bench:
    """Everything that authors and checks of one request share.

    Attributes:
        ground: Where code is run.
        target: The function.
        subject: The file under test, with the function's lines watched.
        mutants: The mutants of the function.
        canary: The mutant that must fail.
        idle: The mutant that does nothing.
        lines: The lines of the function that can run.
    """

    def __init__(self, ground: Ground, target: Target) -> None:
        """Set up for a function; takes some tenths of a second for a long one.

        Args:
            ground: Where code is run; the copy holds the file as the editor has it.
            target: The function.
        """
        self.ground = ground
        self.target = target
        self.subject = Subject(target.path, target.snapshot.text, target.name, target.function.lines)
        self.mutants = mutants_of(target.function, target.snapshot.uri, _MUTANTS)
        self.canary = must_fail(target.function, target.snapshot.uri)
        self.idle = does_nothing(target.function, target.snapshot.uri)
        self.lines = target.function.executable_lines
        self._trials: dict[Edit, Trial] = {}
        self._measured: asyncio.Task[Existing] | None = None

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

    def _find_existing(self) -> tuple[Path, ...]:
        """The existing tests that concern the file, as paths of the user's folder."""
        scratch = self.ground.scratch
        copy = scratch.inside(self.target.path)
        found = suite_of(scratch.root, copy, defined_names(self.target.snapshot.text))
        return tuple(map(scratch.outside, found))

    async def _measure(self) -> Existing:
        """Run the existing tests as they are, and those that reach the function with each mutant."""
        files = await asyncio.to_thread(self._find_existing)
        try:
            return await self._measure_files(files) if files else Existing()
        except ProvingError as error:
            return Existing(files, note=f"The existing tests were not counted: {error}.")

    async def _measure_files(self, files: tuple[Path, ...]) -> Existing:
        seconds = self.ground.terms.testing.seconds * _SHARE_FOR_EXISTING
        run = await run_tests(self.ground, self.subject, files, seconds=seconds)
        if run.state != "done" or not run.served:
            why = run.why_not_green() if run.state != "done" else f"they import {run.instead or 'another file'}"
            return Existing(files, note=f"The existing tests were not counted: {why}.")
        touching = {node for node, lines in run.lines.items() if lines & self.lines} & run.passed
        if not touching:
            return Existing(files)
        canary, mutated = await run_series(
            self.ground,
            self.subject,
            files,
            self.canary,
            self.mutants,
            usual=run.seconds,
            seconds=seconds,
            only=touching,
        )
        if not canary.failed:
            return Existing(files, run.covered)
        return Existing(files, run.covered, frozenset(n for n, each in enumerate(mutated) if _killed(each)))

    async def try_out(self, edit: Edit) -> Trial:
        """Run a draft three times and with each mutant; what was tried once is remembered.

        One time the draft's tests run twice, and one time in other surroundings.

        Raises:
            NoVerdictError: The draft's reports can't be read.
        """
        if edit not in self._trials:
            self._trials[edit] = await self._try_out(edit)
        return self._trials[edit]

    async def _try_out(self, edit: Edit) -> Trial:
        (part,) = edit.files
        path = path_of(part.uri)
        if path is None:
            raise NoVerdictError(f"{part.uri} is not a file on this machine")
        scratch = self.ground.scratch
        before = await asyncio.to_thread(scratch.read, path) if part.base is not None else ""
        after = part.apply(before)
        names = tuple(name for name in _test_names(after) if name not in _test_names(before))
        await asyncio.to_thread(scratch.write, path, after)
        try:
            return await self._run(path, names)
        finally:
            if part.base is None:
                await asyncio.to_thread(scratch.remove, path)
            else:
                await asyncio.to_thread(scratch.write, path, before)

    async def _run(self, path: Path, names: tuple[str, ...]) -> Trial:
        seconds = min(_SECONDS, self.ground.terms.testing.seconds)
        first = await run_tests(self.ground, self.subject, [path], seconds=seconds, seed=_SEEDS[0])
        trial = Trial(path, names, (first,))
        if first.state != "done" or not any(trial.test_of(node) for node in first.passed):
            return trial  # more runs would show the same
        ways: list[dict[str, Any]] = [{"seed": _SEEDS[1], "again": names}, {"seed": _SEEDS[2], "elsewhere": True}]
        more = (run_tests(self.ground, self.subject, [path], seconds=seconds, **way) for way in ways)
        runs = (first, *await together(*more))
        only = {node for node in first.passed if trial.test_of(node)}
        canary, mutated = await run_series(
            self.ground,
            self.subject,
            [path],
            self.canary,
            (*self.mutants, self.idle),
            usual=first.seconds,
            seconds=self.ground.terms.testing.seconds,
            only=only,
            stop_early=False,
        )
        *others, idle = mutated
        return dataclasses.replace(trial, runs=runs, canary=canary, mutated=tuple(others), idle=idle)


def _killed(run: SuiteRun) -> bool:
    """Whether a mutant was noticed: a test failed, or it never ended, or the file could not even be imported."""
    return run.state == "late" or (run.state == "done" and bool(run.failed or run.problems))


def _test_names(text: str) -> Sequence[str]:
    """The tests of a file: functions and classes that pytest collects."""
    try:
        body = parse_python(text).body
    except (SyntaxError, ValueError):
        return ()
    return [
        each.name
        for each in body
        if (isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test"))
        or (isinstance(each, ast.ClassDef) and each.name.startswith("Test"))
    ]
