"""Google's Gemini models through the google-genai SDK, with an API key or on Vertex AI. Knows nothing of other vendors.

Vertex AI takes no key: its credentials are Google's own (``gcloud auth application-default login``, a service account),
which google-auth finds and renews; that renewal reads the proxy and the certificates from the environment alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stoker_providers.adapter import Adapter
from stoker_providers.base import Capabilities, Chat, Chunk, Request, Role, prompt_bytes
from stoker_providers.catalog import GEMINI, THINKING_ROOM, cost, find
from stoker_providers.edge import gemini_edge
from stoker_providers.errors import BadAnswerError, RequestError, UnreachableError
from stoker_providers.http_client import Endpoint, Route
from stoker_providers.openai import UNUSED
from stoker_providers.pump import Deadlines
from stoker_wire.usage import Usage

if TYPE_CHECKING:
    import httpx2
    from google.auth.credentials import Credentials
    from google.genai import Client, types

URL = "https://generativelanguage.googleapis.com/"

STOPS = 5
"""Most stop strings that the API takes. The adapter keeps to the others itself."""

_FINISHED = {"STOP": "stop", "MAX_TOKENS": "length", "CONTINUATION": "length"}
_GARBLED = frozenset(("OTHER", "MALFORMED_RESPONSE", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"))
_MULTI_REGIONS = frozenset(("us", "eu"))


@dataclass(frozen=True, slots=True)
class Vertex:
    """A place on Vertex AI.

    Attributes:
        project: The Google Cloud project.
        location: The location, e.g. ``europe-west4`` or ``global``.
        credentials: Who asks; ``None`` for the environment's default credentials.
    """

    project: str
    location: str
    credentials: Credentials | None = None

    @property
    def url(self) -> str:
        """Where Vertex AI listens for a location."""
        if self.location == "global":
            return "https://aiplatform.googleapis.com/"
        if self.location in _MULTI_REGIONS:
            return f"https://aiplatform.{self.location}.rep.googleapis.com/"
        return f"https://{self.location}-aiplatform.googleapis.com/"


class GeminiProvider(Adapter["Client"]):
    """A Gemini model.

    Args:
        model: The model.
        endpoint: Where requests go.
        route: How the network is reached.
        deadlines: How long an answer may take.
        vertex: The place on Vertex AI; ``None`` for the Gemini API with a key.
    """

    def __init__(
        self, model: str, endpoint: Endpoint, route: Route, deadlines: Deadlines, *, vertex: Vertex | None = None
    ) -> None:
        super().__init__(f"{'vertex' if vertex else 'gemini'}/{model}", endpoint, route, deadlines)
        self._model = model
        self._known = find(GEMINI, model)
        self._vertex = vertex

    @property
    def capabilities(self) -> Capabilities:
        """Chat with structured output; every current model reads a million tokens."""
        return Capabilities(structured_output=True, context_tokens=1_000_000)

    def _edge(self) -> AbstractContextManager[None]:
        return gemini_edge(self.name)

    def _open(self, http: httpx2.AsyncClient) -> Client:
        from google import genai
        from google.genai import types

        options = types.HttpOptions(
            base_url=self.endpoint.url,
            api_version="v1beta1" if self._vertex else "v1beta",
            httpx_async_client=http,
            httpx_client=_unused_client(),
        )
        if self._vertex is None:
            client = genai.Client(vertexai=False, api_key=UNUSED, http_options=options)
        else:
            client = genai.Client(
                vertexai=True,
                project=self._vertex.project,
                location=self._vertex.location,
                credentials=self._vertex.credentials,
                http_options=options,
            )
        _ = client.aio.models
        return client

    async def _list(self, client: Client) -> tuple[str, ...]:
        page = await client.aio.models.list(config={"page_size": 50, "query_base": True})
        return tuple((model.name or "").rpartition("/")[2] for model in page.page)

    async def _ask(self, client: Client, request: Request) -> AsyncIterator[Chunk]:
        if not isinstance(request.prompt, Chat):
            raise RequestError(self.name, "this provider takes chat prompts, no fill-in-the-middle")
        stream = await client.aio.models.generate_content_stream(
            model=self._model, contents=_contents(request.prompt), config=self._config(request.prompt, request)
        )
        seen, finish, usage = False, None, None
        async for answer in stream:
            seen = True
            if answer.usage_metadata is not None:
                usage = self._usage(answer.usage_metadata, request)
            finish = self._finish(answer) or finish
            yield Chunk(_text(answer))
        if not seen:
            raise BadAnswerError(self.name, "the server answered, but not with a stream of events")
        if finish is None:
            raise UnreachableError(self.name, "the answer broke off")
        yield Chunk(usage=usage, finish=finish)

    def _config(self, prompt: Chat, request: Request) -> types.GenerateContentConfig:
        from google.genai import types

        thinks = self._known is None or self._known.thinks
        known = self._known
        return types.GenerateContentConfig(
            system_instruction="\n\n".join(each.text for each in prompt.messages if each.role is Role.SYSTEM) or None,
            max_output_tokens=request.max_tokens + (THINKING_ROOM if thinks else 0),
            temperature=request.temperature if known is not None and known.samples else None,
            stop_sequences=list(request.stop[:STOPS]) or None,
            thinking_config=_thinking(known.effort) if known is not None and known.effort else None,
            response_mime_type="application/json" if request.schema else None,
            response_json_schema=request.schema,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            automatic_continuation=False,  # one request is one request: it has a bound, and a price
        )

    def _finish(self, answer: types.GenerateContentResponse) -> str | None:
        """Why the answer ended, if it did."""
        feedback = answer.prompt_feedback
        if feedback is not None and feedback.block_reason is not None:
            raise RequestError(self.name, f"the prompt was blocked ({feedback.block_reason.value})")
        reason = answer.candidates[0].finish_reason if answer.candidates else None
        if reason is None or reason.value == "FINISH_REASON_UNSPECIFIED":
            return None
        if reason.value in _GARBLED:
            raise BadAnswerError(self.name, f"the answer failed ({reason.value})")
        if reason.value not in _FINISHED:
            raise RequestError(self.name, f"the answer was blocked ({reason.value})")
        return _FINISHED[reason.value]

    def _usage(self, usage: types.GenerateContentResponseUsageMetadata, request: Request) -> Usage:
        prompt, cached = usage.prompt_token_count or 0, usage.cached_content_token_count or 0
        answer = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
        usd = cost(self._known, prompt=prompt, cached=cached, answer=answer)
        return Usage(prompt, answer, cached, prompt_bytes(request), usd, 1)


def _contents(prompt: Chat) -> list[types.Content]:
    from google.genai import types

    return [
        types.Content(role="model" if each.role is Role.ASSISTANT else "user", parts=[types.Part(text=each.text)])
        for each in prompt.messages
        if each.role is not Role.SYSTEM
    ]


def _thinking(effort: str) -> types.ThinkingConfig:
    from google.genai import types

    return types.ThinkingConfig(thinking_level=types.ThinkingLevel(effort))


def _text(answer: types.GenerateContentResponse) -> str:
    """The text without thoughts; the SDK's own property logs a warning for every other part."""
    candidate: Any = answer.candidates[0] if answer.candidates else None
    parts = (candidate.content.parts if candidate and candidate.content else None) or ()
    return "".join(part.text for part in parts if part.text and not part.thought)


def _unused_client() -> httpx2.Client:
    """A synchronous client for an SDK that insists on one. It is never used, and could not connect if it were."""
    import httpx2

    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.UnsupportedProtocol("only the asynchronous client is used", request=request)

    return httpx2.Client(transport=httpx2.MockTransport(refuse))
