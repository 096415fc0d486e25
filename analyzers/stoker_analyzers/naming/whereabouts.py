"""Says where what jedi found is written: in the file itself, in the workspace, or in what is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stoker_analyzers.naming.closed import described_path
from stoker_analyzers.naming.model import Where
from stoker_analyzers.naming.project import Subject


def where_of(subject: Subject, *values: Any) -> Where:
    """Where the nearest of some values is defined."""
    modules = [each if each.is_module() else each.get_root_context().get_value() for each in values]
    paths = [path for each in modules if (path := described_path(each))]
    if subject.question.path and Path(subject.question.path) in paths:
        return Where.FILE
    return Where.WORKSPACE if any(_is_inside(subject, path) for path in paths) else Where.ENVIRONMENT


def _is_inside(subject: Subject, path: Path) -> bool:
    folder = subject.question.folder
    if not folder or not path.is_relative_to(folder):
        return False
    return not any(path.is_relative_to(each) for each in subject.environment.packages if each != folder)
