"""PostgreSQL's row-level security: a second lock, behind the queries' own. Used by migrations alone."""

from __future__ import annotations

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
