"""The other files of a workspace folder, as they are now: the editor's texts where they are open, else the disk's.

Gives no file that is ignored or private, none outside the folder, and reads none before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stoker_analyzers.index.modules import RELATIVE, parts_of
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.uris import uri_of

LARGEST = 400_000
"""Bytes of a file that is looked at."""
_PACKAGE = ("__init__.py", "__init__.pyi")


@dataclass(frozen=True)
class OtherFiles:
    """What a folder holds besides the file at hand.

    Attributes:
        root: The workspace folder.
        own: The file at hand, relative to it.
        index: Knows who has a word; ``None`` where there is none yet, and only the open documents are known.
        open: The documents that are open, by path.
        private: Says why a file is left alone; ``None`` for one that is not.
    """

    root: Path
    own: str
    index: IndexQuery | None
    open: Mapping[Path, Snapshot]
    private: Callable[[Path], str | None]
    _read: dict[str, Snapshot | None] = field(default_factory=dict)

    def having(self, word: str) -> tuple[str, ...]:
        """The files that have a word, in the order of their paths."""
        written = {path: each for path, each in self.open.items() if path.is_relative_to(self.root)}
        found = {path.relative_to(self.root).as_posix() for path, each in written.items() if word in each.text}
        stale = {path.relative_to(self.root).as_posix() for path in written}
        known = self.index.having(word) if self.index else ()
        return tuple(sorted((found | (set(known) - stale)) - {self.own}))

    def snapshot(self, path: str) -> Snapshot | None:
        """A file's text; ``None`` for one that can't be read or is none of ours to read."""
        if path not in self._read:
            self._read[path] = self._snapshot(self.root / PurePosixPath(path))
        return self._read[path]

    def _snapshot(self, path: Path) -> Snapshot | None:
        if self.private(path) is not None or not path.resolve().is_relative_to(self.root.resolve()):
            return None
        if path in self.open:
            return self.open[path]
        try:
            if path.stat().st_size > LARGEST:
                return None
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return Snapshot(uri_of(path), text, by_path(path))

    def module(self, written: str, importer: str) -> str:
        """The file that an import of Python means; empty where it may mean another one, or is not known."""
        parts = parts_of(written)
        place = PurePosixPath(importer).parent
        roots = [place]
        if parts and parts[0] in RELATIVE:
            while parts and parts[0] in RELATIVE:
                place, parts = (place.parent if parts[0] == ".." else place), parts[1:]
            roots = [place]
        else:
            above = [place, *place.parents]
            roots = [
                each
                for each in dict.fromkeys([*above, *(each / "src" for each in above)])
                if not self._is_package(each)
            ]
        found = {path for root in roots if (path := self._module(root, parts))}
        return next(iter(found)) if len(found) == 1 else ""

    def _module(self, root: PurePosixPath, parts: tuple[str, ...]) -> str:
        base = root.joinpath(*parts)
        ways = [base / each for each in _PACKAGE]
        if parts:
            ways = [*ways, base.with_name(f"{base.name}.py")]
        there = [each.as_posix() for each in ways if (self.root / each).is_file() or self.root / each in self.open]
        return there[0] if there else ""

    def _is_package(self, folder: PurePosixPath) -> bool:
        """Whether imports count from further up than a folder."""
        return any((self.root / folder / each).is_file() for each in _PACKAGE)
