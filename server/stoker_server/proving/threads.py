"""Work in a thread that is waited for to its end: what cleans up is not left half done because somebody lost interest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Callable[[], T], interrupt: Callable[[], object] | None = None) -> T:
    """Do something in a thread; a cancellation is heard only when it is over.

    Args:
        work: What to do.
        interrupt: Called when this is cancelled, to make the work end sooner.

    Raises:
        asyncio.CancelledError: This was cancelled meanwhile.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work))
    cancelled: asyncio.CancelledError | None = None
    while not working.done():
        try:
            await asyncio.shield(working)
        except asyncio.CancelledError as error:
            cancelled = error
            if interrupt:
                interrupt()
    if cancelled:
        raise cancelled
    return working.result()
