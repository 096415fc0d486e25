"""The tables of durable calls, which are DBOS's own, and the connections that it wants: it is not asynchronous."""

from __future__ import annotations

from typing import Any

from dbos import DBOS
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

SQLITE = "sqlite"
BUSY_MILLISECONDS = 30_000
"""How long a transaction on SQLite waits for another one's writing."""
SCHEMA = "dbos"
"""On PostgreSQL; SQLite has none."""


def said(error: Exception) -> str:
    """What went wrong, in a line for whoever runs the backend: no statement, and nothing of what it was to write."""
    return str((error.orig or error) if isinstance(error, DBAPIError) else error).partition("\n")[0]


def migrate_queue(url: str) -> None:
    """Bring the queue's own tables up to date; the role that serves may use them as it may use ours."""
    engine = sync_engine(url)
    plain = engine.url.render_as_string(hide_password=False)
    DBOS.migrate(plain, schema=SCHEMA)
    if engine.dialect.name != SQLITE:
        with engine.begin() as connection:
            connection.execute(text(f"GRANT USAGE ON SCHEMA {SCHEMA} TO PUBLIC"))
    engine.dispose()


def sync_engine(url: str) -> Engine:
    """DBOS is not asynchronous; on SQLite a commit survives the process, as everywhere else here."""
    plain = make_url(url)
    if plain.get_backend_name() != SQLITE:
        return create_engine(plain, pool_pre_ping=True, pool_size=5, max_overflow=15, hide_parameters=True)
    engine = create_engine(plain.set(drivername=SQLITE), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")

    return engine
