"""A run ends in time and takes everything that it started along, however it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from stoker_server.proving.process import Completed, Ended, run
from stoker_server.proving.sandbox import Job, Kind, Limits, Mount, Sandbox

MARK = "stoker-test-process"


def job(private: Path, code: str, limits: Limits) -> Job:
    """A program whose command line carries the test's own folder, so that its processes can be found."""
    own = Mount(private, private, writable=True)
    argv = (sys.executable, "-I", "-c", textwrap.dedent(code), f"{MARK}{private}")
    return Job(argv, private, limits, private, (own,), unsandboxed=True)


GONE_SECONDS = 3.0


def left_over(private: Path) -> list[int]:
    found = []
    for each in psutil.process_iter(["cmdline", "status"]):
        words = each.info["cmdline"] or []
        if f"{MARK}{private}" in words and each.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(each.pid)
    return found


async def execute(sandbox: Sandbox, private: Path, code: str, **limits: float) -> Completed:
    chosen = replace(Limits(15), **limits)  # type: ignore[arg-type] # the limits are ints and floats
    done = await run(sandbox, job(private, code, chosen))
    deadline = time.monotonic() + GONE_SECONDS  # the kernel ends a namespace a moment after its first process
    while left_over(private) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert left_over(private) == []
    return done


async def test_output_and_status_are_told(any_sandbox: Sandbox, private: Path) -> None:
    done = await execute(any_sandbox, private, "import sys; print('first', flush=True); sys.exit('last')")
    assert (done.status, done.ended, done.output) == (1, Ended.ITSELF, "first\nlast\n")
    assert done.last_line == "last"


async def test_what_takes_too_long_is_ended_with_its_children(any_sandbox: Sandbox, private: Path) -> None:
    code = "import os, time\nos.fork()\nos.fork()\ntime.sleep(60)"
    began = time.perf_counter()
    done = await execute(any_sandbox, private, code, seconds=0.5)
    assert done.ended is Ended.TIME
    assert time.perf_counter() - began < 8


async def test_a_process_that_leaves_its_group_is_ended_too(any_sandbox: Sandbox, private: Path) -> None:
    code = """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
        os.wait()
        """
    done = await execute(any_sandbox, private, code, seconds=5)
    assert done.ok


async def test_memory_of_one_process_is_limited(any_sandbox: Sandbox, private: Path) -> None:
    done = await execute(any_sandbox, private, "b'x' * 900_000_000", memory_mb=256)
    assert "MemoryError" in done.output


async def test_memory_of_all_processes_together_is_limited(any_sandbox: Sandbox, private: Path) -> None:
    code = """
        import os, time
        for _ in range(3):
            if os.fork() == 0:
                kept = bytearray(b"x" * 100_000_000)
                time.sleep(60)
        time.sleep(60)
        """
    done = await execute(any_sandbox, private, code, memory_mb=250)
    assert done.ended is Ended.MEMORY


async def test_a_fork_bomb_is_ended(any_sandbox: Sandbox, private: Path) -> None:
    code = """
        import os, time
        for _ in range(200):
            try:
                if os.fork() == 0:
                    time.sleep(60)
            except OSError:
                break
        time.sleep(60)
        """
    done = await execute(any_sandbox, private, code, processes=40, seconds=5)
    assert done.ended in (Ended.PROCESSES, Ended.TIME)


async def test_output_is_limited(any_sandbox: Sandbox, private: Path) -> None:
    done = await execute(any_sandbox, private, "while True: print('x' * 1000)", output_bytes=500_000)
    assert done.ended is Ended.OUTPUT
    assert len(done.output) <= 20_000


async def test_a_file_is_limited(any_sandbox: Sandbox, private: Path) -> None:
    done = await execute(any_sandbox, private, f"open('{private}/large', 'wb').write(bytes(3_000_000))", file_mb=1)
    assert "File too large" in done.output


async def test_a_cancelled_run_leaves_nothing_behind(any_sandbox: Sandbox, private: Path) -> None:
    code = f"import os, time\nopen('{private}/started', 'w')\nos.fork()\ntime.sleep(60)"
    running = asyncio.ensure_future(run(any_sandbox, job(private, code, Limits(30))))
    async with asyncio.timeout(10):
        while not (private / "started").exists():
            await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert left_over(private) == []


OWNER = """
import asyncio, sys
from pathlib import Path
from stoker_server.proving.process import run
from tests.core.proving.test_process import Kind, Limits, Sandbox, job
private = Path(sys.argv[1])
code = f"import os, time; os.fork(); open('{private}/started', 'w'); time.sleep(60)"
asyncio.run(run(Sandbox(Kind(sys.argv[2]), sys.argv[3]), job(private, code, Limits(60))))
"""


async def test_a_killed_server_takes_its_runs_along(sandbox: Sandbox, private: Path) -> None:
    owner = subprocess.Popen(
        (sys.executable, "-c", OWNER, str(private), sandbox.kind.value, sandbox.bubblewrap), cwd=Path.cwd()
    )
    async with asyncio.timeout(15):
        while not (private / "started").exists():
            await asyncio.sleep(0.02)
    assert left_over(private)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    async with asyncio.timeout(10):
        while left_over(private):
            await asyncio.sleep(0.05)


async def test_limits_alone_is_a_kind_of_its_own(private: Path) -> None:
    done = await execute(Sandbox(Kind.LIMITS), private, "print('ran')")
    assert done.output == "ran\n"
