"""Lends a scratch copy the installed packages, which it leaves out: read-only, and at the places where Node looks for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from stoker_server.proving.sandbox import Mount, shown
from stoker_server.proving.scratch import Scratch

_NAME = "node_modules"
_DEEPEST = 4
"""Folders below the workspace that are looked into for packages of their own, as a monorepo has them."""

_SKIPPED = frozenset({_NAME, "dist", "build", "coverage", "target", "vendor"})


def lend(scratch: Scratch, needs: list[Path], *, isolates: bool) -> tuple[Mount, ...]:
    """Make the places in the copy, and say what is to be shown there.

    Args:
        scratch: The copy.
        needs: What else is to be shown where it is.
        isolates: Whether runs see mounts; otherwise the copy gets links.
    """
    mounts, outside = [], [*needs]
    for each in _folders(scratch.original, 0):
        place = scratch.root / each.relative_to(scratch.original)
        outside += _linked(scratch.original, each)
        if each.is_symlink():
            continue  # the copy has the link, and what it leads to is shown
        if isolates:
            place.mkdir(parents=True, exist_ok=True)
            mounts.append(Mount(each, each))
        elif not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(each, target_is_directory=True)
    above = (each / _NAME for each in scratch.original.parents)
    outside += [each for each in above if each.is_dir()]
    return (*shown(outside), *mounts)


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    found = folder / _NAME
    if found.is_dir():
        yield found
    if depth >= _DEEPEST:
        return
    try:
        with os.scandir(folder) as entries:
            below = [Path(each.path) for each in entries if each.is_dir(follow_symlinks=False)]
    except OSError:
        return  # it can't be read, so nothing of it is run either
    for each in sorted(below):
        if each.name not in _SKIPPED and not each.name.startswith("."):
            yield from _folders(each, depth + 1)


def _linked(original: Path, modules: Path) -> Iterator[Path]:
    """The packages, or the folder of packages, that links lead to outside the workspace."""
    real = modules.resolve()
    if modules.is_symlink():
        if real.name != _NAME:
            return
        yield real
    entries = [entry for entry in real.iterdir() if not entry.name.startswith(".")]
    scoped = [inner for entry in entries if entry.name.startswith("@") and entry.is_dir() for inner in entry.iterdir()]
    for entry in (*entries, *scoped):
        if entry.is_symlink() and not (aim := entry.resolve()).is_relative_to(original) and _is_package(aim):
            yield aim


def _is_package(folder: Path) -> bool:
    """Whether a folder is a package: a link in a repository may lead to the user's home as well, which no run needs to see."""
    return (folder / "package.json").is_file()
