"""Who looks at a page: a member who signed in by a token, kept in a cookie that only this backend can make.

The cookie names the token and holds none; a token that is revoked or expires ends its sessions. Signatures don't outlive the
process.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from sqlalchemy import select

from stoker_cloud.auth.caller import Caller, identify
from stoker_cloud.auth.permissions import OPERATIONS
from stoker_cloud.auth.tokens import Presented
from stoker_cloud.store.database import Database
from stoker_cloud.store.tables import tokens

COOKIE = "stoker_session"
SECONDS = 12 * 3600
"""How long a session lasts."""
_KEY = secrets.token_bytes(32)


def sign(org: str, token: str) -> str:
    """The cookie's value for a token's owner.

    Args:
        org: The organisation.
        token: The token's id.
    """
    said = f"{org}.{token}.{int(time.time()) + SECONDS}"
    return f"{said}.{_signature(said)}"


def read(value: str) -> tuple[str, str] | None:
    """The organisation and the token's id; ``None`` where the value is not of this backend, or too old."""
    said, _, signature = value.rpartition(".")
    if not said or not hmac.compare_digest(signature.encode(), _signature(said).encode()):
        return None
    org, token, until = said.split(".")
    return (org, token) if int(until) > time.time() else None


async def page_guard(request: Request) -> AsyncIterator[Caller]:
    """Open the page's transaction for whoever is signed in and may see it.

    Raises:
        HTTPException: 303 to the page for signing in, 403 where the role does not allow it.
    """
    session = read(request.cookies.get(COOKIE, ""))
    if session is None:
        raise _elsewhere(request)
    org, token = session
    operation = OPERATIONS[request.scope["route"].name]
    database: Database = request.app.state.database
    async with database.transaction(org, writes=operation.writes) as connection:
        query = select(tokens.c.digest).where(tokens.c.org == org, tokens.c.id == token)
        digest = (await connection.execute(query)).scalar_one_or_none()
        caller = await identify(connection, Presented(org, digest)) if digest else None
        if caller is None:
            raise _elsewhere(request)
        if operation.permission not in caller.permissions:
            raise HTTPException(403, f"this needs {operation.permission.value}, which your role does not have")
        yield caller


Visitor = Annotated[Caller, Depends(page_guard, scope="function")]
"""A parameter of every page."""


def _elsewhere(request: Request) -> HTTPException:
    there = "/login"
    if request.headers.get("HX-Request"):
        return HTTPException(401, "sign in again", {"HX-Redirect": there})
    return HTTPException(303, "sign in", {"Location": f"{there}?next={quote(request.url.path, safe='/')}"})


def _signature(said: str) -> str:
    return hmac.new(_KEY, said.encode(), hashlib.sha256).hexdigest()
