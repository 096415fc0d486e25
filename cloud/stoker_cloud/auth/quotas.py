"""What an organisation may have and use. A quota of 0 is none: everything is allowed."""

from __future__ import annotations

from fastapi import HTTPException
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.auth.limiting import too_many
from stoker_cloud.store.tables import organisations
from stoker_cloud.store.usage import add_usage, seconds_left_today


async def spend(connection: AsyncConnection, org: str, what: str, amount: int, most: int) -> None:
    """Count what is used today; done last in a request, since others of the organisation wait for the counter.

    Raises:
        HTTPException: 429 until tomorrow; it is more than the quota, and nothing is counted.
    """
    if amount and most and await add_usage(connection, org, what, amount) > most:
        raise too_many(f"this organisation may send {most} {what} a day", seconds_left_today())


async def room_for_one(connection: AsyncConnection, org: str, table: Table, most: int, what: str) -> None:
    """See that there may be one more.

    Raises:
        HTTPException: 409; there are as many as there may be.
    """
    await one_at_a_time(connection, org)
    query = select(func.count()).select_from(table).where(table.c.org == org)
    if most and (await connection.execute(query)).scalar_one() >= most:
        raise HTTPException(409, f"this organisation may have {most} {what}; whoever runs the backend can allow more")


async def one_at_a_time(connection: AsyncConnection, org: str) -> None:
    """Have others of the organisation who come to count wait: two that count at once would both find room for the last one."""
    row = select(organisations.c.org).where(organisations.c.org == org)
    await connection.execute(row.with_for_update(key_share=True))
