"""Tokens for people who have signed in: short-lived, so that whom the issuer no longer vouches for is out soon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.auth.caller import identify
from stoker_cloud.auth.issuer import RejectedError
from stoker_cloud.auth.joining import Membership
from stoker_cloud.auth.permissions import Permission
from stoker_cloud.auth.tokens import Presented
from stoker_cloud.store import founding
from stoker_cloud.store.database import Database
from stoker_cloud.store.people import logins
from stoker_cloud.store.tables import now, tokens

COMMAND_LINE_HOURS = 1
"""How long a token of the command line holds: it asks the issuer for another by itself."""


@dataclass(frozen=True, slots=True)
class Session:
    """A token that comes from signing in, and until when it holds (ISO 8601, UTC)."""

    token: str
    expires: str


@dataclass(frozen=True, slots=True)
class Parent:
    """A token that somebody signs in with: its id, and until when it holds (ISO 8601, UTC); ``None`` for ever."""

    token: str
    expires: str | None


async def open_session(
    database: Database, member: Membership, hours: int, scopes: Iterable[Permission], parent: Parent | None = None
) -> Session:
    """Make a token for a member, and remove those of signing in that have expired.

    Args:
        database: Where.
        member: Whose it is.
        hours: How long it holds, at most.
        scopes: What it may do.
        parent: The token that somebody signed in with: the session ends when that one does.

    Raises:
        RejectedError: The parent was revoked at this moment.
    """
    expires = (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="milliseconds")
    if parent and parent.expires:
        expires = min(expires, parent.expires)
    async with database.transaction(member.org, writes=True) as connection:
        if parent and not await _holds(connection, member.org, parent):
            raise RejectedError("the token that you sign in with has just been revoked")
        past = select(logins.c.token).where(logins.c.org == member.org, logins.c.expires < now())
        await connection.execute(delete(tokens).where(tokens.c.org == member.org, tokens.c.id.in_(past)))
        await connection.execute(delete(logins).where(logins.c.org == member.org, logins.c.expires < now()))
        identifier, token = await founding.make_token(connection, member.org, member.user, scopes, expires)
        row = {"token": identifier, "user": member.user, "expires": expires, "parent": parent.token if parent else None}
        await connection.execute(insert(logins).values(org=member.org, **row))
    return Session(token, expires)


async def end(connection: AsyncConnection, org: str, token: str) -> None:
    """Revoke a token, the sessions that somebody opened with it, and those that were opened with these."""
    meant = [token]
    while meant:  # each step sees what was opened until the one before it locked the tokens
        revoking = update(tokens).where(tokens.c.org == org, tokens.c.id.in_(meant), tokens.c.revoked.is_(None))
        await connection.execute(revoking.values(revoked=now()))
        opened = select(logins.c.token).where(logins.c.org == org, logins.c.parent.in_(meant))
        meant = list((await connection.execute(opened)).scalars())


async def _holds(connection: AsyncConnection, org: str, parent: Parent) -> bool:
    """Whether a token is not revoked, and is not until the transaction ends."""
    own = (tokens.c.org == org, tokens.c.id == parent.token, tokens.c.revoked.is_(None))
    return (await connection.execute(select(tokens.c.id).where(*own).with_for_update())).first() is not None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a token is, what it may do, and which one it is."""

    membership: Membership
    permissions: frozenset[Permission]
    parent: Parent


async def member_of(database: Database, token: Presented | None) -> Holder | None:
    """Whose a token is; ``None`` where it is nobody's."""
    if token is None:
        return None
    async with database.transaction(token.org, writes=False) as connection:
        caller = await identify(connection, token)
        if caller is None:
            return None
        query = select(tokens.c.expires).where(tokens.c.org == caller.org, tokens.c.id == caller.token)
        parent = Parent(caller.token, await connection.scalar(query))
    return Holder(Membership(caller.org, "", caller.user), caller.permissions, parent)
