"""Alerts that somebody's monitoring raised: a row for each episode, from when it began until it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Index, String, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.store.tables import metadata, now

KEPT_DAYS = 90
"""How long an alert that has ended is kept, in days."""
SHOWN = 50
"""Alerts that are told at once."""

raised_alerts = Table(
    "raised_alerts",
    metadata,
    Column("org", String(16), primary_key=True, nullable=False),
    Column("id", String(32), primary_key=True),
    Column("since", String(40), primary_key=True),
    Column("name", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("summary", String, nullable=False),
    Column("source", String, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("until", String(40)),
    Column("heard", String(40), nullable=False),
    ForeignKeyConstraint(["org"], ["organisations.org"], name="raised_alert_org"),
    Index("raised_alerts_by_end", "org", "until"),
)
"""``until`` is empty while it fires; ``heard`` is when its source last spoke of it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An episode of an alert.

    Attributes:
        id: What tells it from others of its source, the same for each episode: up to 32 hexadecimal digits.
        since: When the episode began, in UTC, ISO 8601 with milliseconds.
        name: Its rule's name.
        severity: As its rule says: ``critical``, ``warning``, ...
        summary: What is the matter, in a sentence.
        source: Who raised it: ``alertmanager``.
        labels: What it is about.
        until: When it ended; ``None`` while it fires.
        heard: When its source last spoke of it.
    """

    id: str
    since: str
    name: str
    severity: str = ""
    summary: str = ""
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    until: str | None = None
    heard: str = field(default_factory=now)


async def put(connection: AsyncConnection, org: str, heard: Sequence[Alert]) -> None:
    """Store what a source says, however often it says so. What has ended stays so; what ended long ago is forgotten."""
    if heard:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(raised_alerts)
        said = statement.excluded
        kept = {name: said[name] for name in ("severity", "summary", "labels", "heard")}
        ended = func.coalesce(raised_alerts.c.until, said.until)
        statement = statement.on_conflict_do_update(
            index_elements=["org", "id", "since"], set_={**kept, "until": ended}
        )
        # In one order everywhere, so that two transactions wait for one another and never in a circle.
        rows = {(each.id, each.since): {"org": org, **asdict(each)} for each in heard}
        await connection.execute(statement, [rows[key] for key in sorted(rows)])
    oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="milliseconds")
    await connection.execute(delete(raised_alerts).where(raised_alerts.c.org == org, raised_alerts.c.until < oldest))


async def told(connection: AsyncConnection, org: str, *, ended: bool = False) -> Sequence[Alert]:
    """What fires now, or the latest that have ended; the newest first."""
    columns = [each for each in raised_alerts.columns if each is not raised_alerts.c.org]
    query = select(*columns).where(
        raised_alerts.c.org == org, raised_alerts.c.until.is_not(None) if ended else raised_alerts.c.until.is_(None)
    )
    query = query.order_by(
        (raised_alerts.c.until if ended else raised_alerts.c.since).desc(), raised_alerts.c.id
    ).limit(SHOWN)
    return [Alert(**each) for each in (await connection.execute(query)).mappings()]
