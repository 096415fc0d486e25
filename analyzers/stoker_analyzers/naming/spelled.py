"""Looks through a workspace folder for a word or a module, within bounds: what lies beyond them counts as found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from stoker_analyzers.naming.closed import LARGEST
from stoker_analyzers.naming.model import Question

FILES = 1_500
"""Python files whose words are looked at."""
ENTRIES = 20_000
"""Files and folders that are gone through."""
_LEFT_OUT = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})


def is_spelled_in(question: Question, word: str, mixed: Iterable[str] = (), *, many: bool) -> bool:
    """Whether another Python file of the folder, or beside the file, has a word.

    Args:
        question: Whose folder it is.
        word: What is looked for.
        mixed: Classes that would have it where a file makes them bases beside others: a mixin's object has what those have.
        many: What is said where there are too many files to look at.
    """
    patterns = [rf"{re.escape(word)}\b", *map(_mixing, mixed)]
    count, found = 0, re.compile("|".join(patterns).encode())
    for path in _files(question.folder) if question.folder else _beside(question.path):
        if path is None:
            return many
        if path.suffix != ".py" or str(path) == question.path:
            continue
        count += 1
        if count > FILES:
            return many
        if _has(path, found):
            return True
    return False


def is_mixed_in(text: str, name: str) -> bool:
    """Whether a class is a base beside others somewhere in a text."""
    return re.search(_mixing(name), text) is not None


def _mixing(name: str) -> str:
    return rf"\bclass\s+\w+\s*\((?=[^)]*,)[^)]*\b{re.escape(name)}\b"


def _has(path: Path, word: re.Pattern[bytes]) -> bool:
    """Whether a file has a word; nothing is kept of it, which would be much for a large folder."""
    try:
        return path.stat().st_size > LARGEST or bool(word.search(path.read_bytes()))
    except OSError:
        return True


def _beside(path: str) -> Iterator[Path | None]:
    """The Python files in a file's folder; none for a document that is no file."""
    return iter(Path(path).parent.glob("*.py") if path else ())


def has_module(question: Question, name: str) -> bool:
    """Whether the folder holds, anywhere, a file or a folder that may be a module of that name."""
    folder = Path(question.folder)
    parts = (path.relative_to(folder).parts if path else (name,) for path in _files(question.folder))
    return any(name in (*each[:-1], each[-1].partition(".")[0]) for each in parts)


def _files(folder: str) -> Iterator[Path | None]:
    """The files of a folder; ``None`` where there are too many."""
    seen = 0
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each not in _LEFT_OUT and not re.match(r"\.\w", each)]
        seen += len(folders) + len(files)
        if seen > ENTRIES:
            yield None
            return
        yield from (Path(place) / each for each in files)
