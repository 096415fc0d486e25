"""Runs commands, each within its own time, and writes down how each ended. Stands alone: only the standard library.

One start of the sandbox runs all of them: Go's tests start in milliseconds, the sandbox does not. A command that makes
several calls and dies in one of them is started again behind it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_SHOWN = 6_000
"""Characters of output that are passed on."""

_MEMORY = 700 * 1024 * 1024
"""Bytes of one command's data."""


def main() -> None:
    """Run an order: ``python drive.py ORDER REPORT``."""
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    _share_memory()
    end = time.monotonic() + order["seconds"]
    with ThreadPoolExecutor(order["at_once"]) as pool:
        ended = list(pool.map(lambda numbered: _step(order, numbered[0], numbered[1], end), enumerate(order["steps"])))
    Path(sys.argv[2]).write_text(json.dumps({"steps": ended}), encoding="utf-8")


def _share_memory() -> None:
    """Let one command that takes memory without end die alone, before the sandbox ends all of them for it."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        soft = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _step(order: dict[str, Any], number: int, step: dict[str, Any], end: float) -> dict[str, Any]:
    """Run one command to its end; one that makes calls until it made all of them."""
    output = Path(sys.argv[2]).parent / f"output-{number}"
    ended = _run(order, step, output, {}, end)
    report, lost = step.get("report"), 0
    while report and ended["state"] != "untried" and (done := _lines(report)) < step["calls"]:
        with Path(report).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"kind": "late" if ended["state"] == "late" else "died"}) + "\n")
        lost += 1
        if lost == step.get("patience"):
            break
        if done + 1 < step["calls"]:
            ended = _run(order, step, output, {"STOKER_FROM": str(done + 1)}, end)
    return ended


def _run(order: dict[str, Any], step: dict[str, Any], output: Path, more: dict[str, str], end: float) -> dict[str, Any]:
    began = time.monotonic()
    limit = min(step["seconds"], end - began)
    if limit <= 0:
        return {"state": "untried", "status": -1, "output": "", "seconds": 0.0}
    with output.open("wb") as stream:
        process = subprocess.Popen(
            step["argv"],
            cwd=order["folder"],
            env={**os.environ, **order["environment"], **step["environment"], **more},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
        try:
            status, state = process.wait(limit), "done"
        except subprocess.TimeoutExpired:
            process.kill()
            status, state = process.wait(), "late"
    text = output.read_bytes()[: _SHOWN * 4].decode("utf-8", "replace")
    return {"state": state, "status": status, "output": text, "seconds": time.monotonic() - began}


def _lines(report: str) -> int:
    """Whole lines of a report; one that was cut off is taken away."""
    try:
        data = Path(report).read_bytes()
    except FileNotFoundError:
        return 0
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        Path(report).write_bytes(whole)
    return whole.count(b"\n")


if __name__ == "__main__":
    main()
