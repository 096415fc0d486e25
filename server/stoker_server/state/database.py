"""The user's local database: SQLite in WAL mode, opened by several processes and versions at once.

Migrations only add. A schema newer than this version knows means running without state, not failing.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from stoker_server.state.errors import UnusableError

logger = logging.getLogger(__name__)

MIGRATIONS: tuple[str, ...] = (
    "CREATE TABLE receipts (id TEXT PRIMARY KEY, created TEXT NOT NULL, body TEXT NOT NULL)",
    (
        "CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,"
        " why TEXT NOT NULL DEFAULT '')"
    ),
    (
        "CREATE TABLE spend (day TEXT, task TEXT, model TEXT, requests INTEGER, input_tokens INTEGER, cached_tokens INTEGER,"
        " output_tokens INTEGER, bytes_sent INTEGER, usd REAL, estimated_usd REAL, unpriced INTEGER,"
        " PRIMARY KEY (day, task, model))"
    ),
    (
        "CREATE TABLE outcomes (id INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, language TEXT NOT NULL,"
        " model TEXT NOT NULL, success INTEGER NOT NULL, receipt TEXT NOT NULL)"
    ),
    (
        "CREATE TABLE written (id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, lines INTEGER NOT NULL,"
        " digest TEXT NOT NULL, receipt TEXT NOT NULL)"
    ),
    (
        "CREATE TABLE tasks (id TEXT PRIMARY KEY, folder TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,"
        " file TEXT NOT NULL, symbol TEXT NOT NULL, line INTEGER NOT NULL, below INTEGER NOT NULL, state TEXT NOT NULL,"
        " assignee TEXT NOT NULL, source TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL)"
    ),
    "CREATE INDEX tasks_by_folder ON tasks (folder, file)",
    (
        "CREATE TABLE scans (folder TEXT, file TEXT, size INTEGER NOT NULL, modified INTEGER NOT NULL,"
        " PRIMARY KEY (folder, file))"
    ),
    "ALTER TABLE events ADD COLUMN uid TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE sync (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE links (folder TEXT PRIMARY KEY, project TEXT NOT NULL, cursor INTEGER NOT NULL)",
    (
        "CREATE TABLE shared (folder TEXT, task TEXT, field TEXT, shared TEXT NOT NULL, value TEXT NOT NULL,"
        " stamp TEXT NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (folder, task, field))"
    ),
)
"""One statement a schema version, in order; never changed once released, only added to."""

BUSY_SECONDS = 2.0
"""How long a write waits for another process's."""


def connect(file: Path) -> sqlite3.Connection | None:
    """Open the database at this version's schema; ``None`` where it is newer or can't be used, which the log says."""
    try:
        return open_database(file)
    except UnusableError as error:
        logger.warning("running without the local database %s", error)
        return None


def open_database(file: Path) -> sqlite3.Connection:
    """Open the database at this version's schema.

    Raises:
        UnusableError: It is newer, damaged or not to be opened.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = not file.exists()
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
        if fresh:
            os.chmod(file, 0o600)  # noqa: PTH101  # its siblings (-wal, -shm) take over its mode
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = _migrate(connection)
    except (sqlite3.Error, OSError) as error:
        raise UnusableError(f"{file}: {error}") from error
    if version > len(MIGRATIONS):
        connection.close()
        raise UnusableError(f"{file}: it is from a newer version of Stoker")
    return connection


def _migrate(connection: sqlite3.Connection) -> int:
    """Bring the schema up to date; the version that it had."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version == len(MIGRATIONS):  # who only reads waits for nobody's writing
        return version
    connection.execute("BEGIN IMMEDIATE")
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    for number, statement in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    connection.execute("COMMIT")
    return version


def read(file: Path, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query; none where the database can't be used, which the log says. Waits for the disk."""
    connection = connect(file)
    if connection is None:
        return []
    with closing(connection):
        try:
            return connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            logger.warning("the local database %s can't be read: %s", file, error)
            return []


def write(file: Path, work: Callable[[sqlite3.Connection], object], what: str) -> None:
    """Do some work in one transaction, or say in the log that it came to nothing. Waits for the disk, and for other processes.

    Args:
        file: The database.
        work: Executes statements.
        what: What is lost where the database can't be used, for the log: ``3 events``.
    """
    connection = connect(file)
    if connection is None:
        return
    with closing(connection):
        try:
            _transact(connection, work)
        except sqlite3.Error as error:
            logger.warning("%s: not kept: %s", what, error)


def change(file: Path, work: Callable[[sqlite3.Connection], object]) -> None:
    """Do some work in one transaction that a user asked for. Waits for the disk, and for other processes.

    Raises:
        UnusableError: It came to nothing.
    """
    with closing(open_database(file)) as connection:
        try:
            _transact(connection, work)
        except sqlite3.Error as error:
            raise UnusableError(f"{file}: {error}") from error


def _transact(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], object]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    work(connection)
    connection.execute("COMMIT")
