"""A scratch copy of a workspace folder: the only place where drafts are applied and code is run.

Nothing here writes to the folder itself. A copy is gone when its user is done, and what a killed process left behind is
removed while the next copy is made.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
import shutil
import stat
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from stoker_analyzers.edits import Edit
from stoker_analyzers.index.keyfiles import is_for_keys
from stoker_server.proving.errors import FolderTooLargeError, ProvingError
from stoker_server.proving.sweeping import owned, remove, scratch_place, sweep_aside
from stoker_server.proving.threads import to_the_end
from stoker_server.uris import path_of

_MOST_FILES = 20_000
_MOST_BYTES = 500_000_000
_LARGEST_FILE = 20_000_000
"""Larger files are data; a test that needs one is not run twelve times over."""

_LESSER_LIMITS = (_LARGEST_FILE, 2_000_000, 500_000, 100_000)
"""Where a folder is too much, its larger files are left out: code is small, and what is large is data."""
CACHES = frozenset({".tox", ".nox", ".cache", ".eggs", "node_modules"}) | {
    *("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis")
}
"""Folders of what was fetched or made: nobody writes code there."""
_SKIPPED_FOLDERS = CACHES | {".git", ".hg", ".svn"}
_EXAMPLES = (".example", ".sample", ".template")
_CERTIFICATES = frozenset({".pem", ".key", ".p12", ".pfx", ".jks", ".keystore"})
_TEST_FOLDERS = frozenset({"test", "tests", "__tests__", "testing", "testdata", "fixtures", "spec", "e2e"})
"""Where projects keep certificates that are made for their tests, which fail without them."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A copy of a folder and a private place beside it.

    Attributes:
        original, root: The folder that was copied, links followed; and the copy.
        private: An empty folder for orders, reports and output.
    """

    original: Path
    root: Path
    private: Path

    def inside(self, path: Path) -> Path:
        """Where a file of the folder is in the copy.

        Raises:
            ProvingError: The file lies outside the folder.
        """
        real = path.parent.resolve() / path.name
        if not real.is_relative_to(self.original):
            raise ProvingError(f"{path} lies outside {self.original}")
        return self.root / real.relative_to(self.original)

    def outside(self, copy: Path) -> Path:
        """Where a file of the copy is in the folder."""
        return self.original / copy.relative_to(self.root)

    def replaces(self, path: Path) -> bool:
        """Whether runs have to see the copy's version of a folder: what an editable install names is the user's own."""
        if not path.is_relative_to(self.original) or "site-packages" in path.parts:
            return False
        above = [each for each in (path, *path.parents) if each.is_relative_to(self.original) and each != self.original]
        copied = not any(each.name in _SKIPPED_FOLDERS or (each / "pyvenv.cfg").exists() for each in above)
        return copied and (self.root / path.relative_to(self.original)).exists()

    def make_places(self, folders: Iterable[Path]) -> None:
        """Make the places in the copy where folders are shown that it leaves out."""
        for each in folders:
            if each.is_relative_to(self.original) and each.is_dir():
                (self.root / each.relative_to(self.original)).mkdir(parents=True, exist_ok=True)

    def read(self, path: Path) -> str:
        """The text of a file of the copy, line ends as they are; empty where there is none, or a link leads out of the copy."""
        try:
            if self._leads_out(target := self.inside(path)):
                return ""
            return target.read_bytes().decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            return ""

    def _leads_out(self, target: Path) -> bool:
        """Whether a link in the copy leads to what is no part of the folder: what is read may be shown to a model."""
        return target.is_symlink() and not target.resolve().is_relative_to(self.root.resolve())

    def write(self, path: Path, text: str) -> None:
        """Replace a file of the copy.

        Args:
            path: Where it would be in the folder.
            text: Its new content; line ends are kept as they are.
        """
        target = self.inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # a link would lead to the file that it names
        target.write_bytes(text.encode("utf-8", "surrogateescape"))

    def remove(self, path: Path) -> None:
        """Remove a file of the copy, if it is there."""
        self.inside(path).unlink(missing_ok=True)

    def apply(self, edit: Edit) -> None:
        """Apply an edit in the copy.

        Raises:
            StaleEditError: A file is not what the edit was made for.
            ProvingError: A file lies outside the folder, or is no file on this machine.
        """
        for part in edit.files:
            path = path_of(part.uri)
            if path is None:
                raise ProvingError(f"{part.uri} is not a file on this machine")
            self.write(path, part.apply(self.read(path)))


@dataclass
class _Copier:
    """Copies a folder in a thread, and stops soon after it is told to."""

    source: Path
    target: Path
    avoid: Path
    largest: int = _LARGEST_FILE
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Copy what fits.

        Raises:
            FolderTooLargeError: There is more than a copy may hold.
        """
        sizes = list(self._sizes(self.source))
        fitting = (each for each in _LESSER_LIMITS if sum(size for size in sizes if size <= each) <= _MOST_BYTES)
        largest = next(fitting, None)
        if largest is None or len(sizes) > _MOST_FILES:
            raise FolderTooLargeError(
                f"{self.source} holds more than {_MOST_FILES:,} files or {_MOST_BYTES // 1_000_000} MB of small ones: "
                "open the project's own folder, not one above it"
            )
        self.largest = largest
        self._folder(self.source, self.target)

    def _sizes(self, source: Path) -> Iterator[int]:
        """The sizes of all files that may be copied, until there are too many."""
        found, folders = 0, [source]
        while folders and found <= _MOST_FILES and not self.stopped.is_set():
            for entry in self._entries(folders.pop()):
                if entry.is_dir(follow_symlinks=False):
                    if not self._skips(entry):
                        folders.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False) and not self._is_secret(entry):
                    size = entry.stat().st_size
                    if size <= _LARGEST_FILE:
                        found += 1
                        yield size

    def _folder(self, source: Path, target: Path) -> None:
        target.mkdir()
        for entry in self._entries(source):
            if self.stopped.is_set():
                return
            place = target / entry.name
            if entry.is_symlink():
                self._link(Path(entry.path), place)
            elif entry.is_dir():
                if not self._skips(entry):
                    self._folder(Path(entry.path), place)
            elif entry.is_file():
                self._file(entry, place)

    @staticmethod
    def _entries(source: Path) -> list[os.DirEntry[str]]:
        with contextlib.suppress(PermissionError), os.scandir(source) as found:
            return list(found)
        return []

    def _is_secret(self, entry: os.DirEntry[str]) -> bool:
        return is_secret(Path(entry.path).relative_to(self.source))

    def _skips(self, entry: os.DirEntry[str]) -> bool:
        path = Path(entry.path)
        return entry.name in _SKIPPED_FOLDERS or path == self.avoid or (path / "pyvenv.cfg").exists()

    def _link(self, link: Path, place: Path) -> None:
        """A link into the folder becomes relative, so that it leads into the copy; others stay as they are.

        One to a virtual environment is left out as an environment is: that is shown where the link was.
        """
        if (link / "pyvenv.cfg").exists():
            return
        aim = link.readlink()
        if aim.is_absolute() and aim.is_relative_to(self.source):
            aim = Path(os.path.relpath(aim, link.parent))
        place.symlink_to(aim)

    def _file(self, entry: os.DirEntry[str], place: Path) -> None:
        found = entry.stat()
        if found.st_size > self.largest or self._is_secret(entry):
            return
        with contextlib.suppress(PermissionError):
            _copy(Path(entry.path), place, found.st_size)
            place.chmod(stat.S_IMODE(found.st_mode) | stat.S_IRUSR | stat.S_IWUSR)


