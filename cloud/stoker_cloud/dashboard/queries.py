"""What the dashboard reads: what rollups counted, and tasks. It reads no event: a page costs the same with any number of them.

Every query names the organisation; on PostgreSQL row-level security holds each one to it besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, cast, func, select

from stoker_cloud.auth.caller import Caller
from stoker_cloud.dashboard.rule_words import words_for
from stoker_cloud.dashboard.span import Span
from stoker_cloud.store.raised import Alert
from stoker_cloud.store.rollups import latencies, rollups
from stoker_cloud.store.tables import projects, tasks
from stoker_cloud.store.working import alerts as rule_alerts
from stoker_wire.tasks import State

Sums = Mapping[tuple[str, str, str], int]
"""By a dimension's value, kind and measure."""
DAY_MS = 24 * 3600 * 1000
OPEN_SHOWN = 12
"""Open tasks that a page lists."""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An open task, as a page lists it."""

    title: str
    kind: str
    place: str
    assignee: str
    created: str
    project: str


async def all_projects(caller: Caller) -> Mapping[str, str]:
    """The names of the organisation's projects, by id, in the order of names."""
    query = select(projects.c.id, projects.c.name).where(projects.c.org == caller.org).order_by(projects.c.name)
    return {each["id"]: each["name"] for each in await caller.rows(query)}


async def sums(caller: Caller, span: Span, dimension: str = "day") -> Sums:
    """What was counted, by the values of a dimension: ``day``, ``project``, ``language``, ``model`` or ``provider``."""
    by = rollups.c[dimension]
    query = select(by, rollups.c.kind, rollups.c.measure, func.sum(rollups.c.value).label("value"))
    rows = await caller.rows(
        query.where(*_within(rollups, caller, span)).group_by(by, rollups.c.kind, rollups.c.measure)
    )
    return Counter({(each[dimension], each["kind"], each["measure"]): int(each["value"]) for each in rows})


async def models(caller: Caller, span: Span) -> Sums:
    """What was spent and what failed, by provider and model: ``openai/gpt-5-mini``."""
    both = (rollups.c.provider, rollups.c.model)
    query = select(*both, rollups.c.kind, rollups.c.measure, func.sum(rollups.c.value).label("value"))
    query = query.where(*_within(rollups, caller, span), rollups.c.kind.in_(("spent", "failed")))
    rows = await caller.rows(query.group_by(*both, rollups.c.kind, rollups.c.measure))
    return Counter({(_model(each), each["kind"], each["measure"]): int(each["value"]) for each in rows})


async def durations(caller: Caller, span: Span, kind: str) -> Mapping[str, Mapping[int, int]]:
    """By day, how many took how long: counts by their buckets' upper bounds in milliseconds."""
    key = (latencies.c.day, latencies.c.upper)
    query = select(*key, func.sum(latencies.c.count).label("count"))
    query = query.where(*_within(latencies, caller, span), latencies.c.kind == kind).group_by(*key)
    found: dict[str, dict[int, int]] = {}
    for each in await caller.rows(query):
        found.setdefault(each["day"], {})[each["upper"]] = int(each["count"])
    return found


async def broken_rules(caller: Caller, names: Mapping[str, str]) -> Sequence[Alert]:
    """What a project's own rules say now, in the form of other alerts; the newest first."""
    query = select(rule_alerts).where(rule_alerts.c.org == caller.org, rule_alerts.c.firing)
    rows = await caller.rows(query.order_by(rule_alerts.c.since.desc(), rule_alerts.c.rule))
    return [_broken(each, names.get(each["project"], "")) for each in rows]


async def latest_day(caller: Caller, project: str) -> str:
    """The latest day of which anything was counted; empty where there is none."""
    own = [rollups.c.org == caller.org, *([rollups.c.project == project] if project else [])]
    found = await caller.one(select(func.max(rollups.c.day).label("day")).where(*own))
    return str(found["day"] or "") if found else ""


async def task_states(caller: Caller, project: str) -> Mapping[str, int]:
    """How many tasks stand how."""
    state = _field("state")
    query = select(state.label("state"), func.count().label("count")).where(*_of(caller, project)).group_by(state)
    return {each["state"] or State.OPEN: each["count"] for each in await caller.rows(query)}


async def tasks_made(caller: Caller, span: Span) -> Mapping[str, int]:
    """How many tasks were made, by day."""
    day = func.substr(_field("created"), 1, 10)
    return await _by_day(caller, day, day >= span.first.isoformat(), span.project)


async def tasks_done(caller: Caller, span: Span) -> Mapping[int, int]:
    """How many tasks were called done, by days since 1970."""
    # A stamp begins with its milliseconds in 13 digits; see stoker_wire.sharing.
    day = cast(func.substr(tasks.c.fields["state"]["stamp"].as_string(), 1, 13), BigInteger) / DAY_MS
    day = cast(func.floor(day), BigInteger)
    return await _by_day(caller, day, _field("state") == State.DONE.value, span.project)


async def open_tasks(caller: Caller, project: str) -> Sequence[OpenTask]:
    """The open tasks, those that changed last first."""
    is_open = func.coalesce(_field("state"), State.OPEN.value) == State.OPEN.value
    query = select(tasks.c.fields, projects.c.name.label("project")).join(
        projects, (projects.c.org == tasks.c.org) & (projects.c.id == tasks.c.project)
    )
    query = query.where(*_of(caller, project), is_open, _field("title") != "")
    rows = await caller.rows(query.order_by(tasks.c.version.desc(), tasks.c.id).limit(OPEN_SHOWN))
    return [_open_task(each) for each in rows]


def _within(table: Table, caller: Caller, span: Span) -> list[ColumnElement[bool]]:
    own = [table.c.org == caller.org, table.c.day >= span.first.isoformat(), table.c.day <= span.last.isoformat()]
    return [*own, table.c.project == span.project] if span.project else own


def _of(caller: Caller, project: str) -> list[ColumnElement[bool]]:
    own = [tasks.c.org == caller.org]
    return [*own, tasks.c.project == project] if project else own


def _field(name: str) -> ColumnElement[str]:
    found: ColumnElement[str] = tasks.c.fields[name]["value"].as_string()
    return found


async def _by_day(caller: Caller, day: Any, condition: ColumnElement[bool], project: str) -> dict[Any, int]:
    query = select(day.label("day"), func.count().label("count")).where(*_of(caller, project), condition).group_by(day)
    return {each["day"]: each["count"] for each in await caller.rows(query)}


def _broken(row: Mapping[str, Any], project: str) -> Alert:
    name, sentence = words_for(row["rule"], row["value"], row["threshold"])
    return Alert(row["rule"], row["since"], f"{name}, {project}", "rule", sentence, "rules")


def _model(row: Mapping[str, Any]) -> str:
    return f"{row['provider']}/{row['model']}" if row["model"] else str(row["provider"])


def _open_task(row: Mapping[str, Any]) -> OpenTask:
    held = {name: each["value"] for name, each in row["fields"].items()}
    place = f"{held['file']}:{held['line']}" if held.get("file") and held.get("line") else held.get("file", "")
    return OpenTask(
        held.get("title", ""),
        held.get("kind", ""),
        place,
        held.get("assignee", ""),
        held.get("created", "")[:10],
        row["project"],
    )
