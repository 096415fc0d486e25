"""The tables. Every row belongs to an organisation; on PostgreSQL row-level security holds each request to its own one.

A change here needs a migration; a test compares the two.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def _id(name: str) -> Column[str]:
    return Column(name, String(32), nullable=False)


def _org(*, key: bool = True) -> Column[str]:
    return Column("org", String(16), primary_key=key, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False)


organisations = Table("organisations", metadata, _org(), _text("name"), _text("created"))
"""Names may be the same: whether another organisation has one is nobody's business."""

users = Table(
    "users",
    metadata,
    _org(),
    Column("id", String(32), primary_key=True),
    _text("name"),
    _text("created"),
    ForeignKeyConstraint(["org"], ["organisations.org"], name="user_org"),
    UniqueConstraint("org", "name", name="user_name"),
)

memberships = Table(
    "memberships",
    metadata,
    _org(),
    Column("user", String(32), primary_key=True),
    _text("role"),
    ForeignKeyConstraint(["org", "user"], ["users.org", "users.id"], name="membership_user"),
)

tokens = Table(
    "tokens",
    metadata,
    _org(),
    Column("id", String(32), primary_key=True),
    _id("user"),
    Column("digest", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),
    _text("created"),
    Column("expires", String),
    Column("revoked", String),
    ForeignKeyConstraint(["org", "user"], ["users.org", "users.id"], name="token_user"),
    UniqueConstraint("org", "digest", name="token_digest"),
)

projects = Table(
    "projects",
    metadata,
    _org(),
    Column("id", String(32), primary_key=True),
    _text("name"),
    _text("created"),
    Column("version", BigInteger, nullable=False),
    ForeignKeyConstraint(["org"], ["organisations.org"], name="project_org"),
    UniqueConstraint("org", "name", name="project_name"),
)
"""``version`` counts the changes of a project's tasks."""

audit = Table(
    "audit",
    metadata,
    _org(),
    Column("id", String(32), primary_key=True),
    _text("at"),
    _id("user"),
    Column("token", String(32), nullable=False),
    _text("action"),
    _text("subject"),
    Index("audit_by_time", "org", "at"),
)


def _of_project(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name=name)


def partly(condition: str) -> dict[str, Any]:
    """What makes an index one of the rows that a condition holds of."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _key(name: str, length: int = 32) -> Column[str]:
    return Column(name, String(length), primary_key=True)


LOOKED_UP = "kind IN ('shown', 'checked', 'accepted')"
"""The events that are looked up by their subject. A query has to say so in these words, or SQLite reads all events instead."""

events = Table(
    "events",
    metadata,
    _org(),
    _key("project"),
    _key("id"),
    _id("client"),
    _text("kind"),
    _text("at"),
    Column("data", JSON, nullable=False),
    Column("subject", String(32)),
    Column("position", BigInteger, nullable=False, server_default="0"),
    _of_project("event_project"),
    Index("events_by_time", "org", "project", "at"),
    Index("events_by_subject", "org", "project", "subject", **partly(LOOKED_UP)),
)
"""``subject`` is the id of the suggestion or receipt that an event is about; what others are asked for by it is indexed.
``position`` is the event's among those of its client: clocks may be set back, and two events may have one time."""

watermarks = Table(
    "watermarks",
    metadata,
    _org(),
    _key("project"),
    _key("client"),
    Column("watermark", BigInteger, nullable=False),
    _of_project("watermark_project"),
)
"""Up to which event each installation's were stored."""

tasks = Table(
    "tasks",
    metadata,
    _org(),
    _key("project"),
    _key("id"),
    Column("version", BigInteger, nullable=False),
    Column("fields", JSON, nullable=False),
    _of_project("task_project"),
    Index("tasks_by_version", "org", "project", "version"),
)
"""``fields`` holds ``{name: {value, stamp}}``; ``version`` is the project's when the task changed last."""

task_edits = Table(
    "task_edits",
    metadata,
    _org(),
    _key("project"),
    _key("task"),
    _key("field"),
    _key("stamp", 46),
    Column("value", JSON, nullable=False),
    _id("user"),
    _text("at"),
    _of_project("edit_project"),
)
"""Every edit that ever came, also those that a later one has replaced. Nothing removes from it."""


def new_id() -> str:
    """An id: 64 random bits."""
    return secrets.token_hex(8)


def now() -> str:
    """The time, in UTC, ISO 8601; texts of this form order as times do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
