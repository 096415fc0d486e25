"""A backend, its workers and machines that sync with it, each a process of its own that a test may kill at any moment.

They are forked from a process that has imported everything, so that starting one anew takes milliseconds.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
from dataclasses import replace
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import uvicorn

from stoker_cloud.app import create_app
from stoker_cloud.bus.nats import NatsBus
from stoker_cloud.functions.base import Work
from stoker_cloud.functions.rollups import ROLLUPS
from stoker_cloud.store.database import Database
from stoker_cloud.workflows.queue import Queue
from stoker_cloud.workflows.worker import Worker
from stoker_server.settings import BackendSettings, Settings, TelemetrySettings
from stoker_server.state.events import EventStore
from stoker_server.state.tasks import TaskStore
from stoker_server.sync.backend import BackendError
from stoker_server.sync.once import Sync
from stoker_wire.events import Accepted, Amount
from stoker_wire.tasks import Task
from tests.support.functions import QUICK

FOLDER = Path("/home/ann/shop")
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


def machine(database: Path, url: str, project: str, token: str) -> Sync:
    """A machine's sync, with telemetry of usage on."""
    settings = Settings(backend=BackendSettings(url, project), telemetry=TelemetrySettings(usage=True))
    return Sync(database, settings, {"STOKER_BACKEND_TOKEN": token})


def start_backend(database: str, port: int, bus: str) -> BaseProcess:
    """A backend at a port of loopback, which makes no calls itself."""
    return _started(_serve, database, port, bus)


def start_worker(database: str, bus: str) -> BaseProcess:
    """A worker whose death is noticed soon."""
    return _started(_make_calls, database, bus)


def start_machine(database: Path, field: str, *where: str) -> BaseProcess:
    """A machine that makes events, edits one field of one task, and syncs, without end."""
    return _started(_work, database, field, *where)


def start_stalling_worker(database: str) -> tuple[BaseProcess, Event]:
    """A worker that does what the sums need and never comes to commit it; and what is set once it has got there."""
    reached = _CONTEXT.Event()
    return _started(_stall, database, reached), reached


def edited(database: Path, field: str) -> int:
    """The number of the latest edit of a field that was kept on a machine."""
    return int(getattr(_task(TaskStore(database)), field) or 0)


def _started(work: object, *arguments: object) -> BaseProcess:
    process = _CONTEXT.Process(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]  # one of those below
    process.start()
    return process


def _serve(database: str, port: int, bus: str) -> None:
    uvicorn.run(create_app(Database(database), bus=bus), port=port, log_level="critical")


def _make_calls(database: str, bus: str) -> None:
    async def work() -> None:
        worker = Worker(Database(database), Queue(database, bus=True), NatsBus(bus), QUICK)
        async with worker.working():
            await asyncio.Event().wait()

    asyncio.run(work())


def _stall(database: str, reached: Event) -> None:
    async def run(work: Work) -> None:
        await ROLLUPS.run(work)
        reached.set()
        await asyncio.Event().wait()

    async def work() -> None:
        queue = Queue(database, [replace(ROLLUPS, run=run)])
        async with Worker(Database(database), queue, beat=QUICK).working():
            await asyncio.Event().wait()

    asyncio.run(work())


def _work(database: Path, field: str, *where: str) -> None:
    events, tasks, sync = EventStore(database), TaskStore(database), machine(database, *where)
    for number in itertools.count(edited(database, field) + 1):
        events.put(Accepted("a1", Amount.WORD, number))
        edit: dict[str, Any] = {field: str(number)}
        tasks.put(FOLDER, replace(_task(tasks), **edit))
        try:
            asyncio.run(sync.run())
        except BackendError:
            continue  # it is being killed, too


def _task(tasks: TaskStore) -> Task:
    (task,) = tasks.all(FOLDER)
    return task
