"""The tables of signing in: who somebody is at the issuer, who was invited, and which tokens come from signing in.

A person is found across organisations by what the issuer has vouched for and by nothing else: on PostgreSQL the rows of
``identities`` can be seen by their own organisation, and by a transaction that is held to that person.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, String, Table, UniqueConstraint

from stoker_cloud.store.tables import metadata

INVITED_DAYS = 90
"""The longest that an invitation holds, in days."""


def _org() -> Column[str]:
    return Column("org", String(16), primary_key=True)


def _of(name: str, column: str = "user") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["org", column], ["users.org", "users.id"], name=name)


identities = Table(
    "identities",
    metadata,
    _org(),
    Column("key", String(64), primary_key=True),
    Column("user", String(32), nullable=False),
    Column("issuer", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("email", String, nullable=False),
    Column("created", String, nullable=False),
    _of("identity_user"),
    Index("identities_by_key", "key"),
)
"""``key`` is a hash of issuer and subject. ``email`` is what the issuer said when they joined, empty where it said nothing."""

invitations = Table(
    "invitations",
    metadata,
    _org(),
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("role", String, nullable=False),
    Column("user", String(32)),
    Column("email", String, nullable=False),
    Column("maker", String(32), nullable=False),
    Column("created", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("used", String),
    _of("invitation_user"),
    UniqueConstraint("org", "digest", name="invitation_digest"),
)
"""``user`` is the member whose way to sign in it is; without one it makes a member. ``email`` is empty for whoever has it."""

logins = Table(
    "logins",
    metadata,
    _org(),
    Column("token", String(32), primary_key=True),
    Column("user", String(32), nullable=False),
    Column("expires", String, nullable=False),
    Column("parent", String(32)),
    _of("login_user"),
)
"""The tokens that come from signing in: they are removed once they have expired.

``parent`` is the token that somebody signed in with; empty where it was the issuer who vouched for them.
"""
