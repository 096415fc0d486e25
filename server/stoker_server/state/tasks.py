"""Keeps tasks, folder by folder, and which files they were looked for in last.

Their titles are the code's own words, so none of it is an event, and none of it leaves the machine by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stoker_analyzers.index.entries import Stamp
from stoker_server.state.database import change, read, write
from stoker_server.tasks.causes import Cause, Scan
from stoker_server.tasks.matching import matched, moved
from stoker_wire.receipts import new_id
from stoker_wire.tasks import Kind, Place, State, Task

_COLUMNS = "id, kind, title, file, symbol, line, below, state, assignee, source, created, changed"
FORGOTTEN = timedelta(days=90)
"""How long a task whose cause is gone is remembered, in case it comes back with a branch."""


class TaskStore:
    """Tasks in the local database. Every call opens it anew and may wait for the disk: keep off the event loop."""

    def __init__(self, database: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    def all(self, folder: Path) -> list[Task]:
        """The tasks of a folder, by their places."""
        query = f"SELECT {_COLUMNS} FROM tasks WHERE folder = ? ORDER BY file, line, created"  # noqa: S608  # names of columns
        return [_task(row) for row in read(self._database, query, (str(folder),))]

    def find(self, folder: Path, beginning: str) -> list[Task]:
        """The tasks of a folder whose ids begin with some characters."""
        return [each for each in self.all(folder) if each.id.startswith(beginning)]

    def stamps(self, folder: Path) -> dict[str, Stamp]:
        """The files of a folder in which causes were looked for, as they were then."""
        rows = read(self._database, "SELECT file, size, modified FROM scans WHERE folder = ?", (str(folder),))
        return {file: Stamp(size, modified) for file, size, modified in rows}

    def is_anchored(self, folder: Path) -> bool:
        """Whether a folder has tasks that stand in no file's text, and move with their definitions."""
        return any(each.place.symbol and (each.source or each.kind is Kind.NOTE) for each in self.all(folder))

    def put(self, folder: Path, *tasks: Task) -> None:
        """Keep tasks as they are now. Without a database they are lost, which the log says."""
        write(self._database, lambda connection: put(connection, folder, tasks), "tasks")

    def note(self, folder: Path, title: str, place: Place, assignee: str = "") -> Task:
        """Write a task down.

        Raises:
            UnusableError: It could not be written down.
        """
        task = Task(new_id(), Kind.NOTE, title, place, State.OPEN, assignee, "", self._now(), self._now())
        change(self._database, lambda connection: put(connection, folder, [task]))
        return task

    def change(
        self, folder: Path, beginning: str, *, state: State | None = None, assignee: str | None = None
    ) -> Task | None:
        """Say that a task is done or not, or who is to do it, as it is at that moment: no other's edit is undone.

        Returns:
            The task; ``None`` where the folder has no one task whose id begins so.

        Raises:
            UnusableError: It could not be written down.
        """
        made = list[Task]()

        def put_changed(connection: sqlite3.Connection) -> None:
            found = [each for each in in_folder(connection, folder) if each.id.startswith(beginning)]
            if len(found) == 1:
                task = found[0]
                told = task.state if state is None else state, task.assignee if assignee is None else assignee
                made.append(replace(task, state=told[0], assignee=told[1], changed=self._now()))
                put(connection, folder, made)

        change(self._database, put_changed)
        return next(iter(made), None)

    def take(self, folder: Path, scan: Scan) -> None:
        """Bring the tasks in step with what was found in files: new ones, those that moved, those whose cause is gone."""

        def take(connection: sqlite3.Connection) -> None:
            known = in_folder(connection, folder)
            told = [each for each in known if each.source or each.kind is Kind.NOTE]
            seen = [each for each in known if each not in told and _is_looked_at(each, scan)]
            put(connection, folder, [*matched(seen, scan.causes, self._now()), *moved(told, scan.lines)])
            _remember(connection, folder, scan)
            self._forget(connection, folder)

        write(self._database, take, "what was found of tasks")

    def report(self, folder: Path, source: str, causes: Sequence[Cause]) -> None:
        """Bring the tasks in step with a tool's report, which says all that it found: what it no longer says is gone."""

        def take(connection: sqlite3.Connection) -> None:
            known = [each for each in in_folder(connection, folder) if each.source == source]
            told = [replace(each, source=source) for each in causes]
            put(connection, folder, matched(known, told, self._now()))

        write(self._database, take, "what a report said")

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")

    def _forget(self, connection: sqlite3.Connection, folder: Path) -> None:
        oldest = (self._clock() - FORGOTTEN).isoformat(timespec="seconds")
        query = "DELETE FROM tasks WHERE folder = ? AND state = ? AND changed < ?"
        connection.execute(query, (str(folder), State.GONE.value, oldest))


def _is_looked_at(task: Task, scan: Scan) -> bool:
    """Whether all that gives rise to a task was looked for: its file was read, or is gone."""
    return task.place.file in scan.read or task.place.file not in scan.stamps


def in_folder(connection: sqlite3.Connection, folder: Path) -> list[Task]:
    """The tasks of a folder, within a transaction."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM tasks WHERE folder = ?", (str(folder),))  # noqa: S608  # names of columns
    return [_task(row) for row in rows]


def put(connection: sqlite3.Connection, folder: Path, tasks: Iterable[Task]) -> None:
    """Keep tasks as they are now, within a transaction."""
    rows = [(str(folder), *_row(each)) for each in tasks]
    columns = f"folder, {_COLUMNS}"
    marks = ", ".join("?" * len(columns.split(",")))
    connection.executemany(f"INSERT OR REPLACE INTO tasks ({columns}) VALUES ({marks})", rows)  # noqa: S608  # names of columns


def _remember(connection: sqlite3.Connection, folder: Path, scan: Scan) -> None:
    """Note which files were read, as they were when they were listed; a change since then is seen the next time."""
    here = str(folder)
    left = [file for (file,) in connection.execute("SELECT file FROM scans WHERE folder = ?", (here,))]
    gone = [(here, file) for file in left if file not in scan.stamps]
    connection.executemany("DELETE FROM scans WHERE folder = ? AND file = ?", gone)
    rows = [(here, file, scan.stamps[file].size, scan.stamps[file].modified) for file in sorted(scan.read)]
    connection.executemany("INSERT OR REPLACE INTO scans VALUES (?, ?, ?, ?)", rows)


def _row(task: Task) -> tuple[str | int, ...]:
    place = (task.place.file, task.place.symbol, task.place.line, task.place.below)
    rest = (task.state.value, task.assignee, task.source, task.created, task.changed)
    return (task.id, task.kind.value, task.title, *place, *rest)


def _task(row: Sequence[str | int]) -> Task:
    id_, kind, title, file, symbol, line, below, state, assignee, source, created, changed = map(str, row)
    place = Place(file, symbol, int(line), int(below))
    return Task(id_, Kind(kind), title, place, State(state), assignee, source, created, changed)
