"""What a session wants to remember: receipts and events, at hand at once and written to the database together, soon."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from stoker_server.state.events import EventStore
from stoker_server.state.receipts import ReceiptStore
from stoker_server.state.soon import Soon
from stoker_wire.events import Accepted, Event, Feedback, Kept
from stoker_wire.receipts import Receipt

HALF = 50
"""Percent of its lines: of what was accepted and has less left, the user kept nothing to speak of."""
LATEST = 100
"""Receipts of a session that are at hand without the database."""


def _unheard(_: str) -> None:
    """Nobody learns."""


class Ledger:
    """A session's receipts and events.

    Attributes:
        latest: The session's own receipts, the newest first.
    """

    def __init__(self, database: Path) -> None:
        self.latest: deque[Receipt] = deque(maxlen=LATEST)
        self._receipts, self._events = ReceiptStore(database), EventStore(database)
        self.dropped: Callable[[str], None] = _unheard
        """Takes the id of a receipt whose offer was not kept, or was called bad."""
        self._unsaved = Soon[Receipt | Event](self._save)

    def note(self, receipt: Receipt) -> None:
        """Have a receipt at hand; it is not written unless what it is about is taken: ghost text comes and goes."""
        self.latest.appendleft(receipt)

    def add(self, entry: Receipt | Event) -> None:
        """Remember a receipt or an event; with the first acceptance of a suggestion, its receipt too."""
        if isinstance(entry, Receipt):
            self.note(entry)
        self._unsaved.add(entry)
        if (isinstance(entry, Kept) and entry.percent < HALF) or (isinstance(entry, Feedback) and not entry.good):
            self.dropped(entry.suggestion)
        if isinstance(entry, Accepted):
            self._unsaved.add(*(each for each in self.latest if each.id == entry.suggestion))

    async def get(self, receipt_id: str) -> Receipt | None:
        """A receipt of this session, or of an earlier one."""
        own = next((each for each in self.latest if each.id == receipt_id), None)
        return own or await asyncio.to_thread(self._receipts.get, receipt_id)

    async def aclose(self) -> None:
        """Write what is not written yet."""
        await self._unsaved.aclose()

    def _save(self, entries: Sequence[Receipt | Event]) -> None:
        if receipts := [each for each in entries if isinstance(each, Receipt)]:
            self._receipts.put(*receipts)
        if events := [each for each in entries if not isinstance(each, Receipt)]:
            self._events.put(*events)
