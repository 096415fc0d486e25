"""What could keep two sides apart for ever: restored backups, erased names, titles that are refused, links that change."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from tests.cloud.test_sync import FOLDER, LATER, NOW, ON, Machine, machine, note, todo
from tests.support.cloud_process import Team, start_serving
from tests.support.shared import SHOWN

from stoker_server.settings import BackendSettings, Settings
from stoker_server.state.events import EventStore
from stoker_server.sync.backend import Backend, BackendError
from stoker_server.sync.background import keep_in_sync, sync_and_note
from stoker_wire.tasks import State

__all__ = ["machine"]


def linked(team: Team, *machines: Machine) -> None:
    for each in machines:
        each.sync.shared.link(FOLDER, team.project)


def test_an_erased_name_does_not_come_back_with_the_next_sync(machine: Callable[..., Machine], team: Team) -> None:
    ann, zoe = machine("ann"), machine("zoe")
    linked(team, ann, zoe)
    ann.tasks.put(FOLDER, note())
    ann.run()
    ann.change(assignee="bob", changed=NOW)
    for each in (ann, zoe):
        each.run()
    head = {"Authorization": f"Bearer {team.token}"}
    made = httpx2.post(f"{team.url}/v1/users", headers=head, json={"name": "bob"}).raise_for_status().json()
    httpx2.post(f"{team.url}/v1/users/{made['id']}/erase", headers=head).raise_for_status()
    for each in (ann, zoe, ann, zoe):
        each.run()
    assert [each.task().assignee for each in (ann, zoe)] == ["", ""]
    assert team.get("/tasks")["tasks"][0]["fields"]["assignee"]["value"] == ""
    assert "bob" not in str(team.get(f"/tasks/{note().id}/edits"))


@pytest.mark.parametrize("title", ["for the 👩‍💻 on call", "prix\u00a0: 3\u202f€", "a\tb\x1b[31m", "x" * 700])
def test_a_title_that_is_not_one_printable_line_holds_up_nothing(
    machine: Callable[..., Machine], team: Team, title: str
) -> None:
    ann = machine("ann")
    linked(team, ann)
    ann.tasks.put(FOLDER, note(title), replace(todo(), title="fine"))
    assert ann.run().edits == 2
    assert len(team.get("/tasks")["tasks"]) == 2
    assert title in {each.title for each in ann.tasks.all(FOLDER)}  # here it stays as it was written
    assert ann.run().edits == 0


def test_a_machine_that_was_set_back_loses_no_event(machine: Callable[..., Machine], team: Team) -> None:
    ann = machine("ann")
    ann.run()
    events = EventStore(ann.database)
    events.put(SHOWN, SHOWN)
    ann.run()
    with closing(sqlite3.connect(ann.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = shutil.copy(ann.database, ann.database.with_suffix(".backup"))
    events.put(*[SHOWN] * 20)
    ann.run()
    for each in ann.database.parent.glob("state.db*"):
        each.unlink()
    shutil.copy(backup, ann.database)
    for _ in range(5):
        events.put(SHOWN)
        ann.run()
    assert team.get("/events") == {"counts": {"shown": 27}}


def test_a_backend_from_a_backup_hears_again_what_it_forgot_and_its_changes_are_heard(
    machine: Callable[..., Machine], tmp_path: Path, team: Team, served: tuple[str, str]
) -> None:
    ann, zoe = machine("ann"), machine("zoe")
    linked(team, ann, zoe)
    ann.tasks.put(FOLDER, note())
    for each in (ann, zoe):
        each.run()
    home = tmp_path / "restored"
    shutil.copytree(served[1], home)
    with closing(sqlite3.connect(Path(served[1]) / "cloud" / "cloud.db")) as now:
        copy = home / "cloud" / "cloud.db"
        for file in copy.parent.glob("cloud.db*"):
            file.unlink()
        with closing(sqlite3.connect(copy)) as then:
            now.backup(then)
    for number in range(5):
        ann.change(title=f"title {number}", changed=NOW)
        ann.run()
        zoe.run()
    process, url = start_serving({"STOKER_HOME": str(home)})
    try:
        for each in (ann, zoe):
            settings = Settings(backend=BackendSettings(url, team.project))
            each.sync._settings = settings
        zoe.change(state=State.DONE, changed=LATER)
        for each in (zoe, ann, zoe, ann):
            each.run()
        restored = Team(url, team.project, team.token)
        fields = restored.get("/tasks")["tasks"][0]["fields"]
        assert (fields["title"]["value"], fields["state"]["value"]) == ("title 4", "done")
        assert ann.task().state is State.DONE and ann.task().title == "title 4"
        assert zoe.task().title == "title 4"
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_an_answer_for_a_link_that_has_ended_is_left(machine: Callable[..., Machine], team: Team) -> None:
    ann, zoe = machine("ann"), machine("zoe")
    linked(team, ann, zoe)
    ann.tasks.put(FOLDER, note())
    ann.run()
    page = team.get("/tasks")
    (old,) = zoe.sync.shared.links()
    zoe.sync.shared.link(FOLDER, "another")  # in a terminal, while a sync is under way
    zoe.sync.shared.take(old, page["tasks"], page["cursor"])
    assert [(each.project, each.cursor) for each in zoe.sync.shared.links()] == [("another", 0)]
    assert zoe.tasks.all(FOLDER) == []


def test_without_its_number_a_machine_stamps_nothing(
    machine: Callable[..., Machine], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = machine("ann")
    linked(team, ann)
    ann.tasks.put(FOLDER, note())
    with monkeypatch.context() as locked:  # another process holds the database for longer than one waits
        locked.setattr("stoker_server.state.outbox.write", lambda *_: None)
        with pytest.raises(BackendError, match="local database"):
            ann.run()
    assert ann.run().edits == 1


def test_a_sync_ends_with_a_sentence_where_the_answer_is_of_another_form(
    machine: Callable[..., Machine], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = machine("ann")
    linked(team, ann)

    async def ask(*_: object) -> object:
        return {"news": []}

    monkeypatch.setattr(Backend, "ask", ask)
    settings = Settings(backend=BackendSettings(team.url, team.project))
    failed = asyncio.run(sync_and_note(ann.database, settings, {"STOKER_BACKEND_TOKEN": team.token}))
    assert failed is not None and "something else than Stoker's backend" in failed.why


async def test_what_happens_while_no_backend_is_wanted_is_never_sent(
    machine: Callable[..., Machine], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, real, rounds = machine("ann"), asyncio.sleep, 0
    events = EventStore(ann.database)
    on = Settings(backend=BackendSettings(team.url, team.project), telemetry=ON)
    settings = on

    async def sleep(_: float) -> None:
        nonlocal settings, rounds
        rounds += 1
        if rounds in (2, 4):  # first with a backend, then without one, then with it again
            events.put(*[SHOWN] * rounds)
        if rounds == 2:
            settings = Settings()
        if rounds == 3:
            events.put(*[SHOWN] * 10)
            settings = on
        if rounds == 6:
            raise asyncio.CancelledError
        await real(0)

    monkeypatch.setattr("stoker_server.sync.background.asyncio.sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await keep_in_sync(ann.database, lambda: settings, {"STOKER_BACKEND_TOKEN": team.token})
    assert team.get("/events") == {"counts": {"shown": 4}}
