"""The licence header that a file lacks, as the files around it have it (https://reuse.software/spec-3.3/).

Nothing is guessed: where the folder's headers disagree about licence or copyright, nobody but its owners knows the right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.index.walk import Walker
from stoker_analyzers.languages import by_path
from stoker_analyzers.languages.base import Language

_HEAD = 4_000
"""Characters of a file in which its header stands: a licence's whole text is some thousand."""
_FILES = 200
"""Files with a header that are compared: where that many agree, the others do."""
# In two pieces, so that the tool does not take the lines of this module for its own header.
LICENCE, COPYRIGHT = "SPDX-" + "License-Identifier:", "SPDX-" + "FileCopyrightText:"
_FIRST = re.compile(r"#!|#.*?coding[:=]")
"""Lines that have to stay above a header: a shebang, and Python's encoding."""


def missing_header(text: str, tag: str, path: Path, folder: Path) -> Replacement | None:
    """The header lines that a file lacks, in the words of all other files of its language; ``None`` where they disagree.

    Args:
        text: What the file says.
        tag: What it lacks, ``LICENCE`` or ``COPYRIGHT``. A file without either gets the whole header, where one is agreed on.
        path: Where it is.
        folder: The folder whose files are compared; only what neither git nor Stoker ignores is read.
    """
    language = by_path(path)
    mark = language.comments.line if language else None
    if language is None or not mark:
        return None
    own = _header(text, mark)
    if any(tag in line for line in own):
        return None
    others = list(_headers(folder, path, language, mark))
    whole = () if own else _agreed([each for each in others if _has(each, LICENCE) and _has(each, COPYRIGHT)])
    lines = whole or _agreed([tuple(line for line in each if tag in line) for each in others])
    at = text.index(own[0]) if own else _top(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    apart = newline if not own and text[at:] and not text.startswith(("\n", "\r\n"), at) else ""
    return Replacement(Span(at, at), newline.join([*lines, ""]) + apart) if lines else None


def _agreed(headers: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The lines that all headers that have some agree on; none where they disagree."""
    said = {each for each in headers if each}
    return said.pop() if len(said) == 1 else ()


def _headers(folder: Path, path: Path, language: Language, mark: str) -> Iterator[tuple[str, ...]]:
    """The headers of the other files of a language."""
    left = _FILES
    for name, _ in Walker(folder).files():
        other = folder / name
        if left and other != path and by_path(other) == language and (found := _header(_head(other), mark)):
            left -= 1
            yield found


def _header(text: str, mark: str) -> tuple[str, ...]:
    """The lines of the first block of comments that has SPDX's words; empty where none has."""
    block: list[str] = []
    for line in text[:_HEAD].splitlines():
        if line.startswith(mark) and not (not block and _FIRST.match(line)):
            block.append(line.rstrip())
        elif _tagged(block):
            break
        else:
            block = []
            if line.strip() and not _FIRST.match(line):
                break
    return tuple(block) if _tagged(block) else ()


def _tagged(block: Sequence[str]) -> bool:
    return _has(block, LICENCE) or _has(block, COPYRIGHT)


def _has(block: Sequence[str], tag: str) -> bool:
    return any(tag in line for line in block)


def _top(text: str) -> int:
    """Where a header may begin."""
    at = len(text) - len(text.removeprefix("\ufeff"))
    while _FIRST.match(text[at:]):
        end = text.find("\n", at)
        if end < 0:
            break
        at = end + 1
    return at


def _head(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read(_HEAD)
    except (OSError, UnicodeDecodeError):
        return ""
