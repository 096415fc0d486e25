"""What stands in the files of a folder: whether a word does, and nothing is kept of what was read but small sets of words.

The index is not asked: it leaves out what git ignores, which is where generated code lies, and it lags behind.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

LARGEST = 2_000_000
"""Bytes of a file above which it is taken to hold any word."""
FILES = 1_500
"""Files whose words are looked at."""
ENTRIES = 20_000
"""Files and folders that are gone through."""
SECONDS = 5.0
"""How long a folder is taken to have the files that it had."""
_SKIPPED = frozenset({"node_modules", ".git", ".hg", ".svn", "__pycache__", "site-packages"})
_WORD = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")


def words_of(path: Path) -> frozenset[str] | None:
    """The words of a file; ``None`` where it can't be read or is too large."""
    try:
        known = path.stat()
        return None if known.st_size > LARGEST else _words_of(path, known.st_mtime_ns, known.st_size)
    except OSError:
        return None


def text_of(path: Path) -> str:
    """A file's text; empty where it can't be read or is too large."""
    try:
        return "" if path.stat().st_size > LARGEST else path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@lru_cache(maxsize=400)
def _words_of(path: Path, modified: int, size: int) -> frozenset[str]:
    """The words of a file as it was at a time, in nanoseconds."""
    del modified, size  # they tell one state of the file from the next
    return frozenset(_WORD.findall(path.read_text(encoding="utf-8", errors="replace")))


def have(paths: Iterable[Path], word: str, *, but: str = "") -> bool:
    """Whether one of some files has a word, or can't be read.

    Args:
        paths: The files.
        word: The word.
        but: A file that is left out: the document itself, whose text the editor has.
    """
    return any((known := words_of(path)) is None or word in known for path in paths if str(path) != but)


def beside(folder: Path, endings: Collection[str]) -> list[Path]:
    """The files of a folder, not those below it, with one of some endings."""
    try:
        return [Path(each.path) for each in os.scandir(folder) if Path(each.name).suffix in endings]
    except OSError:
        return []


def spelled_below(folder: str, word: str, endings: Collection[str], *, but: str = "") -> bool:
    """Whether a file somewhere in a folder has a word; so it counts, too, where there are too many to look at."""
    pattern = re.compile(rf"(?<![\w$]){re.escape(word)}(?![\w$])".encode())
    count = 0
    for path in below(folder):
        if path is None:
            return True
        if path.suffix not in endings or str(path) == but:
            continue
        count += 1
        if count > FILES or _has(path, pattern):
            return True
    return False


def below(folder: str) -> tuple[Path | None, ...]:
    """The files of a folder and those below it; ``None``, and no more, where there are too many."""
    return _below(folder, int(time.monotonic() / SECONDS))


@lru_cache(maxsize=2)
def _below(folder: str, moment: int) -> tuple[Path | None, ...]:
    """The same at a moment, counted in ``SECONDS``: going through a large folder takes longer than all else."""
    del moment  # it tells one state of the folder from the next
    found, seen = list[Path | None](), 0
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each not in _SKIPPED]
        seen += len(folders) + len(files)
        if seen > ENTRIES:
            return (*found, None)
        found += [Path(place, each) for each in files]
    return tuple(found)


def upwards(path: Path, name: str, folder: str = "") -> Path | None:
    """The nearest file of a name in a file's folder or one above it; none outside the workspace folder where one is given."""
    for place in path.parents:
        if (place / name).is_file():
            return place / name
        if folder and str(place) == folder:
            return None
    return None


def _has(path: Path, word: re.Pattern[bytes]) -> bool:
    try:
        return path.stat().st_size > LARGEST or bool(word.search(path.read_bytes()))
    except OSError:
        return True
