"""A worker: it takes calls from the queue and makes them. Several share one queue; a dead one's calls are taken over.

What fails because the database or the bus is away is tried again until it is back. Whatever else fails is a function's fault:
its call is kept as failed, with the error (``stoker cloud queue`` shows it), and holds up no other.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dbos import DBOS, DBOSConfig
from dbos import error as dbos_error
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from stoker_cloud.bus.base import Bus, BusError
from stoker_cloud.bus.publishing import publish
from stoker_cloud.monitoring.calling import Measured
from stoker_cloud.store.database import Database, DatabaseError
from stoker_cloud.store.durable import SCHEMA, said
from stoker_cloud.store.tables import new_id
from stoker_cloud.workflows.alive import EVERY, Alive, Beat
from stoker_cloud.workflows.calls import BUS, Call
from stoker_cloud.workflows.cleaning import clean
from stoker_cloud.workflows.making import UnknownFunctionError, make
from stoker_cloud.workflows.queue import BUS_QUEUE, CALL, FUNCTIONS_QUEUE, NAME, PORTABLE, VERSION, Queue

logger = logging.getLogger(__name__)


def _first_line(record: logging.LogRecord) -> bool:
    """DBOS tells of what it tries again with the whole statement; whoever runs the backend needs the first line."""
    record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


NAME_OF_DBOS = "dbos"
"""Under which it logs."""
CLAIMED = 32
"""Calls that a worker has taken from each queue at the same time."""
AWAY = (OperationalError, InterfaceError, NoConnectionError, OSError)
"""What a database raises that can't be used just now, or that has no connection to give."""
AT_ONCE = 8
"""Calls of functions that it makes at the same time: each has a connection to the database."""
POLL_SECONDS = 0.2
"""Between two looks at the queue."""
LONGEST_SECONDS = 30.0
"""Between two attempts at what is away."""
RECOVERIES = 1_000
"""How often a call is taken over from a dead worker before it counts as what kills them."""
FINISH_SECONDS = 10
"""How long a worker that ends waits for the calls that it is making."""


class Worker:
    """Makes calls, one worker a process: DBOS knows no more."""

    def __init__(self, database: Database, queue: Queue, bus: Bus | None = None, beat: Beat = EVERY) -> None:
        self.id = new_id()
        self._database, self._queue, self._bus = database, queue, bus
        self._alive = Alive(queue.engine, self.id, beat)
        self._places = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Make calls, on the event loop that this is entered on, until it is left.

        Raises:
            DatabaseError: The queue's tables are not there, or of another version.
        """
        await asyncio.to_thread(self._prepare)
        self._launch()
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=FINISH_SECONDS)
            if self._bus:
                await self._bus.aclose()

    def _launch(self) -> None:
        """DBOS makes coroutines' calls on the loop that runs where it is launched."""
        config: DBOSConfig = {
            "name": NAME,
            "system_database_engine": self._queue.engine,
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": self.id,
            "run_migrations": False,
            "use_listen_notify": False,
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)
        logging.getLogger(NAME_OF_DBOS).addFilter(_first_line)

        @DBOS.workflow(name=CALL, serialization_type=PORTABLE, max_recovery_attempts=RECOVERIES)
        async def call(told: dict[str, Any]) -> None:
            await self._make(Call(**told))

        DBOS.listen_queues(self._queues())
        try:
            DBOS.launch()
        except dbos_error.DBOSInitializationError as error:
            raise DatabaseError("the queue's tables are of another version; run `stoker cloud migrate`") from error

    def _queues(self) -> list[str]:
        return [FUNCTIONS_QUEUE, *([BUS_QUEUE] if self._bus else [])]

    def _prepare(self) -> None:
        self._alive.beat()
        for each in self._queues():
            self._queue.client.register_queue(each, worker_concurrency=CLAIMED, polling_interval_sec=POLL_SECONDS)

    async def _make(self, call: Call) -> None:
        wait = 0.1
        while True:
            try:
                await self._attempt(call)
            except (*AWAY, BusError) as error:
                seconds = wait * random.uniform(0.5, 1.5)  # noqa: S311  # so that what failed together comes back apart
                logger.warning("%s is tried again in %.1f s: %s", call.id, seconds, said(error))
            else:
                return
            await asyncio.sleep(seconds)
            wait = min(2 * wait, LONGEST_SECONDS)

    async def _attempt(self, call: Call) -> None:
        if call.function != BUS:
            async with self._places:
                with Measured(call.function):
                    await make(self._database, self._queue, call)
        elif self._bus is not None:
            with Measured(BUS):
                await publish(self._database, self._bus, call)
        else:
            raise UnknownFunctionError("this worker has no bus; set STOKER_BUS_URL for all of them alike")

    async def _keep(self) -> None:
        """Take over what dead workers left, and forget what is long done; until cancelled."""
        while True:
            await asyncio.sleep(self._alive.seconds)
            try:
                for dead in await asyncio.to_thread(self._alive.beat):
                    logger.warning("worker %s is dead; what it was doing is done by others", dead)
                    await asyncio.to_thread(DBOS._recover_pending_workflows, [dead])
                    await asyncio.to_thread(self._alive.bury, dead)
                await asyncio.to_thread(clean, self._queue.client)
            except AWAY as error:
                logger.warning("the database can't be used just now, and is tried again: %s", said(error))
            except (SQLAlchemyError, dbos_error.DBOSException) as error:
                # It goes on: without beats others would take this worker for dead.
                logger.error("what dead workers left can't be looked after, and is tried again: %s", said(error))
