"""Makes a call: a function's effect, what it tells and the note that it was made are one transaction of one organisation.

A call may come again at any time, from a worker that died or one that is only slow: the note is written first, so of two that
make the same call one waits, finds it and does nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.functions.base import Function, Stored, Work
from stoker_cloud.store.database import Database
from stoker_cloud.store.inserting import insert_new
from stoker_cloud.store.tables import events, now, projects
from stoker_cloud.store.working import handled
from stoker_cloud.workflows.calls import DUE, Call, Happened, due
from stoker_cloud.workflows.queue import Queue
from stoker_wire.envelope import PREFIX
from stoker_wire.events import from_json


class UnknownFunctionError(Exception):
    """A call is of a function that this version does not have; it stays in the queue as failed."""


async def make(database: Database, queue: Queue, call: Call) -> None:
    """Make a call, once.

    Raises:
        UnknownFunctionError: There is no such function.
    """
    function = next((each for each in queue.functions if each.name == call.function), None)
    if function is None:
        raise UnknownFunctionError(f"there is no function {call.function}")
    if call.type == DUE:
        await _keep_the_clock_going(database, queue, function, call)
    async with database.transaction(call.org, writes=True) as connection:
        if not await _is_first(connection, call):
            return
        work = Work(connection, call.org, call.project, await stored_events(connection, call), call.data)
        await function.run(work)
        happened = Happened(call.org, call.project, call.delivery, call.type)
        told = (happened.next(type_, data, function.name, number) for number, (type_, data) in enumerate(work.told))
        await queue.tell(connection, *told)


async def stored_events(connection: AsyncConnection, call: Call) -> list[Stored]:
    """The events that a call is for, as far as they still are there, in the order in which they came about."""
    if not call.events:
        return []
    rows = await connection.execute(events_of(call))
    found = [
        Stored(key, client, at, subject or "", from_json(kind, data)) for key, client, at, subject, kind, data in rows
    ]
    return sorted(found, key=lambda each: (each.at, each.id))


def events_of(call: Call) -> Select[tuple[str, str, str, str | None, str, Any]]:
    """What reads a call's events: by their ids alone. Told to order them, SQLite goes through all events by their time."""
    own = (events.c.org == call.org, events.c.project == call.project, events.c.id.in_(call.events))
    return select(events.c.id, events.c.client, events.c.at, events.c.subject, events.c.kind, events.c.data).where(*own)


def type_of(kind: str) -> str:
    """The type of a stored event, for those who subscribe to it."""
    return f"{PREFIX}{kind}"


async def _keep_the_clock_going(database: Database, queue: Queue, function: Function, call: Call) -> None:
    """Queue the next call by the clock, whatever becomes of this one; nothing where this one was made long ago."""
    there = select(projects.c.id).where(projects.c.org == call.org, projects.c.id == call.project)
    own = (handled.c.org == call.org, handled.c.project == call.project)
    made = select(handled.c.at).where(*own, handled.c.delivery == call.delivery, handled.c.function == call.function)
    async with database.transaction(call.org, writes=True) as connection:
        if await connection.scalar(there) and not await connection.scalar(made):
            await queue.add(connection, [due(function, call.org, call.project, int(call.data["number"]) + 1)])


async def _is_first(connection: AsyncConnection, call: Call) -> bool:
    """Whether the call has not been made yet, and what it is about still is there."""
    own = (projects.c.org == call.org, projects.c.id == call.project)
    there = select(projects.c.id).where(*own).with_for_update(read=True, key_share=True)  # it is not erased meanwhile
    if (await connection.execute(there)).first() is None:
        return False
    row = {"org": call.org, "project": call.project, "delivery": call.delivery, "function": call.function, "at": now()}
    return bool(await insert_new(connection, handled, [row]))
