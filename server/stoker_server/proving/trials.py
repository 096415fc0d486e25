"""Whether drafted tests prove anything of drafted code: they pass each time, and notice a mutant of the functions tried.

The same for all languages; how one runs mutants is ``mutant_runs``' business. Writes to its scratch copy alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground
from stoker_server.proving.mutant_runs import MutantRuns, Part, Tried
from stoker_server.proving.results import SuiteRun, unnoticed
from stoker_wire.words import counted

PASSES = 3
"""Runs in which every test has to pass, each in a fresh process."""
_NAMED = 6
"""Functions that are told one by one where they were not tried."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What trying test files showed.

    Attributes:
        fault: Why they prove nothing, for whoever is to mend them; empty where they prove something.
        told: What they showed.
        detail: All that the failing test said.
    """

    fault: str = ""
    told: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Trial:
    """A draft, and what its tests are to prove something of.

    Attributes:
        files: The whole text of each file of the draft; none of them need be on disk.
        parts: Its files with code that the tests can call, and their new functions.
        tests: Its test files.
    """

    files: Mapping[Path, str]
    parts: Sequence[Part]
    tests: Sequence[Path]


async def prove(ground: Ground, runs: MutantRuns, trial: Trial) -> Proof:
    """Run a draft's test files with all of its files in place, as they are and with mutants of its functions.

    Args:
        ground: Where.
        runs: How the language's tests are run.
        trial: What is run.

    Raises:
        ProvingError: Nothing can be run, or the runs decide nothing.
    """
    scratch = ground.scratch
    before = {path: await asyncio.to_thread(scratch.read, path) for path in trial.files}
    try:
        for path, text in trial.files.items():
            await asyncio.to_thread(scratch.write, path, text)
        return await _prove(runs, trial)
    finally:
        for path, text in before.items():
            if text:
                await asyncio.to_thread(scratch.write, path, text)
            else:
                await asyncio.to_thread(scratch.remove, path)


async def _prove(runs: MutantRuns, trial: Trial) -> Proof:
    number = 0
    for turn in range(PASSES):
        run = await runs.clean(trial.parts[0], trial.tests, turn)
        if not run.green:
            first = min(run.failed, default="")
            return Proof(run.why_not_green(), detail=run.tests[first].detail if first else "\n".join(run.problems))
        if not run.served and len(trial.parts) == 1:  # of several files, the mutants tell
            return Proof(f"the tests import {run.instead or 'something else'} and not {trial.parts[0].path.name}")
        number = len(run.passed)
    passes = f"{counted(number, 'test')} passed {PASSES} of {PASSES} times"
    every, seen = list(_in_turn(trial.parts)), list[Tried]()
    for part, name in every[: runs.functions]:
        tried = await runs.tried(part, name, trial.tests)
        if tried is None:
            continue
        if fault := judged(tried):
            return Proof(fault)
        seen.append(tried)
    return Proof(told=passes + told(seen, [name for _, name in every]))


def _in_turn(parts: Sequence[Part]) -> Iterator[tuple[Part, str]]:
    """The functions of all files, one of each file in turn: where not all can be tried, no file is left out first."""
    rows = zip_longest(*([(part, name) for name in part.functions] for part in parts))
    yield from (each for row in rows for each in row if each is not None)


def judged(tried: Tried) -> str:
    """Why the tests prove nothing of a function; empty where they do.

    Args:
        tried: What they did with its mutants.

    Raises:
        NoVerdictError: The mutant that must fail shows nothing, because it did not run.
    """
    if not tried.canary.failed:
        if tried.canary.state == "done" and not tried.canary.problems:
            return unnoticed(tried.canary, tried.name)
        if tried.canary.state == "late":
            raise NoVerdictError(unnoticed(tried.canary, tried.name))
        raise NoVerdictError(f"{tried.name} could not be made to raise: {tried.canary.why_not_green()}")
    reached = tried.reached
    if reached and not any(map(noticed, reached)):
        return f"no test notices any of the {len(reached)} mutants of {tried.name}"
    return ""


def noticed(run: SuiteRun) -> bool:
    """Whether tests noticed a mutant: one failed, or they never ended."""
    return bool(run.failed) or run.state == "late"


def told(seen: Sequence[Tried], names: Sequence[str]) -> str:
    """What came of the mutants, and what was not tried.

    Args:
        seen: What tests did with those of each function that was tried.
        names: All functions that they were to be tried with.
    """
    reached = [run for each in seen for run in each.reached]
    unreached = sum(len(each.mutated) for each in seen) - len(reached)
    said = f" and kill {sum(map(noticed, reached))} of {counted(len(reached), 'mutant')}" if reached else ""
    if unreached:
        said += (
            f", {unreached} more could not be tried"
            if reached
            else f", {counted(unreached, 'mutant')} could not be tried"
        )
    known = {each.name for each in seen}
    left = [each for each in names if each not in known]
    if left:
        listed = ", ".join(left[:_NAMED]) + (f" and {len(left) - _NAMED} more" if len(left) > _NAMED else "")
        said += f"; {len(seen)} of {counted(len(names), 'function')} tried, not {listed}"
    return said
