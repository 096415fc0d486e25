"""What an organisation has used on a day, counted in the transaction that uses it, so no crash makes it wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.store.tables import metadata

usage = Table(
    "usage",
    metadata,
    Column("org", String(16), primary_key=True),
    Column("what", String(32), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    ForeignKeyConstraint(["org"], ["organisations.org"], name="usage_org"),
)
"""``what`` is the name of a quota; a day is one in UTC."""


async def add_usage(connection: AsyncConnection, org: str, what: str, amount: int) -> int:
    """Count something up; how much it is today. The row stays locked until the transaction ends, so count late."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = {"org": org, "what": what, "day": datetime.now(UTC).date().isoformat(), "amount": amount}
    query = dialect.insert(usage).values(row)
    counted = query.on_conflict_do_update(
        index_elements=[usage.c.org, usage.c.what, usage.c.day], set_={"amount": usage.c.amount + amount}
    )
    return int((await connection.execute(counted.returning(usage.c.amount))).scalar_one())


def seconds_left_today() -> int:
    """Until the counters begin anew, in seconds."""
    moment = datetime.now(UTC)
    tomorrow = (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((tomorrow - moment).total_seconds()))
