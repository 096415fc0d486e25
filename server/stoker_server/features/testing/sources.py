"""The Python files of a project that speak of something. Runs nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stoker_server.proving.layout import is_test

_MOST_FILES = 1_500
_LARGEST_FILE = 300_000
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "build", "dist"})


def python_files(folder: Path, word: str, *, tests: bool = False) -> Iterator[tuple[Path, str]]:
    """The Python files of a folder that hold a word, each with its text.

    Args:
        folder: The folder, or a copy of it.
        word: The word, whole.
        tests: Whether files of tests are wanted, too.
    """
    whole, read = re.compile(rf"\b{re.escape(word)}\b"), 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for path in (Path(place, each) for each in sorted(files) if each.endswith(".py")):
            read += 1
            if read > _MOST_FILES:
                return
            try:
                if (tests or not is_test(path)) and path.stat().st_size <= _LARGEST_FILE:
                    text = path.read_text(encoding="utf-8")
                    if whole.search(text):
                        yield path, text
            except (OSError, ValueError):
                continue
