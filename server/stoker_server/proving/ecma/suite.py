"""The check that runs the tests of a JavaScript or TypeScript project that concern a file, before an edit and after it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from stoker_analyzers.ecma.exports import exports_of, uses_modules
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.ecma.layout import SUFFIXES, suite_of
from stoker_server.proving.ecma.opening import open_ecma_ground, toolchain_of
from stoker_server.proving.ecma.toolchain import RunnerRun, Toolchain
from stoker_server.proving.errors import NotTrustedError, ProvingError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.uris import path_of
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

_BROKEN = "throw new Error('must fail');\n"
"""A text of the file that no test which uses it survives."""


class EcmaSuiteGreen:
    """The tests that concern the edited file pass before the edit and after it, and fail without the file."""

    name = "tests-pass"

    def __init__(self, terms: Terms) -> None:
        """Judge on these terms."""
        self._terms = terms

    @property
    def budget(self) -> float:
        """Seconds for everything: the copy and the runs before and after."""
        return self._terms.testing.seconds

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run the tests before and after, in a scratch copy."""
        path = path_of(snapshot.uri)
        if path is None or path.suffix not in SUFFIXES:
            return undecided(self.name, "the document is no file whose tests can be run")
        if self._terms.folder is None or not self._terms.trusted:
            return undecided(self.name, str(NotTrustedError(self._terms.folder)))
        try:
            async with open_ecma_ground(self._terms) as ground:
                return await self._judge(ground, path, snapshot, edit)
        except ProvingError as error:
            return undecided(self.name, str(error))

    async def _judge(self, ground: Ground, path: Path, snapshot: Snapshot, edit: Edit) -> Verdict:
        await asyncio.to_thread(ground.scratch.write, path, snapshot.text)
        inside = ground.scratch.inside(path)
        tools = await toolchain_of(ground, ground.scratch.outside(inside))
        files = await asyncio.to_thread(_concerned, ground, inside, snapshot, tools)
        if not files:
            return undecided(self.name, f"no tests found that import {path.name}")
        before = await self._run(ground, tools, files)
        if why := _why_not_green(before):
            return undecided(self.name, f"red before the edit: {why}")
        broken = _BROKEN if uses_modules(snapshot) is not True else f"export {{}};\n{_BROKEN}"
        await asyncio.to_thread(ground.scratch.write, path, broken)
        if not _why_not_green(await self._run(ground, tools, files)):
            return undecided(self.name, f"the tests pass without {path.name}")
        await asyncio.to_thread(ground.scratch.write, path, snapshot.after(edit).text)
        after = await self._run(ground, tools, files)
        if why := _why_not_green(after):
            return failed(self.name, f"green before, red after: {why}")
        gone = _passed(before) - _passed(after)
        if gone:
            return failed(self.name, f"{len(gone)} of {len(_passed(before))} tests no longer run, e.g. {min(gone)}")
        return passed(self.name, f"{counted(len(_passed(after)), 'test')} green before and after")

    async def _run(self, ground: Ground, tools: Toolchain, files: tuple[Path, ...]) -> RunnerRun:
        return await tools.run(ground, files, seconds=self._terms.testing.seconds)


def _concerned(ground: Ground, inside: Path, snapshot: Snapshot, tools: Toolchain) -> tuple[Path, ...]:
    """The tests of a file, by their paths in the user's folder."""
    names = [each.name for each in exports_of(snapshot)] or [inside.stem]
    root, found = ground.scratch.root, dict[Path, None]()
    for name in names:
        found.update(dict.fromkeys(suite_of(root, inside, name, tools.package.name)))
    return tuple(ground.scratch.outside(each) for each in found)


def _passed(run: RunnerRun) -> set[str]:
    return {
        f"{path.name}: {name}" for path, each in run.files.items() for name, case in each.tests.items() if case.passed
    }


def _why_not_green(run: RunnerRun) -> str:
    """Why a run shows nothing good; empty where all its tests passed."""
    if run.state != "done":
        return run.said or run.state
    problems = [each.problem for each in run.files.values() if each.problem]
    failing = [
        f"{name}: {case.message}" for each in run.files.values() for name, case in each.tests.items() if case.failed
    ]
    return next(iter([*problems, *failing]), "" if _passed(run) else "no test ran")
