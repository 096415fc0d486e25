"""What is shared of a folder's tasks: what each field held when it was last told or heard, and what has changed since.

A change is found by comparing, so it does not matter who made it, and it is written down with its stamp before it is sent: a
crash at any point sends the same edit again. A folder shares nothing until it is linked to a project.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stoker_server.state.database import change, read, write
from stoker_server.state.tasks import in_folder, put
from stoker_wire.sharing import (
    AHEAD_MS,
    FIELDS,
    LONGEST,
    FieldEdit,
    TaskEdit,
    Value,
    line_of,
    milliseconds_of,
    now_ms,
    stamp,
)
from stoker_wire.tasks import Kind, Place, State, Task

WORK = ("state", "assignee")
"""What people decide of a task that comes from code. The rest is a fact of each one's files, told once."""
NOTED = (*WORK, "title", "file", "symbol")
"""What people decide of a note."""


@dataclass(frozen=True, slots=True)
class Link:
    """A folder whose tasks are shared.

    Attributes:
        folder: The folder.
        project: The project's id.
        cursor: Up to where the project's changes are known.
    """

    folder: Path
    project: str
    cursor: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A field as it was last told or heard."""

    shared: str
    value: Value
    stamp: str
    sent: bool


Rows = dict[tuple[str, str], _Row]


class SharedTasks:
    """The shared side of tasks in the local database. Every call may wait for the disk: keep off the event loop."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def link(self, folder: Path, project: str) -> None:
        """Share a folder's tasks with a project from now on; a link to another project ends.

        Raises:
            UnusableError: It could not be written down.
        """
        self.unlink(folder)
        row = (str(folder), project, 0)
        change(self._database, lambda connection: connection.execute("INSERT INTO links VALUES (?, ?, ?)", row))

    def unlink(self, folder: Path) -> bool:
        """Share a folder's tasks no longer, and forget what was told; whether it was shared. The tasks stay.

        Raises:
            UnusableError: It could not be written down.
        """
        known = any(each.folder == folder for each in self.links())

        def forget(connection: sqlite3.Connection) -> None:
            for table in ("links", "shared"):
                connection.execute(f"DELETE FROM {table} WHERE folder = ?", (str(folder),))  # noqa: S608  # names of tables

        change(self._database, forget)
        return known

    def links(self) -> list[Link]:
        """Every folder that is shared."""
        rows = read(self._database, "SELECT folder, project, cursor FROM links ORDER BY folder")
        return [Link(Path(folder), project, cursor) for folder, project, cursor in rows]

    def edits(self, folder: Path, client: str) -> list[TaskEdit]:
        """What has changed in a folder and was not acknowledged, each with the stamp that it keeps."""
        found: list[TaskEdit] = []

        def compare(connection: sqlite3.Connection) -> None:
            rows = _rows(connection, folder)
            fresh = _changed(in_folder(connection, folder), rows, client)
            _keep(connection, folder, fresh)
            found.extend(_unsent({**rows, **fresh}))

        write(self._database, compare, "what has changed in tasks")
        return found

    def take(self, link: Link, told: Iterable[Mapping[str, Any]], cursor: int | None = None) -> int:
        """Take over how tasks stand in the project, but for what was changed here meanwhile; nothing once the link has ended.

        Args:
            link: Whose folder it is, and whose project was asked.
            told: Tasks as the backend tells them: ``id`` and ``fields``, each with ``value`` and ``stamp``.
            cursor: Up to where the project's changes are known now.

        Returns:
            How many of the folder's tasks it made or changed.
        """
        changed, folder = list[Task](), link.folder
        own = (str(folder), link.project)

        def merge(connection: sqlite3.Connection) -> None:
            if not connection.execute("SELECT 1 FROM links WHERE folder = ? AND project = ?", own).fetchone():
                return
            rows = _rows(connection, folder)
            tasks = {each.id: each for each in in_folder(connection, folder)}
            names = {row.shared: task for (task, _), row in rows.items()}
            for each in told:
                name = names.get(each["id"], each["id"])
                heard = {field: FieldEdit(**edit) for field, edit in each["fields"].items() if field in FIELDS}
                task = tasks.get(name)
                after = _made(name, heard) if task is None else _merged(task, heard, rows)
                if after is not None and after != task:
                    changed.append(after)
                _keep(connection, folder, _heard(name, each["id"], heard, rows))
            put(connection, folder, changed)
            if cursor is not None:
                connection.execute("UPDATE links SET cursor = ? WHERE folder = ? AND project = ?", (cursor, *own))

        write(self._database, merge, "what others changed in tasks")
        return len(changed)


# -- what goes out


def _changed(tasks: Iterable[Task], rows: Rows, client: str) -> Rows:
    fresh: Rows = {}
    taken = {row.shared for row in rows.values()}
    for task in tasks:
        if (task.id, "state") in rows:
            fresh.update(_edited(task, rows, client))
        elif task.state is not State.GONE:
            shared = _name(task, taken)
            taken.add(shared)
            fresh.update({(task.id, field): each for field, each in _first(task, shared, client).items()})
    return fresh


