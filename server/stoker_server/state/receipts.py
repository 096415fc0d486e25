"""Keeps receipts for a while, so that ``stoker receipt ID`` and ``stoker/receipt`` can show them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from stoker_server.state.database import read, write
from stoker_server.state.events import insert
from stoker_wire.events import checked
from stoker_wire.receipts import Receipt
from stoker_wire.words import counted

KEPT = 2_000
"""Receipts that are kept; at one a minute, a working week."""


class ReceiptStore:
    """Receipts in the local database. Every call opens it anew and may wait for the disk: keep off the event loop."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def put(self, *receipts: Receipt) -> None:
        """Keep receipts, and forget the oldest beyond ``KEPT``. Without a database they are lost, which the log says.

        With each that was not known goes an event that it was checked, in the same transaction.
        """

        def put(connection: sqlite3.Connection) -> None:
            for each in receipts:
                row = (each.id, each.created, json.dumps(each.to_json()))
                if not connection.execute("SELECT 1 FROM receipts WHERE id = ?", (each.id,)).fetchone():
                    insert(connection, [checked(each)])
                connection.execute("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?)", row)
            connection.execute("DELETE FROM receipts WHERE rowid <= (SELECT max(rowid) FROM receipts) - ?", (KEPT,))

        write(self._database, put, counted(len(receipts), "receipt"))

    def get(self, receipt_id: str) -> Receipt | None:
        """The receipt with an id, or the only one whose id begins so."""
        query = "SELECT body FROM receipts WHERE substr(id, 1, length(?)) = ? LIMIT 2"
        rows = read(self._database, query, (receipt_id, receipt_id))
        return Receipt.from_json(json.loads(rows[0][0])) if len(rows) == 1 else None

    def latest(self, count: int) -> list[Receipt]:
        """The newest receipts, newest first."""
        rows = read(self._database, "SELECT body FROM receipts ORDER BY rowid DESC LIMIT ?", (count,))
        return [Receipt.from_json(json.loads(body)) for (body,) in rows]
