"""What Stoker tells a collector of the user's own: what happened, once, without a word of code, and only when asked to."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.cli import stoker
from tests.support.collector import Collector, collecting
from tests.support.raw_lsp import raw_server

from stoker_server.exporting import background, telling
from stoker_server.exporting.background import Export, wrong_with
from stoker_server.exporting.claiming import claim
from stoker_server.paths import find_paths
from stoker_server.state.database import write
from stoker_server.state.events import EventStore
from stoker_wire.events import Accepted, Amount, Checked, Event, Failed, Feedback, Kept, Rejected, Shown, Spent

EVENTS: list[Event] = [
    Shown("a1", "python", "openai", 12, 1, 40),
    Shown("a2", "go", "facts", 30, 3, 4),
    Accepted("a1", Amount.LINE, 8),
    Rejected("a2", 3),
    Kept("a1", 30, 75),
    Checked("c1", "test", "openai", 5, 1, 0, 2, 9000),
    Feedback("c1", True),
    Spent("test", "openai/gpt-5-mini", 2, 900, 100, 1_500_000),
    Spent("test", "openai/gpt-5-mini", 1, 100, 10, -1),
    Failed("gemini/gemini-3", "RateLimitedError", True),
]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


def test_each_kind_is_told_in_numbers_and_once(collector: Collector, tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    store, export, other = EventStore(database), Export(database), Export(database)
    store.put(*EVENTS, why="because of secret_function")
    export.run(collector.url)
    other.run(collector.url)  # another window
    store.put(Shown("a3", "python", "openai", 12, 1, 40))
    export.run(collector.url)
    found = collector.until_metric("stoker.suggestions", "stoker.model.failures")
    assert sorted((each["language"], value) for each, value in found["stoker.suggestions"]) == [
        ("go", 1),
        ("python", 2),
    ]
    told = {name: sum(value for _, value in points) for name, points in found.items()}
    assert told == {
        "stoker.suggestions": 3,
        "stoker.suggestion.duration": 3,
        "stoker.acceptances": 1,
        "stoker.rejections": 1,
        "stoker.kept": 1,
        "stoker.offers": 1,
        "stoker.drafts.withheld": 2,
        "stoker.offer.duration": 1,
        "stoker.feedback": 1,
        "stoker.model.requests": 3,
        "stoker.model.tokens": 1110,
        "stoker.model.spend": 1.5,
        "stoker.model.failures": 1,
    }
    spans = collector.until_spans("completion", "test")
    assert (spans["test"]["ms"], spans["test"]["stoker.withheld"], spans["completion"]["ms"]) == (9000, 2, 40)
    said = collector.everything()
    assert b"secret_function" not in said and str(Path.home()).encode() not in said
    export.close()
    other.close()


def test_what_happened_before_it_was_asked_for_is_passed_over(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    EventStore(database).put(*EVENTS)
    then = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    write(
        database, lambda connection: connection.execute("UPDATE events SET at = ? WHERE kind <> 'spent'", (then,)), "x"
    )
    assert [each.kind for each in claim(database)] == ["spent", "spent"]
    assert claim(database) == []


def test_a_collector_that_is_away_costs_what_was_told_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "SEND_SECONDS", 0.5)
    database = tmp_path / "state.db"
    EventStore(database).put(*EVENTS)
    export = Export(database)
    with caplog.at_level(logging.CRITICAL, "opentelemetry"):
        export.run("http://127.0.0.1:1")
        export.close()
    with collecting() as later:
        EventStore(database).put(EVENTS[0])
        export.run(later.url)  # the address was changed
        assert [value for _, value in later.until_metric("stoker.suggestions")["stoker.suggestions"]] == [1]
    export.close()


def test_an_address_of_no_use_is_said_in_a_sentence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert wrong_with("") == wrong_with("https://otel.example.org") == ""
    for wrong in ("127.0.0.1:4318", "ftp://x", "http://", "http://ann:pw@x", "http://x?y"):
        assert "it is an address such as http://127.0.0.1:4318" in wrong_with(wrong)
    export = Export(tmp_path / "state.db")
    with caplog.at_level(logging.WARNING):
        export.run("nowhere")
        export.run("nowhere")
    assert [each.message.partition(";")[0] for each in caplog.records] == ["monitoring.otlp is 'nowhere'"]
    home = {"STOKER_HOME": str(tmp_path)}
    paths = find_paths(home)
    paths.config.mkdir(parents=True)
    paths.settings_file.write_text('[monitoring]\notlp = "nowhere"\n')
    said = stoker("doctor", environ=home)
    assert said.returncode == 1 and "monitoring.otlp is 'nowhere'" in said.stdout


def test_a_package_that_is_missing_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "NEEDED", ("json", "no_such_package.sdk"))
    assert (
        wrong_with("http://x")
        == "monitoring.otlp needs no_such_package.sdk; install it by `pip install 'stoker[otel]'`"
    )
    assert wrong_with("") == ""


def test_nothing_is_imported_until_it_is_asked_for(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from stoker_server.exporting.background import Export; "
        f"Export(Path({str(tmp_path / 'state.db')!r})).run(''); import stoker_server.app; "
        "sys.exit(any(each.startswith('opentelemetry') for each in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
    assert not (tmp_path / "state.db").exists()


async def test_an_open_editor_exports_with_one_setting(
    collector: Collector, tmp_path: Path, environ: dict[str, str]
) -> None:
    home = {**environ, "STOKER_HOME": str(tmp_path)}
    paths = find_paths(home)
    paths.config.mkdir(parents=True)
    paths.settings_file.write_text(f'[monitoring]\notlp = "{collector.url}"\n')
    EventStore(paths.database).put(EVENTS[0])
    async with raw_server(home) as client:
        await client.initialize()
        found = await asyncio.to_thread(collector.until_metric, "stoker.suggestions")
    assert found["stoker.suggestions"][0][0] == {"language": "python", "author": "openai"}
