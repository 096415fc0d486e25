"""The editors that the tests drive, and what they have in common."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
UNPACKED = Path(os.environ.get("STOKER_EDITORS", ROOT / ".tools/editors")) / "bin"
"""Where `make editors` leaves those that are newer than the system's."""
TIMEOUT = float(os.environ.get("STOKER_EDITOR_SECONDS", "30"))
"""Seconds: an editor and its server start on a busy machine, too."""

ORDERS = '''\
"""Orders."""


def scale(values, factor):
    """Multiply each."""
    result = []
    for value in values:
        result.append(value * factor)
    return result


def shift(values, offset):
    """Add to each."""
    result = []
    for value in values:
        result.append(value + offset)
    return result


def clamp(values, least):
    """At least so much each."""
    result = []
'''
"""What Stoker completes without a model, from the lines that are there: behind ``    for`` and a space."""
DRIFTED = '''\
def shrink(value: int, factor: int) -> int:
    """Divide.

    Args:
        value: What to divide.
        divisor: By what.

    Returns:
        The result.
    """
    return value // factor
'''
"""A docstring that the code has left behind."""
GHOST = "value in values:"


def unpacked(name: str) -> str | None:
    """The path of an editor that `make editors` unpacked; ``None`` where it was not."""
    return shutil.which(name, path=str(UNPACKED))


def environment(home: Path, *, server: bool = True) -> dict[str, str]:
    """A user who has nothing: an empty home, no keys, no settings.

    Args:
        home: The folder that is their home.
        server: Whether ``stoker`` is on their PATH.
    """
    system = "/usr/local/bin:/usr/bin:/bin"
    return {
        "PATH": f"{BIN}{os.pathsep}{system}" if server else system,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


def until(condition: Callable[[], Any], what: str, said: Callable[[], str] = str, seconds: float = TIMEOUT) -> Any:
    """Wait for something to be true; its value.

    Args:
        condition: Looked at again and again.
        what: What is waited for, in the error.
        said: What the editor shows by then, for the error.
        seconds: How long, at most.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds:g} s: {what}\n{said()}")


def servers(folder: Path) -> list[psutil.Process]:
    """The servers that editors started for files of a folder, which is no other test's."""
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.cmdline()[-1:] == ["lsp"] and Path(each.cwd()).is_relative_to(folder):
                found.append(each)
    return found


def kill_server(folder: Path) -> None:
    """Kill the one server of a folder's files, without a word to it."""
    (server,) = servers(folder)
    server.kill()
    until(
        lambda: server not in servers(folder), "its end"
    )  # a dead one that the editor has not buried says no command line
