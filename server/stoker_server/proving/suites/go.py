"""A Go module's own tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from stoker_analyzers.go.calls import tests_in
from stoker_server.proving.go.opening import open_go
from stoker_server.proving.go.runs import Runs, Step
from stoker_server.proving.go.toolchain import find_go
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.suites.base import ProjectSuite

_AT_ONCE = 30
"""Tests of one start: what Go says of them is kept up to a length."""


class GoSuite(ProjectSuite):
    """Go: the tests of the files' own packages."""

    suffixes = (".go",)
    broken = "package {package}\n"

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_go(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The folders of the files' packages, where those have tests."""
        folders = dict.fromkeys(each.parent for each in files)
        return tuple([each for each in folders if await asyncio.to_thread(self._tests, ground, each)])

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run the tests of packages."""
        go, outcomes, problems, took = await asyncio.to_thread(find_go), dict[str, CaseOutcome](), list[str](), 0.0
        for folder in tests:
            names = await asyncio.to_thread(self._tests, ground, folder)
            runs = Runs(go, folder / "any.go")
            binary = await runs.build(ground, cover=False)
            if binary.program is None:
                problems.append(binary.problem)
                continue
            parts = [names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)]
            ran = await runs.run(
                ground, binary.program, [Step(tuple(each), seconds) for each in parts], seconds=seconds
            )
            where = folder.relative_to(ground.scratch.original).as_posix()
            for each in ran:
                outcomes |= {f"{where}::{name}": found for name, found in each.tests.items()}
                took += each.seconds
        return SuiteRun("done", outcomes, tuple(problems), served=True, seconds=took)

    def _tests(self, ground: Ground, folder: Path) -> list[str]:
        found = list[str]()
        for path in sorted(ground.scratch.inside(folder).glob("*_test.go")):
            found += [each.partition("/")[0] for each in tests_in(ground.scratch.read(ground.scratch.outside(path)))]
        return list(dict.fromkeys(found))
