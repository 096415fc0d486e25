"""Where virtual environments lie and keep their packages. Looks for folders, reads nothing in them, starts no interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_FOLDERS = (".venv", "venv")
_PLACES = ("lib/python3*/site-packages", "Lib/site-packages")
"""In an environment: of POSIX systems and of Windows."""


def environments_in(folder: Path) -> tuple[Path, ...]:
    """Where a project's own environment may lie, whether there is one or not; the likelier place first."""
    return tuple(folder / each for each in _FOLDERS)


def packages_in(environment: Path) -> Iterator[Path]:
    """The folders that an environment's packages are installed in; none where there is no such environment."""
    return (found for pattern in _PLACES for found in sorted(environment.glob(pattern)))
