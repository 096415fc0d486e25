"""Looks through a workspace folder for a word or a module, within bounds: what lies beyond them counts as found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stoker_analyzers.naming.closed import words_of
from stoker_analyzers.naming.model import Question

FILES = 300
"""Python files whose words are looked at."""
ENTRIES = 20_000
"""Files and folders that are gone through."""
_LEFT_OUT = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})


def is_spelled_in(question: Question, word: str) -> bool:
    """Whether another Python file of the folder has a word, or there are too many to say."""
    if not question.folder:
        return _is_spelled_beside(question, word)
    count = 0
    for path in _files(question.folder):
        if path is None:
            return True
        if path.suffix != ".py" or str(path) == question.path:
            continue
        count += 1
        if count > FILES or (known := words_of(path)) is None or word in known:
            return True
    return False


def _is_spelled_beside(question: Question, word: str) -> bool:
    if not question.path:
        return False
    others = [each for each in Path(question.path).parent.glob("*.py") if str(each) != question.path]
    return len(others) > FILES or any(word in (words_of(each) or {word}) for each in others)


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
