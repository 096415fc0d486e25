"""One-shot worker processes for what must not run in the server: slow, crash-prone or memory-hungry library code.

A worker runs one function of our own packages on one JSON value and ends. It starts isolated (``-I``: neither the
environment nor the working folder adds anything to what it imports), gets a pipe at each of its three standard
descriptors and nothing else, and is gone when the call is over, however it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import psutil

OUR_PACKAGES = frozenset({"stoker_server", "stoker_analyzers", "stoker_providers", "stoker_wire"})
_KEPT = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "HOME", "USERPROFILE", "LANG", "LC_ALL", "LC_CTYPE")
"""Variables that a worker gets to see; keys are not among them."""
_GRACE = 5.0
"""Seconds after its time is up at which a worker whose server died ends itself."""
_MODULE = "stoker_server.workers"

Target = Callable[[dict[str, Any]], dict[str, Any]]


class WorkerError(Exception):
    """A worker gave no result; the message is a sentence for the user."""


class WorkerTimeoutError(WorkerError):
    """It took too long and was killed."""


class RefusedError(WorkerError):
    """Raised within a worker: what was asked can't be done, and the message says why."""


async def call(target: str, payload: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Run a function in a process of its own. Cancelling kills the process and all it started.

    Args:
        target: ``module:function`` in one of our packages; takes and returns a JSON object.
        payload: The argument.
        seconds: Seconds until the process is killed.

    Raises:
        ValueError: The target is not ours.
        RefusedError: The function said no.
        WorkerTimeoutError: There was no result in time.
        WorkerError: The process died without a result.
    """
    _check(target)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", _MODULE, target, str(seconds + _GRACE)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        async with asyncio.timeout(seconds):
            answer, complaint = await process.communicate(json.dumps(dict(payload)).encode())
    except TimeoutError:
        raise WorkerTimeoutError(f"it took longer than {seconds:g} s and was stopped") from None
    finally:
        if process.returncode is None:
            killing = asyncio.ensure_future(asyncio.to_thread(_kill, process.pid))
            await asyncio.shield(killing)
            await asyncio.shield(asyncio.ensure_future(process.wait()))
    return _result(process.returncode or 0, answer, complaint.decode("utf-8", "replace"))


def _result(status: int, answer: bytes, complaint: str) -> dict[str, Any]:
    if status or not answer:
        lines = complaint.strip().splitlines()
        raise WorkerError(lines[-1] if lines else f"the worker process ended with status {status}")
    data: dict[str, Any] = json.loads(answer)
    if "refused" in data:
        raise RefusedError(str(data["refused"]))
    result: dict[str, Any] = data["result"]
    return result


def environment() -> dict[str, str]:
    """The variables that our own child processes get to see."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def _check(target: str) -> None:
    module, colon, function = target.partition(":")
    if module.partition(".")[0] not in OUR_PACKAGES or not colon or not function.isidentifier():
        raise ValueError(f"{target!r} is not module:function in one of our packages")


def _kill(pid: int) -> None:
    """Kill a process and all that it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()


def main(arguments: list[str]) -> int:
    """The worker's side: one JSON object in, one out."""
    target, seconds = arguments
    _check(target)
    faulthandler.dump_traceback_later(float(seconds), exit=True)  # should the server die without killing its worker
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up in the answer
    payload: dict[str, Any] = json.load(sys.stdin.buffer)
    module, _, name = target.partition(":")
    function: Target = getattr(importlib.import_module(module), name)
    try:
        answer: dict[str, Any] = {"result": function(payload)}
    except RefusedError as refusal:
        answer = {"refused": str(refusal)}
    with output:
        output.write(json.dumps(answer).encode())
    return 0


if __name__ == "__main__":
    # By its real name: the classes of __main__ would not be those that the function raises.
    sys.exit(importlib.import_module(_MODULE).main(sys.argv[1:]))
