"""The builder as a process of its own, on real files."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from tests.core.index.conftest import PATIENCE, Building
from tests.support.projects import fingerprint

from stoker_analyzers.index.pool import read_files
from stoker_analyzers.index.store import Store, remove
from stoker_analyzers.index.walk import Walker

Make = Callable[[Mapping[str, str]], Path]
Build = Callable[[Path], Building]
FILES = {
    "shop/prices.py": "def price(item):\n    return catalogue_entry(item)\n",
    "web/app.ts": "export function render(): void {}\n",
    "notes.txt": "def nothing(): pass\n",
}


def test_a_folder_is_indexed_and_left_as_it_was(folder: Make, build: Build) -> None:
    root = folder(FILES)
    before = fingerprint(root)
    building = build(root)
    assert building.until("ready")["read"] == 2
    assert building.query.ready
    assert [each.path for each in building.query.definitions("price")] == ["shop/prices.py"]
    assert [each.path for each in building.query.definitions("render")] == ["web/app.ts"]
    assert building.query.sharing(["catalogue_entry"]) == ("shop/prices.py",)
    assert fingerprint(root) == before
    assert building.leave() == 0


def test_what_is_known_is_not_read_again(folder: Make, build: Build) -> None:
    root = folder(FILES)
    building = build(root)
    building.until("ready")
    building.leave()
    (root / "shop/prices.py").write_text("def other(): ...\n")
    (root / "new.py").write_text("def fresh(): ...\n")
    (root / "web/app.ts").unlink()
    again = build(root)
    assert again.until("ready")["read"] == 2
    names = ("price", "other", "fresh", "render")
    assert [len(again.query.definitions(name)) for name in names] == [0, 1, 1, 0]
    again.leave()
    third = build(root)
    assert third.until("ready")["read"] == 0


def test_a_file_with_a_new_time_and_its_old_bytes_keeps_its_entry(folder: Make, build: Build, database: Path) -> None:
    root = folder(FILES)
    building = build(root)
    building.until("ready")
    building.leave()
    os.utime(root / "shop/prices.py", ns=(1, 1))
    again = build(root)
    assert again.until("ready")["read"] == 1
    assert again.query.definitions("price")
    again.leave()
    assert Store(database, root).known()["shop/prices.py"][1] == 1


def test_changes_are_taken_as_they_are_told(folder: Make, build: Build) -> None:
    root = folder({**FILES, "old/a.py": "def a(): ...\n", "old/b.py": "def b(): ...\n"})
    building = build(root)
    building.until("ready")

    def change(path: str) -> None:
        building.change(path)
        assert building.until("updated")["path"] == path

    (root / "shop/prices.py").write_text("def cost(): ...\n")
    change("shop/prices.py")
    assert building.query.definitions("cost") and not building.query.definitions("price")
    (root / "web/app.ts").unlink()
    change("web/app.ts")
    assert not building.query.definitions("render")
    (root / ".env.py").write_text("def secret(): ...\n")
    change(".env.py")
    change("notes.txt")
    assert not building.query.definitions("secret") and not building.query.definitions("nothing")
    (root / "old").rename(root / "fresh")
    change("old")
    building.change("fresh")
    building.until("ready")
    assert [each.path for each in building.query.definitions("a")] == ["fresh/a.py"]
    assert building.query.file_count == 3


def test_changed_rules_change_what_belongs(folder: Make, build: Build) -> None:
    root = folder(FILES)
    building = build(root)
    building.until("ready")
    (root / ".gitignore").write_text("web/\n")
    building.change(".gitignore")
    building.until("ready")
    assert not building.query.definitions("render")
    assert building.query.definitions("price")


def test_it_can_be_used_while_it_is_being_built(folder: Make, build: Build) -> None:
    count = 5000
    root = folder({f"p{number % 50}/m{number}.py": f"def f{number}(): ...\n" for number in range(count)})
    building = build(root)
    deadline = time.monotonic() + PATIENCE
    while not building.query.file_count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not building.query.ready
    early = building.query.names_starting("f", 5)
    assert early
    (root / "p0/m0.py").write_text("def changed_meanwhile(): ...\n")
    building.change("p0/m0.py")
    building.until("updated")
    assert building.query.definitions("changed_meanwhile")
    assert building.query.file_count < count, "the change did not wait for the end"
    building.until("ready")
    assert building.query.file_count == count
    assert building.query.definitions("changed_meanwhile") and not building.query.definitions("f0")


def test_it_ends_when_its_input_closes_and_leaves_nothing_behind(folder: Make, build: Build) -> None:
    root = folder({f"m{number}.py": "def f(): ...\n" * 200 for number in range(1000)})
    building = build(root)
    building.until("building")
    while not building.query.file_count:
        time.sleep(0.01)
    children = building.children()
    assert children
    assert building.leave() == 0
    for child in children:
        child.wait(PATIENCE)
    again = build(root)
    assert again.until("ready")["seen"] == 1000
    assert again.query.file_count == 1000


@pytest.mark.skipif(os.name == "nt", reason="no such permissions there")
def test_files_that_cannot_be_read_do_no_harm(folder: Make, build: Build, is_root: bool) -> None:
    root = folder({**FILES, "locked.py": "def locked(): ...\n", "closed/a.py": "def closed(): ...\n"})
    (root / "loop").symlink_to(root)
    (root / "bad.py").write_bytes(b"\xff\xfe def (")
    (root / "binary.py").write_bytes(b"\0\1\2")
    (root / "locked.py").chmod(0)
    (root / "closed").chmod(0)
    try:
        building = build(root)
        building.until("ready")
        assert building.query.definitions("price")
        assert bool(building.query.definitions("locked")) == is_root
        assert bool(building.query.definitions("closed")) == is_root
    finally:
        (root / "closed").chmod(0o700)


@pytest.mark.parametrize("damage", [b"rubbish" * 3000, b""])
def test_a_damaged_index_is_made_anew(damage: bytes, folder: Make, build: Build, database: Path) -> None:
    root = folder(FILES)
    first = build(root)
    first.until("ready")
    first.leave()
    remove(database)
    database.write_bytes(damage)
    again = build(root)
    assert again.until("ready")["read"] == 2
    assert again.query.definitions("price")


def test_damage_to_what_the_builder_reads_is_mended_by_itself(folder: Make, build: Build, database: Path) -> None:
    root = folder({f"long_name_of_a_file_{number}.py": "def f(): ...\n" for number in range(500)})
    first = build(root)
    first.until("ready")
    first.leave()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # so that all stands in one file
    data = bytearray(database.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    database.write_bytes(data)
    again = build(root)
    assert again.until("ready")["read"] == 500


def test_a_database_that_cannot_be_made_is_told(folder: Make, build: Build, database: Path) -> None:
    root = folder(FILES)
    database.parent.write_text("a file where the folder should be")
    building = build(root)
    assert "FileExistsError" in building.until("failed")["why"]
    assert building.process.wait(PATIENCE) == 3


def test_two_windows_share_an_index(folder: Make, build: Build) -> None:
    root = folder({f"m{number}.py": f"def f{number}(): ...\n" for number in range(300)})
    windows = [build(root), build(root)]
    read = [window.until("ready")["read"] for window in windows]
    assert sum(read) == 300, "the second found the work done"
    assert windows[0].query.file_count == 300


def test_a_file_that_ends_its_process_costs_that_file_alone(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser of tree-sitter can end a process; here the reading of one file does."""
    root = folder({f"m{number}.py": f"def f{number}(): ...\n" for number in range(60)})
    source = (
        "import os, sys\nfrom pathlib import Path\nimport stoker_analyzers.index.pool as pool\nread = pool.read_file\n"
        "def fatal(root, path, *rest):\n    if path == 'm7.py': os._exit(9)\n    return read(root, path, *rest)\n"
        "pool.read_file = fatal\npool.serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)\n"
    )
    monkeypatch.setattr("stoker_analyzers.index.pool._COMMAND", ("-c", source))
    tasks = [(path, stamp, b"") for path, stamp in Walker(root).files()]
    entries = [entry for batch in read_files(root, tasks, 2) for entry in batch]
    assert sorted(each.path for each in entries) == sorted(path for path, *_ in tasks)
    assert [each.path for each in entries if not each.rows] == ["m7.py"]
