"""Attempts one after the other, each in a process forked from one that is warm; one that hangs or dies stops no other.

A single attempt runs in the process itself: then it is as fresh as a process can be.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from .warm import Heard

_PAUSE = 0.005
_FAILED = 70
"""Exit status of an attempt that could not be made (EX_SOFTWARE)."""

_FEW = 2
"""Attempts for which importing beforehand costs as much as it saves."""

Attempt = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


def run(order: dict[str, Any], attempt: Attempt) -> None:
    """Make every attempt of an order; report each as soon as it is known.

    Where the first attempt must fail and does not, there are no more: they would prove nothing. What it took tells how
    busy the machine is: the others may take a multiple of that, where it is more than they were given.
    """
    entries = order["entries"]
    if len(entries) == 1:
        _report(order, 0, attempt(order, entries[0]))
        return
    heard = Heard(order)
    seconds = order["attempt_seconds"]
    for number, entry in enumerate(entries):
        decides = number == 0 and order.get("first_must_fail")
        if number == 1 and len(entries) > _FEW:
            heard.follow()
            _settle()
        began = time.monotonic()
        _forget(order)
        child = os.fork()
        if not child:
            _be_the_child(order, number, entry, attempt, None if number else heard)
        state = _wait(child, began + (order["first_seconds"] if decides else seconds))
        if state:
            hung = _hung(order, seconds) if state == "late" else ""
            _report(order, number, {"state": state, "hung": hung})
        if decides:
            if not _failed(order):
                return
            seconds = max(seconds, order["slower"] * (time.monotonic() - began))


def _settle() -> None:
    """Exempt what is in memory by now from the attempts' garbage collections: it stays, and there is much of it."""
    if hasattr(gc, "freeze"):
        gc.collect()
        gc.freeze()


def begin(order: dict[str, Any], what: str) -> None:
    """Note what an attempt is about to do, in case it never ends."""
    if len(order["entries"]) > 1:
        with open(_notes(order), "w", encoding="utf-8") as stream:  # noqa: PTH123
            json.dump([what, time.monotonic()], stream)


def _forget(order: dict[str, Any]) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(_notes(order))  # noqa: PTH108


def _hung(order: dict[str, Any], seconds: float) -> str:
    """What a late attempt was at for most of its time; empty where it was at nothing for so long."""
    try:
        with open(_notes(order), encoding="utf-8") as stream:  # noqa: PTH123
            what, since = json.load(stream)
        return str(what) if time.monotonic() - since > seconds / 2 else ""
    except (OSError, ValueError, TypeError):  # cut off while it was written
        return ""


def _notes(order: dict[str, Any]) -> str:
    return os.path.join(order["reports"], "begun.json")  # noqa: PTH118


def _failed(order: dict[str, Any]) -> bool:
    with open(_name(order, 0), encoding="utf-8") as stream:  # noqa: PTH123
        return bool(json.load(stream).get("failed"))


def _be_the_child(
    order: dict[str, Any], number: int, entry: dict[str, Any], attempt: Attempt, heard: Heard | None
) -> None:
    status = _FAILED
    try:
        os.setsid()
        _report(order, number, attempt(order, entry))
        if heard:
            heard.tell()
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
