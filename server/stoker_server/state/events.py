"""Keeps what happened to suggestions, on this machine alone."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from stoker_server.state.database import read, write
from stoker_wire.events import Event, to_json
from stoker_wire.words import counted

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
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [(now, each.kind, json.dumps(to_json(each)), why) for each in events]

        def put(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT INTO events (at, kind, data, why) VALUES (?, ?, ?, ?)", rows)
            connection.execute("DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?", (KEPT,))

        write(self._database, put, counted(len(events), "event"))

    def count(self) -> dict[str, int]:
        """How many there are of each kind."""
        return dict(read(self._database, "SELECT kind, count(*) FROM events GROUP BY kind"))

    def latest(self, kind: str) -> dict[str, str | int | bool] | None:
        """The fields of the newest event of a kind; ``None`` where there is none."""
        rows = read(self._database, "SELECT data FROM events WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,))
        return json.loads(rows[0][0]) if rows else None

    def mentions(self, suggestion: str) -> bool:
        """Whether anything is known of a suggestion, by the whole id of its receipt."""
        query = "SELECT 1 FROM events WHERE json_extract(data, '$.suggestion') = ? LIMIT 1"
        return bool(read(self._database, query, (suggestion,)))
