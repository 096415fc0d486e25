"""One-shot worker processes: what they may run, what they give back, and that none stays behind."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from stoker_server.workers import RefusedError, WorkerError, WorkerTimeoutError, call

ROPE = "stoker_server.features.refactor.with_rope:run"
SECONDS = 30.0


def order(text: str, **changes: Any) -> dict[str, Any]:
    start = text.index("x")
    common = {"folder": None, "path": None, "kind": "rename", "start": start, "end": start + 1, "whole": False}
    return {**common, "text": text, "name": "y", **changes}


async def test_a_result_comes_back() -> None:
    answer = await call(ROPE, order("def f(x):\n    return x\n"), SECONDS)
    assert [each["path"] for each in answer["files"]] == [None]
    assert answer["old"] == "x"


async def test_a_refusal_is_a_sentence() -> None:
    with pytest.raises(RefusedError, match="y means something already"):
        await call(ROPE, order("y = 1\ndef f(x):\n    return x + y\n"), SECONDS)


@pytest.mark.parametrize(
    "target", ["os:system", "subprocess:run", "stoker_server.workers", "stoker_serverx.y:z", "builtins:eval"]
)
async def test_only_our_own_functions_run(target: str) -> None:
    with pytest.raises(ValueError, match="not module:function"):
        await call(target, {}, SECONDS)


async def test_a_crash_is_told_by_its_last_line() -> None:
    with pytest.raises(WorkerError, match="KeyError"):
        await call(ROPE, {}, SECONDS)
    with pytest.raises(WorkerError, match="no attribute 'nothing'"):
        await call("stoker_server.version:nothing", {}, SECONDS)


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children(recursive=True) if each.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def sleeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Workers that start a child and then sleep, in place of Python; the file they write holds both process numbers."""
    if os.name == "nt":
        pytest.skip("needs a shebang line: run `make test-core` on Linux or macOS")
    script, noted = tmp_path / "python", tmp_path / "pids"
    script.write_text(
        f"#!{sys.executable}\nimport os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(noted)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\ntime.sleep(60)\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return noted


async def started(noted: Path) -> list[psutil.Process]:
    async with asyncio.timeout(10):
        while not noted.exists() or len(noted.read_text().split()) < 2:
            await asyncio.sleep(0.02)
    return [psutil.Process(int(each)) for each in noted.read_text().split()]


async def gone(processes: list[psutil.Process]) -> bool:
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, 5)
    return all(each.status() == psutil.STATUS_ZOMBIE for each in alive)


async def test_time_is_kept_and_the_whole_tree_goes(sleeper: Path) -> None:
    began = time.perf_counter()
    task = asyncio.ensure_future(call(ROPE, {}, 1.5))
    processes = await started(sleeper)
    with pytest.raises(WorkerTimeoutError, match=r"longer than 1\.5 s"):
        await task
    assert time.perf_counter() - began < 10
    assert await gone(processes)


async def test_cancelling_kills_the_whole_tree(sleeper: Path) -> None:
    task = asyncio.ensure_future(call(ROPE, {}, SECONDS))
    processes = await started(sleeper)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(processes)


async def test_a_worker_sees_neither_keys_nor_our_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc: run `make test-core` on Linux")
    script, noted = tmp_path / "python", tmp_path / "seen"
    script.write_text(
        f"#!{sys.executable}\nimport os\nopened = [f'/proc/self/fd/{{each}}' for each in os.listdir('/proc/self/fd')]\n"
        "links = [os.readlink(each) for each in opened if os.path.exists(each)]\n"
        f"open({str(noted)!r}, 'w').write(repr((links, dict(os.environ))))\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    inherited = (tmp_path / "private").open("w")
    os.set_inheritable(inherited.fileno(), True)
    with inherited, pytest.raises(WorkerError):
        await call(ROPE, {}, SECONDS)
    seen = noted.read_text()
    assert "sk-secret" not in seen
    assert "private" not in seen
    assert "pipe:" in seen
