"""The table of objects: what is known of them besides their bytes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, String, Table

from stoker_cloud.store.tables import metadata

objects = Table(
    "objects",
    metadata,
    Column("org", String(16), primary_key=True),
    Column("project", String(32), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("user", String(32), nullable=False),
    Column("created", String, nullable=False),
    Column("expires", String),
    ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="object_project"),
    Index("objects_by_expiry", "org", "expires"),
)
"""``expires`` is empty for what is kept until somebody removes it."""
