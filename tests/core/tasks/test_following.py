"""A task stays the same while its code moves, is gone with its cause, and comes back with it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.state.tasks import FORGOTTEN, TaskStore
from stoker_server.tasks.causes import place_at, scan_folder
from stoker_wire.tasks import Kind, Place, State, Task

CART = "def total(items):\n    # TODO: discounts\n    return sum(items)\n\n\ndef other():\n    # TODO: other things\n    pass\n"


class Folder:
    """A folder whose tasks are looked for again after each change."""

    def __init__(self, root: Path, database: Path) -> None:
        self.root = root
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.store = TaskStore(database, lambda: self.now)

    def look(self) -> dict[str, Task]:
        """All tasks by their titles."""
        self.now += timedelta(seconds=1)
        anchored = self.store.is_anchored(self.root)
        self.store.take(self.root, scan_folder(self.root, self.store.stamps(self.root), lines=anchored))
        return {each.title: each for each in self.store.all(self.root)}

    def write(self, name: str, text: str) -> dict[str, Task]:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)
        return self.look()

    def note(self, name: str, line: int) -> Task:
        path = self.root / name
        place = place_at(name, Snapshot("", path.read_text(), by_path(path)), line)
        task = Task("ab12", Kind.NOTE, "a note", place, State.OPEN, "", "", "2026", "2026")
        self.store.put(self.root, task)
        return task


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    yield Folder(make_project(tmp_path / "shop", {"cart.py": CART}), tmp_path / "state.db")


def test_what_comments_say_becomes_tasks(folder: Folder) -> None:
    found = folder.look()
    places = {title: (each.kind, str(each.place), each.place.symbol) for title, each in found.items()}
    assert places == {
        "discounts": (Kind.TODO, "cart.py:2", "total"),
        "other things": (Kind.TODO, "cart.py:7", "other"),
    }
    assert {each.state for each in found.values()} == {State.OPEN}


def test_lines_above_move_it_and_change_nothing_else(folder: Folder) -> None:
    before = folder.look()["discounts"]
    after = folder.write("cart.py", "import os\n\n\n" + CART)["discounts"]
    assert after == replace(before, place=Place("cart.py", "total", 5))


def test_a_renamed_function_and_a_moved_file_keep_it(folder: Folder) -> None:
    before = folder.look()["discounts"]
    renamed = folder.write("cart.py", CART.replace("def total", "def sum_of"))["discounts"]
    assert (renamed.id, renamed.place.symbol) == (before.id, "sum_of")
    (folder.root / "cart.py").rename(folder.root / "basket.py")
    moved = folder.look()
    assert {title: (each.id, each.place.file) for title, each in moved.items()} == {
        "discounts": (before.id, "basket.py"),
        "other things": (moved["other things"].id, "basket.py"),
    }


def test_retold_words_keep_it_and_others_do_not(folder: Folder) -> None:
    before = folder.look()["discounts"]
    retold = folder.write("cart.py", CART.replace("discounts", "discounts and vouchers"))
    assert retold["discounts and vouchers"].id == before.id
    other = folder.write("cart.py", CART.replace("discounts", "ask Zoe"))
    assert other["ask Zoe"].id != before.id
    assert other["discounts and vouchers"].state is State.GONE


def test_it_is_gone_with_its_comment_and_its_file_and_comes_back(folder: Folder) -> None:
    before = folder.look()
    gone = folder.write("cart.py", CART.replace("    # TODO: discounts\n", ""))
    assert {title: each.state for title, each in gone.items()} == {"discounts": State.GONE, "other things": State.OPEN}
    (folder.root / "cart.py").unlink()
    assert {each.state for each in folder.look().values()} == {State.GONE}
    back = folder.write("cart.py", CART)
    assert {title: (each.id, each.state) for title, each in back.items()} == {
        title: (each.id, State.OPEN) for title, each in before.items()
    }


def test_what_somebody_called_done_stays_done_while_the_comment_stands(folder: Folder) -> None:
    done = replace(folder.look()["discounts"], state=State.DONE)
    folder.store.put(folder.root, done)
    assert folder.write("cart.py", "\n" + CART)["discounts"].state is State.DONE


def test_whom_the_code_names_is_to_do_it_unless_somebody_else_was_named(folder: Folder) -> None:
    named = folder.write("cart.py", CART.replace("TODO: discounts", "TODO(ann): discounts"))["discounts"]
    assert named.assignee == "ann"
    folder.store.put(folder.root, replace(named, assignee="bob"))
    assert folder.write("cart.py", "\n" + CART.replace("TODO:", "TODO(ann):"))["discounts"].assignee == "bob"


def test_equal_comments_are_told_apart_by_their_order(folder: Folder) -> None:
    twice = "# TODO: same\na = 1\n# TODO: same\n"
    folder.write("a.py", twice)
    before = [each.id for each in folder.store.all(folder.root) if each.place.file == "a.py"]
    folder.write("a.py", "\n" + twice)
    assert [each.id for each in folder.store.all(folder.root) if each.place.file == "a.py"] == before


def test_drifted_documentation_is_a_task_until_it_is_mended(folder: Folder) -> None:
    text = 'def f(value):\n    """Do.\n\n    Args:\n        amount: What.\n    """\n    print(value)\n'
    (title,) = set(folder.write("doc.py", text)) - {"discounts", "other things"}
    assert folder.look()[title].kind is Kind.DOCSTRING
    assert folder.write("doc.py", text.replace("amount:", "value:"))[title].state is State.GONE


def test_a_note_follows_its_function_through_the_file_and_into_another(folder: Folder) -> None:
    folder.look()
    assert folder.note("cart.py", 3).place == Place("cart.py", "total", 3, 2)
    assert folder.write("cart.py", "import os\n\n" + CART)["a note"].place == Place("cart.py", "total", 5, 2)
    (folder.root / "cart.py").write_text("pass\n")
    assert folder.write("new.py", "\n\n\n" + CART)["a note"].place == Place("new.py", "total", 6, 2)


def test_files_that_have_not_changed_are_not_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.look()
    opened: list[Path] = []
    whole = Path.read_bytes

    def noted(path: Path) -> bytes:
        opened.append(path)
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    folder.look()
    assert opened == []
    folder.write("a.py", "# TODO: a\n")
    assert opened == [folder.root / "a.py"]


def test_ignored_files_and_files_for_keys_are_left_out(folder: Folder) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder.root, check=True)
    (folder.root / ".gitignore").write_text("build/\n")
    assert "ignored" not in folder.write("build/a.py", "# TODO: ignored\n")


def test_what_is_gone_for_long_is_forgotten(folder: Folder) -> None:
    folder.look()
    folder.write("cart.py", "pass\n")
    assert folder.store.all(folder.root)
    folder.now += FORGOTTEN + timedelta(days=1)
    folder.look()
    assert not folder.store.all(folder.root)


def test_edits_of_one_task_at_once_undo_none_of_each_other(folder: Folder) -> None:
    task = folder.store.note(folder.root, "call the bank", Place())

    def assign() -> list[str]:
        told = []
        for number in range(40):
            folder.store.change(folder.root, task.id, assignee=str(number))
            told += [each.assignee for each in folder.store.find(folder.root, task.id)]
        return told

    def mark() -> None:
        for number in range(40):
            folder.store.change(folder.root, task.id, state=(State.DONE, State.OPEN)[number % 2])

    with ThreadPoolExecutor(2) as threads:
        assigned, marked = threads.submit(assign), threads.submit(mark)
        assert assigned.result() == [str(number) for number in range(40)]
        marked.result()
    assert folder.store.change(folder.root, "no such task", assignee="ann") is None
