"""The own tests of a Java module."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.java.asking import JavaGround, build_of
from stoker_server.proving.java.build import Build
from stoker_server.proving.java.opening import open_java
from stoker_server.proving.java.project import Module, java_files, module_of, package_of, suite_of
from stoker_server.proving.java.runs import Asked, refused, unprobed
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.suites.base import ProjectSuite

_MOST_SOURCES = 1_500
"""Files of a module that is compiled for a check."""


class JavaSuite(ProjectSuite):
    """Java: the tests that name the files' classes, with the whole module compiled anew; its own tool is asked once."""

    suffixes = (".java",)

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is compiled and run."""
        return open_java(terms)

    def broken_text(self, text: str) -> str:
        """A file that defines nothing: what uses its classes can't be compiled."""
        package = package_of(text)
        return f"package {package};\n" if package else "\n"

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The test files of the first file's module that name the files' classes."""
        module = module_of(ground.scratch.original, files[0])
        return tuple(await asyncio.to_thread(self._concerned, ground, module, files))

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Compile a file's module, and run test files of it."""
        if not isinstance(ground, JavaGround) or ground.programs is None or ground.kept is None:
            raise NoVerdictError("the ground was not opened for Java")
        scratch, module = ground.scratch, module_of(ground.scratch.original, path)
        if module not in ground.builds:
            ground.builds[module] = await build_of(ground, ground.programs, module, ground.kept)
        build = ground.builds[module]
        runs = await unprobed(build)
        out, complaints = await runs.compiled(await asyncio.to_thread(self._sources, build, tests))
        if complaints:
            return refused(complaints)
        names = {f"{package_of(scratch.read(each))}.{each.stem}".removeprefix("."): each for each in tests}
        return (await runs.started(out, names, Asked(seconds)))[0]

    def _concerned(self, ground: Ground, module: Module, files: Sequence[Path]) -> list[Path]:
        scratch, found = ground.scratch, dict[Path, None]()
        for file in files:
            package = package_of(scratch.read(file))
            found.update(dict.fromkeys(suite_of(scratch.inside(module.tests), file.stem, package)))
        return [scratch.outside(each) for each in found]

    def _sources(self, build: Build, tests: Sequence[Path]) -> dict[str, str]:
        """The module's code and the tests, by name; the classes that its tool made of that code are taken away.

        Raises:
            NoVerdictError: It is too much.
        """
        scratch, found = build.ground.scratch, dict[str, str]()
        main, made = scratch.inside(build.module.main), scratch.inside(build.own / "classes")
        for path in java_files(main):
            if path.name not in ("module-info.java", "package-info.java"):
                found[f"main/{path.relative_to(main).as_posix()}"] = path.read_text(encoding="utf-8", errors="replace")
            folder = made / path.relative_to(main).parent
            for each in (*folder.glob(f"{path.stem}.class"), *folder.glob(f"{path.stem}$*.class")):
                each.unlink()
        if len(found) > _MOST_SOURCES:
            raise NoVerdictError(f"the module has more than {_MOST_SOURCES} files, too many to compile three times")
        return found | {f"test{number}/{each.name}": scratch.read(each) for number, each in enumerate(tests)}
