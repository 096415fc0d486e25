"""The check that runs the project's own tests: those that concern the file are green before an edit and after it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.check import RunningCheck
from stoker_server.proving.errors import NotTrustedError, NoVerdictError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.suites import ProjectSuite, suite_for
from stoker_server.uris import path_of
from stoker_wire.verdicts import Verdict, failed, passed

_RUN = "Python, JavaScript, TypeScript, Go, Rust and Java"


class SuiteGreen(RunningCheck):
    """The tests that concern the edited files pass before the edit and after it."""

    name = "tests-pass"

    def __init__(self, terms: Terms, others: Mapping[str, Snapshot] | None = None) -> None:
        """Judge on these terms.

        Args:
            terms: The folder, whether its code may be run, and for how long.
            others: The other files of the edit by URI, as the editor has them.
        """
        super().__init__(terms)
        self._others = {} if others is None else others

    async def _judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run the tests before and after, in a scratch copy."""
        path = path_of(snapshot.uri)
        suite = suite_for(path) if path else None
        if path is None or suite is None:
            raise NoVerdictError(f"tests can be run in {_RUN} only")
        if self._terms.folder is None or not self._terms.trusted:
            raise NotTrustedError(self._terms.folder)
        async with suite.open(self._terms) as ground:
            return await self._run(ground, suite, path, snapshot, edit)

    async def _run(self, ground: Ground, suite: ProjectSuite, path: Path, snapshot: Snapshot, edit: Edit) -> Verdict:
        await asyncio.to_thread(self._write_open_files, ground, path, snapshot)
        edited = (found for part in edit.files if (found := path_of(part.uri)) and found.suffix in suite.suffixes)
        tests = await suite.tests(ground, list(dict.fromkeys([path, *edited])))
        if not tests:
            raise NoVerdictError(f"no tests found that concern {path.name}")
        seconds = self._terms.testing.seconds
        before, without = await suite.run_and_break(ground, path, tests, seconds=seconds)
        if why := _why_undecided(path, before, without):
            raise NoVerdictError(why)
        await asyncio.to_thread(ground.scratch.apply, edit)
        return self._compare(before, await suite.run(ground, path, tests, seconds=seconds))

    def _write_open_files(self, ground: Ground, path: Path, snapshot: Snapshot) -> None:
        """Files as the editor has them are what the edit was made for."""
        ground.scratch.write(path, snapshot.text)
        for uri, each in self._others.items():
            if other := path_of(uri):
                ground.scratch.write(other, each.text)

    def _compare(self, before: SuiteRun, after: SuiteRun) -> Verdict:
        gone = before.passed - after.passed
        if after.green and not gone:
            number = len(after.passed)
            return passed(self.name, f"{number} {'test' if number == 1 else 'tests'} green before and after")
        if after.green:
            return failed(self.name, f"{len(gone)} of {len(before.passed)} tests no longer run, e.g. {min(gone)}")
        return failed(self.name, f"green before, red after: {after.why_not_green()}")


def _why_undecided(path: Path, before: SuiteRun, without: SuiteRun) -> str:
    """Why runs before an edit prove nothing; empty where they do."""
    if not before.tests and not before.problems and before.state == "done":
        return f"no tests found that concern {path.name}"
    if not before.green:
        return f"red before the edit: {before.why_not_green()}"
    if not before.served:
        return f"the tests import {before.instead or 'another file'} and not {path.name}"
    return f"the tests pass without {path.name}" if without.green else ""
