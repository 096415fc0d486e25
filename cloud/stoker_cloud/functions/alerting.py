"""Judges the daily sums by the rules, and tells once when an alert begins and once when it ends."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select, update

from stoker_cloud.functions.alert_rules import BEFORE, RULES, WEEK, Counted
from stoker_cloud.functions.base import Function, Work
from stoker_cloud.functions.rollups import CHANGED
from stoker_cloud.policies import policies_of
from stoker_cloud.store.rollups import latencies, rollups
from stoker_cloud.store.tables import projects
from stoker_cloud.store.working import alerts
from stoker_wire.events import Shown

RAISED, RESOLVED = "stoker.alert.raised", "stoker.alert.resolved"
"""Told with the rule's name."""


async def run(work: Work) -> None:
    """Judge a project's sums."""
    # Two calls that judge at the same time would both tell of one change.
    own = (projects.c.org == work.org, projects.c.id == work.project)
    await work.connection.execute(select(projects.c.id).where(*own).with_for_update(key_share=True))
    counted, chosen = await _count(work), await policies_of(work.connection, work.org, work.project)
    mine = (alerts.c.org == work.org, alerts.c.project == work.project)
    query = select(alerts.c.rule, alerts.c.firing).where(*mine)
    before = dict(tuple(each) for each in await work.connection.execute(query))
    for rule in RULES:
        value, threshold = rule.measure(counted) or 0.0, rule.threshold(chosen[rule.policy])
        firing = bool(chosen[rule.policy]) and value > threshold
        if firing == before.get(rule.name, False):
            continue
        state = {"firing": firing, "since": work.now.isoformat(), "value": value, "threshold": threshold}
        if rule.name in before:
            await work.connection.execute(update(alerts).where(*mine, alerts.c.rule == rule.name).values(state))
        else:
            row = {"org": work.org, "project": work.project, "rule": rule.name, **state}
            await work.connection.execute(insert(alerts).values(row))
        work.tell(RAISED if firing else RESOLVED, rule=rule.name)


async def _count(work: Work) -> Counted:
    """The sums that rules read."""
    today = work.now.date()
    first = (today - timedelta(days=WEEK + BEFORE)).isoformat()
    by = (rollups.c.day, rollups.c.kind, rollups.c.measure)
    query = select(*by, func.sum(rollups.c.value)).where(rollups.c.org == work.org, rollups.c.project == work.project)
    rows = await work.connection.execute(query.where(rollups.c.day >= first).group_by(*by))
    sums = {(day, kind, measure): int(value) for day, kind, measure, value in rows}
    taken = select(latencies.c.upper, func.sum(latencies.c.count)).where(
        latencies.c.org == work.org,
        latencies.c.project == work.project,
        latencies.c.day == today.isoformat(),
        latencies.c.kind == Shown.kind,
    )
    spread = await work.connection.execute(taken.group_by(latencies.c.upper))
    return Counted(today, sums, {upper: int(count) for upper, count in spread})


ALERTING = Function("alerting", run, frozenset({CHANGED}), every=timedelta(hours=1), settles=timedelta(seconds=10))
