"""Runs tests and calls against a class as it is and as its mutants are: they stand in one class, and one start tries all."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stoker_analyzers.java.probes import Probed
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import read_written
from stoker_server.proving.java.build import INSIDE, OWN_PROGRAMS, Build, Complaint
from stoker_server.proving.java.project import package_of
from stoker_server.proving.process import Ended
from stoker_server.proving.results import CaseOutcome, SuiteRun

CANARY = 1
"""The number of the mutant that must fail; the others follow."""

RANDOM = "org.junit.jupiter.api.MethodOrderer$Random"
_ROUNDS = 5
"""How often what the compiler refuses is left out: it looks for some errors only where there are no others."""

_START_SECONDS = 20.0
_MUTANT_SECONDS = 3.0
_CALL_SECONDS = 20.0
_MESSAGE = 200
_INSIDE, _PROBED = "inside", "probed"


@dataclass(frozen=True, slots=True)
class Asked:
    """How tests are run.

    Attributes:
        seconds: For all of it.
        numbers: The mutants; number 0 is the class as it is, with probes. None for the class without probes.
        each: Seconds for each mutant, beyond what is the least; 0 where only the whole is limited.
        elsewhere: Whether in other surroundings than usual, and another order.
    """

    seconds: float
    numbers: tuple[int, ...] = ()
    each: float = 0.0
    elsewhere: bool = False

    @property
    def known(self) -> tuple[int, ...]:
        """By which numbers what came of it is known: the class without probes has number 0, too."""
        return self.numbers or (0,)


@dataclass(frozen=True)
class Runs:
    """Runs tests that concern one class.

    Attributes:
        build: The module.
        probed: The class with its probes and mutants, as it was compiled; ``None`` where no class has any.
        numbers: The mutants that could be compiled.
    """

    build: Build
    probed: Probed | None
    numbers: tuple[int, ...]
    _compiled: dict[tuple[str, ...], tuple[str, list[Complaint]]] = field(default_factory=dict)

    async def compiled(self, files: Mapping[str, str], processors: Sequence[str] = ()) -> tuple[str, list[Complaint]]:
        """Compile files beside the module's classes; where, and what is wrong. What was compiled once is remembered.

        Args:
            files: Their texts by name.
            processors: Libraries besides the module's, annotation processors among them.
        """
        key = tuple(part for each in files.items() for part in each)
        if key not in self._compiled:
            out = self.build.fresh("out")
            path = [self.build.seen(_INSIDE), *self.build.classes, *self.build.libraries, *processors]
            self._compiled[key] = (out, await self.build.compile(out, files, path))
        return self._compiled[key]

    async def tests(self, files: Sequence[Path], asked: Asked) -> dict[int, SuiteRun]:
        """Run test files once with each of some mutants.

        Args:
            files: The test files, in the user's folder.
            asked: How.
        """
        scratch = self.build.ground.scratch
        texts = {file: await asyncio.to_thread(scratch.read, file) for file in files}
        out, complaints = "", list[Complaint]()
        if not all(self.build.has_compiled(file, text) for file, text in texts.items()):
            out, complaints = await self.compiled({f"{n}/{each.name}": texts[each] for n, each in enumerate(files)})
        if complaints:
            return dict.fromkeys(asked.known, refused(complaints))
        names = {f"{package_of(text)}.{file.stem}".removeprefix("."): file for file, text in texts.items()}
        return await self.started(out, names, asked)

    async def started(self, out: str, names: Mapping[str, Path], asked: Asked) -> dict[int, SuiteRun]:
        """Run compiled test classes; see ``tests``.

        Args:
            out: Where they were compiled to; empty for the project's own.
            names: Their files by their full names.
            asked: How.
        """
        place, build, scratch = self.build.ground.place(), self.build, self.build.ground.scratch
        report = place / "tests.jsonl"
        most = int((_MUTANT_SECONDS + asked.each if asked.each else asked.seconds) * 1000)
        listed, order = ",".join(map(str, asked.known)), RANDOM if asked.elsewhere else ""
        path = self._path(out, probed=bool(asked.numbers))
        words = ["stoker_inside.Tests", str(report), path, listed, str(most), order, *names]
        done = await build.java(words, place, seconds=asked.seconds, elsewhere=asked.elsewhere, own=_INSIDE)
        told = await asyncio.to_thread(_entries, report)
        state = "late" if done.ended is Ended.TIME else "missing"
        where = {name: file.relative_to(scratch.original).as_posix() for name, file in names.items()}
        ended = done.ended is Ended.ITSELF
        return {
            number: _run([one for one in told if one.get("mutant") == number], where, done.seconds)
            or SuiteRun(
                state if not ended or len(asked.numbers) < CANARY + 1 else "missing", said=done.last_line[:_MESSAGE]
            )
            for number in asked.known
        }

    async def calls(
        self, name: str, out: str, calls: Sequence[int], *, probed: bool, elsewhere: bool = False
    ) -> dict[int, dict[str, Any]]:
        """Make generated calls.

        Args:
            name: Their class.
            out: Where it was compiled to.
            calls: Their numbers, in the order in which they are made.
            probed: Whether with each mutant, too.
            elsewhere: Whether in other surroundings than usual.

        Raises:
            NoVerdictError: There is no report.
        """
        if not calls:
            return {}
        place, build = self.build.ground.place(), self.build
        report, mutants = place / "calls.jsonl", self.numbers if probed else ()
        words = ["stoker_inside.Calls", str(report), self._path(out, probed=probed), name, ",".join(map(str, calls))]
        words += [",".join(map(str, mutants)), str(int(_CALL_SECONDS * 1000))]
        seconds = _START_SECONDS + (2 if probed else 1) * _CALL_SECONDS
        done = await build.java(words, place, seconds=seconds, elsewhere=elsewhere, own=_INSIDE)
        found = {}
        for entry in await asyncio.to_thread(_lists, report):
            number, seen, steady, lines, kills = entry
            if isinstance(seen, dict):
                found[int(number)] = {**seen, "steady": steady, "lines": lines, "kills": kills}
        if not found and not done.ok:
            raise NoVerdictError(f"the calls can't be made: {done.last_line[:_MESSAGE]}")
        return found

    def _path(self, out: str, *, probed: bool) -> str:
        build = self.build
        own = [build.seen(each) for each in (out, _PROBED if probed else "") if each]
        return os.pathsep.join([*own, *build.classes])


async def prepare(
    build: Build, file: str, make: Callable[[Mapping[int, str]], Probed], bodies: Mapping[int, str]
) -> Runs:
    """Compile a class with its mutants, without those that the compiler refuses.

    Args:
        build: The module.
        file: The name of the class's file.
        make: Writes bodies into it.
        bodies: The bodies by number.

    Raises:
        NoVerdictError: It can't be compiled at all.
    """
    inside, left = await asyncio.to_thread(_programs, build), dict(bodies)
    for _ in range(_ROUNDS):
        probed = make(left)
        complaints = await build.compile(
            _PROBED, {**inside, f"probed/{file}": probed.text}, (build.seen(_INSIDE), *build.classes, *build.libraries)
        )
        if not complaints:
            if inside:
                await asyncio.to_thread(_part, build)
            return Runs(build, probed, tuple(left))
        wrong = {probed.mutant_at(each.line) if each.file == file else None for each in complaints}
        if None in wrong or CANARY in wrong:
            raise NoVerdictError(f"{file} can't be compiled with probes: {complaints[0].message}")
        left = {number: body for number, body in left.items() if number not in wrong}
    raise NoVerdictError(f"{file} can't be compiled with its mutants")


async def unprobed(build: Build) -> Runs:
    """What runs tests of a module as it is, without mutants.

    Raises:
        NoVerdictError: The programs inside can't be compiled.
    """
    if inside := await asyncio.to_thread(_programs, build):
        if complaints := await build.compile(_PROBED, inside, build.libraries):
            raise NoVerdictError(f"what runs tests can't be compiled: {complaints[0].message}")
        await asyncio.to_thread(_part, build)
    return Runs(build, None, ())


def _programs(build: Build) -> dict[str, str]:
    """The programs inside, unless they were compiled for this project before."""
    if (build.ground.scratch.inside(build.own) / _INSIDE).is_dir():
        return {}
    return {f"stoker_inside/{name}": (INSIDE / name).read_text(encoding="utf-8") for name in OWN_PROGRAMS}


def _part(build: Build) -> None:
    """The programs inside have a class loader above the one for the project's classes."""
    folder = build.ground.scratch.inside(build.own / _PROBED).resolve()
    target = folder.parent / _INSIDE / "stoker_inside"
    target.parent.mkdir(exist_ok=True)
    shutil.move(folder / "stoker_inside", target)
    if build.answer:
        build.answer.add(target.parent)


