"""How the functions' queue stands, asked of the database now and then, and told whenever somebody reads the metrics."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation
from sqlalchemy.exc import SQLAlchemyError

from stoker_cloud.store.durable import said
from stoker_cloud.workflows.looking import Looked, look
from stoker_cloud.workflows.queue import Queue

logger = logging.getLogger(__name__)
EVERY_SECONDS = 15.0


class Gauge:
    """The latest look at the queue."""

    def __init__(self) -> None:
        self._latest: Looked | None = None
        metrics.get_meter("stoker_cloud").create_observable_gauge(
            "stoker.queue.calls", [self._told], "{call}", "Calls of functions in the queue, by how they stand."
        )

    @asynccontextmanager
    async def watching(self, queue: Queue) -> AsyncIterator[None]:
        """Look now and then, until left."""
        task = asyncio.create_task(self._watch(queue))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self, queue: Queue) -> None:
        while True:
            try:
                self._latest = await asyncio.to_thread(look, queue.client, why=False)
            except (SQLAlchemyError, OSError) as error:
                self._latest = None  # an old number would say that all is well
                logger.warning("the queue can't be looked at: %s", said(error))
            await asyncio.sleep(EVERY_SECONDS)

    def _told(self, _: CallbackOptions) -> Iterable[Observation]:
        if found := self._latest:
            stands = {
                "waiting": found.waiting,
                "working": found.working,
                "later": found.later,
                "failed": len(found.failed),
            }
            for state, count in stands.items():
                yield Observation(count, {"state": state})
