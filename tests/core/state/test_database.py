"""The local database while another process writes to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from stoker_server.state.database import MIGRATIONS, read, write


def test_who_reads_waits_for_nobody_s_writing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "state.db"
    write(file, lambda connection: connection.execute("INSERT INTO sync VALUES ('client', 'a')"), "a number")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE sync SET value = 'b'")
        assert read(file, "SELECT value FROM sync") == [("a",)]
        other.execute("COMMIT")
    assert read(file, "SELECT value FROM sync") == [("b",)]
    assert caplog.text == ""


def test_a_newer_version_s_database_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "state.db"
    assert read(file, "SELECT count(*) FROM events") == [(0,)]
    with closing(sqlite3.connect(file)) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    assert read(file, "SELECT count(*) FROM events") == []
    assert "newer version" in caplog.text
