"""Which files' text stays on this machine: what git or ``.stokerignore`` ignores, and what holds keys by its name.

Knows no provider: it answers for a path, and asks the disk for ignore files now and then. Not for the event loop, unless it
says that it can answer at once: what may be sent is waited for, in a thread.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from stoker_analyzers.index.keyfiles import is_for_keys
from stoker_analyzers.index.walk import Walker

SECONDS = 5.0
"""How long ignore files are taken to be as they were."""
FILES = 200
"""Files whose judgement is kept for so long."""


class PrivateFiles:
    """Judges files, those of the open folders and others."""

    def __init__(self, folder_of: Callable[[Path], Path | None], clock: Callable[[], float] = time.monotonic) -> None:
        """Take a way to the open folder that holds a file."""
        self._folder_of = folder_of
        self._clock = clock
        self._walkers: dict[Path, tuple[float, Walker]] = {}
        self._judged: dict[str, tuple[float, str | None]] = {}

    def reason(self, path: str | Path) -> str | None:
        """Why a file's text stays here, as the end of a sentence; ``None`` where it may be sent."""
        now, key = self._clock(), str(path)
        judged, why = self._judged.get(key, (-SECONDS, None))
        if now - judged < SECONDS:
            return why
        why = self._judge(path)
        self._judged = {**(self._judged if len(self._judged) < FILES else {}), key: (now, why)}
        return why

    def answers_at_once(self, path: str | Path) -> bool:
        """Whether a file was judged so lately that its judgement still holds, and the disk is not asked."""
        judged, _ = self._judged.get(str(path), (-SECONDS, None))
        return self._clock() - judged < SECONDS

    def _judge(self, path: str | Path) -> str | None:
        file = Path(path)
        if not file.is_absolute():
            return self._by_name(file)
        real = Path(os.path.realpath(file))  # a link may have a harmless name
        return next(filter(None, map(self._of_file, dict.fromkeys((file, real)))), None)

    def may_be_sent(self, path: Path) -> bool:
        """Whether a file's text may leave the machine."""
        return self.reason(path) is None

    def _of_file(self, file: Path) -> str | None:
        folder = (
            self._folder_of(file) or file.parent
        )  # the ignore files of a repository hold where nobody opened it, too
        if why := self._by_name(file):
            return why
        if self._walker(folder).ignores(file.relative_to(folder).as_posix()):
            return f"{file.name} is ignored (.gitignore, .stokerignore), and ignored files stay on this machine"
        return None

    @staticmethod
    def _by_name(file: Path) -> str | None:
        return f"{file.name} is a file for keys" if is_for_keys(file.name) else None

    def _walker(self, folder: Path) -> Walker:
        read, walker = self._walkers.get(folder, (0.0, None))
        now = self._clock()
        if walker is None or now - read > SECONDS:
            walker = Walker(folder)
            known = {each: kept for each, kept in self._walkers.items() if now - kept[0] <= SECONDS}
            self._walkers = {**known, folder: (now, walker)}
        return walker
