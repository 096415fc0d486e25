"""How a project's own tests are found and run: the face that each language has."""

from __future__ import annotations

import asyncio
import contextlib
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.results import SuiteRun


class ProjectSuite(ABC):
    """How the tests of one language's projects are found and run.

    Attributes:
        suffixes: The endings of its files.
        broken: A text of a file that no test which needs it survives; ``{package}`` stands for the file's package.
    """

    suffixes: tuple[str, ...]
    broken: str

    @abstractmethod
    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is run."""

    @abstractmethod
    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """What has to be run for some files: test files, packages, or a crate's file; nothing where no test concerns them.

        Args:
            ground: Where.
            files: The files, in the user's folder.

        Raises:
            ProvingError: The tests can't be run.
        """

    @abstractmethod
    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run tests with all files as the copy has them.

        Args:
            ground: Where.
            path: The file that they concern first of all.
            tests: What ``tests`` found.
            seconds: At most.

        Raises:
            ProvingError: They can't be run.
        """

    async def run_and_break(
        self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float
    ) -> tuple[SuiteRun, SuiteRun]:
        """Run tests with a file as it is, and with a text in its place that tests which need it don't survive.

        One after the other, in a copy that runs see read-only; the second only where the first is green.
        """
        text = await asyncio.to_thread(ground.scratch.read, path)
        whole = await self.run(ground, path, tests, seconds=seconds)
        if not whole.green:
            return whole, whole
        await asyncio.to_thread(ground.scratch.write, path, self.broken_text(text))
        without = await self.run(ground, path, tests, seconds=seconds)
        await asyncio.to_thread(ground.scratch.write, path, text)
        return whole, without

    def broken_text(self, text: str) -> str:
        """A text in the place of a file's, that no test which needs it survives."""
        package = re.search(r"^package\s+(\w+)", text, re.MULTILINE)
        return self.broken.format(package=package[1] if package else "")
