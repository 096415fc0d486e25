"""The tandem in a real server process and on the command line: two endpoints on loopback, the ledger, the cap, the status."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import stoker
from tests.support.desk import ALONE, Desk, desk
from tests.support.fixtures import CURSOR
from tests.support.raw_lsp import RawClient, raw_server
from tests.support.wire_double import Reply, WireDouble, chat, failure, wire_double

from stoker_providers.routing import Arm
from stoker_server.paths import find_paths
from stoker_server.state.outcomes import Outcome, OutcomeStore
from stoker_server.state.spend import Spending, SpendRow, SpendStore

CODE = "def area(width, height):\n    return width * height\n"
GOOD = "Multiply the sides.\n\nArgs:\n    width: One side.\n    height: The other one.\n\nReturns:\n    The area."
NAMES = ("compatible/one", "compatible/two")


@asynccontextmanager
async def endpoints() -> AsyncIterator[tuple[WireDouble, WireDouble]]:
    async with wire_double() as one, wire_double() as two:
        yield one, two


def options(one: WireDouble, two: WireDouble, **spend: float) -> dict[str, Any]:
    return {
        "provider": {"name": "tandem", "dialect": "none", "cache_mb": 0},
        "tandem": {
            "first": NAMES[0],
            "second": NAMES[1],
            "first_base_url": f"{one.url}/v1",
            "second_base_url": f"{two.url}/v1",
        },
        "spend": spend,
    }


async def document(client: RawClient, path: Path) -> dict[str, Any]:
    client.open(path.as_uri(), CODE)
    place = {"line": 0, "character": 5}
    argument = {"uri": path.as_uri(), "range": {"start": place, "end": place}}
    params = {"command": "stoker.document", "arguments": [argument]}
    started = await client.request("workspace/executeCommand", params)
    outcome: dict[str, Any] = await client.request("stoker/outcome", {"job": started["job"]})
    return outcome


async def ready(client: RawClient) -> None:
    """Until the models are made: what is asked before that is answered from the code alone. The status waits for them."""
    assert (await client.request("stoker/status", {}))["models"]


async def test_a_limit_is_in_the_status_with_the_time_until_it_lifts_and_kept_to(tmp_path: Path) -> None:
    async with endpoints() as (one, two), raw_server(ALONE) as client:
        await client.initialize(tmp_path, initializationOptions=options(one, two))
        await ready(client)
        before = await client.request("stoker/status", {"uri": (tmp_path / "a.py").as_uri()})
        assert [each["ready"] for each in before["models"]] == [True, True]
        assert (before["mode"], before["drafts"]) == ("repair", " + ".join(NAMES))
        for double in (one, two):  # whoever of the two leads
            double.script(failure(429, "Too many requests", retry_after="50"))
        (tmp_path / "a.py").write_text(CODE)
        first = await document(client, tmp_path / "a.py")
        assert first["receipt"]["author"] == "facts", "both are limited"
        after = await client.request("stoker/status", {})
        assert [each["name"] for each in after["models"]] == list(NAMES)
        assert not any(each["ready"] for each in after["models"])
        assert all(45 <= each["lifts_in"] <= 50 for each in after["models"])
        assert all("too many requests" in each["reason"] for each in after["models"])
        said = [each["params"]["message"] for each in client.notifications if each["method"] == "window/showMessage"]
        assert any("It lifts in 50 s. compatible/two is asked meanwhile." in each for each in said)
        asked = (len(one.seen), len(two.seen))
        second = await document(client, tmp_path / "a.py")
        assert second["receipt"]["author"] == "facts"
        assert (len(one.seen), len(two.seen)) == asked, "neither is asked before it wishes to be"
        assert await client.close() == 0


async def test_ghost_text_falls_to_the_other_half(tmp_path: Path) -> None:
    async with endpoints() as (one, two):
        one.script(failure(503, "overloaded"), failure(503, "overloaded"))
        two.script(failure(503, "overloaded"), failure(503, "overloaded"))
        async with raw_server(ALONE) as client:
            await client.initialize(tmp_path, initializationOptions=options(one, two))
            await ready(client)
            one.forget()
            two.forget()
            one.script(failure(401, "no key"))
            two.script(Reply(chat(["width * height"])))
            path = tmp_path / "b.py"
            client.open(path.as_uri(), "def area(width, height):\n    return ")
            params = {
                "textDocument": {"uri": path.as_uri()},
                "position": {"line": 1, "character": 11},
                "context": {"triggerKind": 1},
            }
            (item,) = (await client.request("textDocument/inlineCompletion", params))["items"]
            assert item["insertText"] == "width * height"
            receipts = await client.request("stoker/receipts", None)
            assert receipts[0]["author"] == "compatible/two"


def spend_today(home: Path, usd: float) -> None:
    database = find_paths({"STOKER_HOME": str(home)}).database
    SpendStore(database).add([SpendRow(Spending(database).today, "docstring", "openai/m", 1, usd=usd)])


async def test_over_the_days_cap_the_facts_draft_and_that_is_told_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    spend_today(home, 2.0)
    async with (
        endpoints() as (one, two),
        raw_server({**ALONE, "STOKER_HOME": str(home), "STOKER_MODELS": str(home / "models")}) as client,
    ):
        await client.initialize(tmp_path, initializationOptions=options(one, two, daily_cap=1.5))
        await ready(client)
        path = tmp_path / "a.py"
        path.write_text(CODE)
        for _ in range(2):
            outcome = await document(client, path)
            assert outcome["receipt"]["author"] == "facts"
        assert not one.seen
        assert not two.seen
        status = await client.request("stoker/status", {})
        assert status["spend"]["reached"]
        assert (status["spend"]["today"], status["spend"]["cap"], status["drafts"]) == (2.0, 1.5, "facts")
        assert 0 < status["spend"]["lifts_in"] <= 86_400
        shown = [each["params"]["message"] for each in client.notifications if each["method"] == "window/showMessage"]
        (told,) = [each for each in shown if "daily_cap" in each]
        assert "$2.00 are spent today and spend.daily_cap allows $1.5; it lifts in " in told
        assert told.endswith("Until then the facts of the code draft.")


async def test_what_requests_cost_is_in_the_ledger(tmp_path: Path) -> None:
    home = tmp_path / "home"
    at: Desk
    async with desk(tmp_path, environ={"STOKER_HOME": str(home)}, cache_mb=0) as at:
        at.says("+ 2")
        page = at.open("a.py", f"total = 1 {CURSOR}\n")
        assert await page.ghost_text(invoked=True) == "+ 2"
        await at.client.close()
    rows = SpendStore(find_paths({"STOKER_HOME": str(home)}).database).rows()
    assert {(row.task, row.model) for row in rows} == {("completion", "compatible/m")}
    assert sum(row.requests for row in rows) == sum(row.unpriced for row in rows) >= 2
    assert rows[0].money is None


@pytest.fixture
def tandem(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set the tandem."""
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text('[provider]\nname = "tandem"\n[spend]\ndaily_cap = 1.0\n')
    keys = {"OPENAI_API_KEY": "sk-the-users-own-key", "GEMINI_API_KEY": "the-users-other-key"}
    return {**ALONE, "STOKER_HOME": str(home), "STOKER_MODELS": str(home / "models"), **keys}


