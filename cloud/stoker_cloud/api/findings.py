"""What the functions found in a project, and the policies that they go by."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import Field
from sqlalchemy import delete, insert, select

from stoker_cloud.api.names import Body
from stoker_cloud.auth.guard import Known
from stoker_cloud.policies import POLICIES, policies_of
from stoker_cloud.store.working import alerts, open_tasks, policies

router = APIRouter(prefix="/projects/{project}", tags=["functions"])


class Chosen(Body):
    """Policies by their names, with the project's own numbers; ``null`` for what holds by default."""

    policies: Annotated[dict[str, int | None], Field(max_length=len(POLICIES))]


@router.get("/policies")
async def show_policies(caller: Known, project: str) -> dict[str, Any]:
    """What holds for the project, and what each policy means."""
    chosen = await policies_of(caller.connection, caller.org, project)
    return {"policies": {name: {"value": chosen[name], "means": each.doc} for name, each in POLICIES.items()}}


@router.patch("/policies")
async def change_policies(caller: Known, project: str, body: Chosen) -> dict[str, dict[str, int]]:
    """Set policies; what is not named stays."""
    for name, value in body.policies.items():
        declared = POLICIES.get(name)
        if declared is None:
            raise HTTPException(422, f"there is no policy of this name; there is {', '.join(POLICIES)}")
        if value is not None and not declared.least <= value <= declared.most:
            raise HTTPException(422, f"{name} is a number from {declared.least} to {declared.most}")
    own = {"org": caller.org, "project": project}
    before = (policies.c.org == caller.org, policies.c.project == project, policies.c.name.in_(body.policies))
    await caller.connection.execute(delete(policies).where(*before))
    rows = [{**own, "name": name, "value": value} for name, value in body.policies.items() if value is not None]
    if rows:
        await caller.connection.execute(insert(policies), rows)
    return {"policies": await policies_of(caller.connection, **own)}


@router.get("/alerts")
async def list_alerts(caller: Known, project: str) -> dict[str, list[dict[str, Any]]]:
    """The alerts that ever were, those that last first."""
    columns = (alerts.c.rule, alerts.c.firing, alerts.c.since, alerts.c.value, alerts.c.threshold)
    query = select(*columns).where(alerts.c.org == caller.org, alerts.c.project == project)
    return {"alerts": await caller.rows(query.order_by(alerts.c.firing.desc(), alerts.c.since.desc()))}


@router.get("/twins")
async def list_twins(caller: Known, project: str) -> dict[str, list[list[str]]]:
    """Open tasks that are the same thing: the ids of each group, the first noted first."""
    query = select(open_tasks.c.likeness, open_tasks.c.task)
    query = query.where(open_tasks.c.org == caller.org, open_tasks.c.project == project)
    groups: dict[str, list[str]] = {}
    for each in await caller.rows(query.order_by(open_tasks.c.created, open_tasks.c.task)):
        groups.setdefault(each["likeness"], []).append(each["task"])
    return {"twins": [each for each in groups.values() if len(each) > 1]}
