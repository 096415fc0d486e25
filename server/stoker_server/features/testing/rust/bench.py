"""The workbench for a Rust function: cargo builds all of its mutants into one test program, and the program is run for each."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from stoker_analyzers.rust.functions import failing, tests_in
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems
from stoker_server.features.testing.bench import Bench, Series
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.features.testing.rust.mutated import CANARY, Found
from stoker_server.features.testing.rust.placing import place
from stoker_server.features.testing.rust.target import RustTarget, rust_files, text_of
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import together
from stoker_server.proving.rust.building import Build, Builder
from stoker_server.proving.rust.runs import Chosen, Runs
from stoker_server.proving.syntax_mutants import mutants_in

_NOTHING = "{ Default::default() }"
_ROUNDS = 6
"""Builds in which mutants that do not compile are found: the compiler does not tell of all in one."""

_MOST_EXISTING = 150
_MOST_FILES = 6


class RustBench(Bench):
    """Everything that authors and checks of one request share.

    Attributes:
        target: The function that tests call.
        subject: The function that they are about: the same, but where a private one is tested from outside.
        builder: Builds their crate.
        runs: Runs what was built.
    """

    start_seconds = 300.0

    def __init__(self, ground: Ground, builder: Builder, subject: RustTarget, found: Found) -> None:
        """Set up for a function whose mutants are known to compile."""
        super().__init__(ground, subject.path, subject.name, subject.snapshot.text, found.mutants, found.lines)
        self.subject = subject
        self.target = subject
        self.builder = builder
        self.runs = Runs(builder)
        self._found = found
        self._known = frozenset(self.test_names(subject.snapshot.text))

    def find_existing(self) -> tuple[Path, ...]:
        """The existing tests that concern the file, as paths of the user's folder."""
        scratch, target = self.ground.scratch, self.subject
        found = []
        for path in rust_files(scratch.root):
            text = text_of(path)
            own = scratch.outside(path) == target.path
            if "test]" in text and (own or f"{target.symbol.name}(" in text):
                found.append((not own, path))
        return tuple(scratch.outside(path) for _, path in sorted(found)[:_MOST_FILES])

    def problem_in(self, text: str) -> str:
        """The first syntax error of a file, with its line; empty where there is none."""
        snapshot = self._snapshot(text)
        first = next(iter(problems(snapshot)), None)
        return f"line {snapshot.line_of(first.span.start) + 1}: {first.message}" if first else ""

    def test_names(self, text: str) -> Sequence[str]:
        """The tests of a file, with the modules around them within it."""
        return tests_in(self._snapshot(text))

    def name_of(self, node: str, names: Collection[str]) -> str:
        """The test that a node of the report is."""
        name = node.partition("::")[2]
        return name if name in names else ""

    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run tests once, each in a process of its own, and see which lines of the function each runs."""
        build = await self.build_probed(files)
        if build.faults:
            return SuiteRun("done", problems=(build.why,))
        return await self.runs.run(await self._chosen(files, build), seconds=seconds, watched=True)

    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Run a draft twice more, against the file as it is: once in other surroundings."""
        text = await asyncio.to_thread(self.ground.scratch.read, path)
        build = await self.builder.build(await self._compiling(text))
        if build.faults:
            return (SuiteRun("done", problems=(build.why,), served=True),)
        chosen = await self._chosen([path], build, names)
        runs = (self.runs.run(chosen, seconds=seconds, elsewhere=each) for each in (False, True))
        return tuple(replace(each, served=True) for each in await together(*runs))

    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Run tests with each mutant; the one that must fail is the first of them."""
        build = await self.build_probed(files)
        chosen = [
            Chosen(each.program, {name: node for name, node in each.nodes.items() if node in only})
            for each in await self._chosen(files, build)
        ]
        return await self.run_chosen(chosen, usual=usual, seconds=seconds, drafted=drafted)

    async def run_chosen(self, chosen: Sequence[Chosen], *, usual: float, seconds: float, drafted: bool) -> Series:
        """Run what was chosen of some programs with each mutant."""
        idle = [self._found.idle] if drafted and self._found.idle else []
        numbers = [CANARY, *self._found.numbers, *idle]
        runs = await self.runs.with_mutants(chosen, numbers, seconds=seconds, usual=usual)
        mutated = tuple(runs[each] for each in self._found.numbers)
        return Series(runs[CANARY], mutated, runs[idle[0]] if idle else None)

    async def build_probed(self, files: Sequence[Path], further: str = "") -> Build:
        """Build the file as the copy has it, with probes and mutants.

        Args:
            files: The test files that will be run.
            further: Code that is added inside the module that the function stands in; see ``observing``.
        """
        text = await asyncio.to_thread(self.ground.scratch.read, self.path)
        suites = [name for file in files if (name := self.builder.crate.suites.get(self.ground.seen(file)))]
        return await self.builder.build(self.probed(await self._compiling(text), further), suites)

    async def _compiling(self, text: str) -> str:
        """A draft in which tests that do not compile fail, each by itself, with what the compiler says."""
        for _ in range(_ROUNDS if text != self.text else 0):
            build = await self.builder.build(text)
            faults = [(span, fault.message) for fault in build.faults for span in fault.spans]
            after = failing(self._snapshot(text), faults)
            if after == text:
                break
            text = after
        return text

    # -- where a draft goes

    def place(self, piece: Piece) -> Placed:
        """Find the tests' place and write the edit."""
        return place(self, piece)

    async def build_draft(self, placed: Placed) -> Build:
        """Build the file with a draft in it; the faults are those of the file that it changes."""
        return await self.builder.build(placed.edit.files[0].apply(self.text))

    def before(self, placed: Placed) -> str:
        """The text of the file that a draft changes, without it."""
        del placed
        return self.text

    @property
    def depth(self) -> int:
        """In how many modules of a file tests stand."""
        return len(self.target.function.modules) + 1

    def probed(self, text: str, further: str = "") -> str:
        """A text of the file with probes and mutants."""
        return self._found.write(self.subject, text or self.text, further).text

    @property
    def observed_numbers(self) -> tuple[int, ...]:
        """The numbers of the mutants, in their order."""
        return self._found.numbers

    async def _chosen(self, files: Sequence[Path], build: Build, names: Collection[str] | None = None) -> list[Chosen]:
        """The tests of some files, by the program's own list: macros may have written some."""
        crate, found, left = self.builder.crate, [], _MOST_EXISTING
        for file in files:
            seen = self.ground.seen(file)
            program = build.programs.get(crate.suites.get(seen, ""))
            if program is None:
                continue
            where = file.relative_to(self.ground.scratch.original).as_posix()
            prefix = "".join(f"{each}::" for each in crate.module_of(seen))
            own = [each for each in await self.runs.tests_of(program) if each.startswith(prefix)]
            within = {each: each.removeprefix(prefix) for each in own}
            own.sort(key=lambda each: within[each] in self._known)  # what a draft adds comes first
            kept = [each for each in own if names is None or within[each] in names][:left]
            left -= len(kept)
            if kept:
                found.append(Chosen(program, {each: f"{where}::{within[each]}" for each in kept}))
        return found

    def _snapshot(self, text: str) -> Snapshot:
        return Snapshot(self.subject.snapshot.uri, text, self.subject.snapshot.language)


