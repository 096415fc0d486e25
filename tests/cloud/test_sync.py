"""Two machines and a backend that is a process of its own: what is sent, what is not, and whose edit holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.cloud_process import Team
from tests.support.shared import SHOWN

from stoker_server.settings import BackendSettings, Settings, TelemetrySettings
from stoker_server.state.events import EventStore
from stoker_server.state.outbox import EVENTS
from stoker_server.state.tasks import TaskStore
from stoker_server.sync.backend import RefusedError
from stoker_server.sync.background import EVERY_SECONDS, FIRST_SECONDS, PROBLEM, keep_in_sync, sync_and_note
from stoker_server.sync.once import Sync, Synced
from stoker_wire.events import Feedback, Purpose, Spent
from stoker_wire.sharing import AHEAD_MS, now_ms
from stoker_wire.tasks import Kind, Place, State, Task

ON = TelemetrySettings(usage=True)
THEN, NOW = "2026-11-20T12:00:00+00:00", "2026-11-21T12:00:00+00:00"
LATER = "2026-11-22T12:00:00+00:00"
FOLDER = Path("/home/ann/shop")


@dataclass
class Machine:
    """One machine's local database, in step with a backend by one call."""

    database: Path
    sync: Sync
    tasks: TaskStore

    def run(self) -> Synced:
        return asyncio.run(self.sync.run())

    def task(self) -> Task:
        (task,) = self.tasks.all(FOLDER)
        return task

    def change(self, **fields: Any) -> None:
        self.tasks.put(FOLDER, replace(self.task(), **fields))


@pytest.fixture
def machine(team: Team, tmp_path: Path) -> Callable[..., Machine]:
    def made(name: str, telemetry: TelemetrySettings = ON) -> Machine:
        database = tmp_path / name / "state.db"
        settings = Settings(backend=BackendSettings(team.url, team.project), telemetry=telemetry)
        environ = {"STOKER_BACKEND_TOKEN": team.token}
        return Machine(database, Sync(database, settings, environ), TaskStore(database))

    return made


def note(title: str = "ask Zoe", identifier: str = "abcdef012345") -> Task:
    return Task(identifier, Kind.NOTE, title, Place("cart.py", "Cart.total", 12, 2), State.OPEN, "", "", THEN, THEN)


def todo() -> Task:
    return Task("aaaaaaaaaaaa", Kind.TODO, "round up", Place("cart.py", "Cart", 3), State.OPEN, "", "", THEN, THEN)


def test_only_what_was_asked_for_is_sent_and_only_from_then_on(machine: Callable[..., Machine], team: Team) -> None:
    ann = machine("ann")
    events = EventStore(ann.database)
    events.put(SHOWN, SHOWN)
    assert ann.run() == Synced()  # they are from before
    events.put(SHOWN, Spent("completion", "openai/gpt", 1, 2, 3, 4), Feedback("a1", good=False), why="my own words")
    assert ann.run() == Synced(events=1)
    assert ann.run() == Synced()
    assert team.get("/events") == {"counts": {"shown": 1}}


def test_with_everything_off_the_backend_is_not_even_asked(machine: Callable[..., Machine], tmp_path: Path) -> None:
    ann = machine("ann", TelemetrySettings())
    EventStore(ann.database).put(SHOWN)
    ann.sync = Sync(ann.database, Settings(backend=BackendSettings("http://127.0.0.1:1", "p")), {})
    assert ann.run() == Synced()


def test_thousands_of_events_go_out_in_batches_and_a_forgetful_backend_gets_them_again(
    machine: Callable[..., Machine], team: Team
) -> None:
    ann = machine("ann")
    ann.run()
    EventStore(ann.database).put(*[SHOWN] * 2500)
    assert ann.run() == Synced(events=2500)
    ann.sync.outbox.acknowledge(f"{team.url} {team.project}", 2)  # this machine forgot: nothing is stored twice
    assert ann.run().events == 2498
    assert team.get("/events") == {"counts": {"shown": 2500}}
    ann.sync.outbox.note(EVENTS, "0" * 32)  # to the backend another installation, none of whose events it has
    EventStore(ann.database).put(SHOWN)
    assert ann.run().events == 2501
    assert team.get("/events") == {"counts": {"shown": 2501}}


