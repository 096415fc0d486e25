"""kill -9 of machines, backend and workers at random moments, under load.

Every event is stored once, no edit of a task is lost, every function's effect happens once, and the bus has everything once.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select
from tests.support.functions import drained, empty
from tests.support.killable import FOLDER, edited, machine, start_backend, start_machine, start_worker
from tests.support.nats import heard, running_nats

from stoker_cloud.auth.permissions import Permission, Role
from stoker_cloud.functions.consolidation import likeness
from stoker_cloud.functions.measures import measures_of
from stoker_cloud.functions.rollups import CHANGED
from stoker_cloud.store import founding
from stoker_cloud.store.database import Database
from stoker_cloud.store.rollups import rollups
from stoker_cloud.store.tables import events, new_id, task_edits, tasks
from stoker_cloud.store.working import handled, open_tasks
from stoker_cloud.workflows.queue import Queue
from stoker_server.state.tasks import TaskStore
from stoker_server.sync.backend import BackendError
from stoker_wire.events import Purpose, from_json
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


def test_nothing_is_lost_and_nothing_is_done_twice(database_url: str, tmp_path: Path) -> None:
    with running_nats() as bus:
        _kill_at_random(database_url, bus, tmp_path)


def _kill_at_random(database_url: str, bus: str, tmp_path: Path) -> None:
    org, project, token = asyncio.run(found(database_url))
    queue = Queue(database_url)
    empty(queue)
    queue.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = (f"http://127.0.0.1:{port}", project, token)
    fields = {tmp_path / "ann.db": "title", tmp_path / "bob.db": "assignee"}
    for each in fields:
        sync = machine(each, *where)
        sync.shared.link(FOLDER, project)
        sync.outbox.agree({Purpose.USAGE})
        TaskStore(each).put(FOLDER, Task("abcdef012345", Kind.NOTE, "0", created=THEN, changed=THEN))
    backend = start_backend(database_url, port, bus)
    workers = [start_worker(database_url, bus) for _ in range(2)]
    for each in (
        fields
    ):  # the backend is there, and has the task as both have it: what is edited first is not what is sent last
        settle(each, *where)
    machines = {file: start_machine(file, field, *where) for file, field in fields.items()}
    chance = random.Random(7)
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.5))
            victim = chance.choice(["backend", "worker", *machines])
            if victim == "backend":
                backend.kill()
                backend.join()
                backend = start_backend(database_url, port, bus)
            elif victim == "worker":
                killed = workers.pop(0)
                killed.kill()
                killed.join()
                workers.append(start_worker(database_url, bus))
            elif isinstance(victim, Path):
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
        asyncio.run(all_done(database_url))
    finally:
        for process in (backend, *workers):
            process.kill()
            process.join()

    ids, values = asyncio.run(stored(database_url, org))
    assert sorted(ids) == sorted(uid for file in fields for uid in uids(file))
    assert len(ids) == len(set(ids)) >= len(fields)
    for file, field in fields.items():
        assert made[file] > 0 and str(made[file]) in values[field]
        for other in fields:
            assert edited(other, field) == made[file], (other, field)
    asyncio.run(done_once(database_url, org))
    told = asyncio.run(heard(bus, org))
    types = Counter(each["type"] for each in told)
    assert len({each["id"] for each in told}) == len(told)
    assert sorted(each["id"] for each in told if each["type"] == "stoker.accepted") == sorted(ids)
    assert types[CHANGED] == asyncio.run(made_calls(database_url, org, "rollups")) > 0


async def all_done(database: str) -> None:
    """Wait until the workers have made every call."""
    queue = Queue(database)
    found = await drained(queue, 120)
    queue.close()
    assert not found.failed


async def done_once(database: str, org: str) -> None:
    """See that the sums are those of the events, and that the tasks that are noted as open are those that are."""
    store, sums = Database(database), Counter[str]()
    async with store.transaction(org, writes=False) as connection:
        for kind, data in await connection.execute(select(events.c.kind, events.c.data).where(events.c.org == org)):
            sums.update(measures_of(from_json(kind, data)))
        sums["suggestions"] = len(set((await connection.execute(select(events.c.client))).scalars()))
        query = select(rollups.c.measure, func.sum(rollups.c.value)).where(rollups.c.org == org)
        rows = await connection.execute(query.group_by(rollups.c.measure))
        assert {measure: int(value) for measure, value in rows} == dict(sums)
        (fields,) = (await connection.execute(select(tasks.c.fields).where(tasks.c.org == org))).scalars()
        like = (await connection.execute(select(open_tasks.c.likeness).where(open_tasks.c.org == org))).scalars()
        assert list(like) == [likeness({name: each["value"] for name, each in fields.items()})]
    await store.aclose()


async def made_calls(database: str, org: str, function: str) -> int:
    """How many calls of a function were made."""
    store = Database(database)
    async with store.transaction(org, writes=False) as connection:
        query = select(func.count()).select_from(handled).where(handled.c.org == org, handled.c.function == function)
        count = int((await connection.execute(query)).scalar_one())
    await store.aclose()
    return count


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
