"""Organisations, users, memberships, tokens, projects and the audit log, each row held to its organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import protect

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _people()
    op.create_table(
        "projects",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organisations.org"], name="project_org"),
        sa.UniqueConstraint("org", "name", name="project_name"),
    )
    op.create_table(
        "audit",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
    )
    op.create_index("audit_by_time", "audit", ["org", "at"])
    protect("organisations", "users", "memberships", "tokens", "projects", "audit")


def _people() -> None:
    op.create_table(
        "organisations",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["org"], ["organisations.org"], name="user_org"),
        sa.UniqueConstraint("org", "name", name="user_name"),
    )
    op.create_table(
        "memberships",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("user", sa.String(32), primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["org", "user"], ["users.org", "users.id"], name="membership_user"),
    )
    op.create_table(
        "tokens",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("expires", sa.String),
        sa.Column("revoked", sa.String),
        sa.ForeignKeyConstraint(["org", "user"], ["users.org", "users.id"], name="token_user"),
        sa.UniqueConstraint("org", "digest", name="token_digest"),
    )
