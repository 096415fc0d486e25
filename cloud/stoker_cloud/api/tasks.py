"""Tasks of a project: edits of fields come in and are merged, changes since a cursor go out. No edit is thrown away.

The rule by which edits are merged, and who may be trusted to stamp them, is in ``stoker_wire.sharing``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field
from sqlalchemy import insert, select, update

from stoker_cloud.api.calls import Calls
from stoker_cloud.api.names import Body
from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.quotas import spend
from stoker_cloud.functions.consolidation import CHANGED
from stoker_cloud.store.inserting import insert_new
from stoker_cloud.store.tables import new_id, now, projects, task_edits, tasks
from stoker_cloud.workflows.calls import Happened
from stoker_wire.sharing import MOST, SharingError, TaskEdit, now_ms

router = APIRouter(prefix="/projects/{project}/tasks", tags=["tasks"])


class Changes(Body):
    """Edits of some tasks."""

    edits: Annotated[list[TaskEdit], Field(max_length=MOST)]


@router.post("")
async def change_tasks(caller: Known, project: str, body: Changes, queue: Calls) -> dict[str, Any]:
    """Merge edits, and tell how their tasks stand afterwards. Edits may be sent again."""
    try:
        for edit in body.edits:
            edit.check(now_ms())
    except SharingError as error:
        raise HTTPException(422, str(error)) from error
    version = await _next_version(caller)
    merged = [{"id": edit.id, "fields": await _merge(caller, edit, version)} for edit in body.edits]
    history = _history(caller, body.edits)
    new = await insert_new(caller.connection, task_edits, history)
    await spend(caller.connection, caller.org, "edits", len(new), caller.quotas.edits)
    await queue.tell(caller.connection, Happened(caller.org, project, new_id(), CHANGED, {"version": version}))
    return {"tasks": merged}


@router.get("")
async def list_tasks(caller: Known, project: str, since: Annotated[int, Query(ge=0, le=2**53)] = 0) -> dict[str, Any]:
    """The tasks that changed since a cursor, in that order, and the cursor to ask with next.

    A cursor from before the backend was set back to a backup begins anew.
    """
    own = (projects.c.org == caller.org, projects.c.id == project)
    if since > ((await caller.connection.execute(select(projects.c.version).where(*own))).scalar() or 0):
        since = 0
    query = select(tasks.c.id, tasks.c.fields, tasks.c.version).where(tasks.c.org == caller.org)
    query = query.where(tasks.c.project == project, tasks.c.version > since).order_by(tasks.c.version, tasks.c.id)
    # A version's tasks are told together: they came in one request, so they are not more than one may hold.
    rows = await caller.rows(query.limit(2 * MOST))
    last = rows[MOST - 1]["version"] if len(rows) > MOST else None
    told = [each for each in rows if last is None or each["version"] <= last]
    cursor = told[-1]["version"] if told else since
    return {"tasks": [{"id": each["id"], "fields": each["fields"]} for each in told], "cursor": cursor}


@router.get("/{task}/edits")
async def show_edits(caller: Known, project: str, task: str) -> dict[str, list[dict[str, Any]]]:
    """Every edit of a task, also those that later ones have replaced."""
    columns = (task_edits.c.field, task_edits.c.value, task_edits.c.stamp, task_edits.c.user, task_edits.c.at)
    own = (task_edits.c.org == caller.org, task_edits.c.project == project, task_edits.c.task == task)
    rows = await caller.rows(select(*columns).where(*own).order_by(task_edits.c.stamp, task_edits.c.field))
    if not rows:
        raise HTTPException(404, "there is no such task")
    return {"edits": rows}


async def _next_version(caller: Caller) -> int:
    """Count the project's version up. Its row stays locked: versions become visible in order, and no cursor skips one."""
    own = (projects.c.org == caller.org, projects.c.id == caller.project)
    query = update(projects).where(*own).values(version=projects.c.version + 1).returning(projects.c.version)
    return int((await caller.connection.execute(query)).scalar_one())


async def _merge(caller: Caller, edit: TaskEdit, version: int) -> dict[str, Any]:
    """Lay a task's edits over what is there, the later stamp winning field by field; the task's fields afterwards."""
    own = (tasks.c.org == caller.org, tasks.c.project == caller.project, tasks.c.id == edit.id)
    found = await caller.one(select(tasks.c.fields).where(*own))
    before: dict[str, Any] = dict(found["fields"]) if found else {}
    later = {
        name: asdict(each)
        for name, each in edit.fields.items()
        if name not in before or each.stamp > before[name]["stamp"]
    }
    fields = {**before, **later}
    if found is None:
        row = {"org": caller.org, "project": caller.project, "id": edit.id, "version": version, "fields": fields}
        await caller.connection.execute(insert(tasks).values(row))
    elif later:
        await caller.connection.execute(update(tasks).where(*own).values(version=version, fields=fields))
    return fields


def _history(caller: Caller, edits: Sequence[TaskEdit]) -> list[dict[str, Any]]:
    shared = {"org": caller.org, "project": caller.project, "user": caller.user, "at": now()}
    return [
        {**shared, "task": edit.id, "field": name, "stamp": each.stamp, "value": each.value}
        for edit in edits
        for name, each in edit.fields.items()
    ]
