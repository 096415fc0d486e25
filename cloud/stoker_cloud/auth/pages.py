"""The guard of the pages: who has signed in, by a cookie. It asks ``guard.admitted`` and decides nothing else by itself.

Pages alone look at the cookie, the API below ``/v1`` never does; what comes from another site and changes something is refused.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request, Response

from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.guard import admitted
from stoker_cloud.auth.tokens import read

LOGIN = "/login"
_READS = ("GET", "HEAD")
_PLACE = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


async def page_guard(request: Request) -> AsyncIterator[Caller]:
    """Open the transaction of a page for whoever has signed in; everybody else is sent to the page where they can.

    Raises:
        HTTPException: 303 to there (401 with ``HX-Redirect`` for a part of a page), and as ``admitted`` does.
    """
    own_site_only(request)
    async with AsyncExitStack() as stack:
        try:
            caller = await stack.enter_async_context(admitted(request, read(request.cookies.get(session(request), ""))))
        except HTTPException as error:
            raise (_to_login(request) if error.status_code == 401 else error) from error
        yield caller


Visitor = Annotated[Caller, Depends(page_guard, scope="function")]
"""A parameter of every page."""


def own_site_only(request: Request) -> None:
    """See that a browser sends what changes something from our own pages.

    Raises:
        HTTPException: 403; it says that it does not.
    """
    if request.method in _READS:
        return
    says = "sec-fetch-site" in request.headers
    origin = request.headers.get("origin")
    ours = urlsplit(base(request))
    if from_elsewhere(request) or (not says and origin is not None and origin != f"{ours.scheme}://{ours.netloc}"):
        raise HTTPException(403, "this comes from another site")


def from_elsewhere(request: Request) -> bool:
    """Whether another site sends the browser here; those that don't say count as none."""
    return request.headers.get("sec-fetch-site") not in (None, "same-origin", "none")


def base(request: Request) -> str:
    """The backend's address as browsers know it, without a slash at its end."""
    return (request.app.state.settings.web.url or str(request.base_url)).rstrip("/")


def secure(request: Request) -> bool:
    """Whether browsers come by TLS."""
    return base(request).startswith("https://")


def session(request: Request) -> str:
    """The session's cookie. With this prefix no neighbouring host can set it; it needs TLS."""
    return "__Host-stoker" if secure(request) else "stoker"


def keep(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """Set a cookie that scripts can't read and other sites can't send along with what changes something."""
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure(request), path="/")


def drop(request: Request, response: Response, name: str) -> None:
    """Remove a cookie."""
    response.delete_cookie(name, httponly=True, samesite="lax", secure=secure(request), path="/")


def place(wanted: str) -> str:
    """Where somebody goes after signing in: a page of ours, whatever the address says."""
    return wanted if _PLACE.fullmatch(wanted) and not wanted.startswith(LOGIN) else "/"


def _to_login(request: Request) -> HTTPException:
    if "hx-request" in request.headers:
        return HTTPException(401, "sign in again", {"HX-Redirect": LOGIN})
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    next_page = f"?next={quote(wanted, safe='/')}" if request.method in _READS else ""
    return HTTPException(303, "sign in first", {"Location": f"{LOGIN}{next_page}"})
