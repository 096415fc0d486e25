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
    backend: Backend, functions: Sequence[Function] = FUNCTIONS, bus: Bus | None = None, *, fresh: bool = True
) -> AsyncIterator[Queue]:
    """A backend whose queue has these functions, and a worker beside it. What was queued before is forgotten, if ``fresh``."""
    before, database = backend.app.state.queue, Database(backend.database.url)
    queue = backend.app.state.queue = Queue(backend.database.url, functions, bus=bus is not None)
    if fresh:
        await asyncio.to_thread(empty, queue)
    try:
        async with Worker(database, queue, bus, QUICK).working():
            yield queue
    finally:
        backend.app.state.queue = before
        queue.close()
        await database.aclose()


def empty(queue: Queue) -> None:
    """Forget all calls: tests share PostgreSQL, and most of them let nobody make theirs."""
    while found := queue.client.list_workflows(limit=500, load_input=False, load_output=False):
        queue.client.delete_workflows([each.workflow_id for each in found])


async def drained(queue: Queue, seconds: float = 60.0) -> Looked:
    """Wait until nothing is left to be done; what was set for later stays."""
    async with asyncio.timeout(seconds):
        while True:
            found = await asyncio.to_thread(look, queue.client)
            if not found.waiting and not found.working:
                return found
            await asyncio.sleep(0.1)
