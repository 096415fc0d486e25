"""The tables. Every row belongs to an organisation; on PostgreSQL row-level security holds each request to its own one.

A change here needs a migration; a test compares the two.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, Column, ForeignKeyConstraint, Index, MetaData, String, Table, UniqueConstraint

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


def new_id() -> str:
    """An id: 64 random bits."""
    return secrets.token_hex(8)


def now() -> str:
    """The time, in UTC, ISO 8601; texts of this form order as times do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
