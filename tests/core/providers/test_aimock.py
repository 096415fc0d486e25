"""The adapters against a server that nobody here wrote: streams, failures, hangs, and sockets that close."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests.support.second_double import SecondDouble, second_double
from tests.support.vendors import DEADLINES, GEMINI, OPENAI, RESPONSES, Vendor, chat

from stoker_providers.adapter import Adapter
from stoker_providers.base import ask
from stoker_providers.errors import (
    BadAnswerError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    ServerError,
    UnreachableError,
)
from stoker_providers.pump import Deadlines

VENDORS = (OPENAI, RESPONSES, GEMINI)

pytestmark = pytest.mark.xdist_group("aimock")


@pytest.fixture(scope="module")
def aimock() -> Iterator[SecondDouble]:
    with second_double() as running:
        yield running


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.name)
async def provider(request: pytest.FixtureRequest, aimock: SecondDouble) -> AsyncIterator[Adapter[Any]]:
    vendor: Vendor = request.param
    adapter = vendor.open(aimock.url, DEADLINES)
    await adapter._opened()  # the import of the SDK is not what is timed here
    yield adapter
    await adapter.aclose()


async def test_streams_an_answer(provider: Adapter[Any]) -> None:
    pieces = [chunk async for chunk in provider.stream(chat("say hello"))]
    assert "".join(chunk.text for chunk in pieces) == "Hello, wörld: def f(): pass"
    assert len([chunk for chunk in pieces if chunk.text]) > 3, "it came in pieces"
    assert pieces[-1].finish == "stop"
    usage = pieces[-1].usage
    assert usage is not None
    assert usage.requests == 1


async def test_too_many_requests(provider: Adapter[Any]) -> None:
    with pytest.raises(RateLimitError, match="Slow down") as caught:
        await ask(provider, chat("too often"))
    assert caught.value.retry_after == 7.0


async def test_a_failing_server(provider: Adapter[Any]) -> None:
    with pytest.raises(ServerError, match="Out of memory"):
        await ask(provider, chat("fail"))


async def test_an_answer_that_breaks_off(provider: Adapter[Any]) -> None:
    passed = ""
    with pytest.raises(UnreachableError):
        async for chunk in provider.stream(chat("break off")):
            passed += chunk.text
    assert "this is a long answer".startswith(passed)


async def test_invalid_json(provider: Adapter[Any]) -> None:
    with pytest.raises(BadAnswerError):
        await ask(provider, chat("garble"))


async def test_a_server_that_hangs_up(provider: Adapter[Any]) -> None:
    with pytest.raises(UnreachableError):
        await ask(provider, chat("hang up"))


async def test_a_hang_ends_within_its_time(provider: Adapter[Any], aimock: SecondDouble) -> None:
    provider._deadlines = Deadlines(first=0.3, total=5.0)
    started = time.monotonic()
    with pytest.raises(ProviderTimeoutError):
        await ask(provider, chat("say nothing"))
    assert time.monotonic() - started < 1.5
    await _closed(aimock)


@pytest.mark.parametrize("text", ["say nothing", "take your time"], ids=["before the answer", "in the answer"])
async def test_cancelling_closes_the_socket(provider: Adapter[Any], aimock: SecondDouble, text: str) -> None:
    reading = asyncio.create_task(ask(provider, chat(text)))
    async with asyncio.timeout(5):
        while not aimock.connections():
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    assert not reading.done()
    assert aimock.connections() == 1
    reading.cancel()
    await _closed(aimock)
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_closing_the_stream_closes_the_socket(provider: Adapter[Any], aimock: SecondDouble) -> None:
    stream = provider.stream(chat("take your time"))
    await anext(stream)
    assert aimock.connections() == 1
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator
    await _closed(aimock)


async def test_what_it_was_not_told_is_an_error(provider: Adapter[Any]) -> None:
    with pytest.raises(ProviderError):
        await ask(provider, chat("something else altogether"))


async def _closed(aimock: SecondDouble) -> None:
    async with asyncio.timeout(1):
        while aimock.connections():
            await asyncio.sleep(0.01)
