"""Renames through rope in the files that hold the name, and in no others. Runs in a worker process only.

rope parses every file of a project for each renaming, and one that it can't make sense of ends it. A file without the name
has nothing to rename, so it is not shown to rope; one with the name is named in the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rope.base.change import ChangeContents  # type: ignore[import-untyped]  # rope has no types
from rope.base.resources import File  # type: ignore[import-untyped]  # rope has no types
from rope.refactor.rename import Rename  # type: ignore[import-untyped]  # rope has no types

from stoker_server.workers import RefusedError

_SLIPS = (AttributeError, TypeError, ValueError, LookupError, RecursionError)
"""What rope's own slips on unusual code end in, e.g. on the standard library's configparser.py."""


def rename_everywhere(rename: Rename, new: str, unsure: Callable[[Any], bool]) -> dict[File, str]:
    """The new texts by file.

    Args:
        rename: What is renamed.
        new: The new name.
        unsure: Says of a place that rope can't tell whether it is renamed, too.

    Raises:
        RefusedError: rope can't make sense of a file with the name, or the change would move files.
        RopeError: The change can't be made.
    """
    old, changed = rename.get_old_name(), {}
    for file in rename.project.get_python_files():
        if old not in file.read():
            continue
        try:
            made = rename.get_changes(new, in_hierarchy=True, unsure=unsure, resources=[file])
        except _SLIPS as error:
            raise RefusedError(
                f"rope can't make sense of {file.path}, which has the word {old}, or of what it imports; "
                "leave that file out of the folder, or rename by hand"
            ) from error
        for change in made.changes:
            if not isinstance(change, ChangeContents):
                raise RefusedError("it would move files")
            changed[change.resource] = change.new_contents
    return changed


def moved_by(before: str, after: str, offset: int, old: str, new: str) -> int:
    """Where a name that begins at an offset begins after the renaming, which changes no line's number."""
    word = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    line = before.count("\n", 0, offset)
    at = before.rfind("\n", 0, offset) + 1
    moved = sum(len(each) + 1 for each in after.split("\n")[:line])
    while at < offset:
        renamed = word.match(before, at) and not word.match(after, moved)
        at += len(old) if renamed else 1
        moved += len(new) if renamed else 1
    return moved
