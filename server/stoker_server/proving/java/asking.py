"""Asks the project's own Maven or Gradle how it compiles a module and runs its tests; the answer is kept."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground
from stoker_server.proving.java.answers import answer_for
from stoker_server.proving.java.build import INSIDE, OWN_PROGRAMS, Build
from stoker_server.proving.java.gradle import borrowed, find_gradle, launcher_of, why_not
from stoker_server.proving.java.project import Module, Programs
from stoker_server.proving.java.reports import MESSAGE, complaint
from stoker_server.proving.needs import installation_needs
from stoker_server.proving.process import Completed
from stoker_server.proving.sandbox import shown

_PLACE_TEST = "StokerPlaceTest"
_PLACE_GRADLE = "place.gradle"
_CLASSES = ("test-classes", "classes")
_NO_JUPITER = (
    "tests are written for JUnit 5 (org.junit.jupiter), and the module does not have it among its dependencies"
)


@dataclass(frozen=True)
class JavaGround(Ground):
    """Where code of one folder is built and run.

    Attributes:
        programs: The JDK and Maven; always there, though what a dataclass inherits wants a default.
        kept: What is kept between requests; always there, too.
        builds: How each module was found to be compiled before anything was changed in the copy.
    """

    programs: Programs | None = None
    kept: Path | None = None
    builds: dict[Module, Build] = field(default_factory=dict)


async def build_of(ground: Ground, programs: Programs, module: Module, kept: Path) -> Build:
    """Compile a module in the copy by its own tool, and learn how that runs tests; or recall it.

    Args:
        ground: The copy.
        programs: The JDK and Maven.
        module: The module.
        kept: What is kept between requests.

    Raises:
        ProvingError: The tool can't do it here.
        OSError: What is kept can't be read or written.
    """
    scratch = ground.scratch
    inside = "".join((INSIDE / name).read_text(encoding="utf-8") for name in (*OWN_PROGRAMS, f"{_PLACE_TEST}.java"))
    if module.gradle:
        program = await asyncio.to_thread(find_gradle, module)
        inside += f"{program}{(INSIDE / _PLACE_GRADLE).read_text(encoding='utf-8')}"
        lent = shown([INSIDE, *installation_needs(program, "lib/gradle-*.jar", "init.d"), *borrowed()])
        ground = replace(ground, lent=(*ground.lent, *(each for each in lent if each not in ground.lent)))
    answer = await asyncio.to_thread(answer_for, kept, scratch, module, programs, ground.folder, inside)
    build = Build(ground, programs, module, answer=answer, tests=answer.tests)
    own = scratch.inside(build.own)
    if known := await asyncio.to_thread(answer.recalled, own):
        return _told(replace(build, tests=known[1]), known[0])
    if module.gradle:
        told = await _ask_gradle(build)
    else:
        told = await _ask(build)
        await asyncio.to_thread(_put_aside, build)
    build = _told(build, told)
    await asyncio.to_thread(answer.keep, told, build.libraries, own)
    return build


async def _ask(build: Build) -> list[str]:
    """What a test tells that the project's own runner runs."""
    scratch, place = build.ground.scratch, build.ground.place()
    test = build.module.tests / "stoker_inside" / f"{_PLACE_TEST}.java"
    source = await asyncio.to_thread((INSIDE / test.name).read_text, encoding="utf-8")
    await asyncio.to_thread(scratch.write, test, source)
    try:
        done = await build.maven((f"-Dtest={_PLACE_TEST}", "test"), place)
    finally:
        await asyncio.to_thread(scratch.remove, test)
    told = await asyncio.to_thread(_lines, place / "place.txt")
    if len(told) < len(("tests", "classes", "modules", "launcher", "folder", "home")):
        raise ProvingError(_why_not(done))
    return told


async def _ask_gradle(build: Build) -> list[str]:
    """What a task of our own in the project's build tells, in the form that a test tells it in; what was compiled is copied."""
    place = build.ground.place()
    done = await build.gradle((f"{build.task}stokerPlace",), place)
    told = await asyncio.to_thread(_lines, place / "place.txt")
    if len(told) < len(("libraries", "classes", "tests", "gradle", "folder")):
        raise ProvingError(why_not(done.output))
    libraries, classes, tests, distribution, folder, *options = told
    if "junit-jupiter-api" not in libraries and "junit-platform-console-standalone" not in libraries:
        raise ProvingError(_NO_JUPITER)
    launcher = await asyncio.to_thread(launcher_of, libraries.split(os.pathsep), Path(distribution))
    if launcher is None:
        raise ProvingError(
            "JUnit's launcher is not there: add `testRuntimeOnly 'org.junit.platform:junit-platform-launcher'`, "
            "which Gradle 9 asks for, too, and run the tests once"
        )
    scratch = build.ground.scratch
    for name, folders in zip(_CLASSES, (tests, classes), strict=True):
        for each in (Path(part) for part in folders.split(os.pathsep) if part):
            source = scratch.inside(scratch.original / each.relative_to(build.ground.folder))
            await asyncio.to_thread(shutil.copytree, source, scratch.inside(build.own / name), dirs_exist_ok=True)
    return [libraries, "", "", launcher, folder, "", *options]


def _put_aside(build: Build) -> None:
    """Copy the compiled classes, for Maven replaces them."""
    scratch = build.ground.scratch
    for name in _CLASSES:
        source = scratch.inside(build.module.folder) / "target" / name
        if source.is_dir():
            shutil.copytree(source, scratch.inside(build.own / name), dirs_exist_ok=True)


def _told(build: Build, told: Sequence[str]) -> Build:
    """What the test in the project's own runner told."""
    tests, classes, modules, launcher, folder, _, *options = told
    paths = dict.fromkeys(each for part in (tests, classes, modules) for each in part.split(os.pathsep) if each)
    target = str(build.ground.seen(build.module.folder) / "target")
    libraries = [each for each in paths if not each.startswith(target) and "surefire" not in Path(each).name]
    kept = tuple(build.seen(name) for name in _CLASSES if build.ground.scratch.inside(build.own / name).is_dir())
    wanted = tuple(each for each in options if not each.startswith(("-javaagent", "-Xm", "-agent", "-XX", "-Duser.")))
    if launcher not in libraries:
        libraries.append(launcher)
    return replace(build, libraries=tuple(libraries), classes=kept, options=wanted, folder=Path(folder))


def _why_not(done: Completed) -> str:
    if "org.junit.jupiter" in done.output and "does not exist" in done.output:
        return _NO_JUPITER
    said = complaint(done.output) or done.last_line
    if "offline" in done.output:
        return f"Maven has not fetched all that the project needs: run `mvn test` once ({said[:MESSAGE]})"
    return f"Maven can't run the project's tests: {said[:MESSAGE]}"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
