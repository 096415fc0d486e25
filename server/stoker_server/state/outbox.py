"""What is sent of events, and up to where it was acknowledged.

The events themselves are the outbox: they have their ids from the beginning, and are bounded like all events
(``events.KEPT``, the oldest go first, sent or not).

Nothing from before somebody asked for telemetry is ever sent, nor the words of feedback.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from stoker_server.state.database import read, write
from stoker_wire.envelope import MOST, PREFIX, Batch, Envelope, source_of
from stoker_wire.events import PURPOSES, Purpose

EVENTS, EDITS = "events client", "client"
"""Under these names the database remembers this installation's two random numbers."""


class Outbox:
    """The events that wait for a team's backend. Every call may wait for the disk: keep off the event loop."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def client(self) -> str:
        """The random number that events bear, made when it is first needed; empty without a database."""
        return self._number(EVENTS)

    def editor(self) -> str:
        """The random number that edits of tasks bear: the backend knows whose those are, and must not know whose events are."""
        return self._number(EDITS)

    def agree(self, purposes: Collection[Purpose]) -> None:
        """Note what telemetry the user wants from now on; for what is newly wanted, events count from here on."""

        def note(connection: sqlite3.Connection) -> None:
            off = [(_since(each),) for each in Purpose if each not in purposes]
            connection.executemany("DELETE FROM sync WHERE name = ?", off)
            query = (
                "INSERT OR IGNORE INTO sync SELECT ?, coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
            )
            connection.executemany(query, [(_since(each),) for each in purposes])

        write(self._database, note, "what telemetry is wanted")

    def waiting(self, destination: str) -> Batch | None:
        """The next batch for a project of a backend; ``None`` where nothing waits."""
        settled = dict(read(self._database, "SELECT name, value FROM sync"))
        after = int(settled.get(_watermark(destination), 0))
        wanted = [(kind, int(settled[_since(each)])) for kind, each in PURPOSES.items() if _since(each) in settled]
        client = settled.get(EVENTS) or self.client()
        if not wanted or not client:
            return None
        rows = self._rows(wanted, after, MOST)
        return Batch(client, after, rows[-1][0], _enveloped(rows, client)) if rows else None

    def sample(self, purposes: Collection[Purpose], most: int) -> list[Envelope]:
        """The latest events as they would be sent for some purposes, whether or not they ever are; newest last."""
        kinds = [kind for kind, each in PURPOSES.items() if each in purposes]
        query = (
            f"SELECT id, uid, at, kind, data FROM events WHERE uid <> '' AND kind IN ({', '.join('?' * len(kinds))})"  # noqa: S608  # marks alone
            " ORDER BY id DESC LIMIT ?"
        )
        return _enveloped(read(self._database, query, (*kinds, most))[::-1], self.client())

    def _rows(self, wanted: Sequence[tuple[str, int]], after: int, most: int) -> list[tuple[Any, ...]]:
        chosen = " OR ".join(["(kind = ? AND id > ?)"] * len(wanted))
        query = (
            f"SELECT id, uid, at, kind, data FROM events WHERE id > ? AND uid <> '' AND ({chosen}) ORDER BY id LIMIT ?"  # noqa: S608  # marks alone
        )
        return read(self._database, query, (after, *(value for each in wanted for value in each), most))

    def acknowledge(self, destination: str, watermark: int) -> None:
        """Note up to which event a backend has them; also where that is less than was known, since it may have lost some."""
        self.note(_watermark(destination), str(watermark))

    def note(self, name: str, value: str) -> None:
        """Remember something of the sync."""
        query = "INSERT OR REPLACE INTO sync VALUES (?, ?)"
        write(self._database, lambda connection: connection.execute(query, (name, value)), "how the sync went")

    def value(self, name: str) -> str:
        """What is remembered of the sync; empty where nothing is."""
        rows = read(self._database, "SELECT value FROM sync WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def _number(self, name: str) -> str:
        made = (name, secrets.token_hex(16))
        query = "INSERT OR IGNORE INTO sync VALUES (?, ?)"
        write(self._database, lambda connection: connection.execute(query, made), "this installation's number")
        return self.value(name)


def _enveloped(rows: Sequence[tuple[Any, ...]], client: str) -> list[Envelope]:
    source = source_of(client)
    return [Envelope(uid, source, f"{PREFIX}{kind}", at, json.loads(data)) for _, uid, at, kind, data in rows]


def _since(purpose: Purpose) -> str:
    return f"since {purpose.value}"


def _watermark(destination: str) -> str:
    return f"watermark {destination}"
