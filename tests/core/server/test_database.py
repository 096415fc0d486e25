"""The local database where it can't be used as it should be: nothing fails for it, and the log says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from stoker_providers.routing import Arm
from stoker_server.state.events import EventStore
from stoker_server.state.outcomes import Outcome, OutcomeStore
from stoker_server.state.receipts import ReceiptStore
from stoker_server.state.spend import SpendStore
from stoker_server.state.written import Mark, WrittenStore
from stoker_wire.events import Feedback
from stoker_wire.receipts import FACTS, Receipt

READS: dict[str, Callable[[Path], object]] = {
    "events": lambda file: EventStore(file).count() or EventStore(file).latest("feedback"),
    "receipts": lambda file: ReceiptStore(file).latest(3) or ReceiptStore(file).get("a"),
    "spend": lambda file: SpendStore(file).rows() or SpendStore(file).money("2026-01-01"),
    "outcomes": lambda file: OutcomeStore(file).records(),
    "written": lambda file: WrittenStore(file).of("a.py"),
}
WRITES: dict[str, Callable[[Path], None]] = {
    "events": lambda file: EventStore(file).put(Feedback("a", good=True)),
    "receipts": lambda file: ReceiptStore(file).put(Receipt("test", "a.py:f", FACTS)),
    "outcomes": lambda file: OutcomeStore(file).put([Outcome(Arm("test", "python", "m"), True, "a")]),
    "written": lambda file: WrittenStore(file).put("a.py", [Mark(1, "0", "a")]),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    ReceiptStore(tmp_path / "state.db").latest(1)
    return tmp_path / "state.db"


@pytest.mark.parametrize("table", READS)
def test_a_table_that_is_gone_reads_as_empty(file: Path, table: str, caplog: pytest.LogCaptureFixture) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"DROP TABLE {table}")
    assert not READS[table](file)
    assert "can't be read: no such table" in caplog.text


@pytest.mark.parametrize("table", WRITES)
def test_what_another_process_holds_up_is_lost_and_not_waited_for(
    file: Path, table: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        monkeypatch.setattr("stoker_server.state.database.BUSY_SECONDS", 0.05)
        other.execute("BEGIN IMMEDIATE")
        WRITES[table](file)
        other.execute("ROLLBACK")
    assert "database is locked" in caplog.text
    assert not READS[table](file)
