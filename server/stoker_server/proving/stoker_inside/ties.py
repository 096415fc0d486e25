"""Finds out what ties a call to this moment or this machine: the clock, chance, the environment, files of elsewhere.

Sees what is done below the watched function, in its thread. What other runs in other surroundings show is not seen here.
"""

from __future__ import annotations

import os
import sys
from types import FrameType
from typing import Any

from .lines import Lines

_OF_MOMENT_TYPES = ("datetime.", "date.", "Random.")
_OF_MOMENT_NAMES = ("now", "today", "random", "getrandbits")
_PURE = frozenset({"fspath", "allocate_lock", "RLock", "get_ident", "lock"})
_SYSTEM_MODULES = frozenset(
    {"time", "posix", "nt", "_socket", "select", "_thread", "_random", "_uuid", "pwd", "grp", "winreg"}
)
_ENVIRONMENT = type(os.environ).__getitem__.__code__
_ASIDE = frozenset({"linecache", "gettext", "django.db.backends.utils"})
"""Modules that look at files and variables for the words of a message, and find none where nothing is translated; and one that
takes how long a query lasts, for a log."""


class Ties:
    """Watches one call at a time."""

    def __init__(self, lines: Lines, folder: str) -> None:
        self._lines = lines
        self._folder = os.path.join(os.path.realpath(folder), "")  # noqa: PTH118
        self._watches = False
        self.found = ""
        sys.addaudithook(self._audit)

    def start(self) -> None:
        """Watch from now on."""
        self.found, self._watches = "", True
        sys.setprofile(self._profile)

    def stop(self) -> None:
        """Watch no more."""
        sys.setprofile(None)
        self._watches = False

    def _profile(self, frame: FrameType, event: str, function: Any) -> None:
        if not self._watches:
            return
        name = ""
        if event == "call" and frame.f_code is _ENVIRONMENT:
            name = "os.environ"
        elif event == "c_call":
            name = _of_moment(function)
        if name and self._is_meant(frame):
            self.found = name

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """A file is opened, by whatever function; there is no other way to learn of it on every version."""
        if event != "open" or not self._watches:
            return
        self._watches = False
        try:
            if self._is_meant(sys._getframe(1)) and not self._is_inside(arguments[0]):
                self.found = "a file outside the folder"
        finally:
            self._watches = True

    def _is_inside(self, path: Any) -> bool:
        try:
            return os.path.realpath(os.fsdecode(path)).startswith(self._folder)
        except (TypeError, ValueError):  # a descriptor, say
            return False

    def _is_meant(self, frame: FrameType | None) -> bool:
        """Whether the watched function wanted it, and not an import or a message on the way."""
        while frame is not None and not self._lines.is_watched(frame):
            if frame.f_code.co_filename.startswith("<frozen importlib") or frame.f_globals.get("__name__") in _ASIDE:
                return False
            frame = frame.f_back
        return frame is not None


def _of_moment(function: Any) -> str:
    name = getattr(function, "__qualname__", "")
    module = getattr(function, "__module__", "") or ""
    system = module in _SYSTEM_MODULES and name.rpartition(".")[2] not in _PURE
    of_type = name.startswith(_OF_MOMENT_TYPES) and name.endswith(_OF_MOMENT_NAMES)
    return f"{module}.{name}".strip(".") if system or of_type else ""
