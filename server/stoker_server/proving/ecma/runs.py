"""Runs tests and calls against a file as it is and as its mutants are, all mutants of it in one start of the runner.

A second scratch copy holds the file with probes (``stoker_analyzers.ecma.probes``). Each test file that is to show
something is copied there once for every mutant, with a line on top that says which one: runners give every file globals of
its own. What counts as passed was run in the first copy, which holds the file as the user has it.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stoker_server.proving.ecma.benchmarks import is_benchmark
from stoker_server.proving.ecma.copies import NOTES, Note, noted, switched, tagged
from stoker_server.proving.ecma.project import Framework
from stoker_server.proving.ecma.toolchain import INSIDE, PARTLY, FileRun, RunnerRun, Toolchain
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground, read_json
from stoker_server.proving.results import SuiteRun

CANARY = 1
"""The number of the mutant that must fail; the others follow."""

_START_SECONDS = 15.0
"""For the sandbox, Node and the runner to start, on a busy machine."""

_LEAST_PATIENCE, _SLOWER = 2.5, 3.0
"""With a mutant a test may take three times as long as a whole run without it, and 2.5 seconds at least; longer is for ever."""

_CALL_MILLISECONDS = 40
"""For one call with one mutant, on average; what is not reached in time counts as not tried."""


@dataclass(frozen=True)
class Runs:
    """Runs tests that concern one file.

    Attributes:
        ground: Where the file is as the user has it.
        probed: Where it holds probes and mutants.
        tools: The project's runner.
        file: The file, in the user's folder.
        stand_in: What a file of benchmarks is called where it is run as one of tests.
        added: What a copy of a test file gets at its end, by the file and its text.
    """

    ground: Ground
    probed: Ground
    tools: Toolchain
    file: Path
    stand_in: Path = Path()
    added: Callable[[Path, str], str] = lambda _file, _text: ""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def clean(self, files: Sequence[Path], *, seconds: float, elsewhere: bool = False) -> SuiteRun:
        """Run tests once against the file as it is."""
        run = await self.tools.run(self.ground, files, seconds=seconds, elsewhere=elsewhere)
        return self._suite_run(run, {each: run.files.get(each) for each in files})

    async def timed(self, file: Path, *, seconds: float, elsewhere: bool = False) -> tuple[SuiteRun, dict[str, float]]:
        """Run benchmarks once against the file as it is; and the milliseconds that a call took, by their names."""
        run, took = await self.tools.bench(self.ground, file, seconds=seconds, elsewhere=elsewhere)
        return self._suite_run(run, {file: run.files.get(file)}), took

    async def watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run tests once and see which lines of the function each of them runs."""
        copies = await asyncio.to_thread(self._copies, files, [0])
        run = await self.tools.run(self.probed, list(copies.values()), seconds=seconds)
        notes = await asyncio.to_thread(noted, run.place / NOTES)
        found = {file: run.files.get(copy) for (file, _), copy in copies.items()}
        return self._suite_run(run, found, notes)

    async def mutated(
        self, files: Sequence[Path], numbers: Sequence[int], *, usual: float, seconds: float
    ) -> dict[int, SuiteRun]:
        """Run tests once with each mutant.

        Where all of them together do not end in time, each half is run by itself, so that the one which never ends is
        found.

        Args:
            files: The test files.
            numbers: The mutants.
            usual: Seconds that one run takes without a mutant.
            seconds: For all of it; mutants that are not reached in time count as not tried.
        """
        if not numbers or seconds <= 0:
            return {each: SuiteRun("late" if each == CANARY else "missing") for each in numbers}
        copies = await asyncio.to_thread(self._copies, files, numbers)
        limit = min(seconds, _START_SECONDS + usual * (2 + len(numbers) * len(files) / 2))
        patience = max(_LEAST_PATIENCE, _SLOWER * usual)
        run = await self.tools.run(self.probed, list(copies.values()), seconds=limit, patience=patience)
        if run.state == PARTLY:
            return {number: self._reached(run, [(file, copies[file, number]) for file in files]) for number in numbers}
        if run.state != "done" and len(numbers) > 1:
            half, left = len(numbers) // 2, seconds - run.seconds
            first = await self.mutated(files, numbers[:half], usual=usual, seconds=left / 2)
            return {**first, **await self.mutated(files, numbers[half:], usual=usual, seconds=left / 2)}
        return {
            number: self._suite_run(run, {file: run.files.get(copies[file, number]) for file in files})
            for number in numbers
        }

    def _reached(self, run: RunnerRun, copies: Sequence[tuple[Path, Path]]) -> SuiteRun:
        """What a run that was stopped showed of one mutant; one that it did not come to was not tried."""
        if not all(copy in run.files for _, copy in copies):
            return SuiteRun("missing", said="it was not reached in time", seconds=run.seconds)
        return self._suite_run(replace(run, state="done"), {file: run.files[copy] for file, copy in copies})

    async def observe(
        self, test: Path, program: str, calls: int, mutants: int, *, elsewhere: bool = False
    ) -> dict[str, Any]:
        """Make calls in the project's own runner.

        Args:
            test: Where the program would be a test file that the runner takes.
            program: A test file that calls ``__stokerObserve`` and gives what comes of it to ``__stokerTell``.
            calls: How many there are.
            mutants: How many mutants each of them is made with.
            elsewhere: Whether in other surroundings than usual: time zone and language.

        Raises:
            NoVerdictError: The file could not be imported, or another was imported in its place.
        """
        seconds = _START_SECONDS + calls * (mutants + 1) * _CALL_MILLISECONDS / 1000
        return await self.told(test, program, "the file can't be imported by a test", seconds, elsewhere=elsewhere)

    async def told(
        self, test: Path, program: str, failing: str, seconds: float, *, elsewhere: bool = False
    ) -> dict[str, Any]:
        """What a program tells that stands in a test file.

        Args:
            test: Where it would be a test file that the runner takes.
            program: The file; it writes what it tells to ``observed.json``.
            failing: What is the matter where it tells nothing.
            seconds: At most.
            elsewhere: Whether in other surroundings than usual: time zone and language.

        Raises:
            NoVerdictError: It told nothing, or another file was imported in the one's place.
        """
        path = tagged(test, f"{next(self._numbers)}-0")
        await asyncio.to_thread(self.probed.scratch.write, path, program)
        seconds = min(seconds, self.probed.terms.testing.seconds)
        run = await self.tools.run(self.probed, [path], seconds=seconds, elsewhere=elsewhere, patience=seconds)
        found = await asyncio.to_thread(read_json, run.place / "observed.json")
        if found is None:
            shown = run.files.get(path, FileRun())
            said = shown.problem or next((each.message for each in shown.tests.values() if each.failed), run.said)
            raise NoVerdictError(f"{failing}: {_line(said)}")
        if not found.get("served"):
            raise NoVerdictError("the tests import another file in its place")
        return found

    def _copies(self, files: Sequence[Path], numbers: Sequence[int]) -> dict[tuple[Path, int], Path]:
        """Write a copy of each file for each mutant; by file and number."""
        found, scratch = {}, self.probed.scratch
        for file in files:
            text = self.ground.scratch.read(file)
            stamp = next(self._numbers)
            for number in numbers:
                named = file.with_name(self.stand_in.name) if is_benchmark(file) else file
                path = tagged(named, f"{stamp}-{number}")
                added = self.added(file, text)
                scratch.write(path, switched(text, file, number, self.tools.framework) + added)
                snapshots = file.parent / "__snapshots__" / f"{file.name}.snap"
                if known := scratch.read(snapshots):
                    scratch.write(snapshots.parent / f"{path.name}.snap", known)
                found[file, number] = path
        return found

    def _suite_run(self, run: RunnerRun, files: Mapping[Path, FileRun | None], notes: Sequence[Note] = ()) -> SuiteRun:
        if run.state != "done":
            return SuiteRun(run.state, said=run.said, seconds=run.seconds)
        tests, problems, lines = {}, [], {}
        for file, shown in files.items():
            where = file.relative_to(self.ground.scratch.original).as_posix()
            if shown is None:
                problems.append(f"{self.tools.framework} does not take {where} for a test")
                continue
            problems += [shown.problem] if shown.problem else []
            ran = {_words(each.name): each.lines for each in notes if each.file == str(file)}
            for name, outcome in shown.tests.items():
                tests[f"{where}::{name}"] = outcome
                lines[f"{where}::{name}"] = ran.get(_words(name), frozenset[int]())
        served = any(lines.values()) or any(each.served for each in notes)
        return SuiteRun("done", tests, tuple(problems), lines, served, seconds=run.seconds)


