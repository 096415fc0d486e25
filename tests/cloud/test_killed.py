"""kill -9 of machines and backend at random moments: every event is stored once, and no edit of a task is lost."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from tests.support.killable import FOLDER, edited, machine, start_backend, start_machine

from stoker_cloud.auth.permissions import Permission, Role
from stoker_cloud.store import founding
from stoker_cloud.store.database import Database
from stoker_cloud.store.tables import events, new_id, task_edits
from stoker_server.state.tasks import TaskStore
from stoker_server.sync.backend import BackendError
from stoker_wire.events import Purpose
from stoker_wire.tasks import Kind, Task

KILLS = int(os.environ.get("STOKER_KILLS", "10"))
THEN = "2026-11-20T12:00:00+00:00"


async def found(database: str) -> tuple[str, str, str]:
    """A new organisation, its project and a token."""
    store, org = Database(database), new_id()
    if store.is_sqlite:
        await store.migrate()
    async with store.transaction(org, writes=True) as connection:
        await founding.make_organisation(connection, org, "Acme")
        user = await founding.make_user(connection, org, "ann", Role.MEMBER)
        project = await founding.make_project(connection, org, "main")
        _, token = await founding.make_token(connection, org, user, Permission)
    await store.aclose()
    return org, project, token


async def stored(database: str, org: str) -> tuple[list[str], dict[str, set[str]]]:
    """The ids of an organisation's events, and by field the values that edits gave it."""
    store = Database(database)
    values: dict[str, set[str]] = {}
    async with store.transaction(org, writes=False) as connection:
        ids = list((await connection.execute(select(events.c.id).where(events.c.org == org))).scalars())
        query = select(task_edits.c.field, task_edits.c.value).where(task_edits.c.org == org)
        for field, value in await connection.execute(query):
            values.setdefault(field, set()).add(value)
    await store.aclose()
    return ids, values


def test_every_event_is_stored_once_and_no_edit_is_lost(database_url: str, tmp_path: Path) -> None:
    org, project, token = asyncio.run(found(database_url))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = (f"http://127.0.0.1:{port}", project, token)
    fields = {tmp_path / "ann.db": "title", tmp_path / "bob.db": "assignee"}
    for each in fields:
        sync = machine(each, *where)
        sync.shared.link(FOLDER, project)
        sync.outbox.agree({Purpose.USAGE})
        TaskStore(each).put(FOLDER, Task("abcdef012345", Kind.NOTE, "0", created=THEN, changed=THEN))
    backend = start_backend(database_url, port)
    for each in (
        fields
    ):  # the backend is there, and has the task as both have it: what is edited first is not what is sent last
        settle(each, *where)
    machines = {file: start_machine(file, field, *where) for file, field in fields.items()}
    chance = random.Random(7)
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.5))
            victim = chance.choice([None, *machines])
            if victim is None:
                backend.kill()
                backend.join()
                backend = start_backend(database_url, port)
            else:
                machines[victim].kill()
                machines[victim].join()
                machines[victim] = start_machine(victim, fields[victim], *where)
        time.sleep(0.5)
    finally:
        for process in machines.values():
            process.kill()
            process.join()
    try:
        made = {file: edited(file, field) for file, field in fields.items()}
        for file in (*fields, *fields):  # twice, so that each hears what the other sent last
            settle(file, *where)
    finally:
        backend.kill()
        backend.join()

    ids, values = asyncio.run(stored(database_url, org))
    assert sorted(ids) == sorted(uid for file in fields for uid in uids(file))
    assert len(ids) == len(set(ids)) >= len(fields)
    for file, field in fields.items():
        assert made[file] > 0 and str(made[file]) in values[field]
        for other in fields:
            assert edited(other, field) == made[file], (other, field)


def settle(file: Path, *where: str) -> None:
    """Sync until it comes to an end; the backend may be starting."""
    sync = machine(file, *where)
    if not sync.shared.links():
        sync.shared.link(FOLDER, where[1])
    for _ in range(300):
        try:
            asyncio.run(sync.run())
        except BackendError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the backend does not come back")


def uids(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [uid for (uid,) in connection.execute("SELECT uid FROM events")]
