"""The check that runs the project's own tests: those that concern the file are green before an edit and after it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from pathlib import Path

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import NotTrustedError, ProvingError
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.layout import defined_names, import_name, suite_of
from stoker_server.proving.other_suites import OtherSuite, other_suite
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import Subject, run_tests, together
from stoker_server.proving.scratch import copy_again
from stoker_server.uris import path_of
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_RUN = "Python, JavaScript, TypeScript, Go, Rust and Java"

_BROKEN = 'raise AssertionError("must fail")\n'
"""A text of the file that no test which uses it survives."""


class SuiteGreen:
    """The tests that concern the edited files pass before the edit and after it."""

    name = "tests-pass"

    def __init__(self, terms: Terms, others: Mapping[str, Snapshot] | None = None) -> None:
        """Judge on these terms.

        Args:
            terms: The folder, whether its code may be run, and for how long.
            others: The other files of the edit by URI, as the editor has them.
        """
        self._terms = terms
        self._others = {} if others is None else others

    @property
    def budget(self) -> float:
        """Seconds for everything: the copy and the runs before and after."""
        return self._terms.testing.seconds

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run the tests before and after, in a scratch copy."""
        path = path_of(snapshot.uri)
        other = other_suite(path) if path else None
        if path is None or (path.suffix != ".py" and other is None):
            return undecided(self.name, f"tests can be run in {_RUN} only")
        if self._terms.folder is None or not self._terms.trusted:
            return undecided(self.name, str(NotTrustedError(self._terms.folder)))
        try:
            if other:
                async with other.open(self._terms) as ground:
                    return await self._judge_other(ground, other, path, snapshot, edit)
            async with open_ground(self._terms) as ground:
                return await self._judge(ground, path, snapshot, edit)
        except ProvingError as error:
            return undecided(self.name, str(error))

    async def _judge(self, ground: Ground, path: Path, snapshot: Snapshot, edit: Edit) -> Verdict:
        await asyncio.to_thread(ground.scratch.write, path, snapshot.text)
        for uri, each in self._others.items():
            if other := path_of(uri):
                await asyncio.to_thread(ground.scratch.write, other, each.text)
        name = await asyncio.to_thread(import_name, ground.scratch.root, ground.scratch.inside(path))
        files = await asyncio.to_thread(_concerned, ground, path, edit)
        if not files or name is None:
            return undecided(self.name, f"no tests found that import {path.name}")
        name = dataclasses.replace(name, root=ground.scratch.outside(name.root))
        before = Subject(path, snapshot.text, name)
        broken = dataclasses.replace(before, source=_BROKEN)
        first, without = await together(self._run_aside(ground, before, files), self._run(ground, broken, files))
        if not first.green:
            return undecided(self.name, f"red before the edit: {first.why_not_green()}")
        if not first.served or without.green:
            return undecided(self.name, _not_about(path, first))
        await asyncio.to_thread(ground.scratch.apply, edit)
        edited = dataclasses.replace(before, source=snapshot.after(edit).text)
        after = await self._run(ground, edited, files, writable=True)
        return self._compare(first, after)

    async def _judge_other(
        self, ground: Ground, suite: OtherSuite, path: Path, snapshot: Snapshot, edit: Edit
    ) -> Verdict:
        """The same in another language, in one copy: runs there see it read-only."""
        await asyncio.to_thread(ground.scratch.write, path, snapshot.text)
        for uri, each in self._others.items():
            if other := path_of(uri):
                await asyncio.to_thread(ground.scratch.write, other, each.text)
        edited = (found for part in edit.files if (found := path_of(part.uri)) and found.suffix in suite.suffixes)
        files = list(dict.fromkeys([path, *edited]))

        async def run() -> SuiteRun:
            return await suite.run(ground, files, seconds=self._terms.testing.seconds)

        before = await run()
        if not before.tests and not before.problems and before.state == "done":
            return undecided(self.name, f"no tests found that concern {path.name}")
        if not before.green:
            return undecided(self.name, f"red before the edit: {before.why_not_green()}")
        await asyncio.to_thread(ground.scratch.write, path, suite.broken_text(snapshot.text))
        without = await run()
        await asyncio.to_thread(ground.scratch.write, path, snapshot.text)
        if without.green:
            return undecided(self.name, f"the tests pass without {path.name}")
        await asyncio.to_thread(ground.scratch.apply, edit)
        return self._compare(before, await run())

    async def _run_aside(self, ground: Ground, subject: Subject, files: tuple[Path, ...]) -> SuiteRun:
        """A run in a copy of its own: what tests leave behind would meet them in the next run."""
        aside = dataclasses.replace(ground, scratch=await copy_again(ground.scratch))
        return await self._run(aside, subject, files, writable=True)

    async def _run(
        self, ground: Ground, subject: Subject, files: tuple[Path, ...], *, writable: bool = False
    ) -> SuiteRun:
        return await run_tests(ground, subject, files, seconds=self._terms.testing.seconds, writable=writable)

    def _compare(self, before: SuiteRun, after: SuiteRun) -> Verdict:
        gone = before.passed - after.passed
        if after.green and not gone:
            number = len(after.passed)
            return passed(self.name, f"{number} {'test' if number == 1 else 'tests'} green before and after")
        if after.green:
            return failed(self.name, f"{len(gone)} of {len(before.passed)} tests no longer run, e.g. {min(gone)}")
        return failed(self.name, f"green before, red after: {after.why_not_green()}")


def _concerned(ground: Ground, path: Path, edit: Edit) -> tuple[Path, ...]:
    """The tests of every Python file that the edit touches; paths are those of the user's folder."""
    edited = [found for part in edit.files if (found := path_of(part.uri)) and found.suffix == ".py"]
    tests: dict[Path, None] = {}
    for each in dict.fromkeys([path, *edited]):
        copy = ground.scratch.inside(each)
        names = defined_names(ground.scratch.read(each))
        tests.update(dict.fromkeys(map(ground.scratch.outside, suite_of(ground.scratch.root, copy, names))))
    return tuple(tests)


def _not_about(path: Path, run: SuiteRun) -> str:
    if not run.served:
        return f"the tests import {run.instead or 'another file'} and not {path.name}"
    return f"the tests pass without {path.name}"
