"""A Python project's own tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.layout import defined_names, import_name, suite_of
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import Subject, run_tests, together
from stoker_server.proving.scratch import copy_again
from stoker_server.proving.suites.base import ProjectSuite


class PythonSuite(ProjectSuite):
    """Python, by pytest."""

    suffixes = (".py",)
    broken = 'raise AssertionError("must fail")\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_ground(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The test files that import the files."""
        return await asyncio.to_thread(self._concerned, ground, files)

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files; they may write into the copy."""
        return await run_tests(ground, await self._subject(ground, path), tests, seconds=seconds, writable=True)

    async def run_and_break(
        self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float
    ) -> tuple[SuiteRun, SuiteRun]:
        """Both at once; the first in a copy of its own, for what tests leave behind would meet them in the next run."""
        subject = await self._subject(ground, path)
        aside = replace(ground, scratch=await copy_again(ground.scratch))
        whole, without = await together(
            run_tests(aside, subject, tests, seconds=seconds, writable=True),
            run_tests(ground, replace(subject, source=self.broken), tests, seconds=seconds),
        )
        return whole, without

    async def _subject(self, ground: Ground, path: Path) -> Subject:
        name = await asyncio.to_thread(import_name, ground.scratch.root, ground.scratch.inside(path))
        if name is None:
            raise NoVerdictError(f"{path.name} has no name by which a test could import it")
        text = await asyncio.to_thread(ground.scratch.read, path)
        return Subject(path, text, replace(name, root=ground.scratch.outside(name.root)))

    def _concerned(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        scratch, found = ground.scratch, dict[Path, None]()
        for each in files:
            names = defined_names(scratch.read(each))
            found.update(dict.fromkeys(map(scratch.outside, suite_of(scratch.root, scratch.inside(each), names))))
        return tuple(found)
