"""Receipts are kept for a while, and a database from the future is left alone."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from stoker_server.state import receipts
from stoker_server.state.database import MIGRATIONS, connect
from stoker_server.state.receipts import ReceiptStore
from stoker_wire.receipts import Receipt, Suspect, TestCount, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import failed, passed, undecided


@pytest.fixture
def store(tmp_path: Path) -> ReceiptStore:
    return ReceiptStore(tmp_path / "state/state.db")


def some_receipt(subject: str = "a.py:f") -> Receipt:
    verdicts = (passed("parses", "valid"), undecided("names", "not finished within 1 s"))
    withheld = (Withheld("m", "a draft", (failed("parses", "line 1"),)),)
    suspects = (Suspect("half(3)", "gives 2", "gives 1.5", "its docstring"),)
    tests = (TestCount("behaviour", 2, 3, 4),)
    usage = Usage(1, 2, 3, 4, None, 5)
    return Receipt("docstring", subject, "facts", verdicts, withheld, usage, 0.5, "bubblewrap", suspects, tests)


def test_a_receipt_comes_back_as_it_was(store: ReceiptStore) -> None:
    receipt = some_receipt()
    store.put(receipt)
    assert store.get(receipt.id) == receipt
    assert store.get(receipt.id[:6]) == receipt
    assert store.get("nothing") is None


def test_the_latest_come_first_and_the_oldest_are_forgotten(
    store: ReceiptStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "KEPT", 3)
    for number in range(5):
        store.put(some_receipt(str(number)))
    assert [each.subject for each in store.latest(10)] == ["4", "3", "2"]


def test_a_database_from_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    store = ReceiptStore(file)
    store.put(some_receipt())
    assert store.latest(1) == []
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_damaged_database_is_done_without(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    file.write_bytes(b"this is no database" * 100)
    store = ReceiptStore(file)
    store.put(some_receipt())
    assert store.latest(1) == []
    assert file.read_bytes().startswith(b"this is no database")


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "state.db"

    def write() -> None:
        for number in range(20):
            ReceiptStore(file).put(some_receipt(str(number)))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection = connect(file)
    assert connection
    assert connection.execute("SELECT count(*) FROM receipts").fetchone() == (80,)
    connection.close()


def test_what_a_newer_version_adds_is_passed_over() -> None:
    data = some_receipt().to_json()
    data["colour"] = "blue"
    data["usage"]["energy"] = 1
    data["verdicts"][0]["confidence"] = 0.5
    assert Receipt.from_json(data).verdicts[0].check == "parses"
