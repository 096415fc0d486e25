"""The folders whose code may be run. Only the user adds to them; a folder trusts all that lies below it."""

from __future__ import annotations

import json
from pathlib import Path

from stoker_server.files import write_private


class TrustStore:
    """A list of folders in the user's configuration."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def folders(self) -> tuple[Path, ...]:
        """The trusted folders; none where the file is missing or can't be understood."""
        try:
            entries = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()
        return tuple(Path(each) for each in entries if isinstance(each, str)) if isinstance(entries, list) else ()

    def trusts(self, folder: Path) -> bool:
        """Whether a folder, or one that it lies in, is trusted. Links are followed first."""
        real = folder.resolve()
        return any(real == each or each in real.parents for each in self.folders())

    def add(self, folder: Path) -> Path:
        """Trust a folder.

        Returns:
            The folder as it is stored: absolute, links followed.

        Raises:
            NotADirectoryError: There is no such folder.
        """
        real = folder.resolve()
        if not real.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder")
        self._write({*self.folders(), real})
        return real

    def remove(self, folder: Path) -> bool:
        """Trust a folder no more.

        Returns:
            Whether it was trusted by itself; one that lies in a trusted folder stays trusted.
        """
        before = set(self.folders())
        self._write(before - {folder.resolve()})
        return folder.resolve() in before

    def _write(self, folders: set[Path]) -> None:
        write_private(self._file, json.dumps(sorted(map(str, folders)), indent=2) + "\n")
