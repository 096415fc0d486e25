"""Keeps what happened, on this machine alone: to suggestions, to drafts that were checked, and to requests to models."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stoker_server.state.database import change, read, write
from stoker_wire.events import Event, to_json
from stoker_wire.words import counted

KEPT = 50_000
"""Events that are kept: some months of daily use. The oldest go first, sent to a team's backend or not."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it is kept.

    Attributes:
        at: When, in UTC, ISO 8601.
        kind: Its kind.
        data: Its fields.
        why: The user's own words, for feedback.
    """

    at: str
    kind: str
    data: dict[str, str | int | bool]
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; ``why`` only where there are words."""
        return {"at": self.at, "kind": self.kind, **self.data, **({"why": self.why} if self.why else {})}


def insert(connection: sqlite3.Connection, events: Iterable[Event], why: str = "") -> None:
    """Keep events within a transaction, and forget the oldest beyond ``KEPT``."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [(secrets.token_hex(16), now, each.kind, json.dumps(to_json(each)), why) for each in events]
    connection.executemany("INSERT INTO events (uid, at, kind, data, why) VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute("DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?", (KEPT,))


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
        write(self._database, lambda connection: insert(connection, events, why), counted(len(events), "event"))

    def count(self) -> dict[str, int]:
        """How many there are of each kind."""
        return dict(read(self._database, "SELECT kind, count(*) FROM events GROUP BY kind"))

    def all(self, kinds: Sequence[str] = (), last: int | None = None) -> list[Happened]:
        """Events, oldest first.

        Args:
            kinds: Only those of some kinds; all where there is none.
            last: Only so many of the newest; ``None`` for all.
        """
        chosen = f"WHERE kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        query = f"SELECT at, kind, data, why FROM events {chosen} ORDER BY id DESC LIMIT ?"  # noqa: S608  # no text of anybody's
        rows = read(self._database, query, (*kinds, -1 if last is None else last))
        return [Happened(at, kind, json.loads(data), why) for at, kind, data, why in reversed(rows)]

    def clear(self) -> int:
        """Forget all of them; how many there were.

        Raises:
            UnusableError: They are still there.
        """
        count = sum(self.count().values())
        change(self._database, lambda connection: connection.execute("DELETE FROM events"))
        return count

    def latest(self, kind: str) -> dict[str, str | int | bool] | None:
        """The fields of the newest event of a kind; ``None`` where there is none."""
        rows = read(self._database, "SELECT data FROM events WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,))
        return json.loads(rows[0][0]) if rows else None

    def mentions(self, suggestion: str) -> bool:
        """Whether anything is known of a suggestion, by the whole id of its receipt."""
        query = "SELECT 1 FROM events WHERE json_extract(data, '$.suggestion') = ? LIMIT 1"
        return bool(read(self._database, query, (suggestion,)))