def _first(task: Task, shared: str, client: str) -> dict[str, _Row]:
    """A task as it is told first. What nobody decided yet gives way to whatever somebody else has."""
    decided = {"state": task.state is State.DONE, "assignee": bool(task.assignee) and task.changed != task.created}
    fields = _fields(task)
    return {
        name: _Row(shared, value, stamp(_edited_at(task) if decided.get(name) else 0, client), sent=False)
        for name, value in fields.items()
    }


def _edited(task: Task, rows: Rows, client: str) -> Rows:
    """The fields that hold something else than was last told or heard; also those that a wrong clock stamped."""
    fields, fresh = _fields(task), Rows()
    for name in NOTED if task.kind is Kind.NOTE else WORK:
        row = rows[task.id, name]
        if task.state is not State.GONE and fields[name] != row.value:
            at = max(_edited_at(task), milliseconds_of(row.stamp) + 1)
            fresh[task.id, name] = _Row(row.shared, fields[name], stamp(at, client), sent=False)
        elif not row.sent and milliseconds_of(row.stamp) > now_ms() + AHEAD_MS:
            fresh[task.id, name] = replace(row, stamp=stamp(now_ms(), client))
    return fresh


def _unsent(rows: Rows) -> list[TaskEdit]:
    edits: dict[str, dict[str, FieldEdit]] = {}
    for (_, field), row in rows.items():
        if not row.sent:
            value = line_of(field, row.value) if isinstance(row.value, str) and field in LONGEST else row.value
            edits.setdefault(row.shared, {})[field] = FieldEdit(value, row.stamp)
    return [TaskEdit(shared, fields) for shared, fields in edits.items()]


def _fields(task: Task) -> dict[str, Value]:
    """What is shared of a task, as ``stoker_wire.sharing`` declares it."""
    place = task.place
    texts = {"title": task.title, "file": place.file, "symbol": place.symbol, "assignee": task.assignee}
    texts |= {"source": task.source, "created": task.created}
    told: dict[str, Value] = {"kind": task.kind.value, "line": place.line, "state": task.state.value}
    return told | {name: line_of(name, text) for name, text in texts.items()}


def _name(task: Task, taken: set[str]) -> str:
    """A task's id in the project. What comes from code has the same one for all who see the same code."""
    if task.kind is Kind.NOTE:
        return task.id
    said = [task.kind.value, task.source, task.place.file, task.place.symbol, task.title]
    for number in range(len(taken) + 1):
        name = hashlib.sha256(json.dumps([*said, number]).encode()).hexdigest()[:32]
        if name not in taken:
            return name
    raise AssertionError("one of more names than are taken is free")


def _edited_at(task: Task) -> int:
    at = int(datetime.fromisoformat(task.changed).timestamp() * 1000) if task.changed else 0
    return min(at, now_ms())


# -- what comes in


def _made(name: str, heard: Mapping[str, FieldEdit]) -> Task | None:
    """A task that somebody else shared; ``None`` while not all of it is known."""
    if heard.keys() != FIELDS.keys():
        return None
    text = {field: str(each.value) for field, each in heard.items()}
    place = Place(text["file"], text["symbol"], int(text["line"]))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    state, kind = State(text["state"]), Kind(text["kind"])
    return Task(name, kind, text["title"], place, state, text["assignee"], text["source"], text["created"], now)


def _merged(task: Task, heard: Mapping[str, FieldEdit], rows: Rows) -> Task:
    """A task with what others decided later; what was changed here since it was last told stays."""
    fields, told = _fields(task), dict[str, str]()
    for name in NOTED if task.kind is Kind.NOTE else WORK:
        row, later = rows.get((task.id, name)), heard.get(name)
        # The same stamp with another value: the backend has erased a name.
        if row and later and later.stamp >= row.stamp and fields[name] == row.value != later.value:
            told[name] = str(later.value)
    if not told:
        return task
    place = replace(task.place, file=told.get("file", task.place.file), symbol=told.get("symbol", task.place.symbol))
    return replace(
        task,
        place=place,
        title=told.get("title", task.title),
        state=State(told.get("state", task.state)),
        assignee=told.get("assignee", task.assignee),
        changed=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _heard(name: str, shared: str, heard: Mapping[str, FieldEdit], rows: Rows) -> Rows:
    """What is known to be told or heard from now on: whatever has a stamp no earlier than ours.

    Where it is earlier than what was acknowledged, the backend knows less than it did, and is told again.
    """
    known: Rows = {}
    for field, each in heard.items():
        row = rows.get((name, field))
        if row is None or each.stamp >= row.stamp:
            known[name, field] = _Row(shared, each.value, each.stamp, sent=True)
        else:
            known[name, field] = replace(row, sent=False)
    return known


# -- rows


def _rows(connection: sqlite3.Connection, folder: Path) -> Rows:
    query = "SELECT task, field, shared, value, stamp, sent FROM shared WHERE folder = ?"
    return {
        (task, field): _Row(shared, json.loads(value), stamped, bool(sent))
        for task, field, shared, value, stamped, sent in connection.execute(query, (str(folder),))
    }


def _keep(connection: sqlite3.Connection, folder: Path, rows: Rows) -> None:
    values = [
        (str(folder), task, field, row.shared, json.dumps(row.value), row.stamp, row.sent)
        for (task, field), row in rows.items()
    ]
    connection.executemany("INSERT OR REPLACE INTO shared VALUES (?, ?, ?, ?, ?, ?, ?)", values)
