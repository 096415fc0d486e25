"""Signing in and out of the pages, by a token that is pasted."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from stoker_cloud.auth.caller import identify
from stoker_cloud.auth.pages import COOKIE, SECONDS, sign
from stoker_cloud.auth.tokens import presented
from stoker_cloud.dashboard.rendering import page

router = APIRouter(include_in_schema=False)
LONGEST = 4096
"""Bytes of a form."""


@router.get("/login")
async def login(to: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The page for signing in."""
    return page("signin.html", next=_own(to), issuer="", problem="")


@router.post("/login")
async def sign_in(request: Request) -> Response:
    """Sign in by a token."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            return page("signin.html", 422, next="/", issuer="", problem="That is no token: it is too long.")
    form = parse_qs(body.decode("utf-8", "replace"))
    to, token = _own(form.get("next", ["/"])[0]), presented(f"Bearer {form.get('token', [''])[0].strip()}")
    caller = None
    if token:
        async with request.app.state.database.transaction(token.org, writes=False) as connection:
            caller = await identify(connection, token)
    if caller is None:
        return page("signin.html", 401, next=to, issuer="", problem="That is no valid token of this server.")
    answer = RedirectResponse(to, 303)
    secure = request.url.scheme == "https"
    value = sign(caller.org, caller.token)
    answer.set_cookie(COOKIE, value, max_age=SECONDS, httponly=True, samesite="strict", secure=secure)
    return answer


@router.post("/logout")
async def sign_out() -> Response:
    """Sign out."""
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _own(to: str) -> str:
    """An address within this backend; the dashboard's for any other."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
