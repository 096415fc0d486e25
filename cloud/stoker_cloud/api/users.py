"""Members and their roles. An organisation always has an owner."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from sqlalchemy import delete, or_, select, update

from stoker_cloud.api.names import Body, Name, only_once
from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.joining import take_back
from stoker_cloud.auth.permissions import Role
from stoker_cloud.auth.quotas import room_for_one
from stoker_cloud.store import founding
from stoker_cloud.store.tables import memberships, now, tokens, users

router = APIRouter(prefix="/users", tags=["users"])


class NewUser(Body):
    """Somebody who joins."""

    name: Name
    role: Role = Role.MEMBER


class NewRole(Body):
    """What somebody is from now on."""

    role: Role


@router.get("")
async def list_users(caller: Known) -> dict[str, list[dict[str, Any]]]:
    """The organisation's members, by name."""
    query = select(users.c.id, users.c.name, memberships.c.role).join(
        memberships, (memberships.c.org == users.c.org) & (memberships.c.user == users.c.id)
    )
    return {"users": await caller.rows(query.where(users.c.org == caller.org).order_by(users.c.name))}


@router.post("", status_code=201)
async def add_user(caller: Known, body: NewUser) -> dict[str, str]:
    """Add a member; a token for them is made apart."""
    await room_for_one(caller.connection, caller.org, users, caller.quotas.members, "members")
    async with only_once("a user"):
        caller.subject = await founding.make_user(caller.connection, caller.org, body.name, body.role)
    return {"id": caller.subject, "name": body.name, "role": body.role}


@router.patch("/{user}")
async def change_role(caller: Known, user: str, body: NewRole) -> dict[str, str]:
    """Change what a member is."""
    await leaves_an_owner(caller, user, body.role)
    query = update(memberships).where(memberships.c.org == caller.org, memberships.c.user == user)
    await caller.connection.execute(query.values(role=body.role.value))
    return {"id": user, "role": body.role}


@router.delete("/{user}", status_code=204)
async def remove_user(caller: Known, user: str) -> None:
    """Remove a member with their invitations, and revoke their tokens.

    What they did stays under their name, which can't be used again.
    """
    await leaves_an_owner(caller, user, None)
    revoked = update(tokens).where(tokens.c.org == caller.org, tokens.c.user == user, tokens.c.revoked.is_(None))
    await caller.connection.execute(revoked.values(revoked=now()))
    await take_back(caller.connection, caller.org, user)
    await caller.connection.execute(
        delete(memberships).where(memberships.c.org == caller.org, memberships.c.user == user)
    )


async def leaves_an_owner(caller: Caller, user: str, role: Role | None) -> None:
    """See that there is such a member, and an owner afterwards."""
    named = or_(memberships.c.user == user, memberships.c.role == Role.OWNER.value)
    query = select(memberships.c.user, memberships.c.role).where(memberships.c.org == caller.org, named)
    # In one order, so that owners who remove each other at once wait for one another and never in a circle.
    found = await caller.rows(query.order_by(memberships.c.user).with_for_update())
    roles = {each["user"]: each["role"] for each in found}
    if user not in roles:
        raise HTTPException(404, "there is no such user")
    if roles[user] != Role.OWNER or role is Role.OWNER:
        return
    if list(roles.values()).count(Role.OWNER) == 1:
        raise HTTPException(409, "this is the only owner; make somebody else one first")
