"""The dashboard's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse

from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.pages import Visitor, base
from stoker_cloud.dashboard import building, queries
from stoker_cloud.dashboard.rendering import page
from stoker_cloud.dashboard.span import CHOICES, USUAL, Span, span
from stoker_cloud.store.raised import told
from stoker_cloud.store.tables import organisations

router = APIRouter(include_in_schema=False)


@router.get("/")
async def dashboard(
    visitor: Visitor,
    request: Request,
    project: Annotated[str, Query(max_length=32)] = "",
    days: Annotated[int, Query(ge=1, le=366)] = USUAL,
) -> HTMLResponse:
    """Everything on one page, of a project or of all."""
    names = await queries.all_projects(visitor)
    if project and project not in names:
        raise HTTPException(404, "there is no such project")
    asked = span(days if days in CHOICES else USUAL, project)
    found = await visitor.one(select(organisations.c.name).where(organisations.c.org == visitor.org))
    return page(
        "dashboard.html",
        visitor=visitor,
        organisation=found["name"] if found else "",
        projects=names,
        span=asked,
        choices=CHOICES,
        address=base(request),
        **await _alerts(visitor, names),
        **await _board(visitor, asked, names),
    )


@router.get("/alerts/firing")
async def firing(visitor: Visitor) -> HTMLResponse:
    """The alerts alone; an open page asks for them now and then."""
    return page("_alerts.html", **await _alerts(visitor, await queries.all_projects(visitor)))


async def _alerts(visitor: Caller, names: Mapping[str, str]) -> dict[str, Any]:
    raised, ended = [await told(visitor.connection, visitor.org, ended=each) for each in (False, True)]
    return {"firing": [*raised, *await queries.broken_rules(visitor, names)], "ended": ended[:1]}


async def _board(visitor: Caller, asked: Span, names: Mapping[str, str]) -> dict[str, Any]:
    both = Span(asked.last, 2 * asked.days, asked.project)
    by_day, shown = await queries.sums(visitor, both), await queries.durations(visitor, both, "shown")
    states = await queries.task_states(visitor, asked.project)
    made, done = await queries.tasks_made(visitor, asked), await queries.tasks_done(visitor, asked)
    tables = [
        building.breakdown("languages", "By language", "Language", await queries.sums(visitor, asked, "language"))
    ]
    if not asked.project:
        by_project = await queries.sums(visitor, asked, "project")
        tables.insert(0, building.breakdown("projects", "By project", "Project", by_project, names))
    tables.append(building.models(await queries.models(visitor, asked)))
    return {
        "tiles": building.tiles(by_day, shown, asked, building.open_count(states)),
        "charts": building.charts(by_day, shown, made, done, asked),
        "tables": [each for each in tables if each.names],
        "open_tasks": await queries.open_tasks(visitor, asked.project),
        "latest": await queries.latest_day(visitor, asked.project),
        "tasks_there": bool(states),
    }
