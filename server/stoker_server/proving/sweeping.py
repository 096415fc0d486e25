"""Whose a scratch copy is, and how those that a killed process left behind go away.

Who has a copy holds the lock beside it, which the system frees when that process dies. A process's number or start would not
do: other containers that share the cache number theirs anew, and a clock that is set moves every start.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

from stoker_providers.locks import exclusive
from stoker_server.paths import find_paths

_LOCK = ".lock"


def scratch_place() -> Path:
    """The folder in the user's cache that holds the scratch copies."""
    return find_paths(os.environ).cache / "scratch"


@contextlib.contextmanager
def owned(base: Path) -> Iterator[Path]:
    """A new folder that nobody sweeps away meanwhile; its user removes it.

    Args:
        base: The folder that it is made in.

    Raises:
        OSError: It can't be written to.
    """
    base.mkdir(parents=True, exist_ok=True)
    place = base / f"{os.getpid()}-{secrets.token_hex(8)}"
    try:
        # Locked before the folder is there, so that it is never without an owner.
        with exclusive(_lock_of(place), lambda: False):
            place.mkdir(mode=0o700)
            yield place
    finally:
        with contextlib.suppress(OSError):
            _lock_of(place).unlink()  # once it is closed: Windows removes no open file


def sweep(base: Path) -> int:
    """Remove the copies whose owner is dead.

    Returns:
        How many there were.
    """
    return sum(_swept(each) for each in base.iterdir() if each.is_dir()) if base.is_dir() else 0


def sweep_aside(base: Path) -> None:
    """Remove the copies whose owner is dead while others go on; what is left when this process ends, the next one removes."""
    threading.Thread(target=sweep, args=(base,), name="sweep", daemon=True).start()


def _swept(place: Path) -> bool:
    """Remove a copy, unless somebody has it or is removing it."""
    try:
        with exclusive(_lock_of(place), lambda: False):
            remove(place)
    except OSError:  # that it is held, too, is one
        return False
    with contextlib.suppress(OSError):
        _lock_of(place).unlink()
    return True


def _lock_of(place: Path) -> Path:
    return place.with_name(place.name + _LOCK)


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