def test_the_report_of_routing(tmp_path: Path, tandem: dict[str, str]) -> None:
    store = OutcomeStore(find_paths(tandem).database)
    arm = Arm("docstring", "python", "gemini/gemini-3.5-flash-lite")
    store.put([Outcome(arm, number != 0, str(number)) for number in range(20)])
    shown = stoker("report", "routing", cwd=tmp_path, environ=tandem)
    assert shown.returncode == 0
    (line,) = [line for line in shown.stdout.splitlines() if line.startswith("docstring   python    gemini/")]
    assert line.split()[3:6] == ["20", "19", "95%"]
    found = json.loads(stoker("report", "routing", "--json", cwd=tmp_path, environ=tandem).stdout)
    row = next(each for each in found if each["tries"])
    assert {key: row[key] for key in ("task", "language", "model", "tries", "successes", "rate")} == {
        "task": "docstring",
        "language": "python",
        "model": arm.model,
        "tries": 20,
        "successes": 19,
        "rate": 0.95,
    }
    assert row["low"] < 0.9 < row["high"]
    assert {each["task"] for each in found} >= {"completion", "end-to-end", "guide", "review", "test"}
    assert next(each for each in found if each["task"] == "end-to-end" and "gemini" in each["model"])["first"] > 0.8


def test_the_report_of_spend(tmp_path: Path, tandem: dict[str, str]) -> None:
    assert stoker("report", "spend", cwd=tmp_path, environ=tandem).stdout == "no model was asked in the last 30 days\n"
    database = find_paths(tandem).database
    today = Spending(database).today
    store = SpendStore(database)
    store.add([SpendRow(today, "docstring", "openai/m", 3, 12_000, 2_000, 900, 40_000, 0.25, 0.0)])
    store.add([SpendRow(today, "completion", "openai/m", 3, 30, 0, 9, 90, 0.0, 0.125, 1)])
    store.add([SpendRow(today, "completion", "compatible/m", 2, unpriced=2)])
    store.add([SpendRow("2020-01-01", "completion", "openai/m", 1, usd=9.0)])
    lines = stoker("report", "spend", cwd=tmp_path, environ=tandem).stdout.splitlines()
    assert [line.split()[1:] for line in lines[1:-1]] == [
        ["completion", "compatible/m", "2", "0", "0", "0", "?"],
        ["completion", "openai/m", "3", "30", "0", "9", "~$0.1250", "+", "?"],
        ["docstring", "openai/m", "3", "12,000", "2,000", "900", "$0.2500"],
    ]
    assert lines[-1] == "today $0.3750 of $1 (spend.daily_cap)"
    found = json.loads(stoker("report", "spend", "--json", "--days", "36500", cwd=tmp_path, environ=tandem).stdout)
    assert (found["today"], found["daily_cap"], len(found["rows"])) == (0.375, 1.0, 4)
    assert [row["money"] for row in found["rows"]] == [None, 0.125, 0.25, 9.0]
    wrong = stoker("report", "spend", "--days", "0", cwd=tmp_path, environ=tandem)
    assert (wrong.returncode, "0 is no number of days" in wrong.stderr) == (2, True)


