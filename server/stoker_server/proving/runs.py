"""Runs tests and calls against a Python file as it is, as it might be, and as its mutants are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground
from stoker_server.proving.layout import ImportName
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.results import SuiteRun, read_report

T = TypeVar("T")

_LANES = 2
_LEAST_ATTEMPT, _SLOWER = 1.0, 3.0
"""A mutant's run may take three times as long as the run without it, and a second at least; longer is for ever."""

_CANARY_SECONDS = 10.0
"""For the mutant that must fail: nothing in it can hang, and without it nothing is known, however busy the machine is."""

_CALL_SECONDS, _MUTATED_CALL_SECONDS = 0.5, 0.2
_LONGEST_START = 10.0
_MOST_LATE = 3
"""Calls of one mutant that may hang; the rest of them would, too."""

_START_SECONDS = 5.0
"""For the sandbox and the interpreter to start, and pytest to be imported."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The Python file under test.

    Attributes:
        path: Where it is in the user's folder.
        source: Its text; what is on disk does not matter.
        name: By what name it is imported.
        lines: First and last line of the function to watch; ``None`` to watch none.
        before: Statements that have to run before calls can import it, as a framework's set-up; tests have their own.
    """

    path: Path
    source: str
    name: ImportName
    lines: tuple[int, int] | None = None
    before: tuple[str, ...] = ()

    def order(self, ground: Ground) -> dict[str, Any]:
        """What every program inside has to know of it."""
        return {
            "folder": str(ground.folder),
            "target": str(ground.seen(self.path)),
            "root": str(ground.seen(self.name.root)),
            "module": self.name.module,
            "lines": self.lines,
            "before": self.before,
        }