def is_secret(file: Path) -> bool:
    """Whether runs may not see a file: what they print may be shown to a model.

    Args:
        file: Its path in the folder that is copied; of certificates those in folders of tests are no secret, and of the
            others neither are those that show how such a file is written.
    """
    name = file.name.lower()
    if not is_for_keys(name) or (name.startswith(".env") and name.endswith(_EXAMPLES)):
        return False
    kept_for_tests = _TEST_FOLDERS.intersection(each.lower() for each in file.parent.parts)
    return not (kept_for_tests and file.suffix.lower() in _CERTIFICATES)


def _copy(source: Path, target: Path, size: int) -> None:
    """Copy a file; a file system that can shares the blocks until one of the two is written to."""
    if hasattr(os, "copy_file_range"):
        with contextlib.suppress(OSError), source.open("rb") as reader, target.open("wb") as writer:
            left = size
            while left > 0 and (moved := os.copy_file_range(reader.fileno(), writer.fileno(), left)):
                left -= moved
            if left == 0:
                return
    shutil.copyfile(source, target)


@contextlib.asynccontextmanager
async def scratch_copy(folder: Path) -> AsyncIterator[Scratch]:
    """A copy of a folder without version control, virtual environments, caches and keys.

    Raises:
        FolderTooLargeError: There is more than a copy may hold.
        OSError: The user's cache folder can't be written to.
    """
    base = scratch_place()
    sweep_aside(base)
    with owned(base) as place:
        try:
            scratch, copier = await to_the_end(partial(_make, folder, place))
            await to_the_end(copier.run, copier.stopped.set)
            yield scratch
        finally:
            await to_the_end(partial(remove, place))


async def copy_again(scratch: Scratch) -> Scratch:
    """A second copy, of the copy as it is now, for a run that may write; it is gone when the first one is.

    Raises:
        OSError: It can't be written.
    """
    place = scratch.root.parent
    copier = _Copier(scratch.root, place / f"copy-{secrets.token_hex(4)}", place)
    await to_the_end(copier.run, copier.stopped.set)
    return dataclasses.replace(scratch, root=copier.target)


def _make(folder: Path, place: Path) -> tuple[Scratch, _Copier]:
    (place / "private").mkdir(mode=0o700)
    scratch = Scratch(folder.resolve(), place / "copy", place / "private")
    return scratch, _Copier(scratch.original, scratch.root, place.parent)