def test_over_the_cap_the_command_line_says_so_and_the_facts_draft(tmp_path: Path, tandem: dict[str, str]) -> None:
    spend_today(Path(tandem["STOKER_HOME"]), 1.0)
    (tmp_path / "area.py").write_text(CODE)
    done = stoker("document", "area.py", cwd=tmp_path, environ=tandem)
    assert done.returncode == 0
    assert "$1.00 are spent today and spend.daily_cap allows $1; it lifts in " in done.stderr
    assert ", by facts in " in done.stdout
    asked = stoker("refactor", "area.py:1-2", "shorten it", cwd=tmp_path, environ=tandem)
    assert asked.returncode == 1
    assert "an instruction needs a model; $1.00 are spent today" in asked.stdout


def test_the_doctor_names_both_and_shows_no_key(tmp_path: Path, tandem: dict[str, str]) -> None:
    del tandem["GEMINI_API_KEY"]
    shown = stoker("doctor", cwd=tmp_path, environ=tandem).stdout
    assert "two in tandem, mode repair; `stoker report routing` shows who leads" in shown
    assert "openai/gpt-6-luna at https://api.openai.com/v1, key: OPENAI_API_KEY in the environment" in shown
    assert "gemini: there is no key. Set GEMINI_API_KEY" in shown
    assert tandem["OPENAI_API_KEY"] not in shown


async def test_the_editor_says_that_a_models_draft_was_withheld_and_the_facts_drafted(tmp_path: Path) -> None:
    async with endpoints() as (one, two), raw_server(ALONE) as client:
        await client.initialize(tmp_path, initializationOptions=options(one, two))
        await ready(client)
        wrong = Reply(chat(["Multiply.\n\nArgs:\n    nobody: Who."]))
        for double in (one, two):
            double.script(*[wrong] * 4)
        (tmp_path / "a.py").write_text(CODE)
        outcome = await document(client, tmp_path / "a.py")
        assert outcome["receipt"]["author"] == "facts"
        assert outcome["applied"]
        said = [each["params"]["message"] for each in client.notifications if each["method"] == "window/showMessage"]
        assert any("failed a check. This draft is from the facts of the code." in each for each in said), said
