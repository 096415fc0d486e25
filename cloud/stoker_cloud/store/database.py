"""Opens the database, SQLite or PostgreSQL, and gives out transactions that are held to one organisation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from stoker_cloud.store.durable import BUSY_MILLISECONDS, SQLITE, migrate_queue
from stoker_cloud.store.migrating import is_current, migrate

_BEGIN = "stoker_begin"


class DatabaseError(Exception):
    """The database is of no use as it is; the message is a sentence for whoever runs the backend."""


class Database:
    """The one way to the database."""

    def __init__(self, url: str) -> None:
        """Prepare, without connecting.

        Args:
            url: SQLAlchemy's URL: ``sqlite+aiosqlite:///FILE`` or ``postgresql+psycopg://...``.
        """
        self.url = url
        self.engine: AsyncEngine = create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
        self.is_sqlite = self.engine.dialect.name == SQLITE
        # SQLite has one writer and no queue for others: who waits looks again by chance. Here they come in turn.
        self._writing = asyncio.Lock()
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _configure)
            event.listen(self.engine.sync_engine, "begin", _begin)

    @asynccontextmanager
    async def transaction(self, org: str, *, writes: bool, person: str = "") -> AsyncIterator[AsyncConnection]:
        """A transaction of one organisation; left by an error, it changes nothing.

        Args:
            org: The organisation, which every query names and which PostgreSQL holds every row to.
            writes: Whether anything may be changed: SQLite has one writer, who has to be known at the beginning.
            person: Whose rows may be seen in every organisation besides: the key of somebody whom the issuer vouches for.
        """
        async with self._turn(writes), self.engine.connect() as plain:
            connection = await plain.execution_options(**{_BEGIN: "BEGIN IMMEDIATE" if writes else "BEGIN"})
            async with connection.begin():
                if not self.is_sqlite:
                    held = func.set_config("app.org", org, True), func.set_config("app.person", person, True)
                    await connection.execute(select(*held))
                yield connection

    async def migrate(self) -> None:
        """Bring the tables to this version's form."""
        async with self.engine.connect() as plain:
            connection = await plain.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            async with connection.begin():
                await connection.run_sync(migrate)
        await asyncio.to_thread(migrate_queue, self.url)

    async def check(self) -> None:
        """See that the database can be used.

        Raises:
            DatabaseError: Its tables are of another version, or its role passes by row-level security.
        """
        async with self.transaction("", writes=False) as connection:
            if not await connection.run_sync(is_current):
                raise DatabaseError("the database's tables are of another version; run `stoker cloud migrate`")
            if not self.is_sqlite and await self._passes_by(connection):
                raise DatabaseError(
                    "the database's role may see every organisation's rows; connect as one that is neither a superuser "
                    "nor has BYPASSRLS"
                )

    async def aclose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    def _turn(self, writes: bool) -> AbstractAsyncContextManager[None]:
        return self._writing if writes and self.is_sqlite else nullcontext()

    async def _passes_by(self, connection: AsyncConnection) -> bool:
        query = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return bool((await connection.execute(query)).scalar_one())


def _configure(connection: Any, _: Any) -> None:
    """Transactions are begun by us alone; a commit survives the process, and with WAL readers don't wait for the writer."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
