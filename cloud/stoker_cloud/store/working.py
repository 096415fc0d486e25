"""Tables of the functions' own: what has been called, what is to be called again, and what they found."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKeyConstraint, Index, MetaData, String, Table

from stoker_cloud.store.tables import metadata


def _key(name: str, length: int = 32) -> Column[str]:
    return Column(name, String(length), primary_key=True, nullable=False)


def _of_project(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name=name)


nobodys = MetaData()
"""Of the one table that belongs to no organisation."""

workers = Table(
    "workers", nobodys, Column("id", String(32), primary_key=True), Column("beats", BigInteger, nullable=False)
)
"""The workers that were alive lately; each counts its own beats."""

handled = Table(
    "handled",
    metadata,
    _key("org", 16),
    _key("project"),
    _key("delivery", 200),
    _key("function", 40),
    Column("at", String, nullable=False),
    _of_project("handled_project"),
    Index("handled_by_time", "org", "project", "at"),
)
"""Each call whose effect is committed, in the effect's own transaction: that is why it happens once."""

recurring = Table(
    "recurring", metadata, _key("org", 16), _key("project"), _key("function", 40), _of_project("recurring_project")
)
"""The functions that are called by the clock, for each project that has events."""

policies = Table(
    "policies",
    metadata,
    _key("org", 16),
    _key("project"),
    _key("name", 40),
    Column("value", BigInteger, nullable=False),
    _of_project("policy_project"),
)
"""What a project wants otherwise than ``stoker_cloud.policies`` declares."""

alerts = Table(
    "alerts",
    metadata,
    _key("org", 16),
    _key("project"),
    _key("rule", 40),
    Column("firing", Boolean, nullable=False),
    Column("since", String, nullable=False),
    Column("value", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    _of_project("alert_project"),
)
"""How each rule stands that ever fired, since when, and at which value."""

open_tasks = Table(
    "open_tasks",
    metadata,
    _key("org", 16),
    _key("project"),
    _key("task"),
    Column("likeness", String(64), nullable=False),
    Column("created", String, nullable=False),
    _of_project("open_task_project"),
    Index("open_tasks_by_likeness", "org", "project", "likeness"),
)
"""The open tasks; those of one likeness are the same thing, noted more than once."""
