"""Alerts that monitoring raised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import protect

revision = "raised_alerts"
down_revision = ("functions", "objects")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "raised_alerts",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("since", sa.String(40), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("until", sa.String(40)),
        sa.Column("heard", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organisations.org"], name="raised_alert_org"),
    )
    op.create_index("raised_alerts_by_end", "raised_alerts", ["org", "until"])
    protect("raised_alerts")
