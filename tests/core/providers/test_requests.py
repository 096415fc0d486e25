"""What is put on the wire, by model: parameters that a model rejects are not sent to it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.vendors import AZURE, DEADLINES, GEMINI, KEY, OPENAI, RESPONSES, VERTEX, Vendor, chat, fill
from tests.support.wire_double import Reply, Seen, WireDouble
from tests.support.wire_double import chat as chat_events
from tests.support.wire_double import gemini as gemini_events
from tests.support.wire_double import responses as response_events

from stoker_providers.base import Chat, Message, PromptSpan, Request, Role, ask
from stoker_providers.catalog import GEMINI as GEMINI_MODELS
from stoker_providers.catalog import OPENAI as OPENAI_MODELS
from stoker_providers.catalog import THINKING_ROOM, cost, find
from stoker_providers.errors import RequestError
from stoker_providers.gemini import GeminiProvider, Vertex
from stoker_providers.http_client import Endpoint, Route
from stoker_providers.keys import Secret
from stoker_providers.openai import OpenAIProvider

STRICT = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
LOOSE = {"type": "object", "properties": {"a": {"type": "string"}}}
STOPS = ("1", "2", "3", "4", "5", "6")


async def openai_body(double: WireDouble, model: str, request: Request, *, responses: bool = False) -> dict[str, Any]:
    endpoint = Endpoint(f"{double.url}/v1", {"authorization": Secret(f"Bearer {KEY}")})
    provider = OpenAIProvider(model, endpoint, Route(), DEADLINES, responses=responses)
    double.script(Reply(response_events(["x"]) if responses else chat_events(["x"])))
    await ask(provider, request)
    await provider.aclose()
    body: dict[str, Any] = double.seen[-1].body
    return body


async def gemini_body(double: WireDouble, model: str, request: Request) -> dict[str, Any]:
    provider = GeminiProvider(model, Endpoint(f"{double.url}/"), Route(), DEADLINES)
    double.script(Reply(gemini_events(["x"])))
    await ask(provider, request)
    await provider.aclose()
    body: dict[str, Any] = double.seen[-1].body
    return body


async def seen(double: WireDouble, vendor: Vendor) -> Seen:
    provider = vendor.open(double.url, DEADLINES)
    double.script(Reply(vendor.answer(["x"])))
    await ask(provider, vendor.ask())
    await provider.aclose()
    return double.seen[-1]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-6-luna", {"reasoning_effort": "none", "temperature": 0.0, "max_completion_tokens": 100}),
        ("gpt-5.4-mini-2026-03-17", {"reasoning_effort": "none", "temperature": 0.0, "max_completion_tokens": 100}),
        ("gpt-5-mini", {"reasoning_effort": "minimal", "max_completion_tokens": 100 + THINKING_ROOM}),
        ("o3", {"reasoning_effort": "low", "max_completion_tokens": 100 + THINKING_ROOM}),
        ("gpt-4.1", {"temperature": 0.0, "stop": list(STOPS[:4]), "max_completion_tokens": 100}),
        ("gpt-9-unheard-of", {"max_completion_tokens": 100 + THINKING_ROOM}),
    ],
)
async def test_chat_parameters(double: WireDouble, model: str, expected: dict[str, Any]) -> None:
    body = await openai_body(double, model, chat("hi", max_tokens=100, stop=STOPS))
    assert body.pop("messages") == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "hi"},
    ]
    always = {"model": model, "stream": True, "store": False, "stream_options": {"include_usage": True}}
    assert body == {**always, **expected}


async def test_response_parameters(double: WireDouble) -> None:
    request = chat("hi", max_tokens=100, stop=STOPS, schema=STRICT)
    body = await openai_body(double, "gpt-6-luna", request, responses=True)
    assert double.seen[0].path == "/v1/responses"
    assert body == {
        "model": "gpt-6-luna",
        "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
        "stream": True,
        "store": False,
        "max_output_tokens": 100,
        "reasoning": {"effort": "none"},
        "temperature": 0.0,
        "text": {"format": {"type": "json_schema", "name": "answer", "schema": STRICT, "strict": True}},
    }


@pytest.mark.parametrize(
    ("schema", "strict"), [(STRICT, True), (LOOSE, False), ({"type": "array", "items": LOOSE}, False)]
)
async def test_a_schema_is_enforced_where_it_can_be(double: WireDouble, schema: dict[str, Any], strict: bool) -> None:
    body = await openai_body(double, "gpt-6-luna", chat(schema=schema))
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": schema, "strict": strict},
    }


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gemini-3.5-flash-lite", {"maxOutputTokens": 100, "thinkingConfig": {"thinking_level": "MINIMAL"}}),
        ("gemini-3.8-flash", {"maxOutputTokens": 100 + THINKING_ROOM, "thinkingConfig": {"thinking_level": "LOW"}}),
        (
            "gemini-3.1-flash-lite",
            {"maxOutputTokens": 100, "thinkingConfig": {"thinking_level": "MINIMAL"}, "temperature": 0.0},
        ),
        ("gemini-9-unheard-of", {"maxOutputTokens": 100 + THINKING_ROOM}),
    ],
)
async def test_gemini_parameters(double: WireDouble, model: str, expected: dict[str, Any]) -> None:
    said = Message(Role.ASSISTANT, (PromptSpan("earlier"),))
    request = chat("hi", max_tokens=100, stop=STOPS)
    assert isinstance(request.prompt, Chat)
    system, user = request.prompt.messages
    body = await gemini_body(double, model, Request(Chat((system, user, said, user)), "test", 100, stop=STOPS))
    assert body["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert [(each["role"], each["parts"]) for each in body["contents"]] == [
        ("user", [{"text": "hi"}]),
        ("model", [{"text": "earlier"}]),
        ("user", [{"text": "hi"}]),
    ]
    assert body["generationConfig"] == {"stopSequences": list(STOPS[:5]), **expected}


async def test_gemini_schema(double: WireDouble) -> None:
    body = await gemini_body(double, "gemini-3.5-flash-lite", chat(schema=LOOSE))
    assert body["generationConfig"]["responseMimeType"] == "application/json"
    assert body["generationConfig"]["responseJsonSchema"] == LOOSE


async def test_gemini_thoughts_are_no_answer(double: WireDouble) -> None:
    thought = 'data: {"candidates": [{"content": {"parts": [{"text": "hm", "thought": true}]}}]}\n\n'
    provider = GEMINI.open(double.url, DEADLINES)
    double.script(Reply((thought, *GEMINI.answer(["yes"]))))
    assert (await ask(provider, chat())).text == "yes"
    await provider.aclose()


async def test_where_each_goes_and_with_which_key(double: WireDouble) -> None:
    openai = await seen(double, OPENAI)
    assert (openai.path, openai.headers["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    azure = await seen(double, AZURE)
    assert azure.path == "/openai/deployments/my-deployment/chat/completions?api-version=2025-04-01-preview"
    assert (azure.headers["api-key"], azure.body["model"]) == (KEY, "my-deployment")
    assert "authorization" not in azure.headers
    gemini = await seen(double, GEMINI)
    assert gemini.path == "/v1beta/models/gemini-3.5-flash-lite:streamGenerateContent?alt=sse"
    assert gemini.headers["x-goog-api-key"] == KEY
    vertex = await seen(double, VERTEX)
    assert vertex.path == (
        "/v1beta1/projects/my-project/locations/europe-west4/publishers/google/models/"
        "gemini-3.5-flash-lite:streamGenerateContent?alt=sse"
    )
    assert vertex.headers["authorization"] == f"Bearer {KEY}"
    assert "x-goog-api-key" not in vertex.headers


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("europe-west4", "europe-west4-aiplatform.googleapis.com"),
        ("global", "aiplatform.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
    ],
)
def test_vertex_hosts(location: str, host: str) -> None:
    assert Vertex("p", location).url == f"https://{host}/"


@pytest.mark.parametrize("vendor", [OPENAI, RESPONSES, GEMINI], ids=lambda vendor: vendor.name)
async def test_no_fill_in_the_middle_where_there_is_none(double: WireDouble, vendor: Vendor) -> None:
    provider = vendor.open(double.url, DEADLINES)
    assert not provider.capabilities.fill_in_the_middle
    with pytest.raises(RequestError, match="chat prompts"):
        await ask(provider, fill())
    await provider.aclose()
    assert double.seen == []


def test_a_snapshot_has_its_models_price_and_a_namesake_has_not() -> None:
    assert find(OPENAI_MODELS, "gpt-5.4-mini-2026-03-17") is OPENAI_MODELS["gpt-5.4-mini"]
    assert find(OPENAI_MODELS, "gpt-5.4-pro") is None
    assert find(OPENAI_MODELS, "gpt-5.4-mini-turbo") is None
    assert find(GEMINI_MODELS, "models/gemini-3.5-flash-lite") is GEMINI_MODELS["gemini-3.5-flash-lite"]
    assert cost(None, prompt=1, cached=0, answer=1) is None
    assert cost(OPENAI_MODELS["gpt-4.1"], prompt=1_000_000, cached=500_000, answer=1_000_000) == 1.0 + 0.25 + 8.0
