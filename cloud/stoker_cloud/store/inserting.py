"""Inserts that leave alone what is there already; both databases have them, each in its own dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    """Insert the rows whose keys are not there yet; the keys of those."""
    if not rows:
        return []
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return [tuple(each) for each in await connection.execute(statement, list(rows))]


async def add_up(
    connection: AsyncConnection, table: Table, shared: Mapping[str, Any], sums: Mapping[tuple[str | int, ...], int]
) -> None:
    """Add numbers to those that stand in a table, whose last column they are; where there is no row, make it.

    Args:
        connection: The transaction.
        table: Its other columns are its key.
        shared: The columns of the key that all rows have in common: the first ones.
        sums: The numbers, by the rest of the key.
    """
    *key, value = (each.name for each in table.columns)
    names = key[len(shared) :]
    # In one order everywhere, so that two transactions wait for one another and never in a circle.
    rows = [{**shared, **dict(zip(names, each, strict=True)), value: sums[each]} for each in sorted(sums)]
    if not rows:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    both = table.c[value] + statement.excluded[value]
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_={value: both}), rows)
