"""Builds the backend's application from its parts. The only place that knows them all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from stoker_cloud.api import (
    alerts,
    audit,
    data,
    events,
    findings,
    health,
    invitations,
    login,
    metrics,
    objects,
    organisation,
    projects,
    tasks,
    tokens,
    users,
)
from stoker_cloud.api.invalid import refuse
from stoker_cloud.auth.domains import rules_of
from stoker_cloud.auth.issuer import Issuer
from stoker_cloud.auth.limiting import Limiter
from stoker_cloud.bus.opening import open_bus
from stoker_cloud.config import data_folder
from stoker_cloud.dashboard import pages
from stoker_cloud.dashboard.assets import Assets
from stoker_cloud.dashboard.errors import tell
from stoker_cloud.monitoring.queue import Gauge
from stoker_cloud.monitoring.setup import REQUESTS
from stoker_cloud.objects.bucket import Bucket
from stoker_cloud.objects.sweeping import keep_sweeping
from stoker_cloud.settings import CloudSettings
from stoker_cloud.store.database import Database
from stoker_cloud.web import signing_in
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
    login.router,
    invitations.router,
    alerts.router,
    objects.router,
    data.router,
)
"""Every endpoint below ``/v1``."""

BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A token of Stoker's backend, `stoker_...`.")
"""Tells the OpenAPI document where a token goes; whether it holds is decided by ``auth.guard`` alone."""
DESCRIPTION = """A team's backend. Every path below `/v1` but `/v1/login` needs a token, in `Authorization: Bearer`.
What is wrong is told in `detail`: 401 without a valid token, 403 where role or scopes don't allow it, 404 for what the
token's organisation does not have, 409 for what stands against it, 422 for another form, 429 with `Retry-After`."""

BODY_BYTES = 64 * 1024
"""What a request's body may have: an identity and an access token, each as long as it may be, are less.

It is read before anybody is known, and each of its mistakes is looked at: what a stranger may send has to be little.
"""
BATCH_BYTES = 8 * 1024 * 1024
"""What a batch's body may have: edits of 500 tasks, each field as long as it may be, are less."""
BATCHES: tuple[APIRouter, ...] = (events.router, tasks.router, alerts.router)
"""Where batches are sent. Nothing of one is looked at before somebody is known."""

PAGES: tuple[APIRouter, ...] = (signing_in.router, pages.router)
"""Every page."""


def create_app(
    database: Database, settings: CloudSettings | None = None, *, bus: str = "", works: bool = False
) -> FastAPI:
    """The application.

    Args:
        database: Closed when the application ends. On SQLite its tables are brought up to date when it begins.
        settings: How it works; the defaults where there are none.
        bus: The address of a bus that is told everything; empty for none.
        works: Whether it makes the functions' calls itself; else a worker does.

    Raises:
        stoker_cloud.config.ConfigError: A setting is of no use.
    """
    settings = settings or CloudSettings()
    app = FastAPI(
        title="Stoker",
        version="1",
        description=DESCRIPTION,
        lifespan=lambda app: _running(app, bus, works=works),
        docs_url=None,
        redoc_url=None,
        telemetry=REQUESTS,
        max_body_size=BODY_BYTES,
    )
    app.state.database = database
    app.state.settings = settings
    app.state.bucket = Bucket(settings.objects.url, data_folder(os.environ) / "objects")
    app.state.limiter = Limiter(settings.limits)
    app.state.issuer = Issuer(settings.oidc)
    app.state.domain_rules = rules_of(settings.oidc.domains)
    app.include_router(health.router)
    app.include_router(metrics.router)
    for router in ROUTERS:
        documented = [] if router is login.router else [Depends(BEARER)]
        most = _bytes_at_most(router, settings)
        app.include_router(router, prefix="/v1", max_body_size=most, dependencies=documented)
    for page in PAGES:
        app.include_router(page)
    app.mount("/static", Assets(), "static")
    app.add_exception_handler(HTTPException, tell)
    app.add_exception_handler(RequestValidationError, refuse)
    return app


def _bytes_at_most(router: APIRouter, settings: CloudSettings) -> int | None:
    if router is objects.router:
        return settings.objects.most_mb * 1_000_000
    return BATCH_BYTES if router in BATCHES else None


@asynccontextmanager
async def _running(app: FastAPI, bus: str, *, works: bool) -> AsyncIterator[None]:
    """Open and close what requests share, and do what is done beside them."""
    database: Database = app.state.database
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
        if app.state.settings.metrics.token:
            await held.enter_async_context(Gauge().watching(app.state.queue))
        sweeping = asyncio.create_task(keep_sweeping(database, app.state.bucket))
        yield
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
