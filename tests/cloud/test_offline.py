"""A week without a network, and a backend that wants breaks: every event arrives once, and typing does not feel it.

``STOKER_OFFLINE_EVENTS=50000`` has as many events wait as are kept. The figures are printed with ``-s``.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.cloud_process import Team, serving
from tests.support.shared import SHOWN

from stoker_providers.http_client import Route
from stoker_server.cli import main
from stoker_server.settings import BackendSettings, Settings, TelemetrySettings
from stoker_server.state.events import EventStore
from stoker_server.sync.backend import Backend, OfflineError
from stoker_server.sync.background import EVERY_SECONDS, keep_in_sync
from stoker_server.sync.once import Sync
from stoker_wire.events import Purpose

EVENTS = int(os.environ.get("STOKER_OFFLINE_EVENTS", "3500"))
DAYS = 7
AWAY = "http://127.0.0.1:1"


def settings_for(url: str, project: str) -> Settings:
    return Settings(backend=BackendSettings(url, project), telemetry=TelemetrySettings(usage=True))


def seconds_to_keep_one(store: EventStore) -> float:
    """What an event costs the thread that keeps it: the median of some."""
    taken = []
    for _ in range(25):
        before = time.perf_counter()
        store.put(SHOWN)
        taken.append(time.perf_counter() - before)
    return statistics.median(taken)


def test_a_week_offline_is_sent_when_the_backend_is_back(team: Team, tmp_path: Path) -> None:
    database, environ = tmp_path / "state.db", {"STOKER_BACKEND_TOKEN": team.token}
    sync, store = Sync(database, settings_for(team.url, team.project), environ), EventStore(database)
    sync.outbox.agree({Purpose.USAGE})
    empty = seconds_to_keep_one(store)
    per_day = (EVENTS - 50) // DAYS
    for _ in range(DAYS):
        store.put(*[SHOWN] * per_day)
        with pytest.raises(OfflineError):
            asyncio.run(Unplugged(database, settings_for(team.url, team.project), environ).run())
    full = seconds_to_keep_one(store)
    waiting = store.count()["shown"]
    before = time.perf_counter()
    done = asyncio.run(sync.run())
    seconds = time.perf_counter() - before
    assert done.events == waiting == per_day * DAYS + 50
    assert team.get("/events") == {"counts": {"shown": waiting}}
    assert asyncio.run(sync.run()).events == 0
    print(
        f"\n{waiting} events delivered in {seconds:.1f} s, {waiting / seconds:.0f}/s; keeping one took {empty * 1e3:.2f} ms"
    )
    print(f"with none waiting and {full * 1e3:.2f} ms with {waiting}: {full / empty:.2f} times as long")
    assert full < 5 * empty


class Unplugged(Sync):
    """A sync whose connections go nowhere."""

    async def open(self) -> Backend:
        return Backend(AWAY, None, Route())


@pytest.fixture
def strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Team]:
    """A backend that allows a token three requests in two seconds."""
    home = str(tmp_path / "cloud")
    with serving({"STOKER_HOME": home, "STOKER_LIMITS_TOKEN": "3 per 2 second"}) as url:
        with monkeypatch.context() as patch:
            patch.setenv("STOKER_HOME", home)
            assert main(["cloud", "init", "Acme", "--json"]) == 0
        made = json.loads(capsys.readouterr().out)
        yield Team(url, made["project"], made["token"])


def test_a_machine_takes_the_breaks_that_the_backend_wants(strict: Team, tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    sync = Sync(database, settings_for(strict.url, strict.project), {"STOKER_BACKEND_TOKEN": strict.token})
    sync.outbox.agree({Purpose.USAGE})
    EventStore(database).put(*[SHOWN] * 5_500)
    assert asyncio.run(sync.run()).events == 5_500  # six batches
    time.sleep(2.1)
    assert strict.get("/events") == {"counts": {"shown": 5_500}}


async def test_a_long_break_ends_the_sync_and_decides_when_the_next_one_is(
    strict: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, waits, real = tmp_path / "state.db", list[float](), asyncio.sleep
    settings = settings_for(strict.url, strict.project)
    Sync(database, settings, {}).outbox.agree({Purpose.USAGE})
    EventStore(database).put(*[SHOWN] * 5_500)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise asyncio.CancelledError
        await real(0)

    monkeypatch.setattr("stoker_server.sync.backend.BREAK_SECONDS", 0.0)
    monkeypatch.setattr("stoker_server.sync.backend._seconds", lambda _: 5 * EVERY_SECONDS)
    monkeypatch.setattr("stoker_server.sync.background.asyncio.sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await keep_in_sync(database, lambda: settings, {"STOKER_BACKEND_TOKEN": strict.token})
    assert 5 * EVERY_SECONDS <= waits[1] <= 1.4 * 5 * EVERY_SECONDS  # never before the time, and not all at once
