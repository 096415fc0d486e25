"""The one place where it is decided whether a request may do what it asks for; every endpoint below ``/v1`` passes it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from sqlalchemy import insert, select

from stoker_cloud.auth.caller import Caller, identify
from stoker_cloud.auth.limiting import Limiter
from stoker_cloud.auth.permissions import OPERATIONS
from stoker_cloud.auth.tokens import Presented, presented
from stoker_cloud.store.database import Database
from stoker_cloud.store.tables import audit, new_id, now, projects

UNKNOWN = HTTPException(401, "this needs a valid token", {"WWW-Authenticate": "Bearer"})

_ID = re.compile(r"[0-9a-f]{8,32}")


async def guard(request: Request) -> AsyncIterator[Caller]:
    """Open the transaction of a request that brings a token along.

    Raises:
        HTTPException: As ``admitted`` does.
    """
    async with admitted(request, presented(request.headers.get("authorization", ""))) as caller:
        yield caller


@asynccontextmanager
async def admitted(request: Request, token: Presented | None, *, looks: bool = False) -> AsyncIterator[Caller]:
    """Open the request's transaction for whoever may make it, and write down what was changed.

    Args:
        request: The request.
        token: What it brings along.
        looks: Whether it is only seen that the request may be made, before its body is read.

    Raises:
        HTTPException: 401 without a valid token, 403 where role or scopes don't allow it, 404 where the organisation has no
            such project, 429 where too much is asked. Whether another organisation has it can't be told from any of them.
    """
    operation = OPERATIONS[request.scope["route"].name]
    if token is None:
        raise UNKNOWN
    database: Database = request.app.state.database
    async with database.transaction(token.org, writes=operation.writes and not looks) as connection:
        caller = await identify(connection, token)
        if caller is None:
            raise UNKNOWN
        await _count(request, caller)
        caller.quotas = request.app.state.settings.quotas
        if operation.permission not in caller.permissions:
            raise HTTPException(
                403, f"this needs {operation.permission.value}, which your role or this token does not have"
            )
        for name, value in request.path_params.items():
            if not _ID.fullmatch(value):
                raise HTTPException(404, f"there is no such {name}")
        if project := request.path_params.get("project"):
            await _enter(caller, project, stays=operation.writes and not looks)
        yield caller
        if operation.audited and not looks:
            await _note(caller, request)


Known = Annotated[Caller, Depends(guard, scope="function")]
"""A parameter of every endpoint. Its scope is the function's: the transaction is committed before the answer leaves."""


async def _count(request: Request, caller: Caller) -> None:
    """Count a request once, before its body is read, although one with an object passes here twice."""
    if getattr(request.state, "counted", False):
        return
    request.state.counted = True
    limiter: Limiter = request.app.state.limiter
    await limiter.take("token", caller.org, caller.token)
    await limiter.take("organisation", caller.org)


async def _enter(caller: Caller, project: str, *, stays: bool) -> None:
    """See that the organisation has a project, and that it is not erased meanwhile where it has to stay."""
    query = select(projects.c.id).where(projects.c.org == caller.org, projects.c.id == project)
    if stays:
        query = query.with_for_update(read=True, key_share=True)
    if await caller.one(query) is None:
        raise HTTPException(404, "there is no such project")
    caller.project = project


async def _note(caller: Caller, request: Request) -> None:
    subject = caller.subject or "/".join(request.path_params.values())
    row = {
        "org": caller.org,
        "id": new_id(),
        "at": now(),
        "user": caller.user,
        "token": caller.token,
        "action": request.scope["route"].name,
        "subject": subject,
    }
    await caller.connection.execute(insert(audit).values(row))
