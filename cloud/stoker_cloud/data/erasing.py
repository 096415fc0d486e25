"""Removes a member, a project or an organisation for good. What remains, and why, is said at each.

Bytes of objects are removed by whoever calls, once the transaction is committed; the keys come back for that.
"""

from __future__ import annotations

import json

from sqlalchemy import Select, String, cast, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.data.tenancy import OF_A_PERSON, of_a_project, of_an_organisation
from stoker_cloud.objects.bucket import key_of
from stoker_cloud.store.objects import objects
from stoker_cloud.store.people import identities, invitations
from stoker_cloud.store.tables import audit, new_id, now, organisations, projects, task_edits, tasks, users
from stoker_wire.sharing import milliseconds_of, now_ms, stamp

NOBODY = ""
BACKEND = "0" * 32
"""Stands in a stamp for an installation: no machine made this edit."""


async def member(connection: AsyncConnection, org: str, user: str) -> bool:
    """Remove who somebody is; whether there was anybody.

    What they did stays with the team, under their number: edits of tasks, the audit log, objects. Their name goes, also where
    a task is assigned to it.
    """
    own = (users.c.org == org, users.c.id == user)
    name = (await connection.execute(select(users.c.name).where(*own))).scalar_one_or_none()
    if name is None:
        return False
    await _unassign(connection, org, name)
    addresses = select(identities.c.email).where(identities.c.org == org, identities.c.user == user)
    known = [each for each in (await connection.execute(addresses)).scalars() if each]
    unused = (invitations.c.maker == user) & invitations.c.used.is_(None)
    theirs = (invitations.c.user == user) | invitations.c.email.in_(known) | unused
    await connection.execute(delete(invitations).where(invitations.c.org == org, theirs))
    for table in OF_A_PERSON:
        await connection.execute(delete(table).where(table.c.org == org, table.c.user == user))
    await connection.execute(update(users).where(*own).values(name=await _free_name(connection, org, f"erased {user}")))
    return True


async def project(connection: AsyncConnection, org: str, identifier: str) -> list[str]:
    """Remove a project with all that is in it; the keys of its objects' bytes. The audit log keeps what it says of it."""
    await _wait_for_writers(connection, select(projects.c.id).where(projects.c.org == org, projects.c.id == identifier))
    keys = await _keys(connection, org, identifier)
    for table in reversed(of_a_project()):
        await connection.execute(delete(table).where(table.c.org == org, table.c.project == identifier))
    await connection.execute(delete(projects).where(projects.c.org == org, projects.c.id == identifier))
    return keys


async def organisation(connection: AsyncConnection, org: str, by: str, token: str) -> list[str]:
    """Remove an organisation; the keys of its objects' bytes.

    One row remains, in the audit log: that it was done, when, and by which number. It names nobody.
    """
    # In the order in which those who write there come by them.
    for parent, key in ((projects, projects.c.id), (users, users.c.id), (organisations, organisations.c.org)):
        await _wait_for_writers(connection, select(key).where(parent.c.org == org).order_by(key))
    keys = await _keys(connection, org)
    for table in reversed(of_an_organisation()):
        await connection.execute(delete(table).where(table.c.org == org))
    row = {"id": new_id(), "at": now(), "user": by, "token": token, "action": "erase_organisation", "subject": org}
    await connection.execute(insert(audit).values(org=org, **row))
    return keys


async def _wait_for_writers(connection: AsyncConnection, rows: Select[tuple[str]]) -> None:
    """Have those end who add what refers to some rows; whoever comes later waits, and finds them gone. PostgreSQL's alone."""
    await connection.execute(rows.with_for_update())


async def _free_name(connection: AsyncConnection, org: str, wanted: str) -> str:
    """A name that nobody has: whoever was given another's in advance must not keep them from being erased."""
    taken = select(users.c.id).where(users.c.org == org, users.c.name == wanted)
    return wanted if (await connection.execute(taken)).first() is None else f"erased {new_id()}"


async def _keys(connection: AsyncConnection, org: str, identifier: str | None = None) -> list[str]:
    query = select(objects.c.project, objects.c.id).where(objects.c.org == org)
    if identifier is not None:
        query = query.where(objects.c.project == identifier)
    return [key_of(org, each.project, each.id) for each in await connection.execute(query)]


async def _unassign(connection: AsyncConnection, org: str, name: str) -> None:
    """Take a name out of the tasks and their history. It is an edit like others: machines hear of it, and keep to it."""
    edits = (task_edits.c.org == org, task_edits.c.field == "assignee")
    # PostgreSQL compares no JSON, but its text.
    theirs = cast(task_edits.c.value, String) == json.dumps(name)
    await connection.execute(update(task_edits).where(*edits, theirs).values(value=NOBODY))
    held = tasks.c.fields["assignee"]["value"].as_string() == name
    found = await connection.execute(select(tasks).where(tasks.c.org == org, held))
    for row in [dict(each) for each in found.mappings()]:
        own = (projects.c.org == org, projects.c.id == row["project"])
        counted = update(projects).where(*own).values(version=projects.c.version + 1).returning(projects.c.version)
        version = (await connection.execute(counted)).scalar_one()
        later = stamp(max(now_ms(), milliseconds_of(row["fields"]["assignee"]["stamp"]) + 1), BACKEND)
        fields = {**row["fields"], "assignee": {"value": NOBODY, "stamp": later}}
        place = (tasks.c.org == org, tasks.c.project == row["project"], tasks.c.id == row["id"])
        await connection.execute(update(tasks).where(*place).values(fields=fields, version=version))
