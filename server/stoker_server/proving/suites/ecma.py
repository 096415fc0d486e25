"""The own tests of a project in JavaScript or TypeScript."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from stoker_analyzers.ecma.exports import exports_of
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.ecma import layout
from stoker_server.proving.ecma.opening import open_ecma_ground, toolchain_of
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.suites.base import ProjectSuite


class EcmaSuite(ProjectSuite):
    """JavaScript and TypeScript, by vitest, jest or Node's own runner."""

    suffixes = layout.SUFFIXES
    broken = 'throw new Error("must fail");\nexport {{}};\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""
        return open_ecma_ground(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The test files that import the files."""
        tools = await toolchain_of(ground, files[0])
        return tuple(await asyncio.to_thread(self._concerned, ground, files, tools.package.name))

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files."""
        tools = await toolchain_of(ground, path)
        run = await tools.run(ground, tests, seconds=seconds)
        if run.state != "done":
            return SuiteRun(run.state, said=run.said, seconds=run.seconds)
        outcomes, problems = dict[str, CaseOutcome](), list[str]()
        for test in tests:
            where = test.relative_to(ground.scratch.original).as_posix()
            found = run.files.get(test)
            problems += [f"{tools.framework} does not take {where} for a test"] if found is None else []
            problems += [found.problem] if found and found.problem else []
            outcomes |= {f"{where}::{name}": each for name, each in (found.tests if found else {}).items()}
        return SuiteRun("done", outcomes, tuple(problems), served=True, seconds=run.seconds)

    def _concerned(self, ground: Ground, files: Sequence[Path], package: str) -> list[Path]:
        scratch, found = ground.scratch, dict[Path, None]()
        for file in files:
            snapshot = Snapshot(file.as_uri(), scratch.read(file), by_path(file))
            for name in [each.name for each in exports_of(snapshot)] or [file.stem]:
                found.update(dict.fromkeys(layout.suite_of(scratch.root, scratch.inside(file), name, package)))
        return [scratch.outside(each) for each in found]
