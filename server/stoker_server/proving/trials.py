"""Whether a drafted test file proves anything of drafted code: it passes each time, and notices a mutant of every function."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground
from stoker_server.proving.layout import import_name
from stoker_server.proving.mutants import must_fail, mutants_of
from stoker_server.proving.results import unnoticed
from stoker_server.proving.runs import Subject, run_series, run_tests
from stoker_server.proving.source import Function, Module
from stoker_wire.words import counted

SEEDS = (11, 12, 13)
"""String hashes of the runs in which every test has to pass, each in a fresh process."""
MOST = 10
"""Mutants of one function that are tried."""
FUNCTIONS = 4
"""Functions whose mutants are tried; the tests run for all of them."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What trying a test file showed.

    Attributes:
        fault: Why it proves nothing, for whoever is to mend it; empty where it proves something.
        told: What it showed.
        detail: All that the failing test said.
    """

    fault: str = ""
    told: str = ""
    detail: str = ""


async def prove(
    ground: Ground, file: Path, source: str, tests: Path, code: str, functions: Sequence[str], uri: str
) -> Proof:
    """Run a test file against a Python file, as it is and with mutants of its functions.

    Args:
        ground: Where.
        file: The file under test, and its text ...
        source: ... which need not be on disk.
        tests: The test file, and its text ...
        code: ... likewise.
        functions: Qualified names of the functions that the tests are to prove.
        uri: The file's URI.

    Raises:
        ProvingError: Nothing can be run.
    """
    scratch = ground.scratch
    before = {path: await asyncio.to_thread(scratch.read, path) for path in (file, tests)}
    for path, text in ((file, source), (tests, code)):
        await asyncio.to_thread(scratch.write, path, text)
    try:
        name = await asyncio.to_thread(import_name, scratch.root, scratch.inside(file))
        if name is None:
            raise NoVerdictError(f"{file.name} can't be imported by its name, so no test can reach it")
        subject = Subject(file, source, dataclasses.replace(name, root=scratch.outside(name.root)))
        return await _prove(ground, subject, tests, _functions(source, functions), uri)
    finally:
        for path, text in before.items():
            if text:
                await asyncio.to_thread(scratch.write, path, text)
            else:
                await asyncio.to_thread(scratch.remove, path)


def _functions(source: str, names: Sequence[str]) -> list[Function]:
    module = Module.parse(source)
    return [found for name in names if (found := module.function(name))][:FUNCTIONS]


async def _prove(ground: Ground, subject: Subject, tests: Path, functions: Sequence[Function], uri: str) -> Proof:
    seconds, usual, number = ground.terms.testing.seconds, 0.0, 0
    for seed in SEEDS:
        run = await run_tests(ground, subject, [tests], seconds=seconds, seed=seed)
        if not run.green:
            first = min(run.failed, default="")
            detail = run.tests[first].detail if first else "\n".join(run.problems)
            return Proof(run.why_not_green(), detail=detail)
        if not run.served:
            return Proof(f"the tests import {run.instead or 'something else'} and not {subject.path.name}")
        usual, number = run.seconds, len(run.passed)
    passes = f"{counted(number, 'test')} passed {len(SEEDS)} of {len(SEEDS)} times"
    killed = tried = 0
    for function in functions:
        mutants = mutants_of(function, uri, MOST)
        watched = dataclasses.replace(subject, lines=function.lines)
        canary, runs = await run_series(
            ground, watched, [tests], must_fail(function, uri), mutants, usual=usual, seconds=seconds
        )
        if not canary.failed and (canary.state == "late" or not canary.problems):
            return Proof(unnoticed(canary, function.qualified))
        noticed = sum(each.state == "late" or bool(each.failed or each.problems) for each in runs)
        if mutants and not noticed:
            return Proof(f"no test notices any of the {len(mutants)} mutants of {function.qualified}")
        killed, tried = killed + noticed, tried + len(mutants)
    return Proof(told=f"{passes} and kill {killed} of {tried} mutants" if functions else passes)
