"""One drafts, the checks judge, the other repairs: over the real SDKs, down to what stands in the requests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.core.tandem.conftest import FLASH, LUNA, Two
from tests.support.wire_double import failure, gemini_failure

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.refactor import RefactorFeature
from stoker_server.settings import Settings
from stoker_server.state.outcomes import Outcome

CODE = "def area(width, height):\n    return width * height\n"
GOOD = json.dumps(
    {
        "summary": "Multiply the sides of a rectangle.",
        "arguments": [{"name": "width", "text": "One side."}, {"name": "height", "text": "The other one."}],
        "returns": "The area.",
        "yields": "",
        "raises": [],
    }
)
BROKEN = "```python\ndef area(width, height:\n    return\n```"
ANOTHER = "```python\ndef surface(width, height):\n    return width * height\n```"
MENDED = "```python\ndef area(width, height):\n    product = width * height\n    return product\n```"


class Job:
    """One request to a feature, with what was learned of it."""

    def __init__(self, two: Two, **tandem: Any) -> None:
        settings = Settings()
        self.settings = replace(settings, tandem=replace(settings.tandem, **tandem))
        self.two, self.learned = two, list[Outcome]()
        self.leads, self.mode, self.spent_out = LUNA, "repair", ""

    async def refactor(self) -> Offer | NoOffer:
        return await RefactorFeature().propose(self._request({"instruction": "name the product"}))

    async def document(self) -> Offer | NoOffer:
        return await DocstringFeature().propose(self._request({}))

    def _request(self, options: dict[str, str]) -> FeatureRequest:
        snapshot = Snapshot("untitled:area.py", CODE, by_id("python"), 1)
        tandem = self.two.tandem(self.mode, leads=self.leads, tasks=("docstring", "refactor"))
        services = Services(tandem, self.settings, judged=self.learned.append, spent_out=lambda: self.spent_out)
        return FeatureRequest(snapshot, Span(5, 5), services, options)


def withheld(result: Offer | NoOffer) -> list[tuple[str, str]]:
    return [
        (each.author, next(verdict.check for verdict in each.verdicts if verdict.failed))
        for each in result.receipt.withheld
    ]


async def test_what_one_drafts_wrongly_the_other_one_repairs(two: Two) -> None:
    two.openai_says(BROKEN)
    two.gemini_says(MENDED)
    job = Job(two)
    result = await job.refactor()
    assert isinstance(result, Offer)
    assert result.receipt.author == FLASH
    assert withheld(result) == [(LUNA, "parses")]
    assert result.receipt.usage.requests == 2
    (asked,) = two.gemini.seen
    turns = [(turn["role"], "".join(part["text"] for part in turn["parts"])) for turn in asked.body["contents"]]
    assert [role for role, _ in turns] == ["user", "model", "user"]
    assert BROKEN in turns[1][1], "the failing draft is in the repairer's hand"
    assert "parses: " in turns[2][1], "and so is the report"
    assert [(each.arm.model, each.arm.task, each.arm.language, each.success) for each in job.learned] == [
        (LUNA, "refactor", "python", False),
        (FLASH, "refactor", "python", True),
    ]
    assert {each.receipt for each in job.learned} == {result.receipt.id}


async def test_who_leads_is_the_routers_choice(two: Two) -> None:
    two.gemini_says(BROKEN)
    two.openai_says(MENDED)
    job = Job(two)
    job.leads = FLASH
    result = await job.refactor()
    assert isinstance(result, Offer)
    assert (result.receipt.author, withheld(result)) == (LUNA, [(FLASH, "parses")])


async def test_where_both_are_wrong_both_reports_are_on_the_receipt(two: Two) -> None:
    two.openai_says(BROKEN, BROKEN)
    two.gemini_says(ANOTHER)
    result = await Job(two, rounds=3).refactor()
    assert isinstance(result, NoOffer)
    assert withheld(result) == [(LUNA, "parses"), (FLASH, "public-surface"), (LUNA, "parses")]
    assert result.reason.endswith("; tandem.rounds allows no more than 3 drafts")
    assert "parses" in result.reason
    assert [each.check for each in result.receipt.verdicts] == ["budget"]
    assert (len(two.openai.seen), len(two.gemini.seen)) == (2, 1)


async def test_a_limit_of_one_sends_the_job_to_the_other(two: Two) -> None:
    two.openai.script(failure(429, "Too many requests", retry_after="40"))
    two.gemini_says(GOOD)
    job = Job(two)
    result = await job.document()
    assert isinstance(result, Offer)
    assert (result.receipt.author, withheld(result)) == (FLASH, [])
    (said,) = two.told
    assert "too many requests" in said
    assert said.endswith("It lifts in 40 s.")
    outage = two.board.outage(LUNA)
    assert outage
    assert 38 <= two.board.seconds(outage) <= 40
    assert [(each.arm.model, each.success) for each in job.learned] == [(FLASH, True)], "an outage is no bad draft"
    two.gemini_says(GOOD)
    await job.document()
    assert len(two.openai.seen) == 1, "it is not asked again before that lifts"


async def test_where_neither_can_be_asked_the_facts_draft_and_both_are_named(two: Two) -> None:
    two.openai.script(failure(401, "no such key"))
    two.gemini.script(gemini_failure(429, "Quota exceeded"))
    result = await Job(two).document()
    assert isinstance(result, Offer)
    assert result.receipt.author == "facts"
    (unreached, *_) = result.receipt.verdicts
    assert unreached.check == "provider"
    assert "openai/gpt-6-luna at 127.0.0.1:" in unreached.evidence
    assert "gemini/gemini-3.5-flash-lite at 127.0.0.1:" in unreached.evidence


async def test_an_answer_that_is_no_draft_hands_the_turn_over(two: Two) -> None:
    two.openai_says(f"```python\n{CODE}```")
    two.gemini_says(MENDED)
    result = await Job(two).refactor()
    assert isinstance(result, Offer)
    assert result.receipt.author == FLASH


async def test_where_neither_has_a_draft_nobody_is_asked_again(two: Two) -> None:
    two.openai_says(f"```python\n{CODE}```")
    two.gemini_says(f"```python\n{CODE}```")
    result = await Job(two).refactor()
    assert isinstance(result, NoOffer)
    assert result.reason == "the model changed nothing"
    assert (len(two.openai.seen), len(two.gemini.seen)) == (1, 1)


async def test_money_that_runs_out_in_the_middle_of_a_job_ends_it(two: Two) -> None:
    two.openai_says(BROKEN, BROKEN)
    two.gemini_says(BROKEN)
    result = await Job(two, money=0.000_001).refactor()
    assert isinstance(result, NoOffer)
    assert (len(two.openai.seen), len(two.gemini.seen)) == (1, 0)
    assert result.reason.endswith("of the $1e-06 that tandem.money allows are spent")
    assert result.receipt.usage.usd
    assert result.receipt.usage.usd > 0


async def test_time_that_runs_out_closes_the_connection(two: Two) -> None:
    two.openai_says(BROKEN, before=20.0)
    result = await Job(two, seconds=0.6).refactor()
    assert isinstance(result, NoOffer)
    assert result.reason == "tandem.seconds allows no more than 0.6 s"
    (asked,) = two.openai.seen
    assert asked.hung_up.is_set()


async def test_a_day_that_is_spent_ends_a_job_between_two_drafts(two: Two) -> None:
    two.openai_says(BROKEN)
    job = Job(two)
    job.spent_out = "$1.00 are spent today and spend.daily_cap allows $1"
    result = await job.refactor()
    assert isinstance(result, NoOffer)
    assert result.reason.endswith(f"; {job.spent_out}")
    assert len(two.gemini.seen) == 0


@pytest.mark.parametrize("mode", ["hedged", "fallback"])
async def test_without_repair_the_leader_mends_its_own_drafts(two: Two, mode: str) -> None:
    two.openai_says(BROKEN, MENDED)
    job = Job(two)
    job.mode = mode
    result = await job.refactor()
    assert isinstance(result, Offer)
    assert (result.receipt.author, withheld(result)) == (LUNA, [(LUNA, "parses")])
    assert not two.gemini.seen