B = TypeVar("B", bound=RustBench)


async def bench_of(ground: Ground, builder: Builder, target: RustTarget, make: type[B]) -> B:
    """The workbench for a function; the copy gets the file as the editor has it.

    Args:
        ground: Where code is run.
        builder: Builds the crate.
        target: The function.
        make: What sort of workbench.

    Raises:
        ProvingError: The crate does not compile, or not with the function's mutants beside it.
    """
    await asyncio.to_thread(ground.scratch.write, target.path, target.snapshot.text)
    nothing = _NOTHING if target.returns else ""
    mutants = await asyncio.to_thread(mutants_in, target.snapshot, target.function.body, nothing)
    found = Found(target, mutants)
    why = ""
    for _ in range(_ROUNDS):
        made = found.write(target, target.snapshot.text)
        build = await builder.build(made.text)
        if not build.faults:
            found.lines = made.lines
            return make(ground, builder, target, found)
        why = build.why
        if not found.drop(made.arms, {span for fault in build.faults for span in fault.spans}):
            if "const" in target.function.modifiers and not found.twin:
                found.twin = True
                continue
            if not found.fine:
                break
            found.fine = False
    plain = await builder.build(target.snapshot.text)
    if plain.faults:
        raise ProvingError(f"the crate's tests do not compile: {plain.why}")
    raise ProvingError(
        f"{target.name} can't be switched to its mutants while it runs, so no test of it is chosen: {why}"
    )
