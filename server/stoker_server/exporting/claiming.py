"""Takes events out of the local database to be exported, each by one process: several windows share the database."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stoker_server.state.database import write
from stoker_server.state.events import Happened

MOST = 1_000
"""Events that are taken at once."""
OLDEST_SECONDS = 600
"""What happened earlier is passed over: nothing from before somebody asked for it, and no heap after a long outage."""
_CURSOR = "exported"


def claim(database: Path) -> list[Happened]:
    """The events that nobody has taken yet, the oldest first; they are this process's from then on. Waits for the disk."""
    taken: list[Happened] = []

    def take(connection: sqlite3.Connection) -> None:
        found = connection.execute("SELECT value FROM sync WHERE name = ?", (_CURSOR,)).fetchone()
        oldest = (datetime.now(UTC) - timedelta(seconds=OLDEST_SECONDS)).isoformat(timespec="seconds")
        query = "SELECT id, at, kind, data FROM events WHERE id > ? AND at >= ? ORDER BY id LIMIT ?"
        rows = connection.execute(query, (int(found[0]) if found else 0, oldest, MOST)).fetchall()
        if rows:
            connection.execute("INSERT OR REPLACE INTO sync VALUES (?, ?)", (_CURSOR, str(rows[-1][0])))
        taken.extend(Happened(at, kind, json.loads(data)) for _, at, kind, data in rows)

    write(database, take, "which events were exported")
    return taken
