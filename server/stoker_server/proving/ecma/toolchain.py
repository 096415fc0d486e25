"""Starts a project's own test runner over a scratch copy and reads what it reports."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stoker_server.proving.ecma import benchmarks
from stoker_server.proving.ecma.project import Framework, Package
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground, read_json
from stoker_server.proving.process import Completed, Ended
from stoker_server.proving.results import CaseOutcome

INSIDE = Path(__file__).parent / "inside"
"""The programs that run inside."""

REPORT = "report.json"
TAG = ".stoker"
"""What the names of copies of test files hold, which are there for one run."""

PARTLY = "partly"
"""The state of a run that was stopped when some of the files had been run, by a runner that tells of them one by one."""

_MESSAGE, _DETAIL = 300, 2_000
"""Characters kept of a failure: its first line, and its whole text for whoever is to mend the test."""

_ELSEWHERE = (("TZ", "Pacific/Chatham"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8"))
"""Other surroundings: a zone that is 45 minutes off the others, and a language with other numbers and dates."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
PATIENCE = 5.0
"""Seconds of a test, as vitest and jest have them by themselves: a mutant may never answer."""

_WITH_TIMEOUT = (20, 11)
"""The first Node that can limit tests, and say how many files run at once."""

_AT_ONCE = 3
"""Files that Node runs at once where some may only wait for their end; by itself it takes a core less than there are."""

_WITH_LOADER = (3, 0)
"""The first vitest that reads its settings without writing into ``node_modules``, which is read-only."""


@dataclass(frozen=True, slots=True)
class FileRun:
    """What one test file showed.

    Attributes:
        tests: The outcomes by full name: the titles around it and its own, joined by `` > ``.
        problem: What kept it from being collected; empty where nothing did.
    """

    tests: Mapping[str, CaseOutcome] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RunnerRun:
    """One start of a runner.

    Attributes:
        state: ``done``, ``late``, ``missing`` or ``PARTLY``.
        files: What each file showed, by its path in the user's folder.
        place: The run's own folder, with whatever else the run wrote.
        said: The last line of its output.
        seconds: How long it took.
    """

    state: str
    files: Mapping[Path, FileRun]
    place: Path
    said: str
    seconds: float


@dataclass(frozen=True)
class Toolchain:
    """How a project's tests are run.

    Attributes:
        node: Node.
        version: Its major and minor.
        package: The package that the tests belong to, in the user's folder.
        framework: The runner.
        program: The runner's program; ``None`` for Node's own.
        runner_version: The runner's major and minor.
        loader: Options with which Node runs the project's TypeScript, where its own runner is used.
    """

    node: Path
    version: tuple[int, int]
    package: Package
    framework: Framework
    program: Path | None
    runner_version: tuple[int, int]
    loader: tuple[str, ...] = ()

    async def run(
        self,
        ground: Ground,
        files: Sequence[Path],
        *,
        seconds: float,
        elsewhere: bool = False,
        patience: float | None = None,
    ) -> RunnerRun:
        """Run test files once, in a process of their own.

        Args:
            ground: Where.
            files: Test files, by their paths in the user's folder; in the copy they may differ or be new.
            seconds: At most.
            elsewhere: Whether in other surroundings than usual: time zone and language.
            patience: Seconds after which a test, or with Node's own runner a file, counts as one that never ends; as the
                project has it where it is ``None``.

        Raises:
            NoVerdictError: The report can't be read.
        """
        place, seen = ground.place(), [ground.seen(each) for each in files]
        report = place / REPORT
        words = self._words(seen, ground.seen(self.package.folder), report, patience)
        done, found = await self._start(ground, words, place, seconds=seconds, elsewhere=elsewhere)
        return self._read(done, found, dict(zip(seen, files, strict=True)), place)

    def _read(
        self, done: Completed, found: dict[str, Any] | None, known: Mapping[Path, Path], place: Path
    ) -> RunnerRun:
        """What a start showed, by its report.

        Raises:
            NoVerdictError: It is none.
        """
        said = _last(done.output, done.last_line)
        if found is None:
            late = done.ended is Ended.TIME
            return RunnerRun("late" if late else "missing", {}, place, said, done.seconds)
        return RunnerRun("done", _files(found, known), place, said, done.seconds)

    async def bench(
        self, ground: Ground, file: Path, *, seconds: float, elsewhere: bool = False
    ) -> tuple[RunnerRun, dict[str, float]]:
        """Run a file of benchmarks once, in a process of its own.

        Args:
            ground: Where.
            file: The file, by its path in the user's folder.
            seconds: At most.
            elsewhere: Whether in other surroundings than usual.

        Returns:
            The run, and the milliseconds that a call took on average, by the benchmarks' names.

        Raises:
            NoVerdictError: The report can't be read.
        """
        place = ground.place()
        words = self._timing_words(ground.seen(file), ground.seen(self.package.folder), place / REPORT)
        done, found = await self._start(ground, words, place, seconds=seconds, elsewhere=elsewhere)
        said = _last(done.output, done.last_line)
        if found is None:
            late = done.ended is Ended.TIME
            return RunnerRun("late" if late else "missing", {}, place, said, done.seconds), {}
        tests = benchmarks.outcomes(found, _plain(done.output)).get(ground.seen(file))
        files = {} if tests is None else {file: FileRun(tests)}
        return RunnerRun("done", files, place, said, done.seconds), benchmarks.timings(found)

    async def _start(
        self, ground: Ground, words: Sequence[str], place: Path, *, seconds: float, elsewhere: bool
    ) -> tuple[Completed, dict[str, Any] | None]:
        """A start of Node in the package's folder, and the report that it wrote, if any."""
        done = await ground.start(
            (str(self.node), *words),
            place,
            seconds=seconds,
            environment=(*self._environment(place, elsewhere), *ground.variables),
            folder=ground.seen(self.package.folder),
            writable=not ground.sandbox.isolates,
        )
        ended = done.ended is Ended.ITSELF  # else it may be half a report
        return done, await asyncio.to_thread(read_json, place / REPORT) if ended else None

    def _loading(self) -> list[str]:
        """How vitest shall read its settings."""
        return ["--configLoader=runner"] if self.runner_version >= _WITH_LOADER else []

    def _environment(self, place: Path, elsewhere: bool) -> tuple[tuple[str, str], ...]:
        path = os.pathsep.join((str(self.node.parent), "/usr/local/bin", "/usr/bin", "/bin"))
        own = (("STOKER_PLACE", str(place)), ("CI", "1"), ("NO_COLOR", "1"), ("NODE_ENV", "test"))
        return (
            *((("PATH", path),) if os.name != "nt" else ()),
            *own,
            *(_ELSEWHERE if elsewhere else ()),
        )

    def _timing_words(self, file: Path, folder: Path, report: Path) -> list[str]:
        how = ["--run", f"--outputJson={report}", "--no-color", "--coverage.enabled=false", *self._loading()]
        return [str(self.program), "bench", *how, os.path.relpath(file, folder)]

    def _words(self, files: Sequence[Path], folder: Path, report: Path, patience: float | None) -> list[str]:
        limit = [] if patience is None else [f"--testTimeout={round(patience * 1000)}"]
        if self.program is None:
            reporter = (f"--test-reporter={INSIDE / 'reporter.mjs'}", f"--test-reporter-destination={report}")
            at_once = [] if patience is None else [f"--test-concurrency={_AT_ONCE}"]
            ends = [f"--test-timeout={round((patience or PATIENCE) * 1000)}", *at_once]
            how = ends if self.version >= _WITH_TIMEOUT else []
            return [*self.loader, "--test", *how, *reporter, *map(str, files)]
        names = [os.path.relpath(each, folder) for each in files]
        if self.framework is Framework.JEST:
            modules = ["--experimental-vm-modules"] if "experimental-vm-modules" in self.package.test_script else []
            how = ["--watchman=false", "--coverage=false", "--ci", "--runInBand", "--silent", "--forceExit"]
            cache = f"--cacheDirectory={report.parent / 'cache'}"
            whole = [*modules, str(self.program), "--json", f"--outputFile={report}", cache, *how]
            return [*whole, *limit, "--runTestsByPath", *names]
        how = ["--no-color", "--coverage.enabled=false", "--retry=0", "--bail=0", "--watch=false", "--maxWorkers=2"]
        how += [*self._loading(), *limit]
        return [str(self.program), "run", "--reporter=json", f"--outputFile={report}", *how, *names]


