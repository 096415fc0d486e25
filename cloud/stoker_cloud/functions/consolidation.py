"""Finds open tasks that are the same thing, noted by several people or more than once: nothing of them is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from stoker_cloud.functions.base import Function, Work
from stoker_cloud.store.tables import projects, tasks
from stoker_cloud.store.working import open_tasks
from stoker_wire.tasks import State

CHANGED = "stoker.tasks.changed"
"""What the API tells, with the project's version."""
_SAME = ("kind", "file", "symbol", "title")


async def run(work: Work) -> None:
    """Note what the tasks are like that changed with a version, or that they are no longer open.

    A task that changed again since is of a later version, whose own call sees it: whichever comes first, the last state holds.
    """
    # Nobody changes the project's tasks until this is committed: what was read would be written over what came later.
    held = select(projects.c.id).where(projects.c.org == work.org, projects.c.id == work.project)
    await work.connection.execute(held.with_for_update(key_share=True))
    own = (tasks.c.org == work.org, tasks.c.project == work.project)
    query = select(tasks.c.id, tasks.c.fields).where(*own, tasks.c.version == work.data["version"])
    changed = {task: _values(fields) for task, fields in await work.connection.execute(query)}
    if not changed:
        return
    before = (open_tasks.c.org == work.org, open_tasks.c.project == work.project, open_tasks.c.task.in_(changed))
    await work.connection.execute(delete(open_tasks).where(*before))
    shared = {"org": work.org, "project": work.project}
    rows = [
        {**shared, "task": task, "likeness": likeness(values), "created": str(values.get("created", ""))}
        for task, values in sorted(changed.items())
        if values.get("state", State.OPEN) == State.OPEN and values.get("title")
    ]
    if rows:
        await work.connection.execute(insert(open_tasks), rows)


def likeness(values: Mapping[str, Any]) -> str:
    """The same for tasks that are the same thing: capitals, spaces and a full stop make no difference, nor does the line."""
    said = [" ".join(str(values.get(name, "")).split()) for name in _SAME]
    said[-1] = said[-1].casefold().rstrip(".")
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _values(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each["value"] for name, each in fields.items()}


CONSOLIDATION = Function("consolidation", run, frozenset({CHANGED}))
