"""Asks the project's own runner how it runs tests, and then compiles and runs without it: Maven takes seconds to start."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground
from stoker_server.proving.java.answers import Answer, digest_of
from stoker_server.proving.java.gradle import find_gradle, lay_out, why_not
from stoker_server.proving.java.project import Module, Programs, local_repository
from stoker_server.proving.java.reports import MESSAGE, complaint, outcomes_in
from stoker_server.proving.process import Completed, Ended
from stoker_server.proving.results import SuiteRun

INSIDE = Path(__file__).parent / "inside"
"""The programs that run inside."""

OWN = ".stoker-java"
"""The folder of the copy that holds what is compiled for a request; no project has one."""

OWN_PROGRAMS = ("Probe.java", "Json.java", "Literal.java", "Seen.java", "Calls.java", "Tests.java")
_GRADLE_HOME = ".stoker-gradle"
"""The folder of the copy that is Gradle's home; it is not kept for the next request."""

_COMPILE_SECONDS = 60.0
_MAVEN_SECONDS = 240.0
"""Maven compiles the whole module: that is a build, which the setting for a test command does not mean."""

_HEAP = "-Xmx512m"
_BRIEF = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
"""For what runs for a second: the second compiler takes longer than it saves."""

_QUIET = ("checkstyle", "rat", "enforcer", "jacoco", "license", "formatter", "spotbugs", "pmd", "cpd", "animal.sniffer")
"""Plug-ins that look at the files as they are: they would complain of what is only in the copy."""