def test_notes_and_decisions_reach_the_other_machine_and_the_later_edit_holds(
    machine: Callable[..., Machine], team: Team
) -> None:
    ann, bob = machine("ann"), machine("bob")
    ann.tasks.put(FOLDER, note())
    assert ann.run() == Synced()  # not linked, so not shared
    for each in (ann, bob):
        each.sync.shared.link(FOLDER, team.project)
    ann.run()
    assert bob.run() == Synced(taken=1)
    assert (bob.task().title, bob.task().place.symbol) == ("ask Zoe", "Cart.total")
    bob.change(state=State.DONE, changed=LATER)
    ann.change(title="ask Zoe and Max", assignee="ann", state=State.DONE, changed=NOW)
    ann.change(state=State.OPEN)
    bob.run()
    ann.run()
    bob.run()
    for each in (ann, bob):
        task = each.task()
        assert (task.title, task.assignee, task.state) == ("ask Zoe and Max", "ann", State.DONE)
    assert ann.run() == bob.run() == Synced()


def test_a_later_edit_holds_whichever_machine_syncs_first(machine: Callable[..., Machine], team: Team) -> None:
    ann, bob = machine("ann"), machine("bob")
    ann.tasks.put(FOLDER, note())
    for each in (ann, bob):
        each.sync.shared.link(FOLDER, team.project)
        each.run()
    ann.change(title="later", changed=LATER)
    bob.change(title="earlier", changed=NOW)
    for each in (ann, bob, ann, bob):
        each.run()
    assert ann.task().title == bob.task().title == "later"
    edits = team.get(f"/tasks/{note().id}/edits")["edits"]
    assert [each["value"] for each in edits if each["field"] == "title"] == ["ask Zoe", "earlier", "later"]


def test_who_sees_the_same_comment_later_does_not_undo_what_was_decided(
    machine: Callable[..., Machine], team: Team
) -> None:
    ann, bob = machine("ann"), machine("bob")
    for each in (ann, bob):
        each.sync.shared.link(FOLDER, team.project)
    ann.tasks.put(FOLDER, replace(todo(), state=State.DONE, changed=NOW))
    ann.run()
    bob.tasks.put(FOLDER, replace(todo(), id="bbbbbbbbbbbb", created=LATER, changed=LATER))  # he finds it by himself
    bob.run()
    assert bob.task().state is State.DONE
    bob.change(state=State.GONE)  # on another branch of his
    bob.run()
    ann.run()
    assert ann.task().state is State.DONE
    assert len(team.get("/tasks")["tasks"]) == 1


