"""``stoker tasks`` as a user runs it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import stoker
from tests.support.projects import make_project

CART = "def total(items):\n    # FIXME(ann): discounts\n    return sum(items)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "shop", {"stoker.toml": "", "src/cart.py": CART, "b.py": "# TODO: b\n"})


def listed(project: Path, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(stoker("tasks", "list", "--json", *more, cwd=project).stdout)
    return found


def test_they_are_listed_by_place_with_who_is_to_do_them(project: Path) -> None:
    done = stoker("tasks", "list", cwd=project / "src")
    assert [line.split(maxsplit=1)[1] for line in done.stdout.splitlines()[:-1]] == [
        "fixme  src/cart.py:2  total  discounts  @ann"
    ]
    assert done.stdout.splitlines()[-1] == "1 open task in src"
    assert [each["title"] for each in listed(project)] == ["b", "discounts"]
    assert [each["title"] for each in listed(project, "--kind", "todo")] == ["b"]
    assert [each["title"] for each in listed(project, "src/cart.py")] == ["discounts"]


def test_one_is_written_down_assigned_finished_and_opened_again(project: Path) -> None:
    added = stoker("tasks", "add", "ask  Zoe", "--at", "src/cart.py:3", "--for", "me", "--json", cwd=project)
    task = json.loads(added.stdout)
    assert (task["title"], task["place"]["symbol"], task["assignee"]) == ("ask Zoe", "total", "me")
    assert stoker("tasks", "assign", task["id"][:6], "zoe", cwd=project).returncode == 0
    assert {each["assignee"] for each in listed(project, "--kind", "note")} == {"zoe"}
    assert stoker("tasks", "done", task["id"], cwd=project).stdout == f"{task['id'][:6]} done: ask Zoe\n"
    assert listed(project, "--kind", "note") == []
    assert [each["state"] for each in listed(project, "--kind", "note", "--all")] == ["done"]
    assert stoker("tasks", "reopen", task["id"], cwd=project).returncode == 0
    assert len(listed(project, "--kind", "note")) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("done", "nobody"), 1, "no task of "),
        (("done", ""), 1, "2 tasks begin with ''; give more of the id"),
        (("add", "x", "--at", "src/cart.py"), 2, "'src/cart.py' is not FILE:LINE, e.g. app.py:12"),
        (("add", " "), 2, "say in a few words what is to be done"),
        (("add", "x", "--at", "src/cart.py:99"), 2, "src/cart.py has no line 99; it has 4"),
        (("list", "missing"), 2, "there is no file or folder missing"),
        (("import", "missing"), 2, "missing can't be read"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_sentence(
    arguments: tuple[str, ...], status: int, said: str, project: Path
) -> None:
    assert len(listed(project)) == 2
    done = stoker("tasks", *arguments, cwd=project)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(f"stoker: {said}")
    assert done.stderr.count("\n") == 1


def test_a_kind_that_there_is_not_is_told_those_that_there_are(project: Path) -> None:
    done = stoker("tasks", "list", "--kind", "bogus", cwd=project)
    assert done.returncode == 2
    assert "docstring" in done.stderr
    assert "Kind." not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("tasks", "add", "ask Zoe"), ("tasks", "list"), ("events", "show"), ("events", "clear"), ("sync", "status")],
)
def test_with_a_damaged_database_nothing_is_said_to_be_done(
    arguments: tuple[str, ...], project: Path, tmp_path: Path
) -> None:
    state = tmp_path / "home" / "state"
    state.mkdir(parents=True)
    (state / "state.db").write_text("garbage")
    done = stoker(*arguments, cwd=project, environ={"STOKER_HOME": str(tmp_path / "home")})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        f"stoker: the local database can't be used, {state / 'state.db'}: file is not a database;"
    )
    assert done.stderr.count("\n") == 1
    assert (state / "state.db").read_text() == "garbage"


@pytest.mark.parametrize("arguments", [("tasks", "add", "ask Zoe"), ("events", "clear")])
def test_with_a_locked_database_nothing_is_said_to_be_done(
    arguments: tuple[str, ...], project: Path, tmp_path: Path
) -> None:
    file, environ = tmp_path / "home" / "state" / "state.db", {"STOKER_HOME": str(tmp_path / "home")}
    assert stoker("tasks", "add", "before", cwd=project, environ=environ).returncode == 0
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = stoker(*arguments, cwd=project, environ=environ)
    assert done.returncode == 2, done
    assert done.stderr == f"stoker: the local database can't be used, {file}: database is locked; nothing was changed\n"
    left = stoker("tasks", "list", cwd=project, environ=environ).stdout
    assert ("before" in left, "ask Zoe" in left) == (True, False)


def test_the_doctor_finds_a_damaged_database(project: Path, tmp_path: Path) -> None:
    state = tmp_path / "home" / "state"
    state.mkdir(parents=True)
    (state / "state.db").write_text("garbage")
    done = stoker("doctor", cwd=project, environ={"STOKER_HOME": str(tmp_path / "home")})
    assert done.returncode == 1
    assert f"the local database can't be used, {state / 'state.db'}: file is not a database" in done.stdout


def test_help_is_written_for_a_terminal() -> None:
    done = stoker("tasks", "--help")
    assert "`stoker tasks`: what is left" in done.stdout
    assert "``" not in done.stdout
