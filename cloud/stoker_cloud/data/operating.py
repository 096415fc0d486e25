"""``stoker cloud export``, ``erase`` and ``token``: the same as the API's, for whoever runs the backend and has no token."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.auth.permissions import ROLES, Role
from stoker_cloud.config import data_folder
from stoker_cloud.data import erasing, exporting
from stoker_cloud.objects.bucket import ERRORS, Bucket, said
from stoker_cloud.settings import read
from stoker_cloud.store.database import Database
from stoker_cloud.store.founding import OPERATOR, make_token
from stoker_cloud.store.tables import audit, memberships, new_id, now, organisations, projects, users


class UsageError(Exception):
    """What was asked for is not there, or is taken; the message is a sentence for the user."""


def bucket_of(environ: Mapping[str, str]) -> Bucket:
    """Where the bytes of objects are.

    Raises:
        stoker_cloud.config.ConfigError: The settings are of no use.
    """
    return Bucket(read(environ).objects.url, data_folder(environ) / "objects")


async def organisation_of(connection: AsyncConnection, org: str) -> str:
    """What an organisation is called.

    Raises:
        UsageError: There is none.
    """
    query = select(organisations.c.name).where(organisations.c.org == org)
    name = (await connection.execute(query)).scalar_one_or_none()
    if name is None:
        raise UsageError(f"there is no organisation {org}; `stoker cloud init` printed its id")
    return str(name)


async def named(connection: AsyncConnection, table: Table, org: str, name: str) -> str:
    """The id of a user or a project by its name.

    Raises:
        UsageError: There is none.
    """
    query = select(table.c.id).where(table.c.org == org, table.c.name == name)
    found = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        raise UsageError(f"there is nothing called {name} among the {table.name} of {org}")
    return str(found)


async def export(database: Database, bucket: Bucket, arguments: argparse.Namespace) -> str:
    """Write everything into a new folder; what was done, in a sentence."""
    org, folder, count = arguments.organisation, Path(arguments.to), 0
    async with database.transaction(org, writes=False) as connection:
        await organisation_of(connection, org)
        user = await named(connection, users, org, arguments.user) if arguments.user else ""
        try:
            folder.mkdir(parents=True, mode=0o700)  # noqa: ASYNC240  # a command: nothing else waits
        except OSError as error:
            raise UsageError(f"{folder} can't be made: {error.strerror}") from error
        lines = exporting.member(connection, org, user) if user else exporting.organisation(connection, org)
        with (folder / "data.jsonl").open("x", encoding="utf-8") as out:
            async for line in lines:
                out.write(line)
                count += 1
    try:
        files = 0 if user else await _fetch(bucket, org, folder / "objects")
    except ERRORS as error:
        raise UsageError(f"{folder} is not complete: an object can't be fetched or written: {said(error)}") from error
    async with database.transaction(org, writes=True) as connection:
        await _note(connection, org, "export_user" if user else "export_organisation", user or org)
    return f"{folder} holds {count} rows (data.jsonl) and {files} objects"


async def _fetch(bucket: Bucket, org: str, folder: Path) -> int:
    keys = await bucket.keys(org)
    for key in keys:
        target = folder / key.removeprefix(f"{org}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            async for part in await bucket.get(key):
                out.write(part)
    return len(keys)


async def erase(database: Database, bucket: Bucket, arguments: argparse.Namespace) -> str:
    """Remove; what was done or would be, in a sentence."""
    org, keys = arguments.organisation, list[str]()
    if arguments.user and arguments.project:
        raise UsageError("name a member or a project, not both")
    async with database.transaction(org, writes=True) as connection:
        name = await organisation_of(connection, org)
        if arguments.user:
            what, subject = f"the member {arguments.user}", await named(connection, users, org, arguments.user)
            what += ", the only owner," if await _owners(connection, org) == [subject] else ""
        elif arguments.project:
            what, subject = (
                f"the project {arguments.project}",
                await named(connection, projects, org, arguments.project),
            )
        else:
            what, subject = f"the organisation {name} ({org}) with all that is in it", org
        if not arguments.yes:
            return f"this would remove {what} for good; --yes does it"
        if arguments.user:
            await erasing.member(connection, org, subject)
        elif arguments.project:
            keys = await erasing.project(connection, org, subject)
        else:
            keys = await erasing.organisation(connection, org, OPERATOR, OPERATOR)
        if subject != org:
            await _note(connection, org, "erase_user" if arguments.user else "erase_project", subject)
    try:
        await bucket.remove(keys)
    except ERRORS as error:
        return f"{what} was removed, but bytes of objects are left for the backend's sweep: {said(error)}"
    return f"{what} was removed"


async def _owners(connection: AsyncConnection, org: str) -> list[str]:
    query = select(memberships.c.user).where(memberships.c.org == org, memberships.c.role == Role.OWNER.value)
    return list((await connection.execute(query)).scalars())


async def give_token(database: Database, arguments: argparse.Namespace) -> str:
    """Make a token that may do all that a member's role may; the token.

    Raises:
        UsageError: There is no such member.
    """
    org = arguments.organisation
    async with database.transaction(org, writes=True) as connection:
        await organisation_of(connection, org)
        user = await named(connection, users, org, arguments.user)
        query = select(memberships.c.role).where(memberships.c.org == org, memberships.c.user == user)
        role = (await connection.execute(query)).scalar_one_or_none()
        if role is None:
            raise UsageError(f"{arguments.user} is no member any more")
        expires = (datetime.now(UTC) + timedelta(days=arguments.days)).isoformat(timespec="milliseconds")
        identifier, token = await make_token(connection, org, user, ROLES[Role(role)], expires)
        await _note(connection, org, "make_token", identifier)
    return token


async def _note(connection: AsyncConnection, org: str, action: str, subject: str) -> None:
    row = {"user": OPERATOR, "token": OPERATOR, "action": action, "subject": subject}
    await connection.execute(insert(audit).values(org=org, id=new_id(), at=now(), **row))
