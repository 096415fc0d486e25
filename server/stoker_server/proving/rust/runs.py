"""Runs test programs: tests by their names, with a mutant or none, and calls that are observed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground, read_json, read_written
from stoker_server.proving.process import Completed, Ended
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.rust.building import DRIVER, Builder

_ELSEWHERE = (("TZ", "Pacific/Chatham"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8"))
_LIST_SECONDS = 20.0
_PROCESS_SECONDS = 5.0
"""For one start of a test program, where it does not usually take longer."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Tests of one file to run.

    Attributes:
        program: The program that holds them.
        nodes: What reports call them, by the names that the program has for them.
        timed: Whether they are criterion's benchmarks.
    """

    program: Path
    nodes: Mapping[str, str]
    timed: bool = False


@dataclass(frozen=True)
class Runs:
    """Runs what a builder built."""

    builder: Builder
    _known: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    async def tests_of(self, program: Path) -> tuple[str, ...]:
        """The tests that a program holds; macros may have written some."""
        if program not in self._known:
            place = self.builder.ground.place()
            argv = [str(program), "--list", "--format=terse"]
            await self._driven(place, {"mode": "build", "argv": argv}, _LIST_SECONDS, elsewhere=False)
            text = (await asyncio.to_thread(read_written, place / "report.json") or b"").decode("utf-8", "replace")
            names = (line.removesuffix(": test") for line in text.splitlines() if line.endswith(": test"))
            self._known[program] = tuple(names)
        return self._known[program]

    async def run(
        self, chosen: Sequence[Chosen], *, seconds: float, watched: bool = False, elsewhere: bool = False
    ) -> SuiteRun:
        """Run tests once without a mutant."""
        return (await self.with_mutants(chosen, [0], seconds=seconds, watched=watched, elsewhere=elsewhere))[0]

    async def with_mutants(
        self,
        chosen: Sequence[Chosen],
        mutants: Sequence[int],
        *,
        seconds: float,
        watched: bool = False,
        elsewhere: bool = False,
        usual: float = 0.0,
    ) -> dict[int, SuiteRun]:
        """Run tests once with each mutant; those that are not reached in time count as late.

        Raises:
            NoVerdictError: The report can't be read.
        """
        limit = max(_PROCESS_SECONDS, 5 * usual)
        place = self.builder.ground.place()
        runs = [
            {
                "program": str(each.program),
                "tests": list(each.nodes),
                "watched": watched,
                "timed": each.timed,
                "lines": str(place / "lines"),
                "environment": {"STOKER_MUTANT": str(number)},
                "seconds": limit,
            }
            for number in mutants
            for each in chosen
        ]
        found, took = await self._ordered(place, {"mode": "test", "runs": runs}, seconds, elsewhere=elsewhere)
        if found is None:
            return {number: SuiteRun("late", seconds=took) for number in mutants}
        try:
            parts = list(zip([each for _ in mutants for each in chosen], found["runs"], strict=True))
            size = len(chosen)
            return {
                number: _suite_run(parts[place * size : (place + 1) * size]) for place, number in enumerate(mutants)
            }
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NoVerdictError("a run's report can't be read") from error

    async def observe(
        self, program: Path, test: str, mutants: Sequence[int], *, seconds: float, elsewhere: bool = False
    ) -> list[dict[int, str]]:
        """Make calls with each mutant.

        Returns:
            For each mutant what the calls did, by number; a call that did not end is not among them.

        Raises:
            NoVerdictError: None could be made, or the report can't be read.
        """
        place = self.builder.ground.place()
        runs = [
            {
                "program": str(program),
                "test": test,
                "observed": str(place / "observed"),
                "environment": {"STOKER_MUTANT": str(number)},
                "seconds": _PROCESS_SECONDS,
            }
            for number in mutants
        ]
        found, _ = await self._ordered(place, {"mode": "observe", "runs": runs}, seconds, elsewhere=elsewhere)
        if found is None:
            raise NoVerdictError("the calls did not end in time")
        try:
            return [{int(number): str(said) for number, said in each["calls"].items()} for each in found["runs"]]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NoVerdictError("a run's report can't be read") from error

    async def _ordered(
        self, place: Path, order: Mapping[str, Any], seconds: float, *, elsewhere: bool
    ) -> tuple[dict[str, Any] | None, float]:
        done = await self._driven(place, order, seconds, elsewhere=elsewhere)
        report = await asyncio.to_thread(read_json, place / "report.json") if done.ended is Ended.ITSELF else None
        return report, done.seconds

    async def _driven(self, place: Path, order: Mapping[str, Any], seconds: float, *, elsewhere: bool) -> Completed:
        ground, crate = self._ground, self.builder.crate
        whole = {**order, "seconds": seconds, "report": str(place / "report.json")}
        await asyncio.to_thread((place / "order.json").write_text, json.dumps(whole), encoding="utf-8")
        argv = (str(ground.python.executable), "-I", "-S", str(DRIVER), str(place / "order.json"))
        own = (("CARGO_MANIFEST_DIR", str(crate.folder)), ("CARGO_PKG_NAME", crate.name), ("RUST_BACKTRACE", "0"))
        return await ground.start(
            argv,
            place,
            seconds=seconds + _PROCESS_SECONDS,
            environment=(*own, *(_ELSEWHERE if elsewhere else ())),
            folder=crate.folder,
            writable=not ground.sandbox.isolates,
        )

    @property
    def _ground(self) -> Ground:
        """Where tests are run: they see what was built, and can't write to it."""
        ground, tools = self.builder.ground, self.builder.tools
        return replace(
            ground, lent=tuple(each for each in ground.lent if each.target not in (tools.target, tools.home))
        )


def _suite_run(parts: Sequence[tuple[Chosen, Mapping[str, Any]]]) -> SuiteRun:
    tests, lines, seconds, hung = {}, {}, 0.0, ""
    for chosen, report in parts:
        seconds += float(report["seconds"])
        for name, (outcome, said) in report["tests"].items():
            node = chosen.nodes.get(name)
            if node is not None:
                message = _telling(str(said))
                tests[node] = CaseOutcome(outcome == "passed", outcome == "failed", message, str(said))
        lines.update({chosen.nodes[name]: frozenset(map(int, each)) for name, each in report["lines"].items()})
        hung = chosen.nodes.get(str(report["hung"]), hung)
    return SuiteRun("done", tests, (), lines, bool(tests), hung=hung, seconds=seconds)


def _telling(said: str) -> str:
    """What a panic says, without the line that names the thread."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("note: ")]
    lines = [line for line in lines if not line.startswith("thread '")] or lines
    return ", ".join(lines[:3])[:300]
