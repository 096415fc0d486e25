"""diskcache's storage, narrowed to strings in the database. Imported late: ``cache`` opens it in a thread.

diskcache unpickles what it finds, so that whoever can write a row can run code (CVE-2025-69872). Here a pickled row is refused
unread, and so is a row that points at a file, which could be any.
"""

from __future__ import annotations

from typing import Any

from diskcache import Disk  # type: ignore[import-untyped]  # the package has no types
from diskcache.core import MODE_RAW  # type: ignore[import-untyped]  # as above


class RefusedRowError(ValueError):
    """A row of the cache is not one that this program wrote."""


class TextDisk(Disk):  # type: ignore[misc]  # its base has no types
    """Keys and values are strings; nothing is unpickled, and no file is read, written or removed."""

    def put(self, key: Any) -> tuple[str, bool]:
        """A key as it stands in the database."""
        return _text(key), True

    def get(self, key: Any, raw: bool) -> str:
        """A key as it was put."""
        if not raw:
            raise RefusedRowError("a pickled key")
        return _text(key)

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, str]:
        """A value as size on disk, mode, file name and database value."""
        return 0, MODE_RAW, None, _text(value)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> str:
        """A value as it was stored."""
        if mode != MODE_RAW or filename is not None:
            raise RefusedRowError(f"a row of mode {mode}")
        return _text(value)

    def remove(self, file_path: str) -> None:
        """Removes nothing: no row that was written here has a file."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise RefusedRowError(f"{type(value).__name__} in place of a string")
    return value
