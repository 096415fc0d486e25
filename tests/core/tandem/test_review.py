"""The second model reads what passed every check, where the settings ask for it: over the real SDKs, down to the requests."""

from __future__ import annotations

import json

import pytest
from tests.core.tandem.conftest import FLASH, LUNA, Two
from tests.core.tandem.test_repair import BROKEN, MENDED, Job, withheld
from tests.support.wire_double import gemini_failure

from stoker_server.features.base import NoOffer, Offer

FINE = json.dumps({"objection": ""})
WRONG = json.dumps({"objection": "the product is named,\n but not what was asked for"})
AGAIN = MENDED.replace("product", "surface")


def review(result: Offer | NoOffer) -> list[tuple[str, str]]:
    return [(each.outcome.value, each.evidence) for each in result.receipt.verdicts if each.check == "review"]


async def test_no_review_unasked(two: Two) -> None:
    two.openai_says(MENDED)
    result = await Job(two).refactor()
    assert isinstance(result, Offer)
    assert review(result) == []
    assert not two.gemini.seen


async def test_what_passed_is_read_by_the_other_one(two: Two) -> None:
    two.openai_says(MENDED)
    two.gemini_says(FINE)
    result = await Job(two, review=True).refactor()
    assert isinstance(result, Offer)
    assert result.receipt.author == LUNA
    assert review(result) == [("passed", f"{FLASH} read it and has no objection")]
    assert result.receipt.usage.requests == 2
    (asked,) = two.gemini.seen
    sent = json.dumps(asked.body)
    assert "+    product = width * height" in sent
    assert "instruction: name the product" in sent


async def test_an_objection_goes_back_like_a_failed_check(two: Two) -> None:
    two.openai_says(MENDED, FINE)
    two.gemini_says(WRONG, AGAIN)
    job = Job(two, review=True)
    result = await job.refactor()
    assert isinstance(result, Offer)
    assert result.receipt.author == FLASH
    assert "surface" in result.edit.files[0].replacements[0].text
    assert withheld(result) == [(LUNA, "review")]
    assert review(result) == [("passed", f"{LUNA} read it and has no objection")]
    report = json.dumps(two.gemini.seen[1].body)
    assert f"review: {FLASH} objects: the product is named, but not what was asked for" in report
    assert result.receipt.usage.requests == 4
    assert all(each.success for each in job.learned), "an opinion says nothing of who should lead"


async def test_what_failed_a_check_is_not_reviewed(two: Two) -> None:
    two.openai_says(BROKEN, FINE)
    two.gemini_says(MENDED)
    result = await Job(two, review=True).refactor()
    assert isinstance(result, Offer)
    assert (len(two.openai.seen), len(two.gemini.seen)) == (2, 1)


async def test_the_last_objection_withholds_the_offer_within_the_rounds(two: Two) -> None:
    two.openai_says(MENDED)
    two.gemini_says(WRONG)
    result = await Job(two, review=True, rounds=1).refactor()
    assert isinstance(result, NoOffer)
    assert f"was withheld: review: {FLASH} objects" in result.reason
    assert withheld(result) == [(LUNA, "review")]


@pytest.mark.parametrize("answer", ["I like it.", "[]", '{"objection": 3}', '{"objection": '])
async def test_what_can_not_be_read_is_undecided(two: Two, answer: str) -> None:
    two.openai_says(MENDED)
    two.gemini_says(answer)
    result = await Job(two, review=True).refactor()
    assert isinstance(result, Offer)
    assert review(result) == [("undecided", f"{FLASH} gave no answer that could be read")]


async def test_a_reviewer_that_can_not_be_asked_withholds_nothing(two: Two) -> None:
    two.openai_says(MENDED)
    two.gemini.script(gemini_failure(429, "Quota exceeded"))
    result = await Job(two, review=True).refactor()
    assert isinstance(result, Offer)
    ((outcome, evidence),) = review(result)
    assert outcome == "undecided"
    assert FLASH in evidence


async def test_money_that_is_spent_asks_for_no_review(two: Two) -> None:
    two.openai_says(MENDED)
    result = await Job(two, review=True, money=1e-9).refactor()
    assert isinstance(result, Offer)
    ((outcome, evidence),) = review(result)
    assert outcome == "undecided"
    assert "tandem.money" in evidence
    assert not two.gemini.seen
