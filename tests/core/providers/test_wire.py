"""Every adapter over its real SDK against the double: right answers, clear errors, deadlines, and sockets that close."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.vendors import ALL, DEADLINES, GEMINI, KEY, OPENAI, VERTEX, Vendor, chat
from tests.support.wire_double import Reply, WireDouble, gemini_failure, plain

from stoker_providers.adapter import Adapter
from stoker_providers.base import Answer, ask
from stoker_providers.errors import (
    AuthenticationError,
    BadAnswerError,
    NotConfiguredError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    RequestError,
    ServerError,
    UnreachableError,
)
from stoker_providers.gemini import Vertex
from stoker_providers.pump import Deadlines

every = pytest.mark.parametrize("vendor", ALL, ids=lambda vendor: vendor.name)


@asynccontextmanager
async def opened(vendor: Vendor, double: WireDouble, deadlines: Deadlines = DEADLINES) -> AsyncIterator[Adapter[Any]]:
    provider = vendor.open(double.url, deadlines)
    try:
        yield provider
    finally:
        await provider.aclose()


async def answered(vendor: Vendor, double: WireDouble, *replies: Reply, **more: Any) -> Answer:
    double.script(*replies)
    async with opened(vendor, double) as provider:
        return await ask(provider, vendor.ask(**more))


async def failed(vendor: Vendor, double: WireDouble, *replies: Reply) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await answered(vendor, double, *replies)
    assert KEY not in str(caught.value) + caught.value.remedy
    return caught.value


@every
async def test_streams_an_answer(vendor: Vendor, double: WireDouble) -> None:
    answer = await answered(vendor, double, Reply(vendor.answer(["Hé", "llo\n", "wörld"])))
    assert answer.text == "Héllo\nwörld"
    assert answer.finish == "stop"
    assert answer.usage.requests == 1
    assert answer.usage.input_tokens > 0
    assert answer.usage.output_tokens > 0
    assert answer.usage.bytes_sent == sum(len(span.text.encode()) for span in vendor.ask().prompt.spans)


@every
async def test_passes_pieces_on_as_they_come(vendor: Vendor, double: WireDouble) -> None:
    double.script(Reply(vendor.answer(["one", "two"], finish=None), between=0.1, end="hang"))
    async with opened(vendor, double) as provider:
        stream = provider.stream(vendor.ask())
        assert (await anext(stream)).text == "one"
        assert not double.seen[0].hung_up.is_set()
        assert (await anext(stream)).text == "two"
        await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


@every
async def test_says_why_it_was_limited_and_for_how_long(vendor: Vendor, double: WireDouble) -> None:
    error = await failed(vendor, double, vendor.failure(429, "slow down", retry_after="7"))
    assert isinstance(error, RateLimitError)
    assert error.retryable
    assert error.retry_after == 7.0
    assert "slow down" in str(error)
    assert len(double.seen) == 1, "the SDK tried again by itself"


@every
async def test_a_failing_server(vendor: Vendor, double: WireDouble) -> None:
    error = await failed(vendor, double, vendor.failure(500, "out of memory"))
    assert isinstance(error, ServerError)
    assert error.retryable
    assert "out of memory" in str(error)
    assert len(double.seen) == 1, "the SDK tried again by itself"


@every
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, RequestError), (401, AuthenticationError), (403, AuthenticationError), (404, RequestError)],
)
async def test_a_refused_request(vendor: Vendor, double: WireDouble, status: int, kind: type[ProviderError]) -> None:
    error = await failed(vendor, double, vendor.failure(status, "no such thing"))
    assert isinstance(error, kind)
    assert not error.retryable


@every
async def test_a_redirect_is_not_followed(vendor: Vendor, double: WireDouble) -> None:
    error = await failed(vendor, double, Reply(status=307, headers={"location": f"{double.url}/elsewhere"}))
    assert isinstance(error, RequestError)
    assert len(double.seen) == 1


@every
async def test_a_connection_that_breaks_in_the_middle(vendor: Vendor, double: WireDouble) -> None:
    error = await failed(vendor, double, Reply(vendor.answer(["half"], finish=None), end="cut"))
    assert isinstance(error, UnreachableError)


@every
async def test_an_answer_that_ends_without_saying_why(vendor: Vendor, double: WireDouble) -> None:
    error = await failed(vendor, double, Reply(vendor.answer(["half"], finish=None)))
    assert isinstance(error, UnreachableError)
    assert "broke off" in str(error)


@every
@pytest.mark.parametrize(
    "reply",
    [
        Reply(('data: {"choices": [{\n\n',)),
        Reply(("<html>captive portal</html>",), kind="text/html"),
        Reply(),
    ],
    ids=["broken JSON", "a web page", "nothing"],
)
async def test_garbage(vendor: Vendor, double: WireDouble, reply: Reply) -> None:
    error = await failed(vendor, double, reply)
    assert isinstance(error, BadAnswerError)


@every
async def test_nobody_there(vendor: Vendor, double: WireDouble, unused_tcp_port: int) -> None:
    double.url = f"http://127.0.0.1:{unused_tcp_port}"
    error = await failed(vendor, double)
    assert isinstance(error, UnreachableError)


@every
async def test_a_hang_ends_at_the_first_deadline(vendor: Vendor, double: WireDouble) -> None:
    double.script(Reply(end="hang"))
    async with opened(vendor, double, Deadlines(first=0.6, total=5.0)) as provider:
        await provider._opened()  # the import of the SDK is not what is timed here
        started = time.monotonic()
        with pytest.raises(ProviderTimeoutError, match=r"no answer began within 0\.6 s"):
            await ask(provider, vendor.ask())
        assert time.monotonic() - started < 2
        await asyncio.wait_for(double.seen[0].hung_up.wait(), 1)


@every
async def test_a_slow_answer_ends_at_the_last_deadline(vendor: Vendor, double: WireDouble) -> None:
    double.script(Reply(vendor.answer(["piece"] * 100, finish=None), between=0.05))
    async with opened(vendor, double) as provider:
        await provider._opened()
        with pytest.raises(ProviderTimeoutError, match=r"not complete after 0\.3 s"):
            await ask(provider, vendor.ask(timeout=0.3))
        await asyncio.wait_for(double.seen[0].hung_up.wait(), 1)


@every
@pytest.mark.parametrize("answering", [False, True], ids=["before the answer", "in the middle of the answer"])
async def test_cancelling_closes_the_socket(vendor: Vendor, double: WireDouble, answering: bool) -> None:
    double.script(Reply(vendor.answer(["piece"], finish=None) if answering else (), end="hang"))
    async with opened(vendor, double) as provider:
        reading = asyncio.create_task(ask(provider, vendor.ask()))
        seen = await double.asked()
        await asyncio.sleep(0.05)
        assert not seen.hung_up.is_set()
        reading.cancel()
        await asyncio.wait_for(seen.hung_up.wait(), 1)
        with pytest.raises(asyncio.CancelledError):
            await reading


@every
async def test_closing_the_stream_closes_the_socket(vendor: Vendor, double: WireDouble) -> None:
    double.script(Reply(vendor.answer(["one", "two"], finish=None), end="hang"))
    async with opened(vendor, double) as provider:
        stream = provider.stream(vendor.ask())
        await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator
        await asyncio.wait_for(double.seen[0].hung_up.wait(), 1)


@every
async def test_a_stop_string_ends_the_answer_and_closes_the_socket(vendor: Vendor, double: WireDouble) -> None:
    double.script(Reply(vendor.answer(["keep ", "EN", "D drop", " more"], finish=None), end="hang"))
    async with opened(vendor, double) as provider:
        answer = await ask(provider, vendor.ask(stop=("END",)))
        assert answer.text == "keep "
        assert answer.finish == "stop"
        assert answer.usage.requests == 1
        assert answer.usage.usd is None
        await asyncio.wait_for(double.seen[0].hung_up.wait(), 1)


@every
async def test_the_connection_is_used_again(vendor: Vendor, double: WireDouble) -> None:
    double.script(*[Reply(vendor.answer(["x"])) for _ in range(3)])
    async with opened(vendor, double) as provider:
        for _ in range(3):
            assert (await ask(provider, vendor.ask())).text == "x"


@every
async def test_lists_models(vendor: Vendor, double: WireDouble) -> None:
    named = {"models": [{"name": "models/m-1"}], "publisherModels": [{"name": "publishers/google/models/m-1"}]}
    double.script(plain({"object": "list", "data": [{"id": "m-1", "object": "model"}], **named}))
    async with opened(vendor, double) as provider:
        assert await provider.models() == ("m-1",)
    assert double.seen[0].method == "GET"


async def test_money_is_counted(double: WireDouble) -> None:
    openai = await answered(OPENAI, double, Reply(OPENAI.answer(["x"])))
    assert openai.usage.usd == pytest.approx((8 * 0.10 + 3 * 0.01 + 7 * 0.50) / 1e6)
    gemini = await answered(GEMINI, double, Reply(GEMINI.answer(["x"])))
    assert gemini.usage.usd == pytest.approx((8 * 0.30 + 3 * 0.03 + 7 * 2.50) / 1e6)
    assert (gemini.usage.input_tokens, gemini.usage.cached_tokens, gemini.usage.output_tokens) == (11, 3, 7)


@pytest.mark.parametrize("vendor", [each for each in ALL if not each.fills], ids=lambda vendor: vendor.name)
async def test_an_answer_at_its_bound_says_so(vendor: Vendor, double: WireDouble) -> None:
    answer = await answered(vendor, double, Reply(vendor.answer(["long"], finish="length")))
    assert answer.finish == "length"


async def test_gemini_says_when_to_come_back_in_the_body(double: WireDouble) -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
    error = await failed(GEMINI, double, gemini_failure(429, "quota", detail))
    assert error.retry_after == 34.5


async def test_gemini_refuses_a_key_with_a_400(double: WireDouble) -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    error = await failed(GEMINI, double, gemini_failure(400, "API key not valid.", detail))
    assert isinstance(error, AuthenticationError)


async def test_an_exhausted_quota_is_not_worth_a_retry(double: WireDouble) -> None:
    body = {"error": {"message": "You exceeded your quota", "type": "insufficient_quota", "code": "insufficient_quota"}}
    error = await failed(OPENAI, double, Reply((plain(body).pieces[0],), 429, kind="application/json"))
    assert isinstance(error, RateLimitError)
    assert not error.retryable


async def test_blocked_content_is_a_refused_request(double: WireDouble) -> None:
    blocked = Reply((*GEMINI.answer(["x"], finish=None), 'data: {"candidates": [{"finishReason": "SAFETY"}]}\n\n'))
    assert isinstance(await failed(GEMINI, double, blocked), RequestError)
    prompt = Reply(('data: {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}\n\n',))
    assert isinstance(await failed(GEMINI, double, prompt), RequestError)
    assert isinstance(await failed(OPENAI, double, Reply(OPENAI.answer(["x"], finish="content_filter"))), RequestError)


async def test_vertex_without_credentials_says_how_to_get_some(
    double: WireDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    provider = VERTEX.open(double.url, DEADLINES)
    provider._vertex = Vertex("my-project", "europe-west4")  # type: ignore[attr-defined]  # it is a Gemini provider
    with pytest.raises(NotConfiguredError, match="credentials") as caught:
        await ask(provider, chat())
    await provider.aclose()
    assert "gcloud auth" in caught.value.remedy
    assert double.seen == []


async def test_a_server_that_quotes_the_key_does_not_get_it_shown(double: WireDouble) -> None:
    error = await failed(OPENAI, double, OPENAI.failure(400, f"Incorrect API key provided: {KEY}"))
    assert "***" in str(error)
