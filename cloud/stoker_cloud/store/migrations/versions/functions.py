"""What the functions keep: their calls, policies, alerts, and which tasks are alike."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import protect

revision = "functions"
down_revision = "rollups"


def upgrade() -> None:
    """Make the tables."""
    _make("handled", "handled_project", {"delivery": 200, "function": 40}, sa.Column("at", sa.String, nullable=False))
    op.create_index("handled_by_time", "handled", ["org", "project", "at"])
    _make("recurring", "recurring_project", {"function": 40})
    _make("policies", "policy_project", {"name": 40}, sa.Column("value", sa.BigInteger, nullable=False))
    _make(
        "alerts",
        "alert_project",
        {"rule": 40},
        sa.Column("firing", sa.Boolean, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
    )
    _make(
        "open_tasks",
        "open_task_project",
        {"task": 32},
        sa.Column("likeness", sa.String(64), nullable=False),
        sa.Column("created", sa.String, nullable=False),
    )
    op.create_index("open_tasks_by_likeness", "open_tasks", ["org", "project", "likeness"])
    op.create_table(
        "workers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("beats", sa.BigInteger, nullable=False),
    )
    protect("handled", "recurring", "policies", "alerts", "open_tasks")


def _make(table: str, of_project: str, keys: dict[str, int], *columns: sa.Column[object]) -> None:
    key = [
        sa.Column(name, sa.String(length), primary_key=True)
        for name, length in {"org": 16, "project": 32, **keys}.items()
    ]
    own = sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name=of_project)
    op.create_table(table, *key, *columns, own)
