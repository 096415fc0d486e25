"""Hedging and falling back: who is asked when, whose words are passed on, and that the loser's connection is closed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from tests.core.tandem.conftest import FLASH, LUNA, SURE, Two
from tests.support.prompts import chat
from tests.support.scripted import Scripted
from tests.support.wire_double import Reply, failure
from tests.support.wire_double import chat as chat_events

from stoker_providers.base import Chunk, Request, ask
from stoker_providers.errors import ProviderError, RateLimitError, UnreachableError
from stoker_providers.race import FEWEST, UNMEASURED, Pace, Race
from stoker_providers.routing import Arm, Router
from stoker_providers.tandem import Relay, Tandem

REQUEST = chat("hello")


def _sure(leads: str) -> Router:
    """Leaves nothing to chance: otherwise the second one is asked first now and then."""
    return Router(lambda: {Arm("test", "", leads): SURE}, random.Random(1))


@pytest.fixture
async def relay(two: Two) -> Relay:
    """A hedged job whose leader usually begins within 0.15 s, both SDKs imported."""
    tandem = two.tandem("hedged")
    await tandem.warm()
    for _ in range(FEWEST):
        tandem.pace.note(LUNA, "test", 0.15)
    return tandem.relay("test", "python")


async def test_the_second_is_asked_when_the_first_is_slow_and_the_loser_is_hung_up_on(two: Two, relay: Relay) -> None:
    two.openai_says("late", before=20.0)
    two.gemini_says("quick")
    answer = await asyncio.wait_for(ask(relay, REQUEST), 10)
    assert (answer.text, relay.name) == ("quick", FLASH)
    (lost,) = two.openai.seen
    await asyncio.wait_for(lost.hung_up.wait(), 5)


async def test_the_loser_is_hung_up_on_before_the_winner_is_through(two: Two, relay: Relay) -> None:
    two.openai_says("late", before=20.0)
    two.gemini.script(Reply(("data: " + _gemini("one") + "\n\n",), end="hang"))
    chunks = relay.stream(REQUEST)
    first = await asyncio.wait_for(anext(chunks), 10)
    assert first.text == "one"
    await asyncio.wait_for(two.openai.seen[0].hung_up.wait(), 5)
    assert not two.gemini.seen[0].hung_up.is_set()
    await chunks.aclose()  # type: ignore[attr-defined]  # it is a generator
    await asyncio.wait_for(two.gemini.seen[0].hung_up.wait(), 5)


def _gemini(text: str) -> str:
    return f'{{"candidates": [{{"content": {{"role": "model", "parts": [{{"text": "{text}"}}]}}, "index": 0}}]}}'


async def test_a_first_that_is_quick_enough_is_asked_alone(two: Two, relay: Relay) -> None:
    two.openai_says("in time")
    for _ in range(200):
        relay._tandem.pace.note(LUNA, "test", 5.0)
    answer = await ask(relay, REQUEST)
    assert (answer.text, relay.name) == ("in time", LUNA)
    assert not two.gemini.seen


async def test_a_first_that_wins_after_all_closes_the_second(two: Two, relay: Relay) -> None:
    two.openai_says("first after all", before=0.6)
    two.gemini_says("never", before=20.0)
    answer = await asyncio.wait_for(ask(relay, REQUEST), 10)
    assert (answer.text, relay.name) == ("first after all", LUNA)
    await asyncio.wait_for(two.gemini.seen[0].hung_up.wait(), 5)


async def test_a_caller_that_leaves_closes_both(two: Two, relay: Relay) -> None:
    two.openai_says("late", before=20.0)
    two.gemini_says("late", before=20.0)
    task = asyncio.ensure_future(ask(relay, REQUEST))
    await two.gemini.asked()
    task.cancel()
    for double in (two.openai, two.gemini):
        await asyncio.wait_for(double.seen[0].hung_up.wait(), 5)
    assert (await asyncio.wait((task,)))[0]
    assert task.cancelled()


async def test_fallback_asks_the_second_only_where_the_first_fails(two: Two) -> None:
    relay = two.tandem("fallback").relay("test", "python")
    two.openai_says("slow but there", before=0.5)
    assert (await ask(relay, REQUEST)).text == "slow but there"
    assert not two.gemini.seen
    two.openai.script(failure(503, "overloaded"))
    two.gemini_says("instead")
    assert (await ask(relay, REQUEST)).text == "instead"
    assert relay.name == FLASH


async def test_an_answer_that_breaks_off_is_not_begun_again_by_the_other(two: Two) -> None:
    relay = two.tandem("fallback").relay("test", "python")
    two.openai.script(Reply(chat_events(["half an"], finish=None), end="cut"))
    with pytest.raises(UnreachableError):
        await ask(relay, REQUEST)
    assert not two.gemini.seen


async def test_why_neither_answers_names_both_and_the_shorter_wait() -> None:
    first = Scripted([RateLimitError("one", "too many requests", retry_after=9.0)])
    second = Scripted([RateLimitError("two", "too many requests by far", retry_after=4.0)])
    first.name, second.name = "one/m", "two/m"
    with pytest.raises(ProviderError, match="one: too many requests; two: too many requests by far") as caught:
        await ask(Tandem(first, second, router=_sure("one/m")), REQUEST)
    assert (caught.value.retryable, caught.value.retry_after) == (True, 4.0)


async def test_an_answer_without_words_is_taken_where_nobody_has_any() -> None:
    first, second = Scripted([""]), Scripted()
    first.name, second.name = "one/m", "two/m"
    assert (await ask(Tandem(first, second, mode="hedged", router=_sure("one/m")), REQUEST)).text == ""
    assert not second.requests


async def test_what_was_left_early_is_reckoned_and_what_failed_costs_nothing(two: Two, relay: Relay) -> None:
    two.openai.script(failure(500, "broken"))
    two.gemini_says("quick")
    await ask(relay, REQUEST)
    (spent,) = two.spent
    assert (spent.model, spent.usage.estimated, spent.usage.output_tokens) == (FLASH, False, 7)
    assert spent.usage.usd == pytest.approx((8 * 0.30 + 3 * 0.03 + 7 * 2.50) / 1e6)
    two.spent.clear()
    two.board.answered(LUNA)
    two.openai_says("late", before=20.0)
    two.gemini_says("quick")
    answer = await ask(relay, REQUEST)
    lost = next(each for each in two.spent if each.model == LUNA)
    assert (lost.usage.estimated, lost.usage.input_tokens, lost.usage.output_tokens) == (True, 2, 0)
    assert lost.usage.usd == pytest.approx(2 * 0.10 / 1e6)
    assert answer.usage.requests == 2, "the receipt counts the loser, too"
    assert answer.usage.usd == pytest.approx((lost.usage.usd or 0.0) + (spent.usage.usd or 0.0))


def test_the_usual_time_is_measured_and_a_cache_is_no_measure() -> None:
    pace = Pace()
    for number in range(1, FEWEST):
        pace.note("m", "test", number / 10)
    assert pace.usual("m", "test") == UNMEASURED
    for _ in range(100):
        pace.note("m", "test", 0.001)
    assert pace.usual("m", "test") == UNMEASURED
    for number in range(1, 101):
        pace.note("m", "test", number / 10)
    assert pace.usual("m", "test") == 9.5
    assert pace.usual("m", "completion") == UNMEASURED


class _Held(Scripted):
    """Answers once both were asked, so that two answer at the same moment."""

    both = 0

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        _Held.both -= 1
        while _Held.both:
            await asyncio.sleep(0)
        async for chunk in super().stream(request):
            yield chunk


async def test_a_loser_that_answered_in_the_same_moment_is_counted() -> None:
    _Held.both, first, second = 2, _Held(["a", "b"]), _Held(["c"])
    race = Race(REQUEST, Pace(), asyncio.get_running_loop().time)
    winner = await race.run(first, second, patience=0.0)
    assert [each.answered for each in race._entrants] == [True, True]
    chunks = [*winner.opening.result(), *[chunk async for chunk in winner.chunks]]
    usage = race.with_lost(chunks[-1]).usage
    await race.close()
    assert usage
    assert usage.requests == 2


async def test_a_loser_that_could_not_be_asked_costs_nothing() -> None:
    first, second = Scripted([UnreachableError("one", "gone")]), Scripted(["c"])
    race = Race(REQUEST, Pace(), asyncio.get_running_loop().time)
    winner = await race.run(first, second, patience=5.0)
    chunks = [chunk async for chunk in winner.chunks]
    usage = race.with_lost(chunks[-1]).usage
    await race.close()
    assert usage
    assert usage.requests == 1
