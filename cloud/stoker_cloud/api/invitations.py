"""Invitations: how somebody whom the issuer vouches for becomes a member. Each is used once, and shown once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import Field, StringConstraints
from sqlalchemy import delete, select

from stoker_cloud.api.names import Body, Id
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.permissions import Role
from stoker_cloud.store import founding
from stoker_cloud.store.people import INVITED_DAYS, invitations
from stoker_cloud.store.tables import users

router = APIRouter(prefix="/invitations", tags=["login"])

Address = Annotated[
    str, StringConstraints(to_lower=True, max_length=254, pattern=r"^([^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+)?$")
]


class NewInvitation(Body):
    """Whom it is for."""

    role: Role = Role.MEMBER
    email: Address = ""
    """The address that the issuer must have verified; empty for whoever has the invitation."""
    user: Id = ""
    """A member who is to sign in by the issuer from now on; empty for somebody who joins."""
    days: Annotated[int, Field(ge=1, le=INVITED_DAYS)] = 7


@router.get("")
async def list_invitations(caller: Known) -> dict[str, list[dict[str, Any]]]:
    """The organisation's invitations, those that were used as well. The invitations themselves are not kept."""
    shown = ("id", "role", "email", "user", "maker", "created", "expires", "used")
    query = select(*(invitations.c[name] for name in shown)).where(invitations.c.org == caller.org)
    return {"invitations": await caller.rows(query.order_by(invitations.c.created))}


@router.post("", status_code=201)
async def make_invitation(caller: Known, body: NewInvitation) -> dict[str, str]:
    """Make an invitation; it is shown this once."""
    if body.user:
        found = await caller.one(select(users.c.id).where(users.c.org == caller.org, users.c.id == body.user))
        if found is None:
            raise HTTPException(404, "there is no such user")
    caller.subject, code, expires = await founding.make_invitation(
        caller.connection, caller.org, body.role, maker=caller.user, user=body.user, email=body.email, days=body.days
    )
    return {"id": caller.subject, "invitation": code, "expires": expires}


@router.delete("/{invitation}", status_code=204)
async def revoke_invitation(caller: Known, invitation: str) -> None:
    """Take an invitation back."""
    own = (invitations.c.org == caller.org, invitations.c.id == invitation)
    if (await caller.connection.execute(delete(invitations).where(*own))).rowcount == 0:
        raise HTTPException(404, "there is no such invitation")
