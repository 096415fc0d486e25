"""Which lines of one function run, by whom. Sees that function's frames alone, so that everything else stays fast."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from .serving import Serving


class Lines:
    """The executed lines of a stretch of one file."""

    def __init__(self, serving: Serving, first: int, last: int) -> None:
        self._serving, self._first, self._last = serving, first, last
        self._files: dict[str, bool] = {}
        self.current = ""
        self.seen: dict[str, set[int]] = {}

    def start(self, who: str) -> None:
        """Count for somebody from now on."""
        self.current = who
        self.seen.setdefault(who, set())
        threading.settrace(self._call)
        sys.settrace(self._call)

    @staticmethod
    def stop() -> None:
        """Count no more."""
        sys.settrace(None)
        threading.settrace(None)

    def report(self) -> dict[str, list[int]]:
        """The lines by who ran them, from 1."""
        return {who: sorted(lines) for who, lines in self.seen.items()}

    def _call(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        code = frame.f_code
        if not self._first <= code.co_firstlineno <= self._last:
            return None
        return self._line if self.owns(code.co_filename) else None

    def owns(self, file: str) -> bool:
        """Whether code comes from the file under test."""
        ours = self._files.get(file)
        if ours is None:
            ours = self._files[file] = self._serving.owns(file)
        return ours

    def is_watched(self, frame: FrameType) -> bool:
        """Whether a frame is one of the watched function's own."""
        code = frame.f_code
        return self._first <= code.co_firstlineno <= self._last and self.owns(code.co_filename)

    def _line(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        if event == "line":
            self.seen[self.current].add(frame.f_lineno)
        return self._line
