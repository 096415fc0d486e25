"""Retries: how often, after how long, and when not. No test waits: time is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.support.scripted import Scripted
from tests.support.vendors import chat

from stoker_providers.base import ask
from stoker_providers.errors import (
    AuthenticationError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    ServerError,
    UnreachableError,
)
from stoker_providers.retry import Retrying


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def retrying(
    inner: Scripted, clock: Clock, *, retries: int = 3, timeout: float = 60.0, jitter: float = 1.0
) -> Retrying:
    return Retrying(
        inner, retries=retries, timeout=timeout, sleep=clock.sleep, clock=lambda: clock.now, jitter=lambda: jitter
    )


def limited(after: float | None = None) -> RateLimitError:
    return RateLimitError("p", "too many requests", retry_after=after)


async def test_waits_twice_as_long_each_time() -> None:
    clock, inner = Clock(), Scripted([ServerError("p", "1")], [UnreachableError("p", "2")], [limited()], ["ok"])
    assert (await ask(retrying(inner, clock), chat())).text == "ok"
    assert clock.slept == [0.5, 1.0, 2.0]


async def test_half_of_a_delay_is_left_to_chance() -> None:
    clock, inner = Clock(), Scripted([limited()], [limited()], ["ok"])
    await ask(retrying(inner, clock, jitter=0.0), chat())
    assert clock.slept == [0.25, 0.5]


async def test_delays_are_bounded() -> None:
    clock, inner = Clock(), Scripted(*[[limited()]] * 8, ["ok"])
    await ask(retrying(inner, clock, retries=9), chat())
    assert max(clock.slept) == 8.0


async def test_a_server_says_how_long_to_wait() -> None:
    clock, inner = Clock(), Scripted([limited(after=17.0)], ["ok"])
    assert (await ask(retrying(inner, clock), chat())).text == "ok"
    assert clock.slept == [17.0]


async def test_gives_up_at_once_where_there_is_no_time_to_wait() -> None:
    clock, inner = Clock(), Scripted([limited(after=61.0)], ["never"])
    with pytest.raises(RateLimitError) as caught:
        await ask(retrying(inner, clock), chat())
    assert caught.value.retry_after == 61.0
    assert clock.slept == []
    assert len(inner.requests) == 1


async def test_gives_up_after_the_last_retry() -> None:
    clock, inner = Clock(), Scripted(*[[ServerError("p", str(number))] for number in range(3)])
    with pytest.raises(ServerError, match="2"):
        await ask(retrying(inner, clock, retries=2), chat())
    assert len(inner.requests) == 3


async def test_no_retries_means_none() -> None:
    clock, inner = Clock(), Scripted([limited()])
    with pytest.raises(RateLimitError):
        await ask(retrying(inner, clock, retries=0), chat())
    assert clock.slept == []


async def test_never_after_a_piece_was_passed_on() -> None:
    clock, inner = Clock(), Scripted(["half", UnreachableError("p", "broke")], ["whole"])
    passed = []
    with pytest.raises(UnreachableError):
        async for chunk in retrying(inner, clock).stream(chat()):
            passed.append(chunk.text)
    assert passed == ["half"]
    assert len(inner.requests) == 1


@pytest.mark.parametrize("final", [True, False])
async def test_only_what_may_pass_is_tried_again(final: bool) -> None:
    error: ProviderError = AuthenticationError("p", "no") if final else limited()
    if not final:
        error.retryable = False
    clock, inner = Clock(), Scripted([error], ["never"])
    with pytest.raises(type(error)):
        await ask(retrying(inner, clock), chat())
    assert len(inner.requests) == 1


async def test_all_attempts_share_the_requests_time() -> None:
    clock, inner = Clock(), Scripted([limited()], [limited()], [ProviderTimeoutError("p", "late")], ["never"])
    with pytest.raises(ProviderTimeoutError):
        await ask(retrying(inner, clock, timeout=3.0), chat())
    assert [request.timeout for request in inner.requests] == [3.0, 2.5, 1.5]
    slow, brief = Clock(), Scripted(["ok"])
    await ask(retrying(brief, slow), chat(timeout=7.0))
    assert brief.requests[0].timeout == 7.0


async def test_leaving_early_closes_the_attempt() -> None:
    inner = Scripted(["a", "b"])
    stream = retrying(inner, Clock()).stream(chat())
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator
    assert inner.closed == 1


async def test_who_has_no_time_does_not_wait_and_is_not_sent_again_until_the_server_wants_it() -> None:
    clock, inner = Clock(), Scripted([limited(30.0)], ["ok"], ["ok"])
    provider, hurried = retrying(inner, clock), replace(chat(), patience=2.0)
    for _ in range(3):
        with pytest.raises(RateLimitError, match="too many"):
            await ask(provider, hurried)
        clock.now += 5.0
    assert (len(inner.requests), clock.slept) == (1, [])
    clock.now += 14.0  # 29 of the 30 s have passed
    assert (await ask(provider, hurried)).text == "ok"
    assert clock.slept == [1.0]
    assert (await ask(provider, chat())).text == "ok"


async def test_a_short_delay_is_waited_for_all_the_same() -> None:
    clock, inner = Clock(), Scripted([limited(1.5)], ["ok"])
    assert (await ask(retrying(inner, clock), replace(chat(), patience=2.0))).text == "ok"
    assert clock.slept == [1.5]


async def test_who_has_time_waits_though_others_have_none() -> None:
    clock, inner = Clock(), Scripted([limited(30.0)], [limited(9.0)], ["ok"])
    provider = retrying(inner, clock)
    with pytest.raises(RateLimitError):
        await ask(provider, replace(chat(), patience=2.0))
    assert (await ask(provider, chat())).text == "ok"
    assert clock.slept == [9.0]
