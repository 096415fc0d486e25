"""Runs one job to its end and no further: time, memory, processes and output are watched, and nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import IO

import psutil

from stoker_server.proving.sandbox import Job, Limits, Sandbox
from stoker_server.proving.threads import to_the_end

_FIRST_LOOK, _LOOK_EVERY = 0.1, 0.25
"""Seconds; a look costs some milliseconds, and a fork bomb makes a thousand processes in the meantime."""

_SHOWN_BYTES = 20_000
_GONE_SECONDS, _PAUSE = 3.0, 0.005
_STILL = (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
_ROUNDS = 5
"""How often processes that start others while they are killed are looked for."""

_MARK = "STOKER_RUN"
_noted: ContextVar[list[str] | None] = ContextVar("_noted", default=None)


class Ended(StrEnum):
    """What ended a run."""

    ITSELF = "it ended by itself"
    TIME = "it took too long"
    MEMORY = "it took too much memory"
    PROCESSES = "it started too many processes"
    OUTPUT = "it wrote too much"


@dataclass(frozen=True, slots=True)
class Completed:
    """A run that is over.

    Attributes:
        status: Exit status as a shell gives it; negative or above 128 where a signal ended it.
        output: The end of what it wrote to standard output and error.
        ended: What ended it.
        seconds: How long it took.
    """

    status: int
    output: str
    ended: Ended
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether it ended by itself and reported success."""
        return self.ended is Ended.ITSELF and self.status == 0

    @property
    def last_line(self) -> str:
        """The last thing it said, or why it said nothing."""
        if self.ended is not Ended.ITSELF:
            return str(self.ended)
        lines = self.output.strip().splitlines()
        return lines[-1].strip() if lines else f"it ended with status {self.status}"


@contextlib.contextmanager
def noted_runs() -> Iterator[list[str]]:
    """Collects, for each program that is started meanwhile, how it was kept in: for whoever has to say so.

    It holds for this task, and for those that it starts.
    """
    found: list[str] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


async def run(sandbox: Sandbox, job: Job) -> Completed:
    """Start a job and wait for it. When this is cancelled, the job and all that it started is killed first.

    Raises:
        ConsentNeededError: There is no sandbox, and the user did not allow an unsandboxed run.
        OSError: The command could not be started.
    """
    reader, writer = os.pipe()  # ends when this process does
    try:
        with tempfile.TemporaryFile() as output:  # without a name, so that the job can't remove it
            return await _run(sandbox, job, output, reader)
    finally:
        os.close(reader)
        os.close(writer)


async def _run(sandbox: Sandbox, job: Job, output: IO[bytes], life: int) -> Completed:
    mark = secrets.token_hex(8)
    began = time.perf_counter()
    inherits = os.name != "nt"
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *sandbox.command(job, life if inherits else None),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**sandbox.environment(job), _MARK: mark},
            cwd=None if inherits else job.folder,
            start_new_session=True,
            pass_fds=(life,) if inherits else (),
        )
    )
    ended = Ended.TIME
    try:
        process = await asyncio.shield(starting)
        if (noted := _noted.get()) is not None:
            noted.append(sandbox.describe())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(job.limits.seconds):
                ended = await _watch(process, job.limits, output)
    finally:
        # What was started is gone before anybody goes on, also where this was cancelled while it started.
        process = await starting
        running = process.returncode is None
        if running or not sandbox.isolates:
            await to_the_end(partial(_kill_all, process.pid if running else None, None if sandbox.isolates else mark))
    status = await process.wait()
    return Completed(status, _tail(output), ended, time.perf_counter() - began)


async def _watch(process: asyncio.subprocess.Process, limits: Limits, output: IO[bytes]) -> Ended:
    pause = _FIRST_LOOK
    while True:
        try:
            async with asyncio.timeout(pause):
                await process.wait()
        except TimeoutError:
            if excess := await asyncio.to_thread(_excess, process.pid, limits, output):
                return excess
            pause = _LOOK_EVERY
        else:
            return Ended.OUTPUT if _size(output) > limits.output_bytes else Ended.ITSELF


def _excess(pid: int, limits: Limits, output: IO[bytes]) -> Ended | None:
    """Which limit the processes break together; no limit of the system's counts over several processes."""
    if _size(output) > limits.output_bytes:
        return Ended.OUTPUT
    tree = _tree(pid)
    if len(tree) > limits.processes:
        return Ended.PROCESSES
    memory = 0
    for each in tree:
        with contextlib.suppress(psutil.Error):
            memory += each.memory_info().rss
    return Ended.MEMORY if memory > limits.memory_mb * 1024 * 1024 else None


def _tree(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []


def _kill_all(pid: int | None, mark: str | None) -> None:
    """Kill a process and all it started.

    Args:
        pid: The process that was started, unless it is over: its number may be another's by now. In a process namespace
            the kernel kills the others with the first one inside, before that one is gone itself.
        mark: Of processes that went their own ways; ``None`` where none can.
    """
    doomed: list[psutil.Process] = []
    if pid is not None:
        _stop(pid)  # so that it starts nothing while its children are counted
        doomed = _tree(pid)
    _kill(doomed, pid)
    for _ in range(_ROUNDS if mark else 0):
        if not (strays := _marked(str(mark))):
            break
        _kill(strays, pid)


def _stop(pid: int) -> None:
    """Suspend a process; on return it does nothing more, if it is there at all."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        process.suspend()
        deadline = time.monotonic() + _GONE_SECONDS
        while process.status() not in _STILL and time.monotonic() < deadline:
            time.sleep(_PAUSE)


def _kill(doomed: list[psutil.Process], own: int | None) -> None:
    """Kill processes and wait until they are gone; the one that is this process's own is waited for by others."""
    for each in doomed:
        with contextlib.suppress(psutil.Error):
            each.kill()
    deadline = time.monotonic() + _GONE_SECONDS
    while any(_runs(each) for each in doomed if each.pid != own) and time.monotonic() < deadline:
        time.sleep(_PAUSE)


def _runs(process: psutil.Process) -> bool:
    """Whether a process is there and not just waiting for its parent to take note of its end."""
    try:
        return process.is_running() and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _marked(mark: str) -> list[psutil.Process]:
    """Processes that left group and tree, found by the run's mark in their environment."""
    found = []
    for each in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if each.environ().get(_MARK) == mark:
                found.append(each)
    return found


def _size(output: IO[bytes]) -> int:
    return os.fstat(output.fileno()).st_size


def _tail(output: IO[bytes]) -> str:
    output.seek(max(0, _size(output) - _SHOWN_BYTES))
    return output.read(_SHOWN_BYTES).decode("utf-8", "replace")
