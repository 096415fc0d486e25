"""Who leads is learned: outcomes move the table, and the choice with it."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoker_providers.routing import Arm, Record, Router, leading, table
from stoker_server.cli import main
from stoker_server.paths import find_paths
from stoker_server.state import outcomes
from stoker_server.state.ledger import Ledger
from stoker_server.state.outcomes import Dropped, Outcome, Outcomes, OutcomeStore
from stoker_server.state.receipts import ReceiptStore
from stoker_wire.events import Feedback, Kept
from stoker_wire.receipts import Receipt

OPENAI, GEMINI = "openai/gpt-6-luna", "gemini/gemini-3.5-flash-lite"
BOTH = (OPENAI, GEMINI)


def leads(records: dict[Arm, Record], task: str, model: str, jobs: int = 400) -> float:
    """How often a model goes first."""
    router = Router(lambda: records, random.Random(7))
    return Counter(router.order(task, "python", BOTH)[0] for _ in range(jobs))[model] / jobs


@pytest.mark.parametrize(
    ("task", "leader"),
    [
        ("completion", OPENAI),
        ("test", OPENAI),
        ("docstring", OPENAI),
        ("refactor", OPENAI),
        ("review", GEMINI),
        ("end-to-end", GEMINI),
        ("guide", GEMINI),
    ],
)
def test_before_anything_is_known_each_has_its_tasks_and_the_other_one_is_tried(task: str, leader: str) -> None:
    assert 0.80 < leads({}, task, leader) < 0.95


def test_two_of_which_none_is_a_known_vendor_begin_with_the_first() -> None:
    assert leading("docstring", ("local/a", "compatible/b")) == "local/a"
    assert leading("docstring", ("vertex/a", "azure/b")) == "azure/b"


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    better=st.sampled_from(BOTH),
    worse_rate=st.floats(0.1, 0.5),
    lead=st.floats(0.35, 0.45),
    task=st.sampled_from(["docstring", "review"]),
    seed=st.integers(0, 1_000),
)
def test_whoever_drafts_better_leads_in_the_end(
    better: str, worse_rate: float, lead: float, task: str, seed: int
) -> None:
    chance, records = random.Random(seed), dict[Arm, Record]()
    rates = {model: worse_rate + lead * (model == better) for model in BOTH}
    router = Router(lambda: records, chance)
    firsts = []
    for _ in range(400):
        first = router.order(task, "python", BOTH)[0]
        firsts.append(first)
        arm = Arm(task, "python", first)
        known = records.get(arm, Record())
        records[arm] = Record(known.tries + 1, known.successes + (chance.random() < rates[first]))
    assert firsts[-100:].count(better) >= 75
    rows = {row.arm.model: row for row in table(records, BOTH, [task])}
    assert (rows[better].first or 0.0) > 0.75
    assert rows[better].low <= (rows[better].rate or 0.0) <= rows[better].high


def test_languages_and_tasks_are_learned_apart() -> None:
    failing = {Arm("docstring", "python", OPENAI): Record(40, 2)}
    assert leads(failing, "docstring", GEMINI) > 0.95
    assert leads(failing, "test", GEMINI) < 0.2


def test_the_table_shows_what_is_assumed_and_what_is_known() -> None:
    records = {Arm("docstring", "python", OPENAI): Record(10, 9), Arm("docstring", "python", "local/old"): Record(3, 1)}
    rows = table(records, BOTH, ["docstring", "test"])
    assert [(row.arm.task, row.arm.language, row.arm.model) for row in rows] == [
        ("docstring", "python", OPENAI),
        ("docstring", "python", GEMINI),
        ("docstring", "python", "local/old"),
        ("test", "", OPENAI),
        ("test", "", GEMINI),
    ]
    assert [row.rate for row in rows] == [0.9, None, 1 / 3, None, None]
    assert rows[2].first is None
    assert (rows[0].first or 0) + (rows[1].first or 0) == pytest.approx(1)
    assert rows[0].high - rows[0].low < rows[1].high - rows[1].low, "ten drafts say more than none"
    assert rows == table(records, BOTH, ["docstring", "test"])


def test_what_was_not_kept_is_no_success(tmp_path: Path) -> None:
    store, arm = OutcomeStore(tmp_path / "state.db"), Arm("completion", "python", OPENAI)
    store.put([Outcome(arm, True, "a"), Outcome(arm, True, "b"), Outcome(arm, False, "c")])
    assert store.records() == {arm: Record(3, 2)}
    store.put([Dropped("a"), Dropped("unknown")])
    assert store.records() == {arm: Record(3, 1)}


def test_long_ago_is_forgotten_task_by_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "KEPT", 5)
    store = OutcomeStore(tmp_path / "state.db")
    rare, often = Arm("refactor", "python", OPENAI), Arm("completion", "python", OPENAI)
    store.put([Outcome(rare, True, "r")])
    for number in range(9):
        store.put([Outcome(often, number >= 4, str(number))])
    assert store.records() == {rare: Record(1, 1), often: Record(5, 5)}


async def test_a_session_learns_from_itself_and_from_other_windows(tmp_path: Path) -> None:
    database, arm = tmp_path / "state.db", Arm("docstring", "python", OPENAI)
    one, other = Outcomes(database), Outcomes(database)
    one.add(Outcome(arm, True, "a"))
    await one.aclose()
    assert one.records() == {arm: Record(1, 1)}
    other.add(Outcome(arm, False, "b"))
    await other.aclose()
    assert other.records() == {arm: Record(2, 1)}


async def test_a_session_hears_what_was_not_kept_or_was_called_bad(tmp_path: Path) -> None:
    ledger, dropped = Ledger(tmp_path / "state.db"), list[str]()
    ledger.dropped = dropped.append
    for event in (Kept("a", 30, 100), Kept("b", 300, 49), Feedback("c", good=True), Feedback("d", good=False)):
        ledger.add(event)
    assert dropped == ["b", "d"]
    await ledger.aclose()


def test_what_the_user_calls_bad_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOKER_HOME", str(tmp_path))
    database, arm = find_paths({"STOKER_HOME": str(tmp_path)}).database, Arm("docstring", "python", OPENAI)
    receipts = [Receipt("docstring", "a.py:f", OPENAI) for _ in range(2)]
    ReceiptStore(database).put(*receipts)
    store = OutcomeStore(database)
    store.put([Outcome(arm, True, each.id) for each in receipts])
    assert main(["feedback", "good", "--receipt", receipts[0].id]) == 0
    assert store.records() == {arm: Record(2, 2)}
    assert main(["feedback", "bad", "--receipt", receipts[1].id]) == 0
    assert store.records() == {arm: Record(2, 1)}
