"""PostgreSQL holds each transaction to its organisation by itself, whatever a query forgets to name."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import ProgrammingError
from tests.support.backend import running_backend

from stoker_cloud.store.database import Database, DatabaseError
from stoker_cloud.store.tables import metadata, new_id, now, projects


async def test_a_query_without_an_organisation_sees_its_own_rows_alone(postgres: str) -> None:
    async with running_backend(postgres) as backend:
        own, other = await backend.tenant(), await backend.tenant()
        for table in metadata.sorted_tables:
            async with backend.database.transaction(own.org, writes=False) as connection:
                seen = set((await connection.execute(select(table.c.org))).scalars())
                assert seen <= {own.org}, table.name
            async with backend.database.transaction("", writes=False) as connection:
                assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 0, table.name
        async with backend.database.transaction(own.org, writes=True) as connection:
            row = {"org": other.org, "id": new_id(), "name": "theirs", "created": now(), "version": 0}
            with pytest.raises(ProgrammingError, match="row-level security"):
                await connection.execute(insert(projects).values(row))


async def test_not_even_the_owner_of_the_tables_passes_by(postgres: str) -> None:
    async with running_backend(postgres) as backend:
        tenant = await backend.tenant()
    owner = Database(postgres.replace("stoker_app", "stoker_owner"))
    for org, seen in ((tenant.org, {tenant.org}), ("", set[str]())):
        async with owner.transaction(org, writes=False) as connection:
            assert set((await connection.execute(select(projects.c.org))).scalars()) == seen
    await owner.aclose()


async def test_a_role_that_row_security_does_not_hold_is_refused(postgres: str) -> None:
    database = Database(postgres.replace("stoker_app", "postgres"))
    with pytest.raises(DatabaseError, match="BYPASSRLS"):
        await database.check()
    await database.aclose()