def program_of(imports: Sequence[str], order: str, framework: Framework, *, modules: bool) -> str:
    """A test file that makes calls and writes down what they do.

    Args:
        imports: The statements that import the file.
        order: The calls, as the source of the observer's argument.
        framework: The runner.
        modules: Whether to import by statements.
    """
    observer = (INSIDE / "observer.js").read_text(encoding="utf-8")
    if framework is Framework.PLAYWRIGHT:
        return page_program_of(imports, observer, f"__stokerObserve({order})", modules=modules)
    test = {Framework.VITEST: _imported(["test"], "vitest", modules=True), Framework.JEST: ""}.get(
        framework, _imported(["test"], "node:test", modules=modules)
    )
    files = _imported(["writeFileSync"], "node:fs", modules=modules)
    write = 'writeFileSync(process.env.STOKER_PLACE + "/observed.json", JSON.stringify(report))'
    # A request that a mutant never answers would keep Node's process; the other runners end theirs themselves.
    leave, patience = ("; process.exit()", "") if framework is Framework.NODE else ("", ", 600000")
    observe = f"const report = await __stokerObserve({order}); {write}{leave};"
    body = f'test("stoker observes", async () => {{ {observe} }}{patience});'
    return "\n".join(["// @ts-nocheck", test, files, *imports, observer, body, ""])


def page_program_of(imports: Sequence[str], code: str, call: str, *, modules: bool, given: str = "{}") -> str:
    """A test file of Playwright's that makes one call and writes down what it tells.

    Args:
        imports: The statements that import the file.
        code: The function that is called.
        call: The call.
        modules: Whether to import by statements.
        given: The pattern of the fixtures that the call uses.
    """
    test = _imported(["expect", "test"], Framework.PLAYWRIGHT.value, modules=modules)
    files = _imported(["writeFileSync"], "node:fs", modules=modules)
    write = 'writeFileSync(process.env.STOKER_PLACE + "/observed.json", JSON.stringify(report))'
    body = f'test("stoker asks", async ({given}) => {{ const report = await {call}; {write}; }});'
    return "\n".join(["// @ts-nocheck", test, files, *imports, code, body, ""])


def _imported(names: Sequence[str], module: str, *, modules: bool) -> str:
    listed = ", ".join(names)
    return f'import {{ {listed} }} from "{module}";' if modules else f'const {{ {listed} }} = require("{module}");'


def _words(name: str) -> str:
    """A test's full name in single spaces: runners join titles in their own ways."""
    return re.sub(r"\s+>?\s*", " ", name)


def _line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "it said nothing")
