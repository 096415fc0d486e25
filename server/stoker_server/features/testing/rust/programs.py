"""The workbench for tests that are programs of their own, which see what a crate makes public: how a draft of them is run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from stoker_server.features.testing.bench import Series
from stoker_server.features.testing.rust.bench import RustBench
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.rust.building import Build
from stoker_server.proving.rust.runs import Chosen


class ProgramBench(RustBench):
    """Everything that authors and checks of such tests share."""

    def is_draft(self, files: Sequence[Path]) -> bool:
        """Whether test files hold something that the copy that is built from does not."""
        del files
        return True

    @abstractmethod
    async def program(self, path: Path, text: str, names: Collection[str] | None = None) -> tuple[list[Chosen], Build]:
        """A draft's program, built with a text of the file under test.

        Args:
            path: The draft's file.
            text: The text of the file under test.
            names: The tests that will be run; all where there are none.
        """

    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run tests once, each in a process of its own, and see which lines of the function each runs."""
        if not self.is_draft(files):
            return await super().run_watched(files, seconds=seconds)
        chosen, build = await self.program(files[0], self.probed(""))
        if build.faults:
            return SuiteRun("done", problems=(build.why,))
        return await self.runs.run(chosen, seconds=seconds, watched=True)

    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Run a draft twice more, against the file as it is: once in other surroundings."""
        chosen, build = await self.program(path, self.text, names)
        if build.faults:
            return (SuiteRun("done", problems=(build.why,), served=True),)
        runs = [await self.runs.run(chosen, seconds=seconds, elsewhere=each) for each in (False, True)]
        return tuple(replace(each, served=True) for each in runs)

    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Run tests with each mutant; the one that must fail is the first of them."""
        if not self.is_draft(files):
            return await super().run_series(files, usual=usual, seconds=seconds, only=only, drafted=drafted)
        names = {each.partition("::")[2] for each in only}
        chosen, _ = await self.program(files[0], self.probed(""), names)
        return await self.run_chosen(chosen, usual=usual, seconds=seconds, drafted=drafted)
