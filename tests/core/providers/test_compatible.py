"""Endpoints that speak OpenAI's protocol: how each kind fills in the middle, and how its kind is found out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.support.vendors import DEADLINES, chat, fill
from tests.support.wire_double import Reply, WireDouble, completion, failure, infill, models, plain
from tests.support.wire_double import chat as chat_events

from stoker_providers.base import PromptSpan, ask
from stoker_providers.compatible import CompatibleProvider
from stoker_providers.errors import (
    AuthenticationError,
    BadAnswerError,
    ProviderError,
    RequestError,
    ServerError,
    UnreachableError,
)
from stoker_providers.http_client import Endpoint, Route

EXTRA = (PromptSpan("def helper(): ...\n", "lib.py"),)
QWEN = "qwen2.5-coder:7b"


@asynccontextmanager
async def opened(double: WireDouble, dialect: str, model: str = QWEN) -> AsyncIterator[CompatibleProvider]:
    provider = CompatibleProvider(model, Endpoint(f"{double.url}/v1"), Route(), DEADLINES, dialect=dialect)
    try:
        yield provider
    finally:
        await provider.aclose()


async def test_ollama_takes_a_suffix(double: WireDouble) -> None:
    double.script(Reply(completion(["a, b", "):"])))
    async with opened(double, "ollama") as provider:
        answer = await ask(provider, fill("def f(", "\n    pass", EXTRA, max_tokens=9, stop=("\n\n",)))
    assert answer.text == "a, b):"
    assert double.seen[0].path == "/v1/completions"
    assert double.seen[0].body == {
        "model": QWEN,
        "prompt": "# lib.py\ndef helper(): ...\n# a.py\ndef f(",
        "suffix": "\n    pass",
        "max_tokens": 9,
        "temperature": 0.0,
        "stop": ["\n\n"],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_vllm_takes_the_models_own_tokens(double: WireDouble) -> None:
    double.script(Reply(completion(["a", "<|endoftext|>", "junk"])))
    async with opened(double, "vllm") as provider:
        answer = await ask(provider, fill("def f(", "\n    pass", max_tokens=9, stop=("\n\n",)))
    assert answer.text == "a", "the model's end of text is no text"
    body = double.seen[0].body
    assert body["prompt"] == "<|fim_prefix|>def f(<|fim_suffix|>\n    pass<|fim_middle|>"
    assert "suffix" not in body
    assert body["stop"][0] == "\n\n"
    assert "<|endoftext|>" in body["stop"]


async def test_llama_cpp_has_an_endpoint_of_its_own(double: WireDouble) -> None:
    double.script(Reply(infill(["a, ", "b"])))
    async with opened(double, "llama.cpp") as provider:
        answer = await ask(provider, fill("def f(", "\n    pass", EXTRA, max_tokens=9, stop=("\n\n",)))
    assert (answer.text, answer.finish) == ("a, b", "stop")
    assert (answer.usage.input_tokens, answer.usage.cached_tokens, answer.usage.output_tokens) == (9, 6, 4)
    assert double.seen[0].path == "/infill", "next to /v1, not below it"
    assert double.seen[0].body == {
        "input_prefix": "def f(",
        "input_suffix": "\n    pass",
        "input_extra": [{"filename": "lib.py", "text": "def helper(): ...\n"}],
        "n_predict": 9,
        "temperature": 0.0,
        "stop": ["\n\n"],
        "stream": True,
        "cache_prompt": True,
    }


async def test_an_infill_at_its_bound_says_so(double: WireDouble) -> None:
    double.script(Reply(infill(["a"], stop_type="limit")))
    async with opened(double, "llama.cpp") as provider:
        assert (await ask(provider, fill())).finish == "length"


async def test_an_infill_that_is_no_object(double: WireDouble) -> None:
    double.script(Reply(('data: "a"\n\n',)))
    async with opened(double, "llama.cpp") as provider:
        with pytest.raises(BadAnswerError, match="infill"):
            await ask(provider, fill())


@pytest.mark.parametrize(
    "data", ["7", "[]", '{"choices": [7]}', '{"choices": [{"text": 7}]}', '{"choices": [], "usage": 7}']
)
async def test_an_answer_of_another_form_is_refused(double: WireDouble, data: str) -> None:
    double.script(Reply((f"data: {data}\n\n", "data: [DONE]\n\n")))
    async with opened(double, "ollama") as provider:
        with pytest.raises(BadAnswerError, match="not what the protocol promises"):
            await ask(provider, fill())


async def test_tokens_that_are_no_numbers_count_as_none(double: WireDouble) -> None:
    usage = '{"prompt_tokens": "many", "completion_tokens": 2}'
    data = f'{{"choices": [{{"text": "a", "finish_reason": "stop"}}], "usage": {usage}}}'
    double.script(Reply((f"data: {data}\n\n", "data: [DONE]\n\n")))
    async with opened(double, "ollama") as provider:
        answer = await ask(provider, fill())
    assert (answer.text, answer.usage.input_tokens, answer.usage.output_tokens) == ("a", 0, 2)


async def test_a_llama_cpp_whose_model_cannot_fill(double: WireDouble) -> None:
    double.script(failure(501, "Infill is not supported by this model"))
    async with opened(double, "llama.cpp") as provider:
        with pytest.raises(RequestError, match="not supported") as caught:
            await ask(provider, fill())
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("listed", "version", "path"),
    [
        (models(QWEN, owner="llamacpp"), None, "/infill"),
        (models(QWEN, owner="vllm"), None, "/v1/completions"),
        (models(QWEN, owner="library"), plain({"version": "0.31.0"}), "/v1/completions"),
    ],
    ids=["llama.cpp", "vllm", "ollama"],
)
async def test_auto_finds_out_once(double: WireDouble, listed: Reply, version: Reply | None, path: str) -> None:
    filled = Reply(infill(["x"]) if path == "/infill" else completion(["x"]))
    asked = [listed] if version is None else [listed, version]
    double.script(*asked, filled, filled)
    async with opened(double, "auto") as provider:
        assert provider.capabilities.fill_in_the_middle
        for _ in range(2):
            assert (await ask(provider, fill())).text == "x"
        assert provider.capabilities.fill_in_the_middle
    probes = ["/v1/models"] if version is None else ["/v1/models", "/api/version"]
    assert [seen.path for seen in double.seen] == [*probes, path, path]


@pytest.mark.parametrize(
    "answers",
    [
        (models(QWEN, owner="organization_owner"), plain({"error": "Unexpected endpoint or method."})),
        (models(QWEN, owner="someone"), failure(404, "no such page")),
        (failure(404, "no such page"), Reply(("<html>",), kind="text/html")),
    ],
    ids=["LM Studio", "a gateway", "a web server"],
)
async def test_auto_uses_chat_alone_where_nothing_is_known(double: WireDouble, answers: tuple[Reply, ...]) -> None:
    double.script(*answers, Reply(chat_events(["hello"])))
    async with opened(double, "auto") as provider:
        with pytest.raises(RequestError, match="no way is known") as caught:
            await ask(provider, fill())
        assert "provider.dialect" in caught.value.remedy
        assert not provider.capabilities.fill_in_the_middle
        assert not provider.capabilities.structured_output
        assert (await ask(provider, chat(schema={"type": "object"}))).text == "hello"
    assert "response_format" not in double.seen[-1].body


async def test_auto_on_vllm_without_known_tokens_uses_chat_alone(double: WireDouble) -> None:
    double.script(models("llama-3.1-8b", owner="vllm"))
    async with opened(double, "auto", "llama-3.1-8b") as provider:
        with pytest.raises(RequestError, match="no way is known"):
            await ask(provider, fill())


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (Reply(end="cut"), UnreachableError),
        (failure(401, "no"), AuthenticationError),
        (failure(503, "busy"), ServerError),
    ],
    ids=["cut", "refused", "busy"],
)
async def test_auto_asks_again_after_a_failure(double: WireDouble, first: Reply, kind: type[ProviderError]) -> None:
    double.script(first, models(QWEN, owner="llamacpp"), Reply(infill(["x"])))
    async with opened(double, "auto") as provider:
        with pytest.raises(kind):
            await ask(provider, fill())
        assert (await ask(provider, fill())).text == "x"


async def test_chat_needs_no_probe(double: WireDouble) -> None:
    double.script(Reply(chat_events(["hello"])))
    async with opened(double, "auto") as provider:
        answer = await ask(provider, chat("hi", max_tokens=9, stop=("\n\n",), temperature=0.5))
    assert answer.text == "hello"
    assert answer.usage.usd is None, "what such an endpoint costs is not known"
    assert [seen.path for seen in double.seen] == ["/v1/chat/completions"]
    assert double.seen[0].body == {
        "model": QWEN,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
        "max_tokens": 9,
        "temperature": 0.5,
        "stop": ["\n\n"],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_a_schema_is_sent_to_servers_that_keep_to_it(double: WireDouble) -> None:
    double.script(models(QWEN, owner="llamacpp"), Reply(chat_events(["{}"])))
    async with opened(double, "auto") as provider:
        assert provider.capabilities.structured_output
        await ask(provider, chat(schema={"type": "object"}))
    assert double.seen[1].body["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_it_does_not_claim_to_be_local(double: WireDouble) -> None:
    async with opened(double, "auto") as provider:
        assert not provider.capabilities.local
