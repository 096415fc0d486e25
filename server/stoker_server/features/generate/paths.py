"""Which paths a model's answer may name: nothing outside the folder, nothing that is hidden, ignored or a key."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from stoker_analyzers.index.walk import SKIPPED
from stoker_analyzers.languages import by_path
from stoker_server.private import PrivateFiles

_PLAIN = re.compile(r"[\w][\w. +@()\[\]-]{0,99}\Z")
"""A part of a path as source files have it: no separator of another system, no control character, no leading dot, and short
enough for every file system."""


def refusal(path: Path, folder: Path) -> str:
    """Why a new file may not be made at a path; empty where it may. Looks at the disk.

    Args:
        path: Absolute, as the answer means it; nothing of it is followed yet.
        folder: The workspace folder.
    """
    if not path.is_relative_to(folder) or ".." in path.parts:
        return f"{path} lies outside {folder}"
    inside = PurePosixPath(path.relative_to(folder).as_posix())
    if not inside.parts or not all(map(_PLAIN.match, inside.parts)):
        return f"{inside} is hidden, or no plain name for a source file"
    if SKIPPED.intersection(inside.parts) or by_path(path) is None:
        return f"{inside} is no source file of the project's"
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        return f"{inside} leads outside {folder} by a link"
    if why := PrivateFiles(lambda _: folder).reason(path):
        return why
    return f"{inside} exists already" if path.exists() or path.is_symlink() else ""
