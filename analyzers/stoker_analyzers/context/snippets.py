"""Near snippets: the pieces of other files that share most of the rare names that the place uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from stoker_analyzers.context.definitions import Workspace
from stoker_analyzers.context.excerpts import Excerpt, Source
from stoker_analyzers.context.place import Place
from stoker_analyzers.languages import by_path

FILES = 6
"""Files that are looked at: those that share most. Copilot looks at 20, which it has open."""
SNIPPETS = 4
"""Snippets that are taken at most, as Copilot does."""
LINES = 40
"""Lines of a snippet at most."""
MAX_BYTES = 200_000
"""Larger files are not looked through."""
SHARED = 2
"""Names that a snippet must share at least: one says nothing."""
_WORD = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a file.

    Attributes:
        path: Relative to the folder.
        line: Its first line, from 1.
        text: Without a line end at its end.
        shared: The names it shares, the rarest first.
        score: The sum of their rarities, less for a long piece.
    """

    path: str
    line: int
    text: str
    shared: tuple[str, ...]
    score: float


def near_snippets(place: Place, workspace: Workspace, is_late: Callable[[], bool]) -> Iterator[Excerpt]:
    """The best pieces of the files that share rare names with a place, the best first; one of each file."""
    paths, rarity = workspace.index.sharing_by_rarity(place.words, FILES, but=workspace.own)
    if len(rarity) < SHARED:
        return
    pieces = list[_Piece]()
    same = by_path(workspace.own)
    for path in paths:
        if by_path(path) is not same:
            continue
        text = workspace.texts.get(path)
        if text is None:
            text = _read(workspace.folder / path)
        starts = [each.line for each in workspace.index.definitions_in(path)]
        pieces += _best(path, text, starts, rarity)
        if is_late():
            break
    pieces.sort(key=lambda each: (-each.score, each.path, each.line))
    for each in pieces[:SNIPPETS]:
        why = f"shares {', '.join(each.shared[:4])} with the code here"
        yield Excerpt(Source.SNIPPET, workspace.folder / each.path, each.line, each.text, why)


def _best(path: str, text: str, starts: Sequence[int], rarity: dict[str, float]) -> list[_Piece]:
    """The piece of a text that shares most, if any shares enough."""
    lines = text.splitlines()
    best: _Piece | None = None
    for start, end in _stretches(len(lines), starts):
        body = "\n".join(lines[start:end]).strip("\n")
        shared = sorted(set(_WORD.findall(body)) & rarity.keys(), key=lambda word: (-rarity[word], word))
        if len(shared) < SHARED:
            continue
        score = sum(rarity[word] for word in shared) / (1 + (end - start) / LINES)
        if best is None or score > best.score:
            best = _Piece(path, start + 1, body, tuple(shared), score)
    return [best] if best else []


def _stretches(count: int, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The definitions of a file as ranges of lines from 0, those that are long in pieces."""
    borders = sorted({0, *(line - 1 for line in starts if line <= count), count})
    for start, end in pairwise(borders):
        for piece in range(start, end, LINES):
            yield piece, min(end, piece + LINES)


def _read(path: Path) -> str:
    """A file's text; empty where it can't be read or is large."""
    try:
        status = path.stat()
        return _read_as_of(path, status.st_mtime_ns) if status.st_size <= MAX_BYTES else ""
    except OSError:
        return ""


@lru_cache(maxsize=64)
def _read_as_of(path: Path, _: int) -> str:
    return path.read_bytes().decode("utf-8", "replace")
