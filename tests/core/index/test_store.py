"""The database: what it keeps, and what becomes of one that can't be used."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from stoker_analyzers.index import store as module
from stoker_analyzers.index.entries import FileEntry, Row, Stamp
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.index.store import SCHEMA, Store, clear, database_of, module_of, size_of

ROW: Row = ("f", "A.f", "method", 3, "def f(self)", "Does it.", b"12345678")


def entry(path: str, *rows: Row, words: str = "alpha beta", size: int = 1) -> FileEntry:
    return FileEntry(path, Stamp(size, 5), b"d", rows, words)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index.db"


def filled(file: Path, root: Path) -> None:
    store = Store(file, root)
    store.put([entry("a.py", ROW)])
    store.complete()
    store.close()


def test_what_is_put_is_known_and_found(file: Path, tmp_path: Path) -> None:
    filled(file, tmp_path)
    store = Store(file, tmp_path)
    assert store.known() == {"a.py": (1, 5, b"d")}
    query = IndexQuery(file)
    assert query.ready
    (found,) = query.definitions("f")
    assert (found.qualified, found.path, found.line, found.digest) == ("A.f", "a.py", 3, b"12345678".hex())
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_put_again_takes_the_old_ones_place(file: Path, tmp_path: Path) -> None:
    store, query = Store(file, tmp_path), IndexQuery(file)
    store.put([entry("a.py", ROW, words="alpha gone")])
    store.put([entry("a.py", ("g", "g", "function", 1, "def g()", "", b"1"), words="alpha fresh")])
    assert [each.name for each in query.definitions_in("a.py")] == ["g"]
    assert query.definitions("f") == ()
    assert query.sharing(["gone"]) == ()
    assert query.sharing(["fresh"]) == ("a.py",)
    store.drop(["a.py", "never.py"])
    assert query.file_count == 0
    assert query.definitions("g") == () == query.sharing(["fresh"])


def test_an_unchanged_file_keeps_what_it_has(file: Path, tmp_path: Path) -> None:
    store = Store(file, tmp_path)
    store.put([entry("a.py", ROW)])
    store.put([FileEntry("a.py", Stamp(7, 8), b"d", unchanged=True)])
    assert store.known() == {"a.py": (7, 8, b"d")}
    assert IndexQuery(file).definitions("f")


def test_a_failed_batch_leaves_nothing_behind(file: Path, tmp_path: Path) -> None:
    store = Store(file, tmp_path)
    bad = FileEntry("b.py", Stamp(1, 1), b"", ((None, "x", "function", 1, "", "", b""),))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(sqlite3.IntegrityError):
        store.put([entry("a.py"), bad])
    assert store.known() == {}
    store.put([entry("c.py")])
    assert set(store.known()) == {"c.py"}


def test_the_files_below_a_folder(file: Path, tmp_path: Path) -> None:
    store = Store(file, tmp_path)
    store.put([entry(path) for path in ("a/b.py", "a/c/d.py", "a.py", "ab/c.py", "a0.py")])
    assert sorted(store.below("a")) == ["a/b.py", "a/c/d.py"]


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 300, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_thrown_away(damage: bytes, file: Path, tmp_path: Path) -> None:
    filled(file, tmp_path)
    file.write_bytes(damage)
    assert Store(file, tmp_path).known() == {}


def test_another_version_and_another_folder_begin_anew(file: Path, tmp_path: Path) -> None:
    filled(file, tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    assert IndexQuery(file).definitions("f") == ()
    assert Store(file, tmp_path).known() == {}
    filled(file, tmp_path)
    assert Store(file, tmp_path / "other").known() == {}


def test_dead_weight_is_shed(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DEAD_LEAST", 10)
    store = Store(file, tmp_path)
    for _ in range(16):
        store.put([entry("a.py", ROW)])
    store.close()
    assert Store(file, tmp_path).known() == {}
    filled(file, tmp_path)
    assert set(Store(file, tmp_path).known()) == {"a.py"}


def test_damage_in_the_middle_is_told(file: Path, tmp_path: Path) -> None:
    store = Store(file, tmp_path)
    store.put([entry(f"{number}.py", *[ROW] * 20) for number in range(300)])
    store.close()
    data = bytearray(file.read_bytes())
    data[8192:-4096] = b"\xa5" * (len(data) - 12288)
    file.write_bytes(data)
    query = IndexQuery(file)
    assert query.definitions("f") == ()
    assert query.damage
    assert query.file_count == 0, "nothing more is asked of it"
    query.close()
    assert not query.damage


def test_an_index_that_is_not_there_is_an_empty_one(tmp_path: Path) -> None:
    query = IndexQuery(tmp_path / "none.db")
    assert (query.ready, query.file_count, query.definitions("f"), query.damage) == (False, 0, (), "")
    assert not list(tmp_path.iterdir()), "nothing was made"


def test_one_process_at_a_time_goes_through_a_folder(file: Path, tmp_path: Path) -> None:
    first, order = Store(file, tmp_path), list[str]()
    other = Store(file, tmp_path)

    def wait() -> None:
        with other.alone():
            order.append("other")

    with first.alone():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "other"]


def test_indexes_are_named_after_their_folders_and_cleared_together(tmp_path: Path) -> None:
    databases = [database_of(tmp_path / name, tmp_path) for name in ("a", "b", "a")]
    assert databases[0] == databases[2] != databases[1]
    for database in databases:
        filled(database, tmp_path)
    assert size_of(databases[0]) > 4096
    assert clear(tmp_path) == 2
    assert list((tmp_path / "index").iterdir()) == []
    assert clear(tmp_path) == 0 == size_of(databases[0])


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("a/b.py", "b"),
        ("a/__init__.py", "a"),
        ("web/index.ts", "web"),
        ("index.js", "index"),
        ("src/net/mod.rs", "net"),
    ],
)
def test_the_name_that_imports_use(path: str, module: str) -> None:
    assert module_of(path) == module


def test_a_window_that_begins_while_another_does_waits_for_it(tmp_path: Path) -> None:
    database = tmp_path / "index.db"
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")  # as while the first one makes the database write ahead
    threading.Timer(0.3, other.close).start()
    began = time.monotonic()
    Store(database, tmp_path).close()
    assert time.monotonic() - began > 0.2
