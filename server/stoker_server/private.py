"""Which files' text stays on this machine: what git or ``.stokerignore`` ignores, and what holds keys by its name.

Knows no provider: it answers for a path, and asks the disk for ignore files now and then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from stoker_analyzers.index.walk import Walker

KEYS = (".env", ".env.*", "*.pem", "*.key", "id_rsa*", "id_ed25519*", ".netrc", ".pgpass", ".npmrc", ".pypirc", "*.p12")
"""Names of files that hold keys, whatever their content looks like."""
SECONDS = 5.0
"""How long ignore files are taken to be as they were."""


class PrivateFiles:
    """Judges the files of the open folders."""

    def __init__(self, folder_of: Callable[[Path], Path | None], clock: Callable[[], float] = time.monotonic) -> None:
        """Take a way to the open folder that holds a file."""
        self._folder_of = folder_of
        self._clock = clock
        self._walkers: dict[Path, tuple[float, Walker]] = {}

    def reason(self, path: str | Path) -> str | None:
        """Why a file's text stays here, as the end of a sentence; ``None`` where it may be sent."""
        file = Path(path)
        name = file.name.lower()
        if any(fnmatch(name, pattern) for pattern in KEYS):
            return f"{file.name} is a file for keys"
        folder = self._folder_of(file) if file.is_absolute() else None
        if folder and self._walker(folder).ignores(file.relative_to(folder).as_posix()):
            return f"{file.name} is ignored (.gitignore, .stokerignore), and ignored files stay on this machine"
        return None

    def may_be_sent(self, path: Path) -> bool:
        """Whether a file's text may leave the machine."""
        return self.reason(path) is None

    def _walker(self, folder: Path) -> Walker:
        read, walker = self._walkers.get(folder, (0.0, None))
        now = self._clock()
        if walker is None or now - read > SECONDS:
            walker = Walker(folder)
            self._walkers[folder] = now, walker
        return walker