def _entries(path: Path) -> list[dict[str, Any]]:
    return [each for each in _values(path) if isinstance(each, dict)]


def _lists(path: Path) -> list[list[Any]]:
    return [each for each in _values(path) if isinstance(each, list) and len(each) == len("nslk") + 1]


def _values(path: Path) -> list[Any]:
    """The lines of a report; one that is cut off or no JSON is left out."""
    found = []
    for line in (read_written(path) or b"").decode("utf-8", "replace").splitlines():
        try:
            found.append(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return found


def _run(told: Sequence[Mapping[str, Any]], where: Mapping[str, str], seconds: float) -> SuiteRun | None:
    """What the tests did with one mutant; ``None`` where it was not tried, or not to its end and nothing says why."""
    end = next((each for each in told if "ended" in each), None)
    if end is None:
        return None
    tests, lines = dict[str, CaseOutcome](), dict[str, frozenset[int]]()
    for each in told:
        if "state" not in each:
            continue
        node = _node(str(each["class"]), str(each["name"]), where)
        passed, failed = each["state"] == "SUCCESSFUL", each["state"] == "FAILED"
        message = (str(each["message"]).splitlines() or [""])[0][:_MESSAGE]
        if not ((known := tests.get(node)) and known.failed):
            tests[node] = CaseOutcome(passed, failed, message, str(each["detail"]))
        lines[node] = lines.get(node, frozenset()) | frozenset(map(int, each["lines"]))
    problems = tuple(str(each["problem"])[:_MESSAGE] for each in told if "problem" in each)
    owner, _, name = str(end.get("hung", "")).rpartition(".")
    hung = _node(owner, name, where) if name else ""
    return SuiteRun("done" if end["ended"] else "late", tests, problems, lines, True, hung=hung, seconds=seconds)


def _node(owner: str, name: str, where: Mapping[str, str]) -> str:
    return f"{where.get(owner.partition('$')[0], owner)}::{name}"


def refused(complaints: Sequence[Complaint]) -> SuiteRun:
    """What comes of tests that the compiler refuses."""
    return SuiteRun("done", problems=tuple(f"{one.file} line {one.line}: {one.message}" for one in complaints))


def only(run: SuiteRun, nodes: Collection[str]) -> SuiteRun:
    """What some of the tests did."""
    return replace(run, tests={node: each for node, each in run.tests.items() if node in nodes})
