"""Brings a database's tables to this version's form, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

CONNECTION = "connection"
"""Under this name Alembic's environment finds the connection."""
_LOCK = 0x53746F6B
"""PostgreSQL's advisory lock that two processes which start at once wait for."""


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, within the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config()
    config.attributes[CONNECTION] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether no migration is missing, and none is unknown."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config
