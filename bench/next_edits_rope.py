"""What rope makes of a renaming: ``next_edits.py`` holds what is proposed against it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from rope.base.exceptions import RopeError  # type: ignore[import-untyped]  # rope has no types
from rope.base.project import Project  # type: ignore[import-untyped]  # rope has no types
from rope.refactor.rename import Rename  # type: ignore[import-untyped]  # rope has no types

__all__ = ("Project", "renamed", "renamed_elsewhere")


def renamed(text: str, offset: int, new: str) -> str | None:
    """What rope makes of one file by itself; ``None`` where it does not rename."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.py").write_text(text, encoding="utf-8")
        project = Project(folder, ropefolder=None)
        try:
            made = Rename(project, project.get_file("a.py"), offset).get_changes(new, docs=False)
            return str(made.changes[0].new_contents)
        except (RopeError, AttributeError, TypeError, ValueError, LookupError):
            return None
        finally:
            project.close()


def renamed_elsewhere(project: Project, path: str, offset: int, new: str) -> dict[str, str] | None:
    """What rope makes of the other files, by URI; ``None`` where it does not rename."""
    try:
        changes = Rename(project, project.get_file(path), offset).get_changes(new, docs=False).changes
    except (RopeError, AttributeError, TypeError, ValueError, LookupError, RecursionError):
        return None
    root = Path(project.address)
    return {(root / each.resource.path).as_uri(): each.new_contents for each in changes if each.resource.path != path}
