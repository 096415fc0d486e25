"""A lock between processes. The system frees it when its holder dies, so there is no stale lock to recover."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.05
"""Seconds between two tries."""


@contextmanager
def exclusive(path: Path, proceed: Callable[[], bool]) -> Iterator[None]:
    """Hold a lock file. It stays behind, empty: removing it would let two processes hold the same name.

    Args:
        path: The lock file, in a folder that exists.
        proceed: Asked before every further try while another process holds the lock; false gives up.

    Raises:
        TimeoutError: ``proceed`` said no before the lock was free.
        OSError: The file could not be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _try(descriptor):
            if not proceed():
                raise TimeoutError(f"{path} is held by another process")
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def _try(descriptor: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _try(descriptor: int) -> bool:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
