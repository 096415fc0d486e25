"""Builds the backend's application from its parts. The only place that knows them all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException

from stoker_cloud.api import alerts, audit, events, health, organisation, projects, tasks, tokens, users
from stoker_cloud.dashboard import pages, signing_in
from stoker_cloud.dashboard.assets import Assets
from stoker_cloud.dashboard.errors import tell
from stoker_cloud.store.database import Database

ROUTERS: tuple[APIRouter, ...] = (
    organisation.router,
    projects.router,
    events.router,
    tasks.router,
    users.router,
    tokens.router,
    audit.router,
    alerts.router,
)
"""Every endpoint below ``/v1``."""
PAGES: tuple[APIRouter, ...] = (pages.router, signing_in.router)
"""What browsers are shown."""


def create_app(database: Database) -> FastAPI:
    """The application.

    Args:
        database: Closed when the application ends. On SQLite its tables are brought up to date when it begins.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if database.is_sqlite:
            await database.migrate()
        await database.check()
        yield
        await database.aclose()

    app = FastAPI(title="Stoker", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.database = database
    app.include_router(health.router)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    for router in PAGES:
        app.include_router(router)
    app.mount("/static", Assets(), "static")
    app.add_exception_handler(HTTPException, tell)
    return app
