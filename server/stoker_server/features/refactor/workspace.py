"""A workspace as rope may see it: the editor's texts, no configuration, nothing that can be run or written.

rope's own folder and the project's settings for it hold code and names of modules to import; neither is looked at.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rope.base.prefs import Prefs  # type: ignore[import-untyped]  # rope has no types
from rope.base.project import Project  # type: ignore[import-untyped]  # rope has no types
from rope.base.resources import File  # type: ignore[import-untyped]  # rope has no types

from stoker_analyzers.rewriting import normalized
from stoker_server.features.refactor.reading import MARK

_BUILT = ("build", "dist")
"""Folders of what is made from the user's own source; what they hold is named, but not changed."""
_IGNORED = ("*.pyc", ".*", "node_modules", "site-packages", "__pycache__", *_BUILT)
"""What is not the user's own source; virtual environments are recognised by what they hold."""
_OTHERS = frozenset({"node_modules", "site-packages", "__pycache__"})
_ENVIRONMENT = "pyvenv.cfg"
_UNSAVED = "document.py"


class Files:
    """The files as rope sees them: the editor's text where there is one, and no way to write.

    Attributes:
        texts: Every text read, as it is in the editor or on disk.
        prepared: Normalized texts that rope gets instead.
        unreadable: Files that are no UTF-8.
    """

    def __init__(self, unsaved: dict[str, str]) -> None:
        self.texts = dict(unsaved)
        self.prepared: dict[str, str] = {}
        self.unreadable: set[str] = set()

    def read(self, path: str) -> str:
        """A file's text. Rope takes text as well as bytes, and text leaves no room for guessing its encoding."""
        if path not in self.texts:
            data = Path(path).read_bytes()
            try:
                self.texts[path] = data.decode("utf-8")
            except UnicodeDecodeError:
                self.unreadable.add(path)
                self.texts[path] = data.decode("latin-1")  # enough to see whether it would have to change
        return self.prepared.get(path) or normalized(self.texts[path]).removeprefix(MARK)

    def skipped(self, folder: str, word: re.Pattern[str]) -> list[str]:
        """Where Python files in folders that are left alone hold a word, as path and line."""
        found: list[str] = []
        for name in _BUILT:
            for built in sorted(Path(folder).rglob(f"{name}/**/*.py")):
                inside = built.relative_to(folder)
                if built.is_symlink() or any(part[0] == "." or part in _OTHERS for part in inside.parts):
                    continue
                if match := word.search(text := self.read(str(built))):
                    found.append(f"{inside.as_posix()}:{text.count(chr(10), 0, match.start()) + 1}")
        return found

    def write(self, path: str, data: bytes) -> None:
        """Never called: changes are computed, not performed."""
        raise AssertionError(f"rope tried to write {path}")

    create_file = create_folder = remove = move = write


class SafeProject(Project):  # type: ignore[misc]  # rope has no types
    """A project that reads no configuration and looks into no folder that holds other people's code."""

    def _init_prefs(self, prefs: dict[str, Any]) -> None:
        self.prefs = Prefs(**prefs)
        self.ignored.set_patterns(self.prefs.ignored_resources)
        self._init_other_parts()

    def is_ignored(self, resource: Any) -> bool:
        """Whether rope is to pass a file or folder by."""
        path = Path(resource) if isinstance(resource, str) else Path(resource.real_path)
        is_link = os.path.islink(path)  # a link may lead round in circles  # noqa: PTH114
        return bool(super().is_ignored(resource)) or is_link or (path / _ENVIRONMENT).exists()


@contextmanager
def opened(payload: dict[str, Any]) -> Iterator[tuple[SafeProject, File]]:
    """The workspace of a request and the document in it; one without a file gets an empty folder for the time being.

    Args:
        payload: ``folder``, ``path``, ``text`` and ``open`` count.
    """
    with tempfile.TemporaryDirectory() as spare:
        folder, path = payload["folder"], payload["path"]
        if path is None or not Path(path).exists():
            folder, path = spare, str(Path(spare, _UNSAVED))
            Path(path).touch()
        path = os.path.realpath(path)
        folder = os.path.realpath(folder) if folder else str(Path(path).parent)
        if not Path(path).is_relative_to(folder):
            folder = str(Path(path).parent)
        given = {os.path.realpath(each): text for each, text in payload.get("open", {}).items()}
        files = Files({**given, path: payload["text"]})
        project = open_project(folder, files)
        yield project, project.get_file(Path(path).relative_to(folder).as_posix())


def open_project(folder: str, files: Files) -> SafeProject:
    """A folder with the files that rope is shown."""
    return SafeProject(
        folder, fscommands=files, ropefolder=None, ignored_resources=list(_IGNORED), import_dynload_stdmods=False
    )
