"""Gives out all that is kept of an organisation or of a member, as lines of JSON: ``{"table": ..., "row": {...}}``.

Of objects it gives what is known of them; their bytes are fetched one by one. Hashes of tokens are given to nobody.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.data.tenancy import SECRET, of_a_user, of_an_organisation
from stoker_cloud.store.tables import users

_ROWS = 500
"""Rows that are read at once."""


async def organisation(connection: AsyncConnection, org: str) -> AsyncIterator[str]:
    """All rows of an organisation; the transaction has to be held to it."""
    for table in of_an_organisation():
        async for line in _lines(connection, table, table.c.org == org):
            yield line


async def member(connection: AsyncConnection, org: str, user: str) -> AsyncIterator[str]:
    """All rows of a member: who they are, how they sign in, what they changed. Events don't say whose they are."""
    async for line in _lines(connection, users, (users.c.org == org) & (users.c.id == user)):
        yield line
    for table in of_a_user():
        async for line in _lines(connection, table, (table.c.org == org) & (table.c.user == user)):
            yield line


async def _lines(connection: AsyncConnection, table: Table, own: ColumnElement[bool]) -> AsyncIterator[str]:
    columns = [each for each in table.c if each.name not in SECRET]
    found = await connection.stream(select(*columns).where(own), execution_options={"yield_per": _ROWS})
    async for row in found.mappings():
        yield json.dumps({"table": table.name, "row": dict(row)}, default=str) + "\n"
