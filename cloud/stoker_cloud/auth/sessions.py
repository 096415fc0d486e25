"""Tokens for people who have signed in: short-lived, so that whom the issuer no longer vouches for is out soon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select

from stoker_cloud.auth.caller import identify
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


async def open_session(database: Database, member: Membership, hours: int, scopes: Iterable[Permission]) -> Session:
    """Make a token for a member, and remove those of signing in that have expired."""
    expires = (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="milliseconds")
    async with database.transaction(member.org, writes=True) as connection:
        past = select(logins.c.token).where(logins.c.org == member.org, logins.c.expires < now())
        await connection.execute(delete(tokens).where(tokens.c.org == member.org, tokens.c.id.in_(past)))
        await connection.execute(delete(logins).where(logins.c.org == member.org, logins.c.expires < now()))
        identifier, token = await founding.make_token(connection, member.org, member.user, scopes, expires)
        row = {"token": identifier, "user": member.user, "expires": expires}
        await connection.execute(insert(logins).values(org=member.org, **row))
    return Session(token, expires)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a token is, and what it may do."""

    membership: Membership
    permissions: frozenset[Permission]


async def member_of(database: Database, token: Presented | None) -> Holder | None:
    """Whose a token is; ``None`` where it is nobody's."""
    if token is None:
        return None
    async with database.transaction(token.org, writes=False) as connection:
        caller = await identify(connection, token)
    return Holder(Membership(caller.org, "", caller.user), caller.permissions) if caller else None
