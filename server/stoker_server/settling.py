"""Whether the settings are in force that the editor gave last: who tells of them waits for that, but not for ever.

Knows nothing of what the settings are, or of who reads them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 5.0
"""Seconds that a question waits: a keyring may ask the user for a password before it gives a key."""


class Settling:
    """Counts the changes of settings that are under way; at first the editor has given none, and that is one, too."""

    def __init__(self) -> None:
        self._changes = 0
        self._done = asyncio.Event()

    @contextmanager
    def change(self) -> Iterator[None]:
        """While settings are asked for, read, and put in force."""
        self._changes += 1
        self._done.clear()
        try:
            yield
        finally:
            self._changes -= 1
            if not self._changes:
                self._done.set()

    async def over(self, patience: float = PATIENCE) -> bool:
        """Wait until no change is under way; whether none is after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._done.wait()
        return self._done.is_set()
