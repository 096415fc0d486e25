"""Forgets events that are older than the project wants to keep, and what is known of calls that can't come again. Sums stay."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Column, ColumnElement, Table, delete, select, tuple_

from stoker_cloud.functions.base import Function, Work
from stoker_cloud.policies import EVENTS_DAYS, policies_of
from stoker_cloud.store.tables import events
from stoker_cloud.store.working import handled

MORE = "stoker.retention.more"
"""Told while something is left to be forgotten."""
MOST = 5_000
"""Rows that are forgotten at once: others want to write, too."""
CALLS_KEPT = timedelta(days=30)
"""How long a call is known that was made; the queue forgets it much sooner."""


async def run(work: Work) -> None:
    """Forget some of what is too old, and come again where that was not all."""
    days = (await policies_of(work.connection, work.org, work.project))[EVENTS_DAYS]
    gone = await _forget(work, events, events.c.at < (work.now - timedelta(days=days)).isoformat())
    gone |= await _forget(work, handled, handled.c.at < (work.now - CALLS_KEPT).isoformat())
    if gone:
        work.tell(MORE)


async def _forget(work: Work, table: Table, old: ColumnElement[bool]) -> bool:
    """Delete some rows of a table; whether there may be more."""
    key: list[Column[str]] = list(table.primary_key.columns)
    chosen = select(*key).where(table.c.org == work.org, table.c.project == work.project, old).limit(MOST)
    done = await work.connection.execute(delete(table).where(tuple_(*key).in_(chosen)))
    return done.rowcount >= MOST


RETENTION = Function("retention", run, frozenset({MORE}), every=timedelta(days=1))
