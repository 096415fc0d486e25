"""Keeps what lines are completed from in step: the open documents, and the files beside them.

Files are read and indexed in a thread. A request is never kept waiting for them: until they are there, completion goes by
the open document alone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from stoker_analyzers.languages import by_path
from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.corpus import LARGEST
from stoker_analyzers.suffixes.engine import Suffixes
from stoker_server.documents import Document, Documents
from stoker_server.uris import path_of, uri_of

FILES = 50
"""Files of a folder that are read."""
CHARACTERS = 1_000_000
"""Their size together, in bytes."""


class Nearby:
    """Feeds the index of one session's documents."""

    def __init__(self, documents: Documents, suffixes: Suffixes) -> None:
        """Begin with nothing fed.

        Args:
            documents: The open documents.
            suffixes: What is fed.
        """
        self._documents = documents
        self._suffixes = suffixes
        self._stale: set[str] = set()
        self._folders: set[tuple[Path, str]] = set()

    def changed(self, uri: str) -> None:
        """Note that a document's text is not the one that is indexed; costs nothing."""
        self._stale.add(uri)

    async def opened(self, document: Document) -> None:
        """Index a document, and the files of its language beside it."""
        text, path = document.text, path_of(document.uri)
        self._stale.discard(document.uri)
        coded = await asyncio.to_thread(CodedText, text)
        if document.uri in self._documents:
            self._suffixes.prime(document.uri, coded)
        await asyncio.to_thread(self._take, path, document.uri, text)
        if document.uri not in self._documents:  # closed meanwhile
            self._suffixes.corpus.remove(document.uri)
        if path is None or (path.parent, path.suffix) in self._folders:
            return
        self._folders.add((path.parent, path.suffix))
        taken = {each for other in self._documents if (each := path_of(other.uri))}
        await asyncio.to_thread(self._read_beside, path, taken)

    def is_behind(self, current: str) -> bool:
        """Whether another document has changed since it was indexed."""
        return bool(self._stale - {current})

    async def refresh(self, current: str) -> None:
        """Index the other documents that have changed, before the one at hand is completed from them."""
        for uri in self._stale - {current}:
            self._stale.discard(uri)
            if document := self._documents.get(uri):
                await asyncio.to_thread(self._suffixes.corpus.add, uri, document.text)

    async def closed(self, uri: str) -> None:
        """Go by the file again, which may not hold what the document held."""
        self._stale.discard(uri)
        self._suffixes.close(uri)
        self._suffixes.corpus.remove(uri)
        path = path_of(uri)
        if path and (path.parent, path.suffix) in self._folders:
            await asyncio.to_thread(self._read, [path])

    def _take(self, path: Path | None, uri: str, text: str) -> None:
        if path is not None:
            self._suffixes.corpus.remove(uri_of(path))  # an editor may spell the URI in another way
        self._suffixes.corpus.add(uri, text)

    def _read_beside(self, path: Path, taken: set[Path]) -> None:
        self._read([each for each in beside(path) if each not in taken])

    def _read(self, paths: list[Path]) -> None:
        texts = ((uri_of(path), text) for path in paths if (text := _text(path)) is not None)
        self._suffixes.corpus.add_all(texts)


def beside(path: Path) -> list[Path]:
    """The files of the same language in a file's folder, within the bounds; the ones changed last come last."""
    language = by_path(path)
    found = []
    for entry in _entries(path.parent):
        other = Path(entry.path)
        same = by_path(other) is language if language else other.suffix == path.suffix != ""
        status = _status(entry) if same and other != path else None
        if status and status.st_size <= LARGEST:
            found.append((status, other))
    found.sort(key=lambda each: each[0].st_mtime, reverse=True)
    chosen, size = list[Path](), 0
    for status, other in found[:FILES]:
        if size + status.st_size <= CHARACTERS:
            size += status.st_size
            chosen.append(other)
    return chosen[::-1]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What a folder holds; nothing where it can't be read."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """A plain file's size and time; ``None`` for all else, a link among it: it may lead out of the folder."""
    try:
        return entry.stat(follow_symlinks=False) if entry.is_file(follow_symlinks=False) else None
    except OSError:
        return None


def _text(path: Path) -> str | None:
    """A file's text; ``None`` where it is none or can't be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return None if "\0" in text else text
