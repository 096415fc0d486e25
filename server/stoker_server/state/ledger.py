"""What a session wants to remember: receipts and events, at hand at once and written to the database together, soon."""

from __future__ import annotations

import asyncio
from collections import deque
from pathlib import Path

from stoker_server.state.events import EventStore
from stoker_server.state.receipts import ReceiptStore
from stoker_wire.events import Accepted, Event
from stoker_wire.receipts import Receipt

LATEST = 100
"""Receipts of a session that are at hand without the database."""
SAVE_DELAY = 1.0
"""Seconds in which things gather before they are written together: ghost text brings some with many a key."""


class Ledger:
    """A session's receipts and events.

    Attributes:
        latest: The session's own receipts, the newest first.
    """

    def __init__(self, database: Path) -> None:
        self.latest: deque[Receipt] = deque(maxlen=LATEST)
        self._receipts, self._events = ReceiptStore(database), EventStore(database)
        self._unsaved: list[Receipt | Event] = []
        self._waiting: asyncio.Task[None] | None = None

    def note(self, receipt: Receipt) -> None:
        """Have a receipt at hand; it is not written unless what it is about is taken: ghost text comes and goes."""
        self.latest.appendleft(receipt)

    def add(self, entry: Receipt | Event) -> None:
        """Remember a receipt or an event; with the first acceptance of a suggestion, its receipt too."""
        if isinstance(entry, Receipt):
            self.note(entry)
        self._unsaved.append(entry)
        if isinstance(entry, Accepted):
            self._unsaved += [each for each in self.latest if each.id == entry.suggestion]
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.ensure_future(self._save_soon())

    async def get(self, receipt_id: str) -> Receipt | None:
        """A receipt of this session, or of an earlier one."""
        own = next((each for each in self.latest if each.id == receipt_id), None)
        return own or await asyncio.to_thread(self._receipts.get, receipt_id)

    async def aclose(self) -> None:
        """Write what is not written yet."""
        if self._waiting:
            self._waiting.cancel()
        await self._save()

    async def _save_soon(self) -> None:
        await asyncio.sleep(SAVE_DELAY)
        await self._save()

    async def _save(self) -> None:
        entries, self._unsaved = self._unsaved, []
        receipts = [each for each in entries if isinstance(each, Receipt)]
        events = [each for each in entries if not isinstance(each, Receipt)]
        if receipts:
            await asyncio.to_thread(self._receipts.put, *receipts)
        if events:
            await asyncio.to_thread(self._events.put, *events)
