"""A database that somebody else writes to for long: what waits goes on by itself, and what is printed is a line each time."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.cloud.test_functions import send, total
from tests.support.backend import running_backend
from tests.support.functions import drained, worked
from tests.support.shared import SHOWN

from stoker_cloud.store.database import Database


class Heard(logging.Handler):
    """What is printed for whoever runs the backend."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


async def test_a_worker_goes_on_once_a_long_write_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("durable", "database"):
        monkeypatch.setattr(f"stoker_cloud.store.{module}.BUSY_MILLISECONDS", 100)
    file, heard = tmp_path / "cloud.db", Heard()
    loggers = [logging.getLogger(name) for name in ("dbos", "stoker_cloud")]
    async with running_backend(f"sqlite+aiosqlite:///{file.as_posix()}") as backend:
        tenant = await backend.tenant()
        async with worked(backend) as queue:
            for each in loggers:
                each.addHandler(heard)
            try:
                with closing(sqlite3.connect(file, isolation_level=None)) as other:
                    await send(backend, tenant, [SHOWN] * 3)
                    other.execute("PRAGMA busy_timeout = 5000")
                    other.execute("BEGIN IMMEDIATE")
                    await asyncio.sleep(4)
                    other.execute("COMMIT")
                await send(backend, tenant, [SHOWN] * 2, after=3)
                await drained(queue)
            finally:
                for each in loggers:
                    each.removeHandler(heard)
        assert await total(backend, tenant, "shown") == 5
    assert any("database is locked" in each for each in heard.lines)
    assert [each for each in heard.lines if "\n" in each or "[SQL" in each] == []


async def test_an_error_does_not_hold_what_was_to_be_written(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction("acme", writes=True) as connection:
            await connection.execute(text("INSERT INTO nowhere VALUES (:title)"), {"title": "a-secret-title"})
    await database.aclose()
    assert "nowhere" in str(caught.value) and "a-secret-title" not in str(caught.value)
