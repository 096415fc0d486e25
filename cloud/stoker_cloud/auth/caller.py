"""Who asks, within which transaction. What an endpoint gets, and all that it gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.auth.permissions import ROLES, Permission, Role
from stoker_cloud.auth.tokens import Presented
from stoker_cloud.settings import QuotaSettings
from stoker_cloud.store.tables import memberships, now, tokens, users


@dataclass(slots=True)
class Caller:
    """A member with a token, and the transaction of the request.

    Attributes:
        connection: The transaction, held to the organisation; it is committed before the answer leaves.
        org: The organisation.
        user: The user's id.
        name: The user's name.
        role: What the user is in the organisation.
        token: The token's id.
        permissions: What the role and the token's scopes have in common.
        project: The project that the address names; empty where it names none.
        subject: What the request changed, for the audit log.
        quotas: What the organisation may have and use.
    """

    connection: AsyncConnection
    org: str
    user: str
    name: str
    role: Role
    token: str
    permissions: frozenset[Permission]
    project: str = ""
    subject: str = ""
    quotas: QuotaSettings = field(default_factory=QuotaSettings)

    async def one(self, query: Any) -> RowMapping | None:
        """The first row of a query; ``None`` where there is none."""
        return (await self.connection.execute(query)).mappings().first()

    async def rows(self, query: Any) -> list[dict[str, Any]]:
        """The rows of a query."""
        return [dict(each) for each in (await self.connection.execute(query)).mappings()]


async def identify(connection: AsyncConnection, token: Presented) -> Caller | None:
    """The member whose token it is; ``None`` where it is nobody's, or has expired or been revoked."""
    query = (
        select(
            tokens.c.id, tokens.c.scopes, tokens.c.expires, users.c.id.label("user"), users.c.name, memberships.c.role
        )
        .join(users, (users.c.org == tokens.c.org) & (users.c.id == tokens.c.user))
        .join(memberships, (memberships.c.org == users.c.org) & (memberships.c.user == users.c.id))
        .where(tokens.c.org == token.org, tokens.c.digest == token.digest, tokens.c.revoked.is_(None))
    )
    found = (await connection.execute(query)).mappings().first()
    if found is None or (found["expires"] and found["expires"] <= now()):
        return None
    role = Role(found["role"])
    scopes = ROLES[role] & {Permission(each) for each in found["scopes"]}
    return Caller(connection, token.org, found["user"], found["name"], role, found["id"], scopes)