async def together(*work: Coroutine[Any, Any, T]) -> list[T]:
    """Do several things at once; when one fails, the others are stopped before anybody hears of it."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for each in tasks:
            if not each.cancelling():
                each.cancel()
        await asyncio.wait(tasks)


async def run_tests(
    ground: Ground,
    subject: Subject,
    files: Sequence[Path],
    *,
    seconds: float,
    seed: int = 0,
    writable: bool = False,
    elsewhere: bool = False,
    again: Collection[str] = (),
) -> SuiteRun:
    """Run test files once, in a process of their own.

    Args:
        ground: Where.
        subject: The file they are about.
        files: Test files of the user's folder; in the copy they may differ or be new.
        seconds: At most.
        seed: For string hashes.
        writable: Whether the tests may write into the copy.
        elsewhere: Whether to run them in other surroundings than usual: environment and time zone.
        again: Functions and classes of the files to run once more in the same process, the last one first.
    """
    how = {"elsewhere": elsewhere, "again": sorted(again)}
    order = {**_tests_order(ground, subject, files), "entries": [{"source": subject.source}], **how}
    done, reports = await ground.order("tests", order, seconds=seconds, seed=seed, writable=writable)
    run = read_report(reports[0], done.seconds)
    if run.state == "missing":
        state = "late" if done.ended.name == "TIME" else "missing"
        return SuiteRun(state, said=done.last_line, seconds=done.seconds)
    return run


async def run_series(
    ground: Ground,
    subject: Subject,
    files: Sequence[Path],
    canary: Mutant,
    mutants: Sequence[Mutant],
    *,
    usual: float,
    seconds: float,
    only: Collection[str] | None = None,
    stop_early: bool = True,
) -> tuple[SuiteRun, list[SuiteRun]]:
    """Run test files once with each mutant.

    Args:
        ground: Where.
        subject: The file they are about.
        files: The test files.
        canary: The mutant that must fail: it runs first, and where nothing fails the others don't run.
        mutants: The others.
        usual: Seconds that a run takes without a mutant.
        seconds: For all of it; mutants that are not reached in time count as not tried.
        only: The tests to run; all where it is ``None``.
        stop_early: Whether the first failure of a run is enough.

    Returns:
        The run with the canary, and those with the mutants in order; a run that did not happen is ``missing``.
    """
    order = {
        **_tests_order(ground, subject, files),
        "only": None if only is None else sorted(only),
        "stop_early": stop_early,
        "lines": None,
    }
    attempt = max(_LEAST_ATTEMPT, _SLOWER * usual)
    reports = await _in_lanes(ground, "tests", order, [canary, *mutants], attempt, seconds)
    runs = [read_report(each, 0.0) for each in reports]
    return runs[0], runs[1:]


async def run_calls(
    ground: Ground,
    subject: Subject,
    calls: Sequence[Mapping[str, Any]],
    *,
    seed: int,
    watch: bool = False,
    elsewhere: bool = False,
    most_late: int | None = None,
) -> list[dict[str, Any]]:
    """Make calls, one after the other, in a process of their own.

    Args:
        ground: Where.
        subject: The file they are about.
        calls: As ``stoker_inside.calls`` takes them.
        seed: For string hashes.
        watch: Whether to find out which calls depend on the moment or the machine, which takes longer.
        elsewhere: Whether to make them in other surroundings than usual: folder, environment, arguments, time zone.
        most_late: Calls that may hang; the others are not made then. All are where it is ``None``.

    Returns:
        What each call did.

    Raises:
        NoVerdictError: The file could not be imported, or another was imported in its place.
    """
    how = {"watch": watch, "elsewhere": elsewhere, "most_late": most_late}
    order = {**_calls_order(ground, subject, calls), "entries": [{"source": subject.source}], **how}
    seconds = _START_SECONDS + _CALL_SECONDS * len(calls)
    done, reports = await ground.order("calls", order, seconds=min(seconds, ground.terms.testing.seconds), seed=seed)
    return _observations(reports[0], done.last_line)


async def call_mutants(
    ground: Ground,
    subject: Subject,
    calls: Sequence[Mapping[str, Any]],
    mutants: Sequence[Mutant],
    *,
    usual: float = 0.0,
) -> list[list[dict[str, Any]]]:
    """Make calls once with each mutant.

    Args:
        ground: Where.
        subject: The file they are about.
        calls: As ``stoker_inside.calls`` takes them.
        mutants: The mutants.
        usual: Seconds that a run takes without a mutant, its start included.

    Returns:
        What each call did, by mutant; fewer for a mutant with which calls hang, none for one that can't be imported.
    """
    if not mutants or not calls:
        return [[] for _ in mutants]
    limits = {"call_seconds": _MUTATED_CALL_SECONDS, "most_late": _MOST_LATE}
    order = {**_calls_order(ground, subject, calls), **limits, "watch": False, "elsewhere": False}
    attempt = _LEAST_ATTEMPT + min(usual, _LONGEST_START) + _MOST_LATE * _MUTATED_CALL_SECONDS
    reports = await _in_lanes(ground, "calls", order, mutants, attempt, ground.terms.testing.seconds)
    return [each["calls"] if each and each.get("served") else [] for each in reports]


def _calls_order(ground: Ground, subject: Subject, calls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {**subject.order(ground), "calls": list(calls), "call_seconds": _CALL_SECONDS, "most_late": None}


def _tests_order(ground: Ground, subject: Subject, files: Sequence[Path]) -> dict[str, Any]:
    return {**subject.order(ground), "files": [str(ground.seen(each)) for each in files]}


async def _in_lanes(
    ground: Ground,
    program: str,
    order: dict[str, Any],
    mutants: Sequence[Mutant],
    attempt: float,
    most: float,
) -> list[dict[str, Any] | None]:
    """One attempt for each mutant, shared between two processes; both begin with the first mutant."""
    first_must_fail = program == "tests"
    shared = mutants[:1] if first_must_fail else []
    rest = mutants[len(shared) :]
    lanes = [[*shared, *rest[lane::_LANES]] for lane in range(_LANES)]

    async def run_lane(lane: Sequence[Mutant]) -> list[dict[str, Any] | None]:
        entries = [{"source": each.source} for each in lane]
        if len(entries) == len(shared) and lane is not lanes[0]:
            return [None] * len(entries)
        seconds = min(_START_SECONDS + attempt * len(entries) + _CANARY_SECONDS * len(shared), most)
        decides = {"first_must_fail": first_must_fail, "first_seconds": _CANARY_SECONDS + attempt, "slower": _SLOWER}
        whole = {**order, "attempt_seconds": attempt, **decides}
        orders = [entries] if hasattr(os, "fork") else [[each] for each in entries]  # else one process for each
        runs = [await ground.order(program, {**whole, "entries": each}, seconds=seconds) for each in orders]
        return [report for _, reports in runs for report in reports]

    done = await together(*map(run_lane, lanes))
    found: list[dict[str, Any] | None] = [None] * len(mutants)
    found[: len(shared)] = done[0][: len(shared)]
    for lane, reports in enumerate(done):
        found[len(shared) + lane :: _LANES] = reports[len(shared) :]
    return found


def _observations(report: dict[str, Any] | None, said: str) -> list[dict[str, Any]]:
    if report is None:
        raise NoVerdictError(f"the calls could not be made: {said}")
    if problem := report.get("problem"):
        raise NoVerdictError(f"the file can't be imported: {problem}")
    if not report.get("served"):
        raise NoVerdictError(f"another file is imported in its place: {report.get('instead')}")
    return list(report["calls"])
