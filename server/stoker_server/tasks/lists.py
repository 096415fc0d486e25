"""The tasks of a session's folders, looked for in a process of its own and kept in the local database. Knows no LSP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from stoker_analyzers.index.entries import Stamp
from stoker_server import workers
from stoker_server.state.tasks import TaskStore
from stoker_server.tasks.causes import from_worker
from stoker_wire.receipts import new_id
from stoker_wire.tasks import Kind, Place, State, Task

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
        now = _now()
        task = Task(new_id(), Kind.NOTE, title, place, State.OPEN, assignee, "", now, now)
        await asyncio.to_thread(self._store.put, folder, task)
        return task

    async def change(
        self, folder: Path, identifier: str, *, state: State | None = None, assignee: str | None = None
    ) -> Task | None:
        """Say that a task is done or not, or who is to do it; ``None`` where the folder has no one task whose id begins so."""
        found = await asyncio.to_thread(self._store.find, folder, identifier)
        if len(found) != 1:
            return None
        (task,) = found
        task = replace(
            task,
            state=task.state if state is None else state,
            assignee=task.assignee if assignee is None else assignee,
            changed=_now(),
        )
        await asyncio.to_thread(self._store.put, folder, task)
        return task

    def _known(self, folder: Path) -> tuple[dict[str, Stamp], bool]:
        return self._store.stamps(folder), self._store.is_anchored(folder)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
