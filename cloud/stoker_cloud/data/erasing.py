"""Removes a member, a project or an organisation for good. What remains, and why, is said at each.

Bytes of objects are removed by whoever calls, once the transaction is committed; the keys come back for that.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.data.tenancy import OF_A_PERSON, of_a_project, of_an_organisation
from stoker_cloud.objects.bucket import key_of
from stoker_cloud.store.objects import objects
from stoker_cloud.store.people import identities, invitations
from stoker_cloud.store.tables import audit, new_id, now, projects, task_edits, tasks, users

NOBODY = ""


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
    theirs = (invitations.c.user == user) | invitations.c.email.in_(known)
    await connection.execute(delete(invitations).where(invitations.c.org == org, theirs))
    for table in OF_A_PERSON:
        await connection.execute(delete(table).where(table.c.org == org, table.c.user == user))
    await connection.execute(update(users).where(*own).values(name=await _free_name(connection, org, f"erased {user}")))
    return True


async def project(connection: AsyncConnection, org: str, identifier: str) -> list[str]:
    """Remove a project with all that is in it; the keys of its objects' bytes. The audit log keeps what it says of it."""
    keys = await _keys(connection, org, identifier)
    for table in reversed(of_a_project()):
        await connection.execute(delete(table).where(table.c.org == org, table.c.project == identifier))
    await connection.execute(delete(projects).where(projects.c.org == org, projects.c.id == identifier))
    return keys


async def organisation(connection: AsyncConnection, org: str, by: str, token: str) -> list[str]:
    """Remove an organisation; the keys of its objects' bytes.

    One row remains, in the audit log: that it was done, when, and by which number. It names nobody.
    """
    keys = await _keys(connection, org)
    for table in reversed(of_an_organisation()):
        await connection.execute(delete(table).where(table.c.org == org))
    row = {"id": new_id(), "at": now(), "user": by, "token": token, "action": "erase_organisation", "subject": org}
    await connection.execute(insert(audit).values(org=org, **row))
    return keys


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
    """Take a name out of the tasks and their history. The projects count up, so that machines hear of it."""
    edits = (task_edits.c.org == org, task_edits.c.field == "assignee")
    held = await connection.execute(select(task_edits).where(*edits))
    for each in [dict(row) for row in held.mappings() if row["value"] == name]:
        key = [task_edits.c[column] == each[column] for column in ("project", "task", "stamp")]
        await connection.execute(update(task_edits).where(*edits, *key).values(value=NOBODY))
    found = await connection.execute(select(tasks).where(tasks.c.org == org))
    for row in [dict(each) for each in found.mappings() if _assignee(each["fields"]) == name]:
        own = (projects.c.org == org, projects.c.id == row["project"])
        counted = update(projects).where(*own).values(version=projects.c.version + 1).returning(projects.c.version)
        version = (await connection.execute(counted)).scalar_one()
        fields = {**row["fields"], "assignee": {**row["fields"]["assignee"], "value": NOBODY}}
        place = (tasks.c.org == org, tasks.c.project == row["project"], tasks.c.id == row["id"])
        await connection.execute(update(tasks).where(*place).values(fields=fields, version=version))


def _assignee(fields: dict[str, Any]) -> Any:
    return fields.get("assignee", {}).get("value")
