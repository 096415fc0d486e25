"""Builds the backend's application from its parts. The only place that knows them all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, FastAPI

from stoker_cloud.api import audit, events, findings, health, organisation, projects, tasks, tokens, users
from stoker_cloud.bus.opening import open_bus
from stoker_cloud.store.database import Database
from stoker_cloud.workflows.queue import Queue
from stoker_cloud.workflows.worker import Worker

ROUTERS: tuple[APIRouter, ...] = (
    organisation.router,
    projects.router,
    events.router,
    tasks.router,
    findings.router,
    users.router,
    tokens.router,
    audit.router,
)
"""Every endpoint below ``/v1``."""


def create_app(database: Database, *, bus: str = "", works: bool = False) -> FastAPI:
    """The application.

    Args:
        database: Closed when the application ends. On SQLite its tables are brought up to date when it begins.
        bus: The address of a bus that is told everything; empty for none.
        works: Whether it makes the functions' calls itself; else a worker does.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if database.is_sqlite:
            await database.migrate()
        await database.check()
        async with AsyncExitStack() as held:
            held.push_async_callback(database.aclose)
            app.state.queue = Queue(database.url, bus=bool(bus))
            held.callback(app.state.queue.close)
            if works:
                worker = Worker(database, app.state.queue, open_bus(bus) if bus else None)
                await held.enter_async_context(worker.working())
            yield

    app = FastAPI(title="Stoker", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.database = database
    app.include_router(health.router)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    return app
