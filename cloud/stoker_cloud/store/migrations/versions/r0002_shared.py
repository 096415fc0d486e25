"""Events, and tasks with the edits of their fields."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import protect

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("project", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("client", sa.String(32), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="event_project"),
    )
    op.create_table(
        "watermarks",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("project", sa.String(32), primary_key=True),
        sa.Column("client", sa.String(32), primary_key=True),
        sa.Column("watermark", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="watermark_project"),
    )
    op.create_table(
        "tasks",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("project", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="task_project"),
    )
    op.create_index("tasks_by_version", "tasks", ["org", "project", "version"])
    op.create_table(
        "task_edits",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("project", sa.String(32), primary_key=True),
        sa.Column("task", sa.String(32), primary_key=True),
        sa.Column("field", sa.String(32), primary_key=True),
        sa.Column("stamp", sa.String(46), primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="edit_project"),
    )
    protect("events", "watermarks", "tasks", "task_edits")
