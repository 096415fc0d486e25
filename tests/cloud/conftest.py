"""The backend on both databases: SQLite in a file, PostgreSQL started once for all tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.support.backend import Backend, running_backend
from tests.support.postgres import running_postgres

from stoker_cloud.store.database import Database


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL database with up-to-date tables, for the role that serves."""
    with running_postgres() as port:

        async def migrate() -> None:
            owner = Database(f"postgresql+psycopg://stoker_owner@127.0.0.1:{port}/stoker")
            await owner.migrate()
            await owner.aclose()

        asyncio.run(migrate())
        yield f"postgresql+psycopg://stoker_app@127.0.0.1:{port}/stoker"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each database in turn."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return f"sqlite+aiosqlite:///{(tmp_path / 'cloud.db').as_posix()}"


@pytest.fixture
async def backend(database_url: str) -> AsyncIterator[Backend]:
    """The application on each database."""
    async with running_backend(database_url) as running:
        yield running
