"""Functions called as a worker calls them, and the state in which they leave a queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from stoker_cloud.bus.base import Bus
from stoker_cloud.functions.base import Function
from stoker_cloud.functions.table import FUNCTIONS
from stoker_cloud.store.database import Database
from stoker_cloud.workflows.alive import Beat
from stoker_cloud.workflows.looking import Looked, look
from stoker_cloud.workflows.queue import Queue
from stoker_cloud.workflows.worker import Worker
from tests.support.backend import Backend

QUICK = Beat(0.5, 2.0)
"""Of a worker whose death is to be noticed soon."""


@asynccontextmanager
async def worked(
    backend: Backend, functions: Sequence[Function] = FUNCTIONS, bus: Bus | None = None
) -> AsyncIterator[Queue]:
    """A backend whose queue has these functions, and a worker beside it."""
    before, database = backend.app.state.queue, Database(backend.database.url)
    queue = backend.app.state.queue = Queue(backend.database.url, functions, bus=bus is not None)
    try:
        async with Worker(database, queue, bus, QUICK).working():
            yield queue
    finally:
        backend.app.state.queue = before
        queue.close()
        await database.aclose()


async def drained(queue: Queue, seconds: float = 60.0) -> Looked:
    """Wait until nothing is left to be done; what was set for later stays."""
    async with asyncio.timeout(seconds):
        while True:
            found = await asyncio.to_thread(look, queue.client)
            if not found.waiting and not found.working:
                return found
            await asyncio.sleep(0.1)
