"""OpenAI's models, at OpenAI or at Azure OpenAI, through the openai SDK. Knows nothing of other vendors' endpoints.

Chat completions by default, the Responses API where the settings ask for it. What a request may carry depends on the model
(``catalog``): most current ones take no stop strings, and no temperature while they reason.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stoker_providers.adapter import Adapter
from stoker_providers.base import Capabilities, Chat, Chunk, Request, prompt_bytes
from stoker_providers.catalog import OPENAI, THINKING_ROOM, Model, cost, find
from stoker_providers.edge import openai_edge
from stoker_providers.errors import RequestError
from stoker_providers.http_client import Endpoint, Route
from stoker_providers.openai_streams import (
    from_chat,
    from_responses,
    messages,
    named_schema,
    open_events,
    response_format,
)
from stoker_providers.pump import Deadlines
from stoker_wire.usage import Usage

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

URL = "https://api.openai.com/v1"

UNUSED = "unused"
"""Stands where an SDK insists on a key; the real one is put on the request by ``http_client``."""

STOPS = 4
"""Most stop strings that the API takes. The adapter keeps to the others itself."""


@dataclass(frozen=True, slots=True)
class Azure:
    """A model deployed at Azure OpenAI.

    Attributes:
        deployment: The deployment's name.
        version: The API version.
    """

    deployment: str
    version: str


class OpenAIProvider(Adapter["AsyncOpenAI"]):
    """A model of OpenAI's.

    Args:
        model: The model; at Azure the one that is deployed, or the deployment's name where that is all that is known.
        endpoint: Where requests go.
        route: How the network is reached.
        deadlines: How long an answer may take.
        responses: Whether to use the Responses API.
        azure: The deployment, at Azure.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        route: Route,
        deadlines: Deadlines,
        *,
        responses: bool = False,
        azure: Azure | None = None,
    ) -> None:
        super().__init__(f"{'azure' if azure else 'openai'}/{model}", endpoint, route, deadlines)
        self._model = azure.deployment if azure else model
        self._known = find(OPENAI, model)
        self._responses = responses
        self._azure = azure

    @property
    def capabilities(self) -> Capabilities:
        """Chat with structured output; 128,000 tokens are the smallest window in the catalogue."""
        return Capabilities(structured_output=True, context_tokens=128_000)

    def _edge(self) -> AbstractContextManager[None]:
        return openai_edge(self.name)

    def _open(self, http: httpx2.AsyncClient) -> AsyncOpenAI:
        import openai

        if self._azure is not None:
            client: AsyncOpenAI = openai.AsyncAzureOpenAI(
                azure_endpoint=self.endpoint.url,
                azure_deployment=self._azure.deployment,
                api_version=self._azure.version,
                api_key=UNUSED,
                admin_api_key=UNUSED,
                http_client=http,
                max_retries=0,
            )
        else:
            client = open_sdk(self.endpoint.url, http)
        touch(client)
        return client

    async def _list(self, client: AsyncOpenAI) -> tuple[str, ...]:
        return tuple(model.id for model in (await client.models.list()).data)

    async def _ask(self, client: AsyncOpenAI, request: Request) -> AsyncIterator[Chunk]:
        if not isinstance(request.prompt, Chat):
            raise RequestError(self.name, "this provider takes chat prompts, no fill-in-the-middle")
        if self._responses:
            stream: Any = await client.responses.create(**self._response_body(request.prompt, request))
            chunks = from_responses(self.name, stream, self._counter(request))
        else:
            stream = await open_events(client, "/chat/completions", self._chat_body(request.prompt, request))
            chunks = from_chat(self.name, stream, self._counter(request))
        async for chunk in chunks:
            yield chunk

    def _chat_body(self, prompt: Chat, request: Request) -> dict[str, Any]:
        body = {"model": self._model, "messages": messages(prompt), "stream": True, "store": False}
        body |= {"max_completion_tokens": self._bound(request), "stream_options": {"include_usage": True}}
        if self._known is not None:
            body |= {"reasoning_effort": self._known.effort} if self._known.effort else {}
            body |= {"temperature": request.temperature} if self._known.samples else {}
            body |= {"stop": list(request.stop[:STOPS])} if self._known.stops and request.stop else {}
        return body | ({"response_format": response_format(request.schema)} if request.schema else {})

    def _response_body(self, prompt: Chat, request: Request) -> dict[str, Any]:
        body = {"model": self._model, "input": messages(prompt), "stream": True, "store": False}
        body |= {"max_output_tokens": self._bound(request)}
        if self._known is not None:
            body |= {"reasoning": {"effort": self._known.effort}} if self._known.effort else {}
            body |= {"temperature": request.temperature} if self._known.samples else {}
        if request.schema:
            body |= {"text": {"format": {"type": "json_schema", **named_schema(request.schema)}}}
        return body

    def _bound(self, request: Request) -> int:
        return request.max_tokens + (THINKING_ROOM if self._known is None or self._known.thinks else 0)

    def _counter(self, request: Request) -> _Counter:
        return _Counter(request, self._known)


class _Counter:
    """Counts what one request cost."""

    def __init__(self, request: Request, model: Model | None) -> None:
        self._bytes = prompt_bytes(request)
        self._model = model

    def __call__(self, prompt: int, cached: int, answer: int) -> Usage:
        usd = cost(self._model, prompt=prompt, cached=cached, answer=answer)
        return Usage(prompt, answer, cached, self._bytes, usd, 1)


def open_sdk(url: str, http: httpx2.AsyncClient) -> AsyncOpenAI:
    """The SDK's client, with everything said that it would otherwise look for in the environment."""
    import openai

    return openai.AsyncOpenAI(
        api_key=UNUSED, admin_api_key=UNUSED, base_url=url, http_client=http, max_retries=0, _enforce_credentials=False
    )


def touch(client: AsyncOpenAI) -> None:
    """Makes the SDK import what it imports at first use, while we are still in a thread."""
    _ = client.chat.completions, client.completions, client.responses, client.models
