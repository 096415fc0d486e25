"""The command line's way in: what the issuer says of somebody becomes a token of ours. Nobody has to be known for it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import Field

from stoker_cloud.api.names import Body
from stoker_cloud.auth.domains import Rule
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.issuer import Issuer, IssuerError, RejectedError
from stoker_cloud.auth.joining import memberships_of
from stoker_cloud.auth.limiting import COUNTED
from stoker_cloud.auth.permissions import Permission
from stoker_cloud.auth.sessions import COMMAND_LINE_HOURS, end, open_session
from stoker_cloud.store.database import Database

router = APIRouter(prefix="/login", tags=["login"])

Long = Annotated[str, Field(max_length=16_384)]
COMMAND_LINE = (Permission.READ, Permission.EVENTS_WRITE, Permission.TASKS_WRITE, Permission.USERS_READ)
"""The scopes of a token for the command line, whatever its user's role allows besides."""


class SignIn(Body):
    """What the issuer gave to the command line."""

    id_token: Long
    access_token: Long = ""
    organisation: Annotated[str, Field(max_length=100)] = ""
    """Its id or name, where somebody is a member of several."""
    invitation: Annotated[str, Field(max_length=100)] = ""


@router.get("")
async def ways_in(request: Request) -> dict[str, str]:
    """The issuer and the command line's client id there; empty where there are tokens alone."""
    issuer: Issuer = request.app.state.issuer
    return {"issuer": issuer.settings.issuer, "client": issuer.device_client}


@router.post("", dependencies=[COUNTED])
async def log_in(request: Request, body: SignIn) -> dict[str, Any]:
    """Turn an identity token into a token of ours. Status 409 names the organisations to choose from."""
    issuer: Issuer = request.app.state.issuer
    database: Database = request.app.state.database
    rules: tuple[Rule, ...] = request.app.state.domain_rules
    if not issuer.settings.issuer:
        raise HTTPException(404, "there is no issuer; sign in with a token")
    try:
        person = await issuer.person(body.id_token, (issuer.device_client,), access=body.access_token)
        most = request.app.state.settings.quotas.members
        found = await memberships_of(database, person, rules, body.invitation, most=most)
    except RejectedError as error:
        raise HTTPException(403, str(error)) from error
    except IssuerError as error:
        raise HTTPException(503, str(error)) from error
    wanted = [each for each in found if body.organisation in ("", each.org, each.organisation)]
    if len(wanted) != 1:
        choices = [{"id": each.org, "name": each.organisation} for each in wanted or found]
        raise HTTPException(409, {"organisations": choices})
    session = await open_session(database, wanted[0], COMMAND_LINE_HOURS, COMMAND_LINE)
    organisation = {"id": wanted[0].org, "name": wanted[0].organisation}
    return {"token": session.token, "expires": session.expires, "organisation": organisation}


@router.delete("", status_code=204)
async def log_out(caller: Known) -> None:
    """Revoke the token that is presented, and the sessions that were opened with it."""
    await end(caller.connection, caller.org, caller.token)
    caller.subject = caller.token
