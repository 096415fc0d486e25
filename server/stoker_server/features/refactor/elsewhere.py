"""Whether other Python files of a folder may use a name of this one. Reads texts; where in doubt, they do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from stoker_analyzers.index.walk import Walker

_LARGEST = 2_000_000
"""Bytes above which a file is not looked into; what is so large was made by a program."""


class OtherFiles:
    """The Python files of a folder but for one, read once."""

    def __init__(self, folder: Path | None, path: Path | None, opened: Mapping[Path, str]) -> None:
        """Read them.

        Args:
            folder: The workspace folder; without one there are no others.
            path: The file that is left out.
            opened: The editor's texts, which count instead of what is on disk.
        """
        self._stem = "" if path is None else path.parent.name if path.stem == "__init__" else path.stem
        self._texts: list[str] = []
        if folder is None or path is None:
            return
        given = {each.resolve(): text for each, text in opened.items()}
        for name, _ in Walker(folder, _LARGEST).files():
            file = (folder / name).resolve()
            if file.suffix in (".py", ".pyi") and file != path.resolve():
                self._texts.append(given[file] if file in given else file.read_bytes().decode("utf-8", "replace"))

    def mention(self, name: str) -> bool:
        """Whether any has a name as a word."""
        word = re.compile(rf"\b{re.escape(name)}\b")
        return any(word.search(each) for each in self._texts)

    def take(self, name: str) -> bool:
        """Whether any takes a name out of the file's module, or everything."""
        stem = re.escape(self._stem)
        taken = re.compile(rf"\bfrom\s+[\w.]*\b{stem}\s+import\s*(\([^)]*\)|[^\n]*)")
        renamed = re.compile(rf"\b{stem}\s+as\s+(\w+)")
        for text in self._texts:
            if self._stem not in text:
                continue
            if any(re.search(rf"\*|\b{re.escape(name)}\b", each) for each in taken.findall(text)):
                return True
            owners = "|".join([stem, *map(re.escape, renamed.findall(text))])
            if re.search(rf"\b(?:{owners})\s*\.\s*{re.escape(name)}\b", text):
                return True
        return False
