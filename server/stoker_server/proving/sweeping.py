"""Whose a scratch copy is, and how those that a killed process left behind go away."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil

from stoker_server.paths import find_paths

_SAME_START = 2.0
"""Seconds by which the start of one and the same process may be read differently."""


def owned_name() -> str:
    """A name that tells whose the copy is: process number and start, and a part of its own."""
    me = psutil.Process()
    return f"{me.pid}-{me.create_time():.2f}-{secrets.token_hex(4)}"


def scratch_place() -> Path:
    """The folder in the user's cache that holds the scratch copies."""
    return find_paths(os.environ).cache / "scratch"


def sweep(base: Path) -> int:
    """Remove the copies whose owner is dead.

    Returns:
        How many there were.
    """
    dead = [each for each in base.iterdir() if not _owner_lives(each.name)] if base.is_dir() else []
    for each in dead:
        remove(each)
    return len(dead)


def _owner_lives(name: str) -> bool:
    pid, _, rest = name.partition("-")
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(rest.partition("-")[0])) < _SAME_START
    except psutil.AccessDenied:
        return True
    except (psutil.NoSuchProcess, ValueError):
        return False


def remove(place: Path) -> None:
    """Remove a folder, also where a test took away the right to."""
    for folder in _folders(place):
        with contextlib.suppress(OSError):
            folder.chmod(stat.S_IRWXU)
    shutil.rmtree(place, ignore_errors=True)


def _folders(place: Path) -> Iterator[Path]:
    """Every folder from the top down; each may be opened up before it is read."""
    yield place
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        below = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
        for each in below:
            yield from _folders(each)
