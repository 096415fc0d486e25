"""From somebody whom the issuer vouches for to a member: who is one already, who was invited, whom a rule takes in.

A person belongs to organisations by what the issuer calls them and never by a name or an address that somebody can change.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.auth.domains import Rule
from stoker_cloud.auth.issuer import Person, RejectedError
from stoker_cloud.auth.permissions import ROLES, Permission, Role
from stoker_cloud.auth.quotas import room_for_one
from stoker_cloud.auth.tokens import read_invitation
from stoker_cloud.store import founding
from stoker_cloud.store.database import Database
from stoker_cloud.store.people import identities, invitations
from stoker_cloud.store.tables import audit, memberships, new_id, now, organisations, users

_NO_INVITATION = "this invitation is not there, has been used or has expired; ask whoever sent it for another"


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody in an organisation.

    Attributes:
        org: The organisation's id.
        organisation: What it is called.
        user: The user's id in it.
    """

    org: str
    organisation: str
    user: str


def key_of(person: Person) -> str:
    """Under which somebody is found: neither part can be made to look like the other's end."""
    return hashlib.sha256(f"{person.issuer}\0{person.subject}".encode()).hexdigest()


async def memberships_of(
    database: Database, person: Person, rules: tuple[Rule, ...], invitation: str = "", *, most: int = 0
) -> list[Membership]:
    """The organisations that somebody is a member of, by name; they join by an invitation or a rule first.

    Args:
        database: The database.
        person: Whom the issuer vouches for.
        rules: Whom the backend takes in without an invitation.
        invitation: The invitation that they bring along; may be empty.
        most: How many members an organisation may have; 0 for any number.

    Raises:
        RejectedError: The invitation is of no use to them, or nobody has invited them.
    """
    try:
        if invitation:
            await _accept(database, person, invitation, most)
        known = await _known(database, person)
        for rule in rules:
            if rule.admits(person.email) and rule.org not in known:
                await _join_by(database, person, rule, most)
    except IntegrityError as error:
        raise RejectedError("you are signing in somewhere else at this moment; try again") from error
    found = [each for org in await _known(database, person) for each in await _membership(database, org, person)]
    if not found:
        raise RejectedError("nobody has invited you yet; ask an owner of your organisation for an invitation")
    return sorted(found, key=lambda each: (each.organisation, each.org))


async def _known(database: Database, person: Person) -> list[str]:
    key = key_of(person)
    async with database.transaction("", writes=False, person=key) as connection:
        query = select(identities.c.org).where(identities.c.key == key)
        return list((await connection.execute(query)).scalars())


async def _membership(database: Database, org: str, person: Person) -> list[Membership]:
    """Empty where they are no member any more."""
    query = (
        select(organisations.c.name, identities.c.user)
        .join(identities, identities.c.org == organisations.c.org)
        .join(memberships, (memberships.c.org == identities.c.org) & (memberships.c.user == identities.c.user))
        .where(organisations.c.org == org, identities.c.key == key_of(person))
    )
    async with database.transaction(org, writes=False) as connection:
        rows = (await connection.execute(query)).mappings()
        return [Membership(org, each["name"], each["user"]) for each in rows]


async def _accept(database: Database, person: Person, code: str, most: int) -> None:
    presented = read_invitation(code)
    if presented is None:
        raise RejectedError(_NO_INVITATION)
    own = (invitations.c.org == presented.org, invitations.c.digest == presented.digest)
    async with database.transaction(presented.org, writes=True) as connection:
        query = update(invitations).where(*own, invitations.c.used.is_(None), invitations.c.expires > now())
        taken = await connection.execute(query.values(used=now()).returning(*invitations.c))
        found = taken.mappings().first()
        if found is None:
            raise RejectedError(_NO_INVITATION)
        if found["email"] and found["email"] != person.email:
            raise RejectedError(
                "this invitation is for another address than the one that the issuer has verified of you"
            )
        if not await _may_invite(connection, presented.org, found["maker"]):
            raise RejectedError(_NO_INVITATION)
        await _join(connection, presented.org, person, Role(found["role"]), found["user"], most)


async def _may_invite(connection: AsyncConnection, org: str, maker: str) -> bool:
    """Whether whoever made an invitation may still do so: no owner who has left comes back by one, or has others come."""
    query = select(memberships.c.role).where(memberships.c.org == org, memberships.c.user == maker)
    role = (await connection.execute(query)).scalar_one_or_none()
    return maker == founding.OPERATOR or (role is not None and Permission.USERS_WRITE in ROLES[Role(role)])


async def take_back(connection: AsyncConnection, org: str, user: str) -> None:
    """Remove the invitations by which a member could come back who leaves: for them, for their address, or of their making."""
    own = (identities.c.org == org, identities.c.user == user, identities.c.email != "")
    addressed = invitations.c.email.in_(select(identities.c.email).where(*own))
    theirs = (invitations.c.user == user) | (invitations.c.maker == user) | addressed
    await connection.execute(delete(invitations).where(invitations.c.org == org, theirs, invitations.c.used.is_(None)))


async def _join_by(database: Database, person: Person, rule: Rule, most: int) -> None:
    async with database.transaction(rule.org, writes=True) as connection:
        query = select(organisations.c.org).where(organisations.c.org == rule.org)
        if (await connection.execute(query)).first() is not None:
            await _join(connection, rule.org, person, rule.role, None, most)


async def _join(connection: AsyncConnection, org: str, person: Person, role: Role, user: str | None, most: int) -> None:
    """Make somebody a member, or give a member's sign-in to them, and write it down."""
    own = (identities.c.org == org, identities.c.key == key_of(person))
    held = (await connection.execute(select(identities.c.user).where(*own))).scalar_one_or_none()
    if user is not None and held not in (None, user):
        raise RejectedError("you are a member of this organisation already")
    user = user or held
    if user is None:
        try:
            await room_for_one(connection, org, users, most, "members")
        except HTTPException as error:
            raise RejectedError(str(error.detail)) from error
        user = await founding.make_user(connection, org, await _free_name(connection, org, person), role)
    elif not await _is_member(connection, org, user):
        await connection.execute(insert(memberships).values(org=org, user=user, role=role.value))
    if held is None:
        row = {"user": user, "issuer": person.issuer, "subject": person.subject, "email": person.email}
        await connection.execute(insert(identities).values(org=org, key=key_of(person), created=now(), **row))
    note: dict[str, Any] = {"id": new_id(), "at": now(), "user": user, "token": "", "action": "join", "subject": user}
    await connection.execute(insert(audit).values(org=org, **note))


async def _is_member(connection: AsyncConnection, org: str, user: str) -> bool:
    query = select(memberships.c.user).where(memberships.c.org == org, memberships.c.user == user)
    return (await connection.execute(query)).first() is not None


async def _free_name(connection: AsyncConnection, org: str, person: Person) -> str:
    """What they are called, with a number where somebody is called so already."""
    wanted = "".join(each for each in person.name if each.isprintable()).strip()[:90] or "member"
    taken = set((await connection.execute(select(users.c.name).where(users.c.org == org))).scalars())
    return next(name for number in range(1, len(taken) + 2) if (name := _numbered(wanted, number)) not in taken)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"
