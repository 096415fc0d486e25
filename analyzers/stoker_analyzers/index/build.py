"""Brings the index in step with the folder: all of it at first, then file by file as changes are told.

Runs in a process of its own. It writes nothing but the database and the lines that say how far it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from typing import Any

from stoker_analyzers.index.entries import IGNORE_FILES, FileEntry
from stoker_analyzers.index.pool import Task, read_file, read_files
from stoker_analyzers.index.store import NOTHING, Known, Store
from stoker_analyzers.index.walk import Walker

Say = Callable[[dict[str, Any]], None]
"""Takes what is to be told, as JSON."""

PROCESSES = 2
"""Processes that read: beyond two the one that writes is what takes the time."""
MANY = 24
"""Changes that wait at once from which on the whole folder is gone through instead: a switch of branch."""
WRITE_SECONDS = 0.3
"""How often what was read is written, and so can be found."""
WRITE_FILES = 400
"""Files that are read and not written yet, at most."""
REPORT_SECONDS = 0.5
"""How often progress is told."""


class Builder:
    """Keeps one index in step."""

    def __init__(self, root: Path, store: Store, walker: Walker, say: Say, processes: int = PROCESSES) -> None:
        self._root = root
        self._store = store
        self._walker = walker
        self._say = say
        self._processes = processes
        self._updated: set[str] = set()
        self._again = False

    def run(self, changes: SimpleQueue[str]) -> None:
        """Go through the folder, then take changes as they are told; never ends by itself.

        Args:
            changes: Paths relative to the root of files and folders that changed, came or went.

        Raises:
            sqlite3.DatabaseError: The database is damaged, or can't be written.
        """
        self._build(changes)
        while True:
            paths = {changes.get(): None, **_waiting(changes)}
            if len(paths) > MANY:
                self._again = True
            else:
                self._update_all(paths)
            if self._again:
                self._walker.forget()
                self._build(changes)

    def _build(self, changes: SimpleQueue[str]) -> None:
        """Bring all of the index in step; changes that are told meanwhile are taken between batches."""
        with self._store.alone():
            self._again = False
            began = reported = time.monotonic()
            known, counts = self._store.known(), {"seen": 0, "read": 0}
            self._say({"state": "building", **counts})
            for entries in self._gathered(read_files(self._root, self._changed(known, counts), self._processes)):
                self._store.put(each for each in entries if each.path not in self._updated)
                counts["read"] += len(entries)
                if time.monotonic() - reported > REPORT_SECONDS:
                    reported = time.monotonic()
                    self._say({"state": "building", **counts})
                self._update_all(_waiting(changes))
            self._store.drop(path for path in known if self._walker.stamp(path) is None)
            self._store.complete()
            self._updated.clear()
        self._say({"state": "ready", **counts, "seconds": round(time.monotonic() - began, 3)})

    @staticmethod
    def _gathered(batches: Iterable[list[FileEntry]]) -> Iterator[list[FileEntry]]:
        """The same in fewer parts: each time that is written, most pages of the table of names are."""
        gathered, written = list[FileEntry](), 0.0
        for batch in batches:
            gathered += batch
            if time.monotonic() - written > WRITE_SECONDS or len(gathered) > WRITE_FILES:
                yield gathered
                gathered, written = [], time.monotonic()
        yield gathered

    def _changed(self, known: dict[str, Known], counts: dict[str, int]) -> Iterator[Task]:
        """The files that are not as they are known; those that were seen are taken out of ``known``."""
        for path, stamp in self._walker.files():
            counts["seen"] += 1
            size, modified, digest = known.pop(path, NOTHING)
            if (size, modified) != (stamp.size, stamp.modified):
                yield path, stamp, digest

    def _update_all(self, paths: Iterable[str]) -> None:
        for path in paths:
            if PurePosixPath(path).name in IGNORE_FILES:
                self._again = True
            else:
                self._update(path)

    def _update(self, path: str) -> None:
        """Bring one path in step."""
        began = time.perf_counter()
        stamp = self._walker.stamp(path)
        if stamp is not None:
            self._updated.add(path)
            self._store.put([read_file(self._root, path, stamp, self._store.digest(path))])
        elif (self._root / path).is_dir():
            self._again = True  # it came, or was moved here
        else:
            self._store.drop([path, *self._store.below(path)])
        self._say({"state": "updated", "path": path, "ms": round((time.perf_counter() - began) * 1000, 2)})


def _waiting(changes: SimpleQueue[str]) -> dict[str, None]:
    """What was told and not taken yet, each path once."""
    paths: dict[str, None] = {}
    while True:
        try:
            paths[changes.get_nowait()] = None
        except Empty:
            return paths
