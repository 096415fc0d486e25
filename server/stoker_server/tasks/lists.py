"""The tasks of a session's folders, looked for in a process of its own and kept in the local database. Knows no LSP."""

from __future__ import annotations

import asyncio
from pathlib import Path

from stoker_analyzers.index.entries import Stamp
from stoker_server import workers
from stoker_server.state.tasks import TaskStore
from stoker_server.tasks.causes import from_worker
from stoker_wire.tasks import Place, State, Task

SECONDS = 300.0
"""Longest look at a folder; the first reads every file of it."""


class TaskLists:
    """Tasks by folder. A folder is looked at by one process at a time; what is asked meanwhile waits for it."""

    def __init__(self, database: Path) -> None:
        self._store = TaskStore(database)
        self._locks: dict[Path, asyncio.Lock] = {}

    async def look(self, folder: Path) -> list[Task]:
        """Look for a folder's tasks anew: files that have not changed are not read again.

        Raises:
            stoker_server.workers.WorkerError: The process gave no result; what was known is kept.
        """
        async with self._locks.setdefault(folder, asyncio.Lock()):
            known, anchored = await asyncio.to_thread(self._known, folder)
            stamps = {path: [stamp.size, stamp.modified] for path, stamp in known.items()}
            payload = {"folder": str(folder), "known": stamps, "lines": anchored}
            answer = await workers.call("stoker_server.tasks.causes:scan", payload, SECONDS)
            await asyncio.to_thread(self._store.take, folder, from_worker(answer))
        return await asyncio.to_thread(self._store.all, folder)

    async def add(self, folder: Path, title: str, place: Place, assignee: str = "") -> Task:
        """Write a task down."""
        return await asyncio.to_thread(self._store.note, folder, title, place, assignee)

    async def change(
        self, folder: Path, identifier: str, *, state: State | None = None, assignee: str | None = None
    ) -> Task | None:
        """Say that a task is done or not, or who is to do it; ``None`` where the folder has no one task whose id begins so."""
        return await asyncio.to_thread(self._store.change, folder, identifier, state=state, assignee=assignee)

    def _known(self, folder: Path) -> tuple[dict[str, Stamp], bool]:
        return self._store.stamps(folder), self._store.is_anchored(folder)
