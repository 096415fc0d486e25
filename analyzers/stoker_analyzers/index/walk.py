"""Which files of a workspace folder belong to the index. Looks at names and sizes; opens ignore files and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stoker_analyzers.index.entries import IGNORE_FILES, MAX_BYTES, Stamp
from stoker_analyzers.index.excludes import global_excludes
from stoker_analyzers.index.ignoring import Rules, ignored, rules_in
from stoker_analyzers.index.keyfiles import is_for_keys
from stoker_analyzers.languages import by_path
from stoker_analyzers.languages.base import words

SKIPPED = words(
    ".git .hg .svn .jj .venv venv .tox .nox .direnv node_modules bower_components __pycache__ .mypy_cache .ruff_cache "
    ".pytest_cache .hypothesis .gradle .terraform"
)
"""Folders that are never entered, whether ignored or not: version control, installed packages and caches."""

ENVIRONMENT = "pyvenv.cfg"
"""Is in a virtual environment, whatever that is called: installed packages, too (https://peps.python.org/pep-0405/)."""


@dataclass(frozen=True, slots=True)
class Level:
    """The rules that hold in one folder, from the outermost down.

    Attributes:
        git: Those of git, which may take back what an outer one ignores.
        own: Those of the ``.stokerignore`` files, which never bring back what git ignores.
    """

    git: tuple[Rules, ...] = ()
    own: tuple[Rules, ...] = ()

    def ignores(self, path: str) -> bool:
        """Whether a path is ignored; a folder's ends with a slash."""
        return ignored(path, self.git) or ignored(path, self.own)


class Walker:
    """Knows the files of one folder. Links are not followed: what they lead to within the folder is found there."""

    def __init__(self, root: Path, max_bytes: int = MAX_BYTES) -> None:
        """Begin with no ignore file read.

        Args:
            root: The workspace folder.
            max_bytes: Size above which files are left out.
        """
        self._root = root
        self._max_bytes = max_bytes
        self._top = _repository(root) or root
        inside = root.relative_to(self._top).as_posix()
        self._prefix = "" if inside == "." else f"{inside}/"
        self._levels: dict[str, Level] = {}

    def forget(self) -> None:
        """Read the ignore files anew from here on."""
        self._levels.clear()

    def files(self) -> Iterator[tuple[str, Stamp]]:
        """Every file that belongs, with its size and time, while the disk is being looked at; folder by folder."""
        if self._outside():
            return
        pending = [""]
        while pending:
            folder = pending.pop()
            try:
                with os.scandir(self._root / folder) as listed:
                    entries = sorted(listed, key=lambda entry: entry.name)
            except OSError:
                continue  # it can't be read, or went meanwhile
            if folder and any(each.name == ENVIRONMENT for each in entries):
                continue
            level, below = self._level(folder), []
            for entry in entries:
                path = folder + entry.name
                if self._is_folder(entry):
                    if entry.name not in SKIPPED and not level.ignores(f"{self._prefix}{path}/"):
                        below.append(f"{path}/")
                elif (
                    self._fits(entry.name) and (stamp := self._stamp(entry)) and not level.ignores(self._prefix + path)
                ):
                    yield path, stamp
            pending += reversed(below)

    def stamp(self, path: str) -> Stamp | None:
        """Size and time of a file that belongs; ``None`` for one that does not, or is not there.

        Args:
            path: Relative to the folder, with forward slashes.
        """
        *folders, name = PurePosixPath(path).parts
        if self._outside() or not self._fits(name) or SKIPPED.intersection(folders):
            return None
        at = ""
        for folder in folders:
            level, at = self._level(at), f"{at}{folder}/"
            real = self._root / at
            if real.is_symlink() or (real / ENVIRONMENT).exists() or level.ignores(self._prefix + at):
                return None
        if self._level(at).ignores(self._prefix + path):
            return None
        try:
            return self._checked(os.lstat(self._root / path))
        except OSError:
            return None

    def ignores(self, path: str) -> bool:
        """Whether ignore files leave out a file or a folder above it, whether it is there or not.

        Args:
            path: Relative to the folder, with forward slashes.
        """
        if self._outside():
            return True
        at = ""
        for folder in PurePosixPath(path).parts[:-1]:
            level, at = self._level(at), f"{at}{folder}/"
            if level.ignores(self._prefix + at):
                return True
        return self._level(at).ignores(self._prefix + path)

    def _fits(self, name: str) -> bool:
        return not is_for_keys(name) and by_path(name) is not None

    @staticmethod
    def _is_folder(entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir(follow_symlinks=False)
        except OSError:
            return False

    def _stamp(self, entry: os.DirEntry[str]) -> Stamp | None:
        try:
            return self._checked(entry.stat(follow_symlinks=False))
        except OSError:
            return None

    def _checked(self, found: os.stat_result) -> Stamp | None:
        regular = found.st_mode & 0o170000 == 0o100000
        return Stamp(found.st_size, found.st_mtime_ns) if regular and found.st_size <= self._max_bytes else None

    def _outside(self) -> bool:
        """Whether the folder itself is ignored by the repository that it lies in; then git knows none of its files."""
        at = ""
        for part in PurePosixPath(self._prefix).parts:
            level, at = self._level_above(at), f"{at}{part}/"
            if level.ignores(at):
                return True
        return False

    def _level(self, folder: str) -> Level:
        return self._level_above(self._prefix + folder)

    def _level_above(self, folder: str) -> Level:
        """The rules in a folder, given from the top down; the top is the repository's, so paths are those git sees."""
        if folder not in self._levels:
            if folder:
                outer = self._level_above(folder[: folder.rstrip("/").rfind("/") + 1])
            else:
                general = global_excludes(os.environ)
                files = (*((general,) if general and general.is_file() else ()), _exclude_file(self._top))
                outer = Level(tuple(filter(None, (rules_in(each, "") for each in files))))
            git, own = (rules_in(self._top / folder / name, folder) for name in IGNORE_FILES)
            self._levels[folder] = Level(outer.git + ((git,) if git else ()), outer.own + ((own,) if own else ()))
        return self._levels[folder]


def _repository(root: Path) -> Path | None:
    """The git work tree that a folder lies in, whose ignore files hold for it too."""
    return next((each for each in (root, *root.parents) if (each / ".git").exists()), None)


def git_folder(top: Path) -> Path:
    """What git keeps of a work tree; in a linked one or a submodule ``.git`` is a file that says where that is.

    Raises:
        OSError: That file can't be read.
        UnicodeDecodeError: It is no text.
    """
    found = top / ".git"
    return top / found.read_text(encoding="utf-8").removeprefix("gitdir:").strip() if found.is_file() else found


def _exclude_file(top: Path) -> Path:
    """``info/exclude``; in a linked work tree or a submodule ``.git`` is a file that says where it is."""
    found = top / ".git"
    try:
        found = git_folder(top)
        if found != top / ".git":
            common = found / "commondir"
            if common.is_file():
                found = found / common.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        pass  # whatever it leads to, it is no exclude file
    return found / "info" / "exclude"
