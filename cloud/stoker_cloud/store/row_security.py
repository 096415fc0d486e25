"""PostgreSQL's row-level security: a second lock, behind the queries' own. Used by migrations alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op


def protect(*tables: str) -> None:
    """Hold every row of some tables to the transaction's organisation, for the tables' owner too. Nothing on SQLite."""
    if op.get_bind().dialect.name != "postgresql":
        return
    own = "org = current_setting('app.org', true)"
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_organisation ON {table} USING ({own}) WITH CHECK ({own})")


@contextmanager
def lifted(table: str) -> Iterator[None]:
    """Let the owner of a table change every row of it, within a migration. Nothing on SQLite."""
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    if postgres:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
