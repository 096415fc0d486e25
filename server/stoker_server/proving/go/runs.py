"""Builds test binaries of one package and runs them: once for each test, call or mutant, many in one start of the sandbox.

Building sees Stoker's build cache, running does not: what code under test does can't reach a later build.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.go.outcomes import is_benchmark, outcomes, pattern_of
from stoker_server.proving.go.toolchain import INSIDE, Go
from stoker_server.proving.ground import Ground, read_json, read_written
from stoker_server.proving.process import Ended
from stoker_server.proving.results import CaseOutcome
from stoker_server.proving.sandbox import Mount

BUILD_SECONDS = 180.0
"""For one build: the first of all compiles the part of the standard library that tests need."""

_AT_ONCE = 2
_BUILD_MEMORY = 4096
_ELSEWHERE = {"TZ": "Pacific/Chatham", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "GOMAXPROCS": "1"}
"""Other surroundings: a zone that is 45 minutes off the others, another language, one processor."""

_ERROR = re.compile(r"^(?:vet: )?(\S*?\.go):(\d+)(?::\d+)?: (.*)$", re.MULTILINE)
_BLOCK = re.compile(r"^(.*):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Binary:
    """What a build gave.

    Attributes:
        program: The test binary; ``None`` where there is none.
        errors: The compiler's: file name, line, message.
        said: What it said, where it was something else.
    """

    program: Path | None
    errors: tuple[tuple[str, int, str], ...] = ()
    said: str = ""

    @property
    def problem(self) -> str:
        """Why there is no binary, in one line."""
        if self.errors:
            name, line, message = self.errors[0]
            return f"{name}:{line}: {message}"
        if "GOPROXY=off" in self.said:
            return "a module that it requires is not there: run `go mod download` first"
        return self.said


@dataclass(frozen=True, slots=True)
class Step:
    """One start of a binary.

    Attributes:
        tests: The tests to run, by their full names; all where there are none.
        seconds: At most.
        environment: Variables of its own.
        cover: Whether to see which statements run.
        calls: How many calls it makes, each of which it tells in a line of a report; 0 for tests.
        shuffled: Whether the tests run in another order.
        turns: How often, or how long, a benchmark makes its call, as ``go test -benchtime`` has it.
        patience: After how many calls that never came back no more are made; 0 for never.
    """

    tests: tuple[str, ...]
    seconds: float
    environment: Mapping[str, str] = field(default_factory=dict)
    cover: bool = False
    calls: int = 0
    shuffled: bool = False
    patience: int = 0
    turns: str = "1x"


@dataclass(frozen=True, slots=True)
class Ran:
    """What one start showed.

    Attributes:
        state: ``done``, ``late`` or ``untried``.
        tests: The outcomes.
        blocks: What ran, where it was watched: first line and column, last line and column.
        told: The calls' reports.
        said: Its output.
        seconds: How long it took.
    """

    state: str
    tests: Mapping[str, CaseOutcome]
    blocks: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    told: tuple[Mapping[str, Any], ...]
    said: str
    seconds: float


@dataclass(frozen=True)
class Runs:
    """Runs what concerns one file.

    Attributes:
        go: The compiler.
        file: The file, in the user's folder.
        home: The folder of the package whose tests are run, where it is not the file's.
        module: By what path the file's package is imported then.
    """

    go: Go
    file: Path
    home: Path | None = None
    module: str = ""

    @property
    def folder(self) -> Path:
        """The folder of the package whose tests are run."""
        return self.home or self.file.parent

    async def build(self, ground: Ground, *, cover: bool) -> Binary:
        """Compile a package's tests as a copy has them.

        Args:
            ground: The copy.
            cover: Whether it shall tell which statements run.

        Raises:
            NoVerdictError: It did not end in time.
        """
        place = ground.place()
        program = place / ("package.test.exe" if os.name == "nt" else "package.test")
        watched = ["-cover", "-covermode=set"] if cover else []
        other = [f"-gcflags={self.module}=-e"] if self.module else []
        watched += [f"-coverpkg={self.module}"] if cover and self.module else []
        words = [
            "test",
            "-c",
            "-vet=off",
            "-buildvcs=false",
            "-gcflags=-e",
            *other,
            "-ldflags=-s -w",
            *watched,
            "-o",
            str(program),
            ".",
        ]
        cache = Mount(self.go.cache, self.go.cache, writable=True)
        testing = replace(ground.terms.testing, memory_mb=max(_BUILD_MEMORY, ground.terms.testing.memory_mb))
        builder = replace(ground, lent=(*ground.lent, cache), terms=replace(ground.terms, testing=testing))
        done = await builder.start(
            (str(self.go.program), *words),
            place,
            seconds=BUILD_SECONDS,
            environment=tuple(self.go.environment(place).items()),
            folder=ground.seen(self.folder),
        )
        if done.ended is not Ended.ITSELF:
            raise NoVerdictError(f"the package's tests could not be compiled: {done.ended}")
        if program.exists():
            return Binary(program)
        errors = tuple((Path(name).name, int(line), said) for name, line, said in _ERROR.findall(done.output))
        return Binary(None, errors, done.last_line)

    async def run(
        self, ground: Ground, binary: Path, steps: Sequence[Step], *, seconds: float, elsewhere: bool = False
    ) -> list[Ran]:
        """Start a binary once for each step.

        Args:
            ground: The copy that it was built from.
            binary: The test binary.
            steps: What to start it for.
            seconds: For all of them; what is not reached counts as not tried.
            elsewhere: Whether in other surroundings than usual.

        Raises:
            NoVerdictError: The report can't be read.
        """
        if not steps:
            return []
        place = ground.place()
        order = {
            "folder": str(ground.seen(self.folder)),
            "environment": {"GOROOT": str(self.go.root), **(_ELSEWHERE if elsewhere else {})},
            "at_once": _AT_ONCE,
            "seconds": seconds,
            "steps": [_order(each, number, binary, place) for number, each in enumerate(steps)],
        }
        own = replace(ground, lent=(*ground.lent, Mount(binary.parent, binary.parent)))
        await asyncio.to_thread((place / "order.json").write_text, json.dumps(order), encoding="utf-8")
        done = await own.start(
            (str(ground.python.executable), "-I", str(INSIDE / "drive.py"), *map(str, _files(place))),
            place,
            seconds=seconds + 5,
            environment=(),
            folder=ground.seen(self.folder),
        )
        report = await asyncio.to_thread(read_json, place / "report.json")
        if report is None:
            raise NoVerdictError(f"the package's tests could not be run: {done.last_line}")
        try:
            ended = [self._ran(step, place, number, report["steps"][number]) for number, step in enumerate(steps)]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise NoVerdictError("a run's report can't be read") from error
        return ended

    def _ran(self, step: Step, place: Path, number: int, ended: Mapping[str, Any]) -> Ran:
        said = str(ended["output"])
        profile = (read_written(place / f"cover-{number}") or b"").decode("utf-8", "replace") if step.cover else ""
        told = (read_written(place / f"told-{number}") or b"").decode("utf-8", "replace") if step.calls else ""
        return Ran(
            str(ended["state"]),
            outcomes(step.tests, said, str(ended["state"]), int(ended["status"])),
            tuple(self._blocks(profile)),
            tuple(json.loads(line) for line in told.splitlines()),
            said,
            float(ended["seconds"]),
        )

    def _blocks(self, profile: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        return [
            ((int(line), int(column)), (int(last), int(end)))
            for name, line, column, last, end, count in _BLOCK.findall(profile)
            if int(count) and name.rpartition("/")[2] == self.file.name
        ]


def _files(place: Path) -> tuple[Path, Path]:
    return place / "order.json", place / "report.json"


def _order(step: Step, number: int, binary: Path, place: Path) -> dict[str, Any]:
    """A step as the program inside takes it."""
    argv = [str(binary), "-test.v", "-test.count=1", "-test.paniconexit0", f"-test.timeout={step.seconds + 1}s"]
    if is_benchmark(step.tests):
        argv += ["-test.run=^$", f"-test.bench={pattern_of(step.tests)}", f"-test.benchtime={step.turns}"]
    elif step.tests:
        argv += [f"-test.run={pattern_of(step.tests)}"]
    argv += [f"-test.coverprofile={place / f'cover-{number}'}"] if step.cover else []
    argv += ["-test.shuffle=7"] if step.shuffled else []
    found: dict[str, Any] = {"argv": argv, "seconds": step.seconds, "environment": dict(step.environment)}
    if step.calls:
        report = str(place / f"told-{number}")
        found["environment"]["STOKER_REPORT"] = report
        found |= {"report": report, "calls": step.calls, "patience": step.patience}
    return found
