"""The proving ground: one folder's scratch copy, the sandbox and the interpreter, brought together for one request."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import stat
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stoker_server.proving.errors import ConsentNeededError, NotTrustedError, NoVerdictError
from stoker_server.proving.interpreter import Interpreter, borrow_pytest, find_interpreter
from stoker_server.proving.process import Completed, run
from stoker_server.proving.sandbox import INSIDE, Job, Limits, Mount, Sandbox, find_sandbox, own_needs, shown
from stoker_server.proving.scratch import Scratch, scratch_copy
from stoker_server.settings import TestingSettings

_AT_ONCE = 2
"""Runs at the same time: the editor and the user's own work need the other cores."""

LARGEST_REPORT = 8_000_000
"""Bytes of a report; a longer one is none."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a folder's code may be run.

    Attributes:
        folder: The workspace folder; ``None`` for a document outside any.
        trusted: Whether the user allowed its code to be run.
        testing: How long and with how much memory.
        unsandboxed: The user allowed this request to run code where there is no sandbox.
    """

    folder: Path | None
    trusted: bool
    testing: TestingSettings = field(default_factory=TestingSettings)
    unsandboxed: bool = False


@dataclass(frozen=True)
class Ground:
    """Where code of one folder is run.

    Attributes:
        scratch: The copy.
        sandbox: How runs are kept in.
        python: What runs the code.
        terms: On what terms.
        lent: What runs see besides, read-only: what the copy leaves out and they can't do without.
        variables: Environment variables that the programs inside get besides.
    """

    scratch: Scratch
    sandbox: Sandbox
    python: Interpreter
    terms: Terms
    lent: tuple[Mount, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def folder(self) -> Path:
        """Where runs see the copy: at the folder's own path, if the sandbox can."""
        return self.scratch.original if self.sandbox.isolates else self.scratch.root

    def seen(self, path: Path) -> Path:
        """Where runs see a file of the folder."""
        return self.folder / self.scratch.inside(path).relative_to(self.scratch.root)

    async def order(
        self,
        program: str,
        order: Mapping[str, Any],
        *,
        seconds: float,
        seed: int = 0,
        writable: bool = False,
    ) -> tuple[Completed, list[dict[str, Any] | None]]:
        """Run one of the programs inside, when it is its turn.

        Args:
            program: ``tests`` or ``calls``.
            order: What it shall do; see the program.
            seconds: At most this long, from its start on.
            seed: For Python's string hashes, so that an order that happens to hold is found out.
            writable: Whether the copy may be changed. Otherwise one run can't spoil the next.

        Returns:
            The run, and the report of each of the order's entries; ``None`` where there is none.

        Raises:
            NoVerdictError: A report is no report.
        """
        place = self.place()
        file = place / "order.json"
        await asyncio.to_thread(file.write_text, json.dumps({**order, "reports": str(place)}), encoding="utf-8")
        done = await self.start(
            (str(self.python.executable), str(INSIDE), program, str(file)),
            place,
            seconds=seconds,
            environment=(*self.python.environment, *self._variables(seed), *self.variables),
            writable=writable,
        )
        return done, [read_json(place / f"{number}.json") for number in range(len(order["entries"]))]

    def place(self) -> Path:
        """A new empty folder for one run's order and reports, which the run may write to."""
        place = self.scratch.private / f"order-{next(self._numbers)}"
        place.mkdir()
        return place

    async def start(
        self,
        argv: tuple[str, ...],
        place: Path,
        *,
        seconds: float,
        environment: tuple[tuple[str, str], ...],
        folder: Path | None = None,
        writable: bool = False,
    ) -> Completed:
        """Run a command over the copy, when it is its turn.

        Args:
            argv: The command.
            place: The run's own folder.
            seconds: At most this long, from its start on.
            environment: Variables that it gets besides the few that every run gets.
            folder: Where it starts, as runs see it; the folder itself where it is ``None``.
            writable: Whether the copy may be changed.
        """
        job = Job(
            argv,
            folder or self.folder,
            Limits(seconds, self.terms.testing.memory_mb),
            place,
            tuple(self._mounts(place, writable)),
            environment,
            self.terms.unsandboxed,
        )
        async with self._turns:
            return await run(self.sandbox, job)

    def _mounts(self, place: Path, writable: bool) -> list[Mount]:
        original, root = self.scratch.original, self.scratch.root
        needs = [each for each in self._needs if not self.scratch.replaces(each)]
        seen = shown([*needs, self._borrowed])
        return [Mount(original, root, writable), *seen, *self.lent, Mount(place, place, writable=True)]

    @property
    def _needs(self) -> list[Path]:
        return [*self.python.needs, *own_needs()]

    @property
    def _borrowed(self) -> Path:
        return self.scratch.private / "borrowed"

    def _variables(self, seed: int) -> Sequence[tuple[str, str]]:
        # No bytecode is kept: of two versions of a file that were written in the same second and are equally long, the
        # later would run the earlier's.
        lent = () if self.python.has_pytest else (("PYTHONPATH", str(self._borrowed)),)
        return (("PYTHONHASHSEED", str(seed)), ("PYTHONDONTWRITEBYTECODE", "1"), *lent)

    def prepare(self) -> None:
        """Make the places that later mounts need; the copy itself may be read-only then."""
        self.scratch.make_places(self._needs)
        if not self.python.has_pytest:
            borrow_pytest(self.scratch.private)


@contextlib.asynccontextmanager
async def open_ground(
    terms: Terms, sandbox: Sandbox | None = None, python: Interpreter | None = None
) -> AsyncIterator[Ground]:
    """The proving ground for a folder; the copy is gone when it closes.

    Args:
        terms: The folder, and on what terms its code may be run.
        sandbox: How runs are kept in; the best way that works on this machine where it is ``None``.
        python: What runs Python code; the project's own where it is ``None``.

    Raises:
        NotTrustedError: The folder's code may not be run.
        ConsentNeededError: There is no sandbox, and the user was not asked.
        FolderTooLargeError: The folder is more than a copy may hold.
        ProvingError: The project's interpreter can't be used.
    """
    if terms.folder is None or not terms.trusted:
        raise NotTrustedError(terms.folder)
    sandbox = sandbox or await find_sandbox()
    if not sandbox.isolates and not terms.unsandboxed:
        raise ConsentNeededError
    async with scratch_copy(terms.folder) as scratch:
        python = python or await find_interpreter(sandbox, scratch, unsandboxed=terms.unsandboxed)
        ground = Ground(scratch, sandbox, python, terms)
        await asyncio.to_thread(ground.prepare)
        yield ground


def read_json(report: Path) -> dict[str, Any] | None:
    """A report; ``None`` where there is none.

    Raises:
        NoVerdictError: It is no report.
    """
    text = read_written(report)
    if text is None:
        return None
    try:
        found = json.loads(text) if len(text) <= LARGEST_REPORT else None
    except (ValueError, RecursionError):  # the latter for brackets in brackets in brackets
        found = None
    if not isinstance(found, dict):
        raise NoVerdictError("a run's report can't be read")
    return found


def read_written(report: Path) -> bytes | None:
    """What a run wrote, which the code that was run had its hands on: it may be a link, a pipe, or endless.

    Returns:
        Its bytes, one more than ``LARGEST_REPORT`` at most; ``None`` where there is no file.
    """
    try:
        descriptor = os.open(report, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(LARGEST_REPORT + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
