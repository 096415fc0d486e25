"""Alembic's environment: it works on the connection that it is given, and opens none."""

from __future__ import annotations

from alembic import context

from stoker_cloud.store.migrating import CONNECTION
from stoker_cloud.store.tables import metadata

context.configure(connection=context.config.attributes[CONNECTION], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
