"""A command that is killed while code runs: the user's files stay as they are, and nothing of it stays."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from tests.support.cli import stoker
from tests.support.projects import fingerprint, make_project
from tests.support.raw_lsp import raw_server

from stoker_server.paths import find_paths
from stoker_server.proving.sweeping import owned

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
_SECONDS = 120.0
SLOW = '''\
import time


def slow(number):
    """Takes its time.

    >>> slow(2)
    3
    """
    time.sleep(0.2)
    return number + 1
'''


def _until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def test_killed_in_the_middle_of_a_run(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "project", {"pyproject.toml": '[project]\nname = "slow"\n', "slow.py": SLOW})
    before = fingerprint(folder)
    environment = {**os.environ, "STOKER_HOME": str(tmp_path / "home")}
    scratch = find_paths(environment).cache / "scratch"
    stoker = [str(Path(sys.executable).with_name("stoker"))]
    subprocess.run([*stoker, "trust", "add", str(folder)], env=environment, check=True, capture_output=True)
    command = [*stoker, "test", str(folder / "slow.py"), "--provider", "facts", "--unsandboxed"]
    job = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    running = psutil.Process(job.pid)
    _until(lambda: list(scratch.glob("*/private/order-*")) and running.children(recursive=True))
    children = running.children(recursive=True)
    os.kill(job.pid, signal.SIGKILL)
    job.wait()
    assert fingerprint(folder) == before
    _until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in children))
    assert list(scratch.iterdir())  # it was in the middle of something
    next_one = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_SECONDS)
    assert next_one.returncode in (0, 1), next_one.stderr
    assert list(scratch.iterdir()) == []
    assert fingerprint(folder) == before


async def test_the_next_start_of_anything_removes_what_was_left(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "project", {"a.py": "def area(width):\n    return width\n"})
    environment = {"STOKER_HOME": str(tmp_path / "home")}
    scratch = find_paths(environment).cache / "scratch"
    left = scratch / f"{os.getpid()}-abcd"
    with owned(scratch) as own:
        for start in ("an editor", "a command"):
            (left / "copy").mkdir(parents=True)
            if start == "a command":
                assert stoker("document", "a.py", cwd=folder, environ=environment).returncode == 0
            else:
                async with raw_server(environment) as client:
                    await client.initialize(folder)
                    deadline = time.monotonic() + _SECONDS
                    while left.exists():
                        assert time.monotonic() < deadline, "it stays"
                        await asyncio.sleep(0.05)
            assert not left.exists(), start
            assert own.exists(), "its owner lives"
