"""Tokens: made with scopes, shown once, revoked at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import Field
from sqlalchemy import select

from stoker_cloud.api.names import Body, Id
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.permissions import ROLES, Permission, Role
from stoker_cloud.auth.sessions import end
from stoker_cloud.store import founding
from stoker_cloud.store.tables import memberships, tokens

router = APIRouter(prefix="/tokens", tags=["tokens"])


class NewToken(Body):
    """What a token is for."""

    user: Id = ""
    """The member whose it is; empty for whoever asks."""
    scopes: Annotated[list[Permission], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=366)] = 90


@router.get("")
async def list_tokens(caller: Known) -> dict[str, list[dict[str, Any]]]:
    """One's own tokens; an owner sees everybody's. The tokens themselves are not kept."""
    columns = (tokens.c.id, tokens.c.user, tokens.c.scopes, tokens.c.created, tokens.c.expires, tokens.c.revoked)
    query = select(*columns).where(tokens.c.org == caller.org).order_by(tokens.c.created)
    if Permission.USERS_WRITE not in caller.permissions:
        query = query.where(tokens.c.user == caller.user)
    return {"tokens": await caller.rows(query)}


@router.post("", status_code=201)
async def make_token(caller: Known, body: NewToken) -> dict[str, Any]:
    """Make a token. It may do no more than whoever makes it, nor more than the role of the member whose it is."""
    user, role = body.user or caller.user, caller.role
    if user != caller.user:
        if Permission.USERS_WRITE not in caller.permissions:
            raise HTTPException(403, "only an owner makes tokens for others")
        query = select(memberships.c.role).where(memberships.c.org == caller.org, memberships.c.user == user)
        found = await caller.one(query)
        if found is None:
            raise HTTPException(404, "there is no such user")
        role = Role(found["role"])
    if beyond := sorted(set(body.scopes) - (caller.permissions & ROLES[role])):
        raise HTTPException(403, f"this token may not have {', '.join(beyond)}: you or its user may not do that")
    expires = (datetime.now(UTC) + timedelta(days=body.days)).isoformat(timespec="milliseconds")
    caller.subject, token = await founding.make_token(caller.connection, caller.org, user, body.scopes, expires)
    return {"id": caller.subject, "token": token, "expires": expires}


@router.delete("/{token}", status_code=204)
async def revoke_token(caller: Known, token: str) -> None:
    """Revoke a token, and the sessions that somebody opened with it; from then on they are nobody's."""
    query = select(tokens.c.user).where(tokens.c.org == caller.org, tokens.c.id == token)
    found = await caller.one(query)
    if found is None or (found["user"] != caller.user and Permission.USERS_WRITE not in caller.permissions):
        raise HTTPException(404, "there is no such token")
    await end(caller.connection, caller.org, token)
