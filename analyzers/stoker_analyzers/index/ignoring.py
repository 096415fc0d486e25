"""What the ignore files of one folder say, as git reads them.

pathspec turns each pattern into a regular expression; the order in which they count is decided here, since a pattern for
a folder must not speak for the files below it where another folder's ignore file does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

_FOLDER_MARK = "ps_d"
"""pathspec's name of the group that matches the slash after what a pattern matched."""
SIZE = 1_000_000
"""Bytes of an ignore file that are read."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The patterns of one ignore file.

    Attributes:
        base: The folder that they count from, relative to the walk's top, with a slash at its end; empty for the top.
        patterns: Expressions and whether each ignores (or takes back), the last one first.
        any_of: All of them in one, for a quick no.
    """

    base: str
    patterns: tuple[tuple[re.Pattern[str], bool], ...]
    any_of: re.Pattern[str]

    def verdict(self, path: str) -> bool | None:
        """Whether a path (a folder's ends with a slash) is ignored; ``None`` where nothing is said of it."""
        if not path.startswith(self.base):
            return None
        below = path[len(self.base) :]
        if not self.any_of.search(below):
            return None
        for pattern, ignores in self.patterns:
            if any(not _is_about_parent(found, below) for found in pattern.finditer(below)):
                return ignores
        return None


def _is_about_parent(found: re.Match[str], path: str) -> bool:
    """Whether a pattern matched a folder that a path lies in rather than the path itself."""
    return _FOLDER_MARK in found.re.groupindex and -1 < found.end(_FOLDER_MARK) < len(path)


def rules(base: str, lines: Iterable[str]) -> Rules | None:
    """The rules that the lines of an ignore file make; ``None`` where they make none."""
    patterns = [
        (re.compile(str(pattern.regex.pattern)), pattern.include)
        for pattern in GitIgnoreSpec.from_lines(map(_plain, lines)).patterns
        if pattern.regex is not None and pattern.include is not None
    ]
    if not patterns:
        return None
    together = "|".join(f"(?:{each.pattern.replace(f'?P<{_FOLDER_MARK}>', '?:')})" for each, _ in patterns)
    return Rules(base, tuple(reversed(patterns)), re.compile(together))


def _plain(line: str) -> str:
    """A pattern for all below a folder, ``a/**``, in words that pathspec takes as git does: it would take in ``a/``."""
    stripped = line.rstrip()
    if stripped.endswith("/**"):
        return f"{stripped}/*"
    return f"{stripped}*/" if stripped.endswith("/**/") or stripped.lstrip("!") == "**/" else line


def rules_in(file: Path, base: str) -> Rules | None:
    """The rules of an ignore file; ``None`` where it is missing, can't be read or says nothing."""
    try:
        with file.open("rb") as stream:
            text = stream.read(SIZE).decode("utf-8", "replace")
    except OSError:
        return None
    return _rules_of(base, text)


@lru_cache(maxsize=64)
def _rules_of(base: str, text: str) -> Rules | None:
    """As ``rules``, made once: 240 patterns take 20 ms, and the files are looked at again every few seconds."""
    return rules(base, text.splitlines())


def ignored(path: str, chain: Sequence[Rules]) -> bool:
    """Whether the rules of the folders from the top down ignore a path: the deepest that says anything has its way."""
    for each in reversed(chain):
        verdict = each.verdict(path)
        if verdict is not None:
            return verdict
    return False