_DIAGNOSTIC = re.compile(r"^(.*\.java):(\d+): error: (.*)$", re.MULTILINE)
_ELSEWHERE = ("-Duser.timezone=Pacific/Kiritimati", "-Duser.language=tr", "-Duser.country=TR")
_HERE = ("-Duser.timezone=UTC", "-Duser.language=en", "-Duser.country=US")


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error of the compiler's.

    Attributes:
        file: The file's name.
        line: Its line, from 1.
        message: What is wrong.
    """

    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Build:
    """How one module's code is compiled and run.

    Attributes:
        ground: The copy.
        programs: The JDK and Maven.
        module: The module.
        libraries: The class path without the module's own classes.
        classes: The module's classes and those of its tests, compiled, as runs see them.
        options: What its virtual machines are started with.
        folder: Where its tests are started, as runs see it.
        answer: Where what is learnt and compiled is kept for the next request.
        tests: The digests of the tests that Maven compiled, by their paths in the folder.
    """

    ground: Ground
    programs: Programs
    module: Module
    libraries: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    folder: Path | None = None
    answer: Answer | None = None
    tests: Mapping[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def own(self) -> Path:
        """The folder of what is compiled here, in the user's folder as runs see it; there is none really."""
        return self.ground.scratch.original / OWN

    def seen(self, name: str) -> str:
        """Where runs see something of that folder."""
        return str(self.ground.folder / OWN / name)

    def fresh(self, name: str) -> str:
        """A name in that folder that nothing has yet."""
        return f"{name}-{next(self._numbers)}"

    def has_compiled(self, file: Path, text: str) -> bool:
        """Whether Maven compiled a file of tests as it is.

        Args:
            file: The file, in the user's folder.
            text: Its text.
        """
        name = file.relative_to(self.ground.scratch.original).as_posix()
        return self.tests.get(name) == digest_of(text.encode("utf-8", "surrogateescape"))

    # -- Maven

    async def maven(self, words: Sequence[str], place: Path) -> Completed:
        """Run Maven without the network; it may change the copy.

        Raises:
            ProvingError: There is no Maven.
        """
        if self.programs.maven is None:
            raise ProvingError("Maven (mvn) is not on the PATH, so the project's tests can't be run")
        module, root = self.module.folder, self.module.root
        within = ("-pl", module.relative_to(root).as_posix(), "-am") if module != root else ()
        skipped = [f"-D{each}.skip=true" for each in _QUIET]
        skipped += ["-Dspotless.check.skip=true", "-Dsurefire.failIfNoSpecifiedTests=false", "-DfailIfNoTests=false"]
        repository = f"-Dmaven.repo.local={local_repository()}"
        # What a mirror of the user's settings fetched counts, too: the settings, which hold passwords, are not shown.
        tracking = "-Daether.enhancedLocalRepository.trackingFilename=stoker_none"
        return await self.ground.start(
            (str(self.programs.maven), "-o", "-q", "-B", repository, tracking, *skipped, *within, *words),
            place,
            seconds=_MAVEN_SECONDS,
            environment=self._environment(place),
            folder=self.ground.seen(root),
            writable=True,
        )

    async def gradle(self, words: Sequence[str], place: Path) -> Completed:
        """Run Gradle without the network; it may change the copy."""
        await asyncio.to_thread(lay_out, self.ground.scratch.inside(self.ground.scratch.original / _GRADLE_HOME))
        init = INSIDE / "place.gradle"
        switches = ("--offline", "--no-daemon", "--console=plain", "-Dorg.gradle.configuration-cache=false")
        return await self.ground.start(
            (str(find_gradle(self.module)), *switches, "--init-script", str(init), *words),
            place,
            seconds=_MAVEN_SECONDS,
            environment=(
                *self._environment(place),
                ("GRADLE_USER_HOME", str(self.ground.folder / _GRADLE_HOME)),
                ("STOKER_MODULE", str(self.ground.seen(self.module.folder))),
            ),
            folder=self.ground.seen(self.module.root),
            writable=True,
        )

    async def project_tests(self, path: Path) -> SuiteRun:
        """Run one test class by the project's own runner, which compiles the module for it."""
        place, scratch = self.ground.place(), self.ground.scratch
        within = ("build", "test-results") if self.module.gradle else ("target", "surefire-reports")
        reports = scratch.inside(self.module.folder).joinpath(*within)
        await asyncio.to_thread(shutil.rmtree, reports, ignore_errors=True)
        if self.module.gradle:
            done = await self.gradle((f"{self.task}test", "--tests", self._class_of(path)), place)
        else:
            done = await self.maven((f"-Dtest={path.stem}", "test"), place)
        tests = await asyncio.to_thread(outcomes_in, reports, path, path.relative_to(scratch.original).as_posix())
        if done.ended is Ended.TIME:
            tool = "Gradle" if self.module.gradle else "Maven"
            return SuiteRun("late", said=f"{tool} did not end in time", seconds=done.seconds)
        if not tests:
            said = why_not(done.output) if self.module.gradle else complaint(done.output) or done.last_line
            return SuiteRun("missing", said=said[:MESSAGE], seconds=done.seconds)
        return SuiteRun("done", tests, seconds=done.seconds)

    @property
    def task(self) -> str:
        """What stands before the name of a task of Gradle's: the module by its folder, as Gradle calls it by itself."""
        parts = self.module.folder.relative_to(self.module.root).parts
        return "".join(f":{each}" for each in parts) + ":" if parts else ":"

    def _class_of(self, path: Path) -> str:
        return ".".join(path.relative_to(self.module.tests).with_suffix("").parts)

    # -- the compiler

    async def compile(self, out: str, files: Mapping[str, str], path: Sequence[str]) -> list[Complaint]:
        """Compile files that stand in no project.

        Args:
            out: The folder of what is compiled, below ``OWN``.
            files: Their texts by name; names may have folders.
            path: The class path.

        Raises:
            NoVerdictError: The compiler did not run.
        """
        place = self.ground.place()
        sources = place / "sources"
        for name, text in files.items():
            target = sources / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", errors="surrogateescape")
        await asyncio.to_thread(self.ground.scratch.inside(self.own / out).mkdir, parents=True, exist_ok=True)
        words = ["-encoding", "UTF-8", "-nowarn", "-Xmaxerrs", "2000", "-implicit:none", "-g", "-J-Xmx700m"]
        words += [f"-J{option}" for option in _BRIEF]
        words += ["-sourcepath", str(place / "nothing"), "-cp", os.pathsep.join(path), "-d", self.seen(out)]
        done = await self.ground.start(
            (self.programs.javac, *words, *(str(sources / name) for name in files)),
            place,
            seconds=_COMPILE_SECONDS,
            environment=self._environment(place),
            writable=True,
        )
        found = [
            Complaint(Path(file).name, int(line), message) for file, line, message in _DIAGNOSTIC.findall(done.output)
        ]
        if not done.ok and not found:
            raise NoVerdictError(f"the compiler failed: {done.last_line}")
        return found

    # -- virtual machines

    async def java(
        self,
        words: Sequence[str],
        place: Path,
        *,
        seconds: float,
        elsewhere: bool = False,
        own: str,
        further: Sequence[str] = (),
    ) -> Completed:
        """Start one of the programs inside, or a library's.

        Args:
            words: Its class and arguments.
            place: The run's own folder.
            seconds: At most.
            elsewhere: Whether in other surroundings than usual: time zone and language.
            own: The folder that holds the programs inside, below ``OWN``.
            further: What the class path holds besides that and the libraries.
        """
        options = (*self.options, *(_ELSEWHERE if elsewhere else _HERE), _HEAP, *_BRIEF)
        path = os.pathsep.join([self.seen(own), *further, *self.libraries])
        return await self.ground.start(
            (self.programs.java, *options, "-cp", path, *words),
            place,
            seconds=seconds,
            environment=self._environment(place),
            folder=self.folder,
            writable=not self.ground.sandbox.isolates,
        )

    def _environment(self, place: Path) -> tuple[tuple[str, str], ...]:
        path = os.pathsep.join((str(self.programs.home / "bin"), "/usr/local/bin", "/usr/bin", "/bin"))
        own = (("JAVA_HOME", str(self.programs.home)), ("STOKER_PLACE", str(place)))
        # Without a word on it a virtual machine begins with a part of all of the machine's memory, which may be too much here.
        # Where the control groups can't be seen, what asks a virtual machine for the machine's memory gets an exception.
        contained = " -XX:-UseContainerSupport" if sys.platform == "linux" else ""
        least = (("JDK_JAVA_OPTIONS", f"-Xms64m -Xmx700m{contained}"), ("MAVEN_OPTS", " ".join(_BRIEF)))
        return (*((("PATH", path),) if os.name != "nt" else ()), *own, *least)
