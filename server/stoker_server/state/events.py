"""Keeps what happened to suggestions, on this machine alone."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from stoker_server.state.database import connect
from stoker_wire.events import Event, to_json

logger = logging.getLogger(__name__)

KEPT = 50_000
"""Events that are kept: some months of daily use."""


class EventStore:
    """Events in the local database. Every call opens it anew and may wait for the disk: keep off the event loop."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def put(self, *events: Event, why: str = "") -> None:
        """Keep events, and forget the oldest beyond ``KEPT``. Without a database they are lost, which the log says.

        Args:
            events: What happened.
            why: The user's own words, for feedback.
        """
        connection = connect(self._database)
        if connection is None:
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [(now, each.kind, json.dumps(to_json(each)), why) for each in events]
        with closing(connection):
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("INSERT INTO events (at, kind, data, why) VALUES (?, ?, ?, ?)", rows)
                connection.execute("DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?", (KEPT,))
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                logger.warning("%d events were not kept: %s", len(events), error)

    def count(self) -> dict[str, int]:
        """How many there are of each kind."""
        connection = connect(self._database)
        if connection is None:
            return {}
        with closing(connection):
            return dict(connection.execute("SELECT kind, count(*) FROM events GROUP BY kind").fetchall())

    def latest(self, kind: str) -> dict[str, str | int | bool] | None:
        """The fields of the newest event of a kind; ``None`` where there is none."""
        connection = connect(self._database)
        if connection is None:
            return None
        with closing(connection):
            row = connection.execute(
                "SELECT data FROM events WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def mentions(self, suggestion: str) -> bool:
        """Whether anything is known of a suggestion, by the whole id of its receipt."""
        connection = connect(self._database)
        if connection is None:
            return False
        with closing(connection):
            query = "SELECT 1 FROM events WHERE json_extract(data, '$.suggestion') = ? LIMIT 1"
            return connection.execute(query, (suggestion,)).fetchone() is not None
