"""Who members are at the issuer, invitations, and the tokens that come from signing in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from stoker_cloud.store.row_security import protect

revision = "signing_in"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "identities",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("issuer", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["org", "user"], ["users.org", "users.id"], name="identity_user"),
    )
    op.create_index("identities_by_key", "identities", ["key"])
    op.create_table(
        "invitations",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("user", sa.String(32)),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("maker", sa.String(32), nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("expires", sa.String, nullable=False),
        sa.Column("used", sa.String),
        sa.ForeignKeyConstraint(["org", "user"], ["users.org", "users.id"], name="invitation_user"),
        sa.UniqueConstraint("org", "digest", name="invitation_digest"),
    )
    op.create_table(
        "logins",
        sa.Column("org", sa.String(16), primary_key=True),
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("expires", sa.String, nullable=False),
        sa.Column("parent", sa.String(32)),
        sa.ForeignKeyConstraint(["org", "user"], ["users.org", "users.id"], name="login_user"),
    )
    protect("identities", "invitations", "logins")
    if op.get_bind().dialect.name == "postgresql":
        person = "key = current_setting('app.person', true)"
        op.execute(f"CREATE POLICY own_person ON identities FOR SELECT USING ({person})")
