"""Things that are written to the database together, soon, and off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

SAVE_DELAY = 1.0
"""Seconds in which things gather before they are written together: ghost text brings some with many a key."""

Thing = TypeVar("Thing")


class Soon(Generic[Thing]):
    """What waits to be written. A process that is killed loses what came in its last second."""

    def __init__(self, save: Callable[[Sequence[Thing]], None]) -> None:
        """Begin with nothing.

        Args:
            save: Writes things; called in a thread, with those that came first at the front.
        """
        self._save = save
        self._unsaved: list[Thing] = []
        self._waiting: asyncio.Task[None] | None = None

    def add(self, *things: Thing) -> None:
        """Have things written. Needs a running event loop."""
        self._unsaved += things
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.ensure_future(self._save_soon())

    async def aclose(self) -> None:
        """Write what is not written yet."""
        if self._waiting:
            self._waiting.cancel()
        await self._save_now()

    async def _save_soon(self) -> None:
        while self._unsaved:  # more may come while the disk is written to
            await asyncio.sleep(SAVE_DELAY)
            await self._save_now()

    async def _save_now(self) -> None:
        things, self._unsaved = self._unsaved, []
        if things:
            await asyncio.to_thread(self._save, things)