async def version_of(ground: Ground, node: Path) -> tuple[int, int]:
    """Node's version, by asking it.

    Raises:
        ProvingError: It does not start.
    """
    place = ground.place()
    words = (str(node), "-p", "process.versions.node")
    done = await ground.start(words, place, seconds=15.0, environment=())
    found = re.search(r"^(\d+)\.(\d+)\.\d+", done.output, re.MULTILINE)
    if not done.ok or found is None:
        raise ProvingError(f"Node at {node} does not start: {done.last_line}")
    return int(found[1]), int(found[2])


def _files(report: Mapping[str, Any], known: Mapping[Path, Path]) -> dict[Path, FileRun]:
    """What the files that were asked for showed.

    Raises:
        NoVerdictError: The report is none: the tests had their hands on it.
    """
    try:
        found = {
            known[Path(each["name"])]: _file(each) for each in report["testResults"] if Path(each["name"]) in known
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise NoVerdictError("a run's report can't be read") from error
    return found


def _file(data: Mapping[str, Any]) -> FileRun:
    tests: dict[str, CaseOutcome] = {}
    for each in data["assertionResults"]:
        name = " > ".join([*each["ancestorTitles"], each["title"]])
        said = _plain("\n".join(map(str, each["failureMessages"] or ())))
        failed = each["status"] == "failed"
        known = tests.get(name)
        if known is None or failed:  # of two with one name the one that failed counts
            tests[name] = CaseOutcome(each["status"] == "passed", failed, _first(said), said[:_DETAIL])
    problem = _plain(str(data.get("message") or "")) if data["status"] == "failed" and not tests else ""
    if data["status"] == "failed" and not tests and not problem:
        problem = "the file could not be run"
    return FileRun(tests, telling(problem))


def _plain(text: str) -> str:
    return _COLOURS.sub("", text).strip()


def telling(problem: str) -> str:
    """The line of a runner's account that says what is wrong with a file, without the pictures around it."""
    lines = [line.strip() for line in problem.splitlines() if re.search(r"\w", line)]
    return next((line for line in lines if re.search(r"error\b", line, re.IGNORECASE)), lines[0] if lines else "")[
        :_MESSAGE
    ]


def _first(text: str) -> str:
    """The telling line of what a runner says of a failure."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:_MESSAGE] if lines else ""


def _last(output: str, otherwise: str) -> str:
    """The line that says what went wrong, where a runner ended without a report."""
    lines = [line.strip() for line in _plain(output).splitlines() if line.strip()]
    return next((line for line in lines if re.search(r"\berror\b", line, re.IGNORECASE)), otherwise)[:_MESSAGE]
