"""What is counted by day, and what an event is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import lifted, protect
from stoker_cloud.store.tables import partly

revision = "rollups"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; what events that came before are about is filled in."""
    op.add_column("events", sa.Column("subject", sa.String(32)))
    op.add_column("events", sa.Column("position", sa.BigInteger, nullable=False, server_default="0"))
    with lifted("events"):
        op.execute("UPDATE events SET subject = coalesce(data ->> 'suggestion', data ->> 'receipt')")
    op.create_index("events_by_time", "events", ["org", "project", "at"])
    indexed = partly("kind IN ('shown', 'checked', 'accepted')")
    op.create_index("events_by_subject", "events", ["org", "project", "subject"], **indexed)
    if op.get_bind().dialect.name == "postgresql":
        # A project is of one organisation. Taken for independent, both together seem to be so few rows that PostgreSQL
        # reads all events of a project where it is asked for some by their ids.
        op.execute("CREATE STATISTICS events_by_project (dependencies, ndistinct) ON org, project FROM events")
    op.create_table(
        "rollups",
        *_shared(),
        sa.Column("model", sa.String(80), primary_key=True),
        sa.Column("measure", sa.String(100), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="rollup_project"),
    )
    op.create_table(
        "latencies",
        *_shared(),
        sa.Column("upper", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="latency_project"),
    )
    protect("rollups", "latencies")


def _shared() -> list[sa.Column[str]]:
    lengths = {"org": 16, "project": 32, "day": 10, "kind": 16, "feature": 80, "language": 80, "provider": 80}
    return [sa.Column(name, sa.String(length), primary_key=True) for name, length in lengths.items()]
