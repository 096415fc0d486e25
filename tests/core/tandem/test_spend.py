"""The ledger: what every attempt cost, from several windows at once, and the day's cap."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.support.scripted import Scripted

from stoker_providers.base import Chat, Message, PromptSpan, Request, Role, ask
from stoker_providers.budget import Caps, Metered, Spent, reckon
from stoker_providers.errors import ServerError
from stoker_providers.models import MODELS
from stoker_providers.wrapper import streaming
from stoker_server.paths import find_paths
from stoker_server.state.spend import Spending, SpendRow, SpendStore
from stoker_server.workspace import Workspace
from stoker_wire.usage import Usage

REQUEST = Request(Chat((Message(Role.USER, (PromptSpan("x" * 30),)),)), "docstring")
WRITER = """
import sys
from pathlib import Path
from stoker_server.state.spend import SpendRow, SpendStore
store = SpendStore(Path(sys.argv[1]))
for _ in range(40):
    store.add([SpendRow("2026-11-01", "docstring", "openai/m", 1, 10, 4, 5, 30, 0.25, 0.5, 0)])
"""


def spent(usd: float | None, *, estimated: bool = False, model: str = "openai/m") -> Spent:
    return Spent("docstring", model, Usage(10, 5, 4, 30, usd, 1, estimated))


async def test_what_is_spent_is_added_up_by_day_task_and_model(tmp_path: Path) -> None:
    day = datetime(2026, 11, 1, 23, 59, tzinfo=UTC)
    spending = Spending(tmp_path / "state.db", lambda: day)
    for each in (spent(0.5), spent(0.25, estimated=True), spent(None, model="compatible/m")):
        spending.note(each)
    assert spending.money == 0.75
    await spending.aclose()
    rows = SpendStore(tmp_path / "state.db").rows()
    assert rows == [
        SpendRow("2026-11-01", "docstring", "compatible/m", 1, 10, 4, 5, 30, 0.0, 0.0, 1),
        SpendRow("2026-11-01", "docstring", "openai/m", 2, 20, 8, 10, 60, 0.5, 0.25, 0),
    ]
    assert [row.money for row in rows] == [None, 0.75], "a price that is not known is not taken for nothing"


async def test_the_cap_lifts_at_midnight(tmp_path: Path) -> None:
    now = datetime(2026, 11, 1, 22, 30, tzinfo=timezone(timedelta(hours=2)))
    spending = Spending(tmp_path / "state.db", lambda: now)
    spending.note(spent(1.0))
    assert [spending.over(cap) for cap in (0.0, 0.5, 1.0, 1.5)] == [False, True, True, False]
    assert spending.seconds_left == 90 * 60
    now += timedelta(minutes=90)
    assert not spending.over(0.5)
    assert spending.today == "2026-11-02"
    spending.note(spent(0.1))
    assert spending.money == 0.1
    await spending.aclose()


async def test_what_is_noted_while_the_database_is_read_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spending = Spending(tmp_path / "state.db", lambda: datetime(2026, 11, 1, 12, tzinfo=UTC))
    read = SpendStore.money

    def slowly(store: SpendStore, day: str) -> float:
        found = read(store, day)
        spending.note(spent(1.0))
        return found + 5.0  # what other windows spent

    monkeypatch.setattr(SpendStore, "money", slowly)
    spending.load()
    assert spending.money == 6.0
    monkeypatch.undo()
    await spending.aclose()


async def test_what_other_windows_spent_counts(tmp_path: Path) -> None:
    day = datetime(2026, 11, 1, 12, tzinfo=UTC)
    one, other = (Spending(tmp_path / "state.db", lambda: day) for _ in range(2))
    one.note(spent(1.0))
    await one.aclose()
    assert other.money == 0
    other.load()
    assert other.money == 1.0
    other.note(spent(1.0))
    other.load()
    assert other.money == 2.0, "what is not written yet is not forgotten over what is"
    await other.aclose()
    assert other.money == 2.0


def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    SpendStore(database).add([])  # there, so that both only write
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, database]) for _ in range(2)]
    assert [each.wait(60) for each in writers] == [0, 0]
    (row,) = SpendStore(database).rows()
    assert (row.requests, row.input_tokens, row.usd, row.estimated_usd) == (80, 800, 20.0, 40.0)


async def test_every_attempt_is_noted_also_one_that_was_left(tmp_path: Path) -> None:
    noted: list[Spent] = []
    provider = Scripted(["whole"], ["some ", "more"], [ServerError("s", "broken")], ["a", ServerError("s", "broken")])
    provider.name = "openai/gpt-6-luna"
    metered = Metered(provider, noted.append)
    await ask(metered, REQUEST)
    async with streaming(metered, REQUEST) as chunks:
        await anext(chunks)
    for _ in range(2):
        with pytest.raises(ServerError):
            await ask(metered, REQUEST)
    assert [each.usage for each in noted] == [
        Usage(3, 2, 0, 0, 0.5, 1),
        reckon(provider, 30, 5),
        reckon(provider, 30, 1),
    ]


def named(name: str, *, local: bool = False) -> Scripted:
    provider = Scripted(local=local)
    provider.name = name
    return provider


def test_money_is_reckoned_by_the_catalogue_and_unknown_where_that_has_no_price() -> None:
    reckoned = reckon(named("openai/gpt-6-luna"), 30, 7)
    assert (reckoned.input_tokens, reckoned.output_tokens, reckoned.bytes_sent, reckoned.requests) == (9, 2, 30, 1)
    assert reckoned.usd == pytest.approx((9 * 0.1 + 2 * 0.5) / 1e6)
    assert reckon(named("compatible/gpt-6-luna"), 30, 7).usd is None
    assert reckon(named("openai/gpt-99"), 30, 7).usd is None
    assert reckon(named("local/qwen", local=True), 30, 7).usd == 0


@pytest.mark.skipif(
    not importlib.util.find_spec("xllamacpp"), reason="needs the extra `local`; `make test-core` has it"
)
async def test_over_the_cap_a_model_on_this_machine_drafts_and_the_other_one_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOKER_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / MODELS[0].file).write_bytes(b"loaded with the first request")
    paths = find_paths({"STOKER_HOME": str(tmp_path / "home")})
    workspace = Workspace(paths, {"OPENAI_API_KEY": "sk-o"})
    workspace.set_startup({"provider": {"name": "openai"}, "spend": {"daily_cap": 0.5}})
    workspace.reload()
    workspace.prepare()
    told: list[str] = []
    workspace.tell = told.append
    before = workspace.services(None)
    assert before.provider
    assert (before.provider.name, before.spent_out()) == ("openai/gpt-6-luna", "")
    workspace.spending.note(spent(0.5))
    assert before.spent_out().startswith("$0.50 are spent today and spend.daily_cap allows $0.5")
    workspace.services(None)
    after = workspace.services(None)
    assert after.provider
    assert (after.provider.name, after.spent_out()) == (f"local/{MODELS[0].name}", "")
    (said,) = told
    assert said.endswith(f"Until then local/{MODELS[0].name} drafts.")
    await workspace.aclose()


def test_each_cap_names_itself_and_unknown_money_meets_none() -> None:
    caps = Caps(2, 10.0, 0.5)
    assert caps.reached(1, 9.0, Usage(usd=0.4)) == ""
    assert caps.reached(1, 9.0, Usage(usd=None)) == ""
    assert "tandem.rounds" in caps.reached(2, 0.0, Usage())
    assert "tandem.seconds" in caps.reached(0, 10.0, Usage())
    assert "tandem.money" in caps.reached(0, 0.0, Usage(usd=0.5))
    slow = Caps(3, again=12.0)
    assert (slow.reached(0, 13.0, Usage()), slow.reached(1, 11.0, Usage())) == ("", "")
    assert "not asked again" in slow.reached(1, 12.0, Usage())
