"""Any endpoint that speaks OpenAI's protocol: Ollama, LM Studio, llama.cpp, vLLM, gateways. Through the openai SDK.

Chat is the same everywhere; filling in the middle is not (``dialects``). With the dialect ``auto`` the endpoint is asked once,
at the first request that depends on it, and the answer remembered. Until then the capabilities claim the most; afterwards
they say what is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from stoker_providers.adapter import Adapter
from stoker_providers.base import Capabilities, Chat, Chunk, FillInTheMiddle, Request, prompt_bytes
from stoker_providers.dialects import (
    AUTO,
    LLAMA_CPP,
    NONE,
    completion_body,
    detect,
    from_infill,
    infill_body,
)
from stoker_providers.edge import openai_edge
from stoker_providers.errors import RequestError
from stoker_providers.fim import template_for
from stoker_providers.http_client import Endpoint, Route
from stoker_providers.openai import open_sdk, touch
from stoker_providers.openai_streams import Count, from_chat, messages, open_events, response_format
from stoker_providers.pump import Deadlines
from stoker_wire.usage import Usage

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI


class CompatibleProvider(Adapter["AsyncOpenAI"]):
    """A model behind an OpenAI-compatible endpoint.

    Not counted as local even on loopback: what listens there may pass prompts on.

    Args:
        model: The model, as the endpoint calls it.
        endpoint: Where requests go; its URL ends where ``/chat/completions`` begins, usually in ``/v1``.
        route: How the network is reached.
        deadlines: How long an answer may take.
        dialect: How it fills in the middle, one of ``dialects``.
    """

    def __init__(
        self, model: str, endpoint: Endpoint, route: Route, deadlines: Deadlines, *, dialect: str = AUTO
    ) -> None:
        super().__init__(f"compatible/{model}", endpoint, route, deadlines)
        self._model = model
        self._dialect = dialect
        self._detecting = asyncio.Lock()
        self._root = endpoint.url.rstrip("/").removesuffix("/v1")

    @property
    def capabilities(self) -> Capabilities:
        """Chat always; fill-in-the-middle and structured output where the server is a known one."""
        known = self._dialect != NONE
        return Capabilities(fill_in_the_middle=known, structured_output=known)

    def _edge(self) -> AbstractContextManager[None]:
        return openai_edge(self.name)

    def _open(self, http: httpx2.AsyncClient) -> AsyncOpenAI:
        client = open_sdk(self.endpoint.url, http)
        touch(client)
        return client

    async def _list(self, client: AsyncOpenAI) -> tuple[str, ...]:
        return tuple(model.id for model in (await client.models.list()).data)

    def _stops(self, request: Request) -> tuple[str, ...]:
        """Also the model's own tokens, which some servers write out where they should end."""
        template = None if isinstance(request.prompt, Chat) else template_for(self._model)
        return request.stop + (template.stops if template else ())

    async def _ask(self, client: AsyncOpenAI, request: Request) -> AsyncIterator[Chunk]:
        if isinstance(request.prompt, FillInTheMiddle):
            chunks = self._fill(client, request, request.prompt, prompt_bytes(request))
        else:
            chunks = self._chat(client, request, request.prompt, prompt_bytes(request))
        async for chunk in chunks:
            yield chunk

    async def _chat(self, client: AsyncOpenAI, request: Request, prompt: Chat, sent: int) -> AsyncIterator[Chunk]:
        body: dict[str, Any] = {"model": self._model, "messages": messages(prompt), "max_tokens": request.max_tokens}
        body |= {"temperature": request.temperature, "stream": True, "stream_options": {"include_usage": True}}
        body |= {"stop": list(request.stop)} if request.stop else {}
        if request.schema and await self._decided(client) != NONE:
            body |= {"response_format": response_format(request.schema)}
        stream = await open_events(client, "/chat/completions", body)
        async for chunk in from_chat(self.name, stream, _counter(sent)):
            yield chunk

    async def _fill(
        self, client: AsyncOpenAI, request: Request, prompt: FillInTheMiddle, sent: int
    ) -> AsyncIterator[Chunk]:
        dialect = await self._decided(client)
        if dialect == NONE:
            raise RequestError(
                self.name,
                "no way is known to have this endpoint fill in the middle",
                remedy="Set provider.dialect if the endpoint can, else chat is used.",
            )
        if dialect == LLAMA_CPP:
            events = await open_events(client, f"{self._root}/infill", infill_body(request, prompt))
            chunks = from_infill(self.name, events, sent)
        else:
            stream = await open_events(client, "/completions", completion_body(dialect, self._model, request, prompt))
            chunks = from_chat(self.name, stream, _counter(sent))
        async for chunk in chunks:
            yield chunk

    async def _decided(self, client: AsyncOpenAI) -> str:
        """The endpoint's dialect; found out once."""
        async with self._detecting:
            if self._dialect == AUTO:
                self._dialect = await detect(client, self._root, self._model)
            return self._dialect


def _counter(sent: int) -> Count:
    """Counts tokens; what such an endpoint costs is not known."""
    return lambda prompt, cached, answer: Usage(prompt, answer, cached, sent, None, 1)
