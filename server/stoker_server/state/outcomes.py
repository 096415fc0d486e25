"""What came of models' drafts: whether they passed the checks and were kept. Names and numbers; nothing of what was drafted."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_providers.routing import Arm, Record
from stoker_server.state.database import read, write
from stoker_server.state.soon import Soon

KEPT = 2_000
"""Drafts that are remembered of each task: models change, and what one did long ago says little."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one draft.

    Attributes:
        arm: Who drafted what.
        success: Whether it passed the checks.
        receipt: Under which id, for what becomes known of it later.
    """

    arm: Arm
    success: bool
    receipt: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was offered under a receipt was not kept, or the user called it bad."""

    receipt: str


class OutcomeStore:
    """Outcomes in the local database. Every call opens it anew and may wait for the disk: keep off the event loop."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def put(self, entries: Sequence[Outcome | Dropped]) -> None:
        """Keep what came of drafts. Without a database it is lost, which the log says."""

        def put(connection: sqlite3.Connection) -> None:
            for each in entries:
                _put(connection, each)
            for task in {each.arm.task for each in entries if isinstance(each, Outcome)}:
                _forget(connection, task)

        write(self._database, put, "what came of drafts")

    def records(self) -> dict[Arm, Record]:
        """Tries and successes of each model by task and language."""
        query = "SELECT task, language, model, count(*), sum(success) FROM outcomes GROUP BY task, language, model"
        return {
            Arm(task, language, model): Record(tries, successes)
            for task, language, model, tries, successes in read(self._database, query)
        }


def _put(connection: sqlite3.Connection, entry: Outcome | Dropped) -> None:
    if isinstance(entry, Dropped):
        connection.execute("UPDATE outcomes SET success = 0 WHERE receipt = ?", (entry.receipt,))
        return
    values = (entry.arm.task, entry.arm.language, entry.arm.model, int(entry.success), entry.receipt)
    connection.execute("INSERT INTO outcomes (task, language, model, success, receipt) VALUES (?, ?, ?, ?, ?)", values)


def _forget(connection: sqlite3.Connection, task: str) -> None:
    oldest = "SELECT id FROM outcomes WHERE task = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
    connection.execute(f"DELETE FROM outcomes WHERE task = ? AND id <= ({oldest})", (task, task, KEPT))  # noqa: S608  # a constant


class Outcomes:
    """What is known of the models, at hand at once; other windows' part of it as of the latest look at the database."""

    def __init__(self, database: Path) -> None:
        self._store = OutcomeStore(database)
        self._records: Mapping[Arm, Record] = {}
        self._unsaved = Soon[Outcome | Dropped](self._save)

    def records(self) -> Mapping[Arm, Record]:
        """Tries and successes, as the router wants them."""
        return self._records

    def add(self, *entries: Outcome | Dropped) -> None:
        """Remember what came of drafts; counted once it is written."""
        self._unsaved.add(*entries)

    def load(self) -> None:
        """Look at the database. Waits for the disk."""
        self._records = self._store.records()

    async def aclose(self) -> None:
        """Write what is not written yet."""
        await self._unsaved.aclose()

    def _save(self, entries: Sequence[Outcome | Dropped]) -> None:
        self._store.put(entries)
        self.load()