async def test_a_running_server_syncs_by_itself_and_waits_longer_while_the_backend_is_away(
    machine: Callable[..., Machine], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, waits = machine("ann"), list[float]()
    ann.sync.outbox.agree({Purpose.USAGE})
    EventStore(ann.database).put(SHOWN)
    settings = Settings(backend=BackendSettings("http://127.0.0.1:1", team.project), telemetry=ON)
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        nonlocal settings
        waits.append(seconds)
        if len(waits) == 4:  # now it is there
            settings = replace(settings, backend=replace(settings.backend, url=team.url))
        if len(waits) == 6:
            raise asyncio.CancelledError
        await real(0)

    monkeypatch.setattr("stoker_server.sync.background.asyncio.sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await keep_in_sync(ann.database, lambda: settings, {"STOKER_BACKEND_TOKEN": team.token})
    first, *away, back, _ = waits
    assert first == FIRST_SECONDS
    assert away == [pytest.approx(2**power * EVERY_SECONDS, rel=0.21) for power in (1, 2, 3)]
    assert back == pytest.approx(EVERY_SECONDS, rel=0.21)
    assert team.get("/events") == {"counts": {"shown": 1}}


def test_an_edit_made_while_the_answer_was_under_way_is_not_lost(machine: Callable[..., Machine], team: Team) -> None:
    ann = machine("ann")
    ann.sync.shared.link(FOLDER, team.project)
    ann.tasks.put(FOLDER, note())
    ann.run()
    ann.change(title="first", changed=NOW)
    edits = [asdict(each) for each in ann.sync.shared.edits(FOLDER, ann.sync.outbox.client())]
    team.post("/tasks", {"edits": edits})  # it arrives, and the process dies before the answer
    ann.change(title="second")  # within the same second
    ann.run()
    assert ann.task().title == "second"
    fields = team.get("/tasks")["tasks"][0]["fields"]
    assert fields["title"]["value"] == "second"


def test_edits_of_a_clock_that_was_wrong_wait_until_it_is_right(
    machine: Callable[..., Machine], team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ahead = machine("ann"), now_ms() + 3 * AHEAD_MS
    ann.sync.shared.link(FOLDER, team.project)
    ann.tasks.put(FOLDER, note())
    ann.run()
    with monkeypatch.context() as wrong:
        wrong.setattr("stoker_server.state.shared_tasks.now_ms", lambda: ahead)
        ann.change(title="from the future", changed="2099-01-01T00:00:00+00:00")
        with pytest.raises(RefusedError, match="set this machine's clock right"):
            ann.run()
    ann.run()
    assert team.get("/tasks")["tasks"][0]["fields"]["title"]["value"] == "from the future"


async def test_a_backend_that_is_away_is_a_sentence_and_loses_nothing(machine: Callable[..., Machine]) -> None:
    ann = machine("ann")
    ann.sync.outbox.agree({Purpose.USAGE})
    EventStore(ann.database).put(SHOWN)
    away = Settings(backend=BackendSettings("http://127.0.0.1:1", "p"), telemetry=ON)
    failed = await sync_and_note(ann.database, away, {"STOKER_BACKEND_TOKEN": "x"})
    assert failed is not None and failed.why.startswith("http://127.0.0.1:1 can't be reached")
    assert ann.sync.outbox.value(PROBLEM) == failed.why
    batch = ann.sync.outbox.waiting("elsewhere")
    assert batch is not None and len(batch.events) == 1


def test_no_event_bears_a_number_that_an_edit_of_a_task_bears(machine: Callable[..., Machine], team: Team) -> None:
    ann = machine("ann")
    ann.run()  # from here on events count
    EventStore(ann.database).put(SHOWN)
    ann.sync.shared.link(FOLDER, team.project)
    ann.tasks.note(FOLDER, "ask Zoe", Place())
    batch = ann.sync.outbox.waiting(f"{team.url} {team.project}")
    assert batch is not None and ann.run() == Synced(events=1, edits=1)
    (task,) = team.get("/tasks")["tasks"]
    # The backend knows whose edits are; by a number that both bear it would know whose events are, too.
    assert not [field for field, each in task["fields"].items() if batch.client in each["stamp"]]


def test_a_name_that_the_backend_has_erased_goes_from_machines_too(machine: Callable[..., Machine], team: Team) -> None:
    ann = machine("ann")
    ann.sync.shared.link(FOLDER, team.project)
    ann.tasks.note(FOLDER, "ask Zoe", Place(), "Zoe")
    ann.run()
    (told,) = team.get("/tasks")["tasks"]
    told["fields"]["assignee"]["value"] = ""  # as erasing a member leaves it: the stamp stays
    (link,) = ann.sync.shared.links()
    assert ann.sync.shared.take(link, [told]) == 1
    assert ann.task().assignee == ""
