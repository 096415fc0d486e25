"""Projects."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select, update

from stoker_cloud.api.names import Body, Name, only_once
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.quotas import room_for_one
from stoker_cloud.store import founding
from stoker_cloud.store.tables import projects

router = APIRouter(prefix="/projects", tags=["projects"])


class Named(Body):
    """A project's name."""

    name: Name


@router.get("")
async def list_projects(caller: Known) -> dict[str, list[dict[str, Any]]]:
    """The organisation's projects, by name."""
    query = select(projects.c.id, projects.c.name, projects.c.created).where(projects.c.org == caller.org)
    return {"projects": await caller.rows(query.order_by(projects.c.name))}


@router.post("", status_code=201)
async def make_project(caller: Known, body: Named) -> dict[str, str]:
    """Make a project."""
    await room_for_one(caller.connection, caller.org, projects, caller.quotas.projects, "projects")
    async with only_once("a project"):
        caller.subject = await founding.make_project(caller.connection, caller.org, body.name)
    return {"id": caller.subject, "name": body.name}


@router.get("/{project}")
async def show_project(caller: Known, project: str) -> dict[str, Any]:
    """One project."""
    query = select(projects.c.id, projects.c.name, projects.c.created)
    (found,) = await caller.rows(query.where(projects.c.org == caller.org, projects.c.id == project))
    return found


@router.patch("/{project}")
async def rename_project(caller: Known, project: str, body: Named) -> dict[str, str]:
    """Rename a project."""
    query = update(projects).where(projects.c.org == caller.org, projects.c.id == project)
    async with only_once("a project"):
        await caller.connection.execute(query.values(name=body.name))
    return {"id": project, "name": body.name}
