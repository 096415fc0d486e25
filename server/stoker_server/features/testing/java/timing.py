"""The workbench for JMH's benchmarks of a Java method: compiled with JMH's processor, called once as a test, and timed by JMH.

Each benchmark is a nested class: its fields hold what the call takes, its ``@Setup`` compares what the call gives.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from stoker_server.features.testing.bench import Series
from stoker_server.features.testing.java.bench import JavaBench
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import read_written
from stoker_server.proving.java.build import Build
from stoker_server.proving.java.project import local_repository
from stoker_server.proving.java.runs import Asked, refused
from stoker_server.proving.process import Ended
from stoker_server.proving.results import CaseOutcome, SuiteRun

_DRIVER = "StokerBenchmarksTest"
_CORE = re.compile(r"jmh-core-([\d.]+)\.jar$")
_NESTED = re.compile(r"^[ \t]*public static class (\w+) \{", re.MULTILINE)
_SHORT = ("-f", "1", "-wi", "1", "-i", "3", "-w", "100ms", "-r", "100ms", "-bm", "avgt", "-tu", "ns", "-foe", "true")
"""One virtual machine, a third of a second: enough to see that JMH takes it, and about how long a call is."""

_JMH_SECONDS = 60.0
_ONCE = """\
    static void once(Class<?> kind) throws Throwable {
        var made = kind.getDeclaredConstructor().newInstance();
        for (var mark : java.util.List.of("Setup", "Benchmark")) {
            for (var each : kind.getDeclaredMethods()) {
                for (var one : each.getAnnotations()) {
                    if (one.annotationType().getSimpleName().equals(mark)) {
                        try {
                            each.invoke(made);
                        } catch (java.lang.reflect.InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    }
                }
            }
        }
    }
"""


def need_jmh(build: Build) -> str:
    """JMH's annotation processor, where a module has JMH.

    Raises:
        ProvingError: It has not, or its processor is not there.
    """
    core = next((found[1] for each in build.libraries if (found := _CORE.search(each))), None)
    if core is None:
        raise ProvingError(
            "performance tests of Java are written for JMH (org.openjdk.jmh), and the module does not have it among "
            "its dependencies"
        )
    name = f"jmh-generator-annprocess-{core}.jar"
    fetched = local_repository() / "org" / "openjdk" / "jmh" / "jmh-generator-annprocess" / core / name
    processor = next((each for each in build.libraries if each.endswith(name)), None)
    if processor is None and not fetched.is_file():
        raise ProvingError(f"JMH's annotation processor {name} is not there: build the project's benchmarks once")
    return processor or str(fetched)


class TimedBench(JavaBench):
    """Everything that the author of benchmarks and checks share.

    Attributes:
        processor: JMH's annotation processor.
    """

    timed = True
    processor = ""

    def test_file(self) -> Path:
        """The file of the class's benchmarks: beside its tests."""
        tests = self.target.module.tests
        return tests.joinpath(*filter(None, self.target.package.split(".")), f"{self.target.top}Benchmark.java")

    def test_names(self, text: str) -> Sequence[str]:
        """The benchmarks of a file, which are classes."""
        return _NESTED.findall(text)

    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Make each benchmark's call once, and see which lines of the method it runs."""
        return (await self._called(files[0], Asked(seconds, (0,))))[0]

    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Make the calls once in other surroundings, and then have JMH time them, as the project would."""
        again = (await self._called(path, Asked(seconds, elsewhere=True)))[0]
        return (again, await self._timed(path, names) if green else again)

    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Make the calls with each mutant; the one that must fail is the first of them."""
        asked = Asked(seconds, self.all_numbers(drafted=drafted), usual)
        found = await self._called(files[0], asked)
        return self.series_of(found, only, drafted=drafted)

    async def _compiled(self, path: Path) -> tuple[str, str, SuiteRun | None]:
        """A file of benchmarks with what calls them as tests: where it is compiled, the tests' class, what is wrong."""
        text = await asyncio.to_thread(self.ground.scratch.read, path)
        package = self.target.package
        tests = [
            f"    @org.junit.jupiter.api.Test void {name}() throws Throwable {{ once({path.stem}.{name}.class); }}\n"
            for name in self.test_names(text)
        ]
        head = f"package {package};\n" if package else ""
        driver = f"{head}class {_DRIVER} {{\n{''.join(tests)}{_ONCE}}}\n"
        files = {path.name: text, f"{_DRIVER}.java": driver}
        out, complaints = await self.runs.compiled(files, (self.processor,))
        return out, f"{package}.{_DRIVER}".removeprefix("."), refused(complaints) if complaints else None

    async def _called(self, path: Path, asked: Asked) -> dict[int, SuiteRun]:
        out, name, wrong = await self._compiled(path)
        if wrong:
            return dict.fromkeys(asked.known, wrong)
        return await self.runs.started(out, {name: path}, asked)

    async def _timed(self, path: Path, names: Sequence[str]) -> SuiteRun:
        """What JMH makes of benchmarks."""
        out, _, wrong = await self._compiled(path)
        if wrong:
            return wrong
        build, where = self.runs.build, path.relative_to(self.ground.scratch.original).as_posix()
        place = self.ground.place()
        report = place / "jmh.json"
        wanted = rf"\.{path.stem}\.(?:{'|'.join(names)})\."
        words = ("org.openjdk.jmh.Main", *_SHORT, "-rf", "json", "-rff", str(report), wanted)
        done = await build.java(words, place, seconds=_JMH_SECONDS, own=out, further=build.classes)
        if done.ended is Ended.TIME:
            return SuiteRun("late", said="JMH did not end in time", seconds=done.seconds)
        scores = _scores(await asyncio.to_thread(read_written, report))
        self.took = {name: f"{score:,.3g} ns" for name, score in scores.items()}
        tests = {
            f"{where}::{name}": CaseOutcome(name in scores, name not in scores, done.last_line, done.output)
            for name in names
        }
        return SuiteRun("done", tests, served=True, seconds=done.seconds)


def how_to_run(bench: TimedBench, trial: Trial) -> list[str]:
    """What benchmarks took; how JMH is started is the project's own affair."""
    return [
        f"A call took {bench.took[name]} here ({name}); JMH knows it as `{trial.path.stem}.{name}.measure`"
        for name in trial.names
        if name in bench.took
    ]


def _scores(report: bytes | None) -> dict[str, float]:
    """What calls took, in nanoseconds, by the class that a benchmark is; none where JMH did not get so far.

    Raises:
        NoVerdictError: It is no report of JMH's: the code had its hands on it.
    """
    try:
        return {
            str(each["benchmark"]).split(".")[-2]: float(each["primaryMetric"]["score"])
            for each in json.loads(report or b"[]")
        }
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise NoVerdictError("JMH's report can't be read") from error
