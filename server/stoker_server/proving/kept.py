"""Keeps what builds of a folder need again, in the user's cache: making it for each function takes seconds to minutes.

Only builds write there, and they run in the sandbox; tests never see it. One process at a time has it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from stoker_providers.locks import exclusive
from stoker_server.paths import find_paths
from stoker_server.proving.scratch import Scratch

_KEPT_SECONDS = 14 * 24 * 3600
"""What was not used for so long is removed."""


@contextlib.contextmanager
def kept_place(scratch: Scratch, tool: str) -> Iterator[Path]:
    """A folder for what is built that the next request finds again; one for this request alone where another has that.

    Args:
        scratch: The copy of the folder that is built.
        tool: What builds it.

    Raises:
        OSError: The user's cache folder can't be written to.
    """
    base = find_paths(os.environ).cache / tool
    place = base / hashlib.sha256(str(scratch.original).encode()).hexdigest()[:16]
    place.mkdir(parents=True, exist_ok=True)
    _sweep(base, place)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(exclusive(place / "lock", lambda: False))
        except TimeoutError:
            place = scratch.private
        else:
            os.utime(place / "lock")
        yield place


def _sweep(base: Path, own: Path) -> None:
    """Remove what nobody used for long."""
    for each in base.iterdir():
        lock = each / "lock"
        if each != own and lock.exists() and time.time() - lock.stat().st_mtime > _KEPT_SECONDS:
            with contextlib.suppress(TimeoutError, OSError), exclusive(lock, lambda: False):
                shutil.rmtree(each, ignore_errors=True)
