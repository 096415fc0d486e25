"""What organisations use on a day, for their quotas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import protect

revision = "usage"
down_revision = "signing_in"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "usage",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("what", sa.String(32), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organisations.org"], name="usage_org"),
    )
    protect("usage")
