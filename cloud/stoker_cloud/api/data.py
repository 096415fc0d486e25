"""All that is kept of somebody, given out and removed: of oneself, of a member, of a project, of the organisation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.api.names import Body, Name
from stoker_cloud.api.users import leaves_an_owner
from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.guard import Known
from stoker_cloud.data import erasing, exporting
from stoker_cloud.objects.uploads import discard
from stoker_cloud.store.database import Database
from stoker_cloud.store.tables import memberships, organisations, users

router = APIRouter(tags=["data"])

LINES = "application/x-ndjson"
_TOLD: dict[int | str, dict[str, Any]] = {200: {"content": {LINES: {"schema": {"type": "string"}}}}}


class Named(Body):
    """The name of what is removed, typed to be sure."""

    name: Name


@router.get("/me/export", response_class=StreamingResponse, responses=_TOLD)
async def export_me(caller: Known, request: Request) -> StreamingResponse:
    """All that is kept of whoever asks, as lines of JSON."""
    return _told(caller, request, lambda connection: exporting.member(connection, caller.org, caller.user))


@router.get("/users/{user}/export", response_class=StreamingResponse, responses=_TOLD)
async def export_user(caller: Known, request: Request, user: str) -> StreamingResponse:
    """All that is kept of a member, or of somebody who was one, as lines of JSON."""
    query = select(users.c.id).where(users.c.org == caller.org, users.c.id == user)
    if await caller.one(query) is None:
        raise HTTPException(404, "there is no such user")
    return _told(caller, request, lambda connection: exporting.member(connection, caller.org, user))


@router.get("/organisation/export", response_class=StreamingResponse, responses=_TOLD)
async def export_organisation(caller: Known, request: Request) -> StreamingResponse:
    """All that is kept of the organisation, as lines of JSON; the bytes of objects are fetched one by one."""
    return _told(caller, request, lambda connection: exporting.organisation(connection, caller.org))


@router.post("/users/{user}/erase", status_code=204)
async def erase_user(caller: Known, user: str) -> None:
    """Remove who somebody is: name, ways to sign in, tokens, membership. What they did stays, under a number."""
    query = select(memberships.c.user).where(memberships.c.org == caller.org, memberships.c.user == user)
    if await caller.one(query) is not None:
        await leaves_an_owner(caller, user, None)
    if not await erasing.member(caller.connection, caller.org, user):
        raise HTTPException(404, "there is no such user")
    caller.subject = user


@router.post("/me/erase", status_code=204)
async def erase_me(caller: Known) -> None:
    """The same, of oneself."""
    await leaves_an_owner(caller, caller.user, None)
    await erasing.member(caller.connection, caller.org, caller.user)
    caller.subject = caller.user


@router.delete("/projects/{project}", status_code=204)
async def erase_project(caller: Known, request: Request, background: BackgroundTasks, project: str) -> None:
    """Remove a project with its events, tasks and objects."""
    keys = await erasing.project(caller.connection, caller.org, project)
    caller.subject = project
    background.add_task(discard, request.app.state.bucket, keys)


@router.post("/organisation/erase", status_code=204)
async def erase_organisation(caller: Known, request: Request, background: BackgroundTasks, body: Named) -> None:
    """Remove the organisation with all that is in it; its name has to be given. The audit log keeps that it was done."""
    query = select(organisations.c.name).where(organisations.c.org == caller.org)
    found = await caller.one(query)
    if found is None or found["name"] != body.name:
        raise HTTPException(409, "the organisation is called otherwise; nothing was removed")
    keys = await erasing.organisation(caller.connection, caller.org, caller.user, caller.token)
    background.add_task(discard, request.app.state.bucket, keys)


def _told(
    caller: Caller, request: Request, lines: Callable[[AsyncConnection], AsyncIterator[str]]
) -> StreamingResponse:
    """An answer of any length, from a transaction of its own: the request's is over before the first line leaves."""
    database: Database = request.app.state.database

    async def content() -> AsyncIterator[str]:
        async with database.transaction(caller.org, writes=False) as connection:
            async for line in lines(connection):
                yield line

    caller.subject = request.path_params.get("user", caller.org)
    return StreamingResponse(content(), media_type=LINES)
