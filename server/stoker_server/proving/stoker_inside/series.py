"""Attempts one after the other, each in a process forked from one that is warm; one that hangs or dies stops no other.

A single attempt runs in the process itself: then it is as fresh as a process can be.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

_PAUSE = 0.005
_FAILED = 70
"""Exit status of an attempt that could not be made (EX_SOFTWARE)."""

Attempt = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


def run(order: dict[str, Any], attempt: Attempt) -> None:
    """Make every attempt of an order; report each as soon as it is known.

    Where the first attempt must fail and does not, there are no more: they would prove nothing.
    """
    entries = order["entries"]
    if len(entries) == 1:
        _report(order, 0, attempt(order, entries[0]))
        return
    for number, entry in enumerate(entries):
        began = time.monotonic()
        child = os.fork()
        if not child:
            _be_the_child(order, number, entry, attempt)
        state = _wait(child, began + order["attempt_seconds"])
        if state:
            _report(order, number, {"state": state})
        if number == 0 and order.get("first_must_fail") and not _failed(order):
            return


def _failed(order: dict[str, Any]) -> bool:
    with open(_name(order, 0), encoding="utf-8") as stream:  # noqa: PTH123
        return bool(json.load(stream).get("failed"))


def _be_the_child(order: dict[str, Any], number: int, entry: dict[str, Any], attempt: Attempt) -> None:
    status = _FAILED
    try:
        os.setsid()
        _report(order, number, attempt(order, entry))
        status = 0
    finally:
        os._exit(status)  # no clean-up of the parent's: its buffers are not ours to flush


def _wait(child: int, deadline: float) -> str:
    """Waits for a child; says ``late`` or ``died`` where it made no report."""
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return "died" if status else ""
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "late"
        time.sleep(_PAUSE)


def _name(order: dict[str, Any], number: int) -> str:
    return os.path.join(order["reports"], "%d.json" % number)  # noqa: PTH118, UP031


def _report(order: dict[str, Any], number: int, report: dict[str, Any]) -> None:
    name = _name(order, number)
    with open(name + ".part", "w", encoding="utf-8") as stream:  # noqa: PTH123
        json.dump(report, stream)
    os.replace(name + ".part", name)  # noqa: PTH105
