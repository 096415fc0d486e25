"""Which other files of a folder have a word. Reads texts; what is too large or can't be read counts as having it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from stoker_analyzers.index.walk import Walker
from stoker_analyzers.languages.base import words

_LARGEST = 2_000_000
"""Bytes above which a file is not looked into; what is so large was made by a program."""


def mentioning(folder: Path, path: Path, name: str, opened: Mapping[Path, str]) -> list[Path]:
    """The files of a folder, other than one, that have a word; what is ignored is left out.

    Args:
        folder: The workspace folder.
        path: The file that is left out.
        name: A whole identifier.
        opened: The editor's texts, which count instead of what is on disk.
    """
    wanted = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    texts = {each.resolve(): text for each, text in opened.items()}
    found: list[Path] = []
    for inside, _ in Walker(folder, _LARGEST).files():
        file = (folder / inside).resolve()
        if file == path.resolve() or file.suffix not in _CODE:
            continue
        text = texts[file] if file in texts else file.read_bytes().decode("utf-8", "replace")
        if wanted.search(text):
            found.append(file)
    return found


_CODE = words(
    """
    .js .mjs .cjs .jsx .ts .mts .cts .tsx .vue .svelte .astro .html .htm .mdx .go .rs .java .kt .groovy
    """
)
"""Endings of files that may use a name."""
