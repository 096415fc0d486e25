"""What makes rows that requests and the command line both need: organisations, members, tokens, projects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.auth.permissions import Permission, Role
from stoker_cloud.auth.tokens import digest_of, new_invitation, new_token
from stoker_cloud.store.people import invitations
from stoker_cloud.store.tables import audit, memberships, new_id, now, organisations, projects, tokens, users

OPERATOR = "operator"
"""Stands in the audit log for whoever runs the backend."""


async def make_organisation(connection: AsyncConnection, org: str, name: str) -> None:
    """Make an organisation; the transaction has to be held to it."""
    await connection.execute(insert(organisations).values(org=org, name=name, created=now()))
    row = {"id": new_id(), "at": now(), "user": OPERATOR, "token": OPERATOR, "action": "make_organisation"}
    await connection.execute(insert(audit).values(org=org, subject=org, **row))


async def make_user(connection: AsyncConnection, org: str, name: str, role: Role) -> str:
    """Make a member; the user's id."""
    user = new_id()
    await connection.execute(insert(users).values(org=org, id=user, name=name, created=now()))
    await connection.execute(insert(memberships).values(org=org, user=user, role=role.value))
    return user


async def make_project(connection: AsyncConnection, org: str, name: str) -> str:
    """Make a project; its id."""
    project = new_id()
    await connection.execute(insert(projects).values(org=org, id=project, name=name, created=now(), version=0))
    return project


async def make_token(
    connection: AsyncConnection, org: str, user: str, scopes: Iterable[Permission], expires: str | None = None
) -> tuple[str, str]:
    """Make a token; its id, and the token, which nothing can show again."""
    token, identifier = new_token(org), new_id()
    row = {"id": identifier, "user": user, "digest": digest_of(token), "created": now(), "expires": expires}
    await connection.execute(insert(tokens).values(org=org, scopes=sorted(each.value for each in scopes), **row))
    return identifier, token


async def make_invitation(
    connection: AsyncConnection,
    org: str,
    role: Role,
    *,
    maker: str = OPERATOR,
    user: str = "",
    email: str = "",
    days: int = 7,
) -> tuple[str, str, str]:
    """Make an invitation; its id, the invitation, which nothing can show again, and until when it holds."""
    code, identifier = new_invitation(org), new_id()
    expires = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="milliseconds")
    row = {"id": identifier, "digest": digest_of(code), "role": role.value, "user": user or None, "email": email}
    times = {"created": now(), "expires": expires}
    await connection.execute(insert(invitations).values(org=org, maker=maker, **row, **times))
    return identifier, code, expires
