"""The queue of calls: DBOS's, in the database that everything else is in, so that a call is queued where its cause is stored.

Only this package and ``store.durable`` know of DBOS.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dbos import DBOSClient, EnqueueOptions, WorkflowSerializationFormat
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.functions.base import Function
from stoker_cloud.functions.table import FUNCTIONS
from stoker_cloud.store.durable import sync_engine
from stoker_cloud.store.inserting import insert_new
from stoker_cloud.store.working import recurring
from stoker_cloud.workflows.calls import BUS, Call, Happened, calls_of, due

NAME = "stoker"
"""The application, for DBOS."""
VERSION = "1"
"""Of the calls' form. It is pinned: calls that are queued when Stoker is updated are made by the new one."""
CALL = "call"
"""The workflow that makes a call."""
PORTABLE = WorkflowSerializationFormat.PORTABLE
"""JSON. What DBOS writes unless told otherwise is pickled, and reading that runs code."""
FUNCTIONS_QUEUE, BUS_QUEUE = "functions", "bus"
"""The bus has a queue of its own: while it can't be reached, functions go on."""


class Queue:
    """Queues calls, in transactions that others own."""

    def __init__(self, url: str, functions: Sequence[Function] = FUNCTIONS, *, bus: bool = False) -> None:
        """Prepare, without connecting.

        Args:
            url: SQLAlchemy's URL of the database.
            functions: Those that may be called.
            bus: Whether there is a bus, which is told everything.
        """
        self.functions, self._bus = functions, bus
        self.engine = sync_engine(url)
        self.client = DBOSClient(system_database_engine=self.engine, application_name=NAME, lazy=True)

    async def events(self, connection: AsyncConnection, happened: Happened) -> None:
        """Have what follows from stored events done; with a project's first ones, what the clock calls, too."""
        await self.tell(connection, happened)
        clocked = {each.name: each for each in self.functions if each.every}
        own = {"org": happened.org, "project": happened.project}
        new = await insert_new(connection, recurring, [{**own, "function": each} for each in clocked])
        await self.add(connection, (due(clocked[each], **own, number=0) for *_, each in new))

    async def tell(self, connection: AsyncConnection, *happened: Happened) -> None:
        """Have what follows from something done."""
        await self.add(
            connection, (call for each in happened for call in calls_of(each, self.functions, bus=self._bus))
        )

    async def add(self, connection: AsyncConnection, calls: Iterable[Call]) -> None:
        """Queue calls; those that are queued already stay as they are."""

        def enqueue(plain: Connection) -> None:
            for call in calls:
                self.client.enqueue_in_transaction(plain, _options(call), call.to_json())

        await connection.run_sync(enqueue)

    def close(self) -> None:
        """Close every connection."""
        self.client.destroy()
        self.engine.dispose()


def _options(call: Call) -> EnqueueOptions:
    options: EnqueueOptions = {
        "workflow_name": CALL,
        "queue_name": BUS_QUEUE if call.function == BUS else FUNCTIONS_QUEUE,
        "workflow_id": call.id,
        "app_version": VERSION,
        "serialization_type": PORTABLE,
    }
    if call.seconds:
        options["delay_seconds"] = call.seconds
    return options
