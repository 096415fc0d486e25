"""What is known of objects: reports and documents whose bytes are in a folder or a bucket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import protect

revision = "objects"
down_revision = "usage"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "objects",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("project", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("expires", sa.String),
        sa.ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name="object_project"),
    )
    op.create_index("objects_by_expiry", "objects", ["org", "expires"])
    protect("objects")
