"""The pages of signing in and out: the code flow with PKCE where there is an issuer, and a token for whoever has one.

What a sign-in has to remember until the browser comes back is in a cookie of ten minutes; nothing of it is kept here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from stoker_cloud.auth.issuer import Issuer, IssuerError, RejectedError
from stoker_cloud.auth.joining import Membership, memberships_of
from stoker_cloud.auth.limiting import COUNTED
from stoker_cloud.auth.pages import LOGIN, Visitor, drop, from_elsewhere, keep, own_site_only, place, session
from stoker_cloud.auth.pages import base as base_url
from stoker_cloud.auth.permissions import Permission
from stoker_cloud.auth.sessions import Parent, end, member_of, open_session
from stoker_cloud.auth.tokens import read
from stoker_cloud.dashboard.rendering import page, sentence

router = APIRouter(include_in_schema=False)

CALLBACK = f"{LOGIN}/callback"
MINUTES = 10
"""How long somebody may take at the issuer."""
_MOST = 4096
"""Bytes of a form."""


@router.get(LOGIN)
async def login_page(request: Request, next: str = "/", invitation: str = "") -> HTMLResponse:  # noqa: A002  # the parameter's name
    """The ways in."""
    kept = {"next": place(next), **({"invitation": invitation} if invitation else {})}
    issuer: Issuer = request.app.state.issuer
    start = f"{LOGIN}/start?{urlencode(kept)}" if issuer.settings.issuer else ""
    return page("signin.html", start=start, next=kept["next"], problem="")


@router.post(LOGIN, dependencies=[COUNTED], max_body_size=_MOST)
async def login_by_token(request: Request) -> Response:
    """Sign in with a token that somebody has; the session is one of its own and may do what the token may."""
    own_site_only(request)
    form = await _form(request)
    member = await member_of(request.app.state.database, read(form.get("token", "").strip()))
    if member is None:
        next_page, problem = place(form.get("next", "/")), "This is no valid token."
        return page("signin.html", 403, start="", next=next_page, problem=problem)
    try:
        return await _signed_in(request, member.membership, form.get("next", "/"), member.permissions, member.parent)
    except RejectedError as error:
        return _not_signed_in(str(error), 403)


@router.get(f"{LOGIN}/start", dependencies=[COUNTED])
async def login_start(
    request: Request,
    next: str = "/",  # noqa: A002  # the parameter's name
    invitation: str = "",
    organisation: str = "",
) -> Response:
    """Send the browser to the issuer, if it was here that somebody asked for it.

    Whom another site sends here presses the button first: else they would join by that site's invitation unasked.
    """
    if from_elsewhere(request):
        asked = {"next": place(next), **({"invitation": invitation} if invitation else {})}
        return RedirectResponse(f"{LOGIN}?{urlencode(asked)}", 303)
    verifier, state, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    issuer: Issuer = request.app.state.issuer
    if not issuer.settings.issuer:
        raise HTTPException(404, "there is no issuer; sign in with a token")
    try:
        address = await issuer.address(base_url(request) + CALLBACK, state, nonce, challenge)
    except (IssuerError, RejectedError) as error:
        return _not_signed_in(str(error), 503)
    response = RedirectResponse(address, 303)
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": place(next)}
    kept |= {"invitation": invitation[:100], "organisation": organisation[:100]}
    value = base64.urlsafe_b64encode(json.dumps(kept).encode()).decode()
    keep(request, response, _memory(request), value, MINUTES * 60)
    return response


@router.get(CALLBACK, dependencies=[COUNTED])
async def login_callback(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """The browser comes back from the issuer."""
    kept = _remembered(request)
    if not kept or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        return _not_signed_in("this sign-in was begun elsewhere, or took too long", 403)
    if error or not code:
        return _not_signed_in("the issuer says no", 403)
    issuer: Issuer = request.app.state.issuer
    try:
        person = await issuer.redeem(code, kept["verifier"], base_url(request) + CALLBACK, kept["nonce"])
        found = await memberships_of(
            request.app.state.database,
            person,
            request.app.state.domain_rules,
            kept["invitation"],
            most=request.app.state.settings.quotas.members,
        )
    except (RejectedError, IssuerError) as failure:
        status = 403 if isinstance(failure, RejectedError) else 503
        return _not_signed_in(str(failure), status)
    wanted = [each for each in found if kept["organisation"] in ("", each.org)] or found
    if len(wanted) > 1:
        return _choice(wanted, kept["next"])
    return await _signed_in(request, wanted[0], kept["next"], frozenset(Permission))


@router.post("/logout")
async def sign_out(request: Request, visitor: Visitor) -> Response:
    """End the session."""
    await end(visitor.connection, visitor.org, visitor.token)
    visitor.subject = visitor.token
    response = RedirectResponse(LOGIN, 303)
    drop(request, response, session(request))
    return response


async def _signed_in(
    request: Request, member: Membership, next_page: str, scopes: frozenset[Permission], parent: Parent | None = None
) -> Response:
    hours = request.app.state.settings.web.session_hours
    opened = await open_session(request.app.state.database, member, hours, scopes, parent)
    response = RedirectResponse(place(next_page), 303)
    keep(request, response, session(request), opened.token, hours * 3600)
    drop(request, response, _memory(request))
    return response


def _choice(found: list[Membership], next_page: str) -> HTMLResponse:
    links = {
        f"{LOGIN}/start?{urlencode({'organisation': each.org, 'next': next_page})}": each.organisation for each in found
    }
    return page("choice.html", links=links)


def _memory(request: Request) -> str:
    return f"{session(request)}-login"


def _remembered(request: Request) -> dict[str, str]:
    """What a sign-in remembers; nothing where the cookie is missing or not ours."""
    try:
        held: Any = json.loads(base64.urlsafe_b64decode(request.cookies.get(_memory(request), "")))
    except (ValueError, RecursionError):
        return {}
    names = ("state", "nonce", "verifier", "next", "invitation", "organisation")
    if not isinstance(held, dict):
        return {}
    ours = {each: held[each] for each in names if isinstance(held.get(each), str) and held[each].isprintable()}
    return ours if len(ours) == len(names) else {}


async def _form(request: Request) -> dict[str, str]:
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[0] for name, values in form.items()}


def _not_signed_in(why: str, status: int) -> HTMLResponse:
    return page("message.html", status, heading="Not signed in", sentence=sentence(why), to=LOGIN, label="Try again")
