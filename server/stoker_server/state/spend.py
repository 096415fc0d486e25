"""What models cost, by day, task and model. Tokens and money, and nothing of what was asked.

Days are the machine's own, from midnight to midnight. Several windows write at once, so rows are added to, never rewritten.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from stoker_providers.budget import Spent as Attempt
from stoker_server.state.database import read, write
from stoker_server.state.events import insert
from stoker_server.state.soon import Soon
from stoker_wire.events import Spent

_COLUMNS = (
    "requests",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "bytes_sent",
    "usd",
    "estimated_usd",
    "unpriced",
)


@dataclass(frozen=True, slots=True)
class SpendRow:
    """What one model cost in one task on one day.

    Attributes:
        day: ISO 8601, in local time.
        task: What the requests were for.
        model: Provider and model.
        requests: How many left.
        input_tokens: Of prompts.
        cached_tokens: The part of them that the vendor's cache served.
        output_tokens: Of answers.
        bytes_sent: Of prompts.
        usd: US dollars by the vendor's count of tokens; only of requests whose price is known.
        estimated_usd: US dollars of answers that were not read to their end, reckoned from bytes.
        unpriced: Requests whose price is not known.
    """

    day: str
    task: str
    model: str
    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    bytes_sent: int = 0
    usd: float = 0.0
    estimated_usd: float = 0.0
    unpriced: int = 0

    @property
    def money(self) -> float | None:
        """US dollars as far as they are known; ``None`` where no request's price is."""
        return self.usd + self.estimated_usd if self.unpriced < self.requests else None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; money that is not known is null."""
        return {**asdict(self), "money": self.money}


class SpendStore:
    """Spend in the local database, with an event for each request.

    Every call opens it anew and may wait for the disk: keep off the event loop.
    """

    def __init__(self, database: Path) -> None:
        self._database = database

    def add(self, rows: Sequence[SpendRow]) -> None:
        """Add to what was spent. Without a database it is lost, which the log says."""
        named, added = ", ".join(_COLUMNS), ", ".join(f"{each} = {each} + excluded.{each}" for each in _COLUMNS)
        values = [(row.day, row.task, row.model, *(getattr(row, name) for name in _COLUMNS)) for row in rows]
        statement = (
            f"INSERT INTO spend (day, task, model, {named}) VALUES ({', '.join('?' * (3 + len(_COLUMNS)))})"  # noqa: S608  # names of columns, from above
            f" ON CONFLICT (day, task, model) DO UPDATE SET {added}"
        )

        def add(connection: sqlite3.Connection) -> None:
            connection.executemany(statement, values)
            insert(connection, map(_event, rows))

        write(self._database, add, "what requests cost")

    def money(self, day: str) -> float:
        """US dollars of a day, as far as they are known."""
        rows = read(self._database, "SELECT sum(usd + estimated_usd) FROM spend WHERE day = ?", (day,))
        return float((rows[0][0] if rows else None) or 0.0)

    def rows(self, since: str = "") -> list[SpendRow]:
        """Everything from a day on, the latest day first."""
        query = (
            f"SELECT day, task, model, {', '.join(_COLUMNS)} FROM spend WHERE day >= ? ORDER BY day DESC, task, model"  # noqa: S608  # names of columns, from above
        )
        return [SpendRow(*row) for row in read(self._database, query, (since,))]


def _event(row: SpendRow) -> Spent:
    microdollars = -1 if row.unpriced else round(1_000_000 * (row.usd + row.estimated_usd))
    return Spent(row.task, row.model, row.requests, row.input_tokens, row.output_tokens, microdollars)


def _now() -> datetime:
    return datetime.now().astimezone()


class Spending:
    """What is spent today, at hand at once; other windows' part of it as of the latest look at the database."""

    def __init__(self, database: Path, clock: Callable[[], datetime] = _now) -> None:
        """Begin with what this session spends; ``load`` brings the rest.

        Args:
            database: The local database.
            clock: The local time.
        """
        self._store = SpendStore(database)
        self._clock = clock
        self._day, self._money = self.today, 0.0
        self._counting = threading.Lock()  # what is noted on the loop while a thread looks at the database
        self._unsaved = Soon[SpendRow](self._save)
        self.told = ""
        """The day on which the user was told that the cap is reached."""

    @property
    def today(self) -> str:
        """The day, ISO 8601."""
        return self._clock().date().isoformat()

    @property
    def seconds_left(self) -> int:
        """Seconds until midnight, when a day's cap lifts."""
        now = self._clock()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return max(1, round((midnight - now).total_seconds()))

    @property
    def money(self) -> float:
        """US dollars spent today, as far as they are known."""
        return self._money if self._day == self.today else 0.0

    def over(self, cap: float) -> bool:
        """Whether a day's cap is reached; 0 is none."""
        return 0 < cap <= self.money

    def note(self, spent: Attempt) -> None:
        """Count an attempt."""
        usage, priced = spent.usage, spent.usage.usd is not None
        usd = usage.usd or 0.0
        exact, estimated = (0.0, usd) if usage.estimated else (usd, 0.0)
        with self._counting:
            if self._day != self.today:
                self._day, self._money = self.today, 0.0
            self._money += usd
        self._unsaved.add(
            SpendRow(
                self._day,
                spent.task,
                spent.model,
                usage.requests,
                usage.input_tokens,
                usage.cached_tokens,
                usage.output_tokens,
                usage.bytes_sent,
                exact,
                estimated,
                0 if priced else usage.requests,
            )
        )

    def load(self) -> None:
        """Look what all windows spent today. Waits for the disk."""
        day, before = self.today, self.money
        known = self._store.money(day)
        with self._counting:
            # What was noted since is not in the database yet: a day's sum never becomes less.
            meanwhile = self._money - before if self._day == day else 0.0
            self._money, self._day = max(known, before) + max(0.0, meanwhile), day

    async def aclose(self) -> None:
        """Write what is not written yet."""
        await self._unsaved.aclose()

    def _save(self, rows: Sequence[SpendRow]) -> None:
        self._store.add(rows)
        self.load()
