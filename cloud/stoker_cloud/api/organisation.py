"""The organisation of whoever asks. Others don't exist for them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select, update

from stoker_cloud.api.names import Body, Name
from stoker_cloud.auth.guard import Known
from stoker_cloud.store.tables import organisations, projects

router = APIRouter(tags=["organisation"])


class Renamed(Body):
    """A new name."""

    name: Name


@router.get("/me")
async def me(caller: Known) -> dict[str, Any]:
    """Who asks, what they may do, and in which projects."""
    organisation = await caller.one(select(organisations.c.name).where(organisations.c.org == caller.org))
    query = select(projects.c.id, projects.c.name).where(projects.c.org == caller.org).order_by(projects.c.name)
    return {
        "organisation": {"id": caller.org, "name": organisation["name"] if organisation else ""},
        "user": {"id": caller.user, "name": caller.name, "role": caller.role},
        "scopes": sorted(caller.permissions),
        "projects": await caller.rows(query),
    }


@router.patch("/organisation")
async def rename_organisation(caller: Known, body: Renamed) -> dict[str, str]:
    """Rename the organisation."""
    query = update(organisations).where(organisations.c.org == caller.org)
    await caller.connection.execute(query.values(name=body.name))
    caller.subject = caller.org
    return {"id": caller.org, "name": body.name}
