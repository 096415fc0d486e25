"""What the openai SDK streams, as chunks: chat completions, plain completions and responses.

Every event becomes a chunk, if an empty one, as a sign that the server is alive. The last chunk carries the usage and why the
answer ended. A stream that ends without saying why, and without the mark ``[DONE]``, was cut off, and that is an error: half an
answer is not an answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from stoker_providers.base import Chat, Chunk
from stoker_providers.errors import BadAnswerError, ProviderError, RequestError, ServerError, UnreachableError
from stoker_providers.http_client import LAST_BYTES
from stoker_wire.usage import Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Count = Callable[[int, int, int], Usage]
"""Makes a usage of prompt tokens, cached tokens among them, and answer tokens."""

BLOCKED = frozenset(("content_filter",))


def messages(prompt: Chat) -> list[dict[str, str]]:
    """A chat prompt as the API takes it."""
    return [{"role": message.role.value, "content": message.text} for message in prompt.messages]


def response_format(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema as the chat API takes it."""
    return {"type": "json_schema", "json_schema": named_schema(schema)}


def named_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema with the name and the mode that OpenAI's APIs ask for."""
    return {"name": "answer", "schema": schema, "strict": is_strict(schema)}


def is_strict(schema: Any) -> bool:
    """Whether a schema keeps to the subset that can be enforced: each object requires all it names and nothing else.

    Source: https://developers.openai.com/api/docs/guides/structured-outputs, "Supported schemas".
    """
    if isinstance(schema, list):
        return all(map(is_strict, schema))
    if not isinstance(schema, dict):
        return True
    closed = True
    if schema.get("type") == "object":
        named = set(schema.get("properties", {}))
        closed = schema.get("additionalProperties") is False and named == set(schema.get("required", ()))
    return closed and all(map(is_strict, schema.values()))


async def open_events(client: AsyncOpenAI, path: str, body: dict[str, Any]) -> AsyncIterator[Any]:
    """Sends a request through the SDK and gives the events of its answer as JSON.

    The SDK's method for an endpoint walks through the body by type and makes objects of the events: half of its time, of which
    a completion at every key has none to spare.

    Args:
        client: The SDK's client.
        path: The endpoint's path, or a whole URL.
        body: What is sent.

    Raises:
        openai.OpenAIError: The request failed.
    """
    import openai

    return await client.post(path, body=body, cast_to=object, stream=True, stream_cls=openai.AsyncStream[object])


async def from_chat(provider: str, events: AsyncIterable[Any], count: Count) -> AsyncIterator[Chunk]:
    """The chunks of a chat completion, or of a plain completion, whose events are JSON."""
    end = _End(provider)
    async for event in events:
        end.seen = True
        usage = _field(provider, event, "usage")
        if usage is not None:
            end.usage = _chat_usage(provider, usage, count)
        choices = _field(provider, event, "choices") or ()
        for choice in choices:
            end.finish = _field(provider, choice, "finish_reason") or end.finish
            yield Chunk(_choice_text(provider, choice))
        if not choices:
            yield Chunk()
    if end.seen and end.finish is None and _was_sent_whole(events):
        end.finish = "stop"
    yield end.chunk()


def _field(provider: str, value: Any, name: str) -> Any:
    """A field of a JSON object; ``None`` where it has none of that name.

    Raises:
        BadAnswerError: The value is no object.
    """
    if not isinstance(value, dict):
        raise BadAnswerError(provider, "the answer is not what the protocol promises")
    return value.get(name)


def _was_sent_whole(events: AsyncIterable[Any]) -> bool:
    """Whether the stream ended with its mark: some servers give no reason for the end of an answer, but that."""
    response = getattr(events, "response", None)
    return response is not None and response.extensions.get(LAST_BYTES, b"").rstrip().endswith(b"[DONE]")


async def from_responses(provider: str, events: AsyncIterable[Any], count: Count) -> AsyncIterator[Chunk]:
    """The chunks of a response."""
    end = _End(provider)
    async for event in events:
        end.seen = True
        match event.type:
            case "response.output_text.delta":
                yield Chunk(event.delta or "")
            case "response.refusal.delta":
                raise _refused(provider)
            case "response.completed" | "response.incomplete":
                end.finish = _response_finish(event.response)
                end.usage = _response_usage(event.response.usage, count)
            case "response.failed":
                raise _failed(provider, event.response.error)
            case "error":
                raise ServerError(provider, f"the server gave up in the middle of the answer ({event.message})")
            case _:
                yield Chunk()
    yield end.chunk()


class _End:
    """What is known of the end of an answer."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.seen = False
        self.finish: str | None = None
        self.usage: Usage | None = None

    def chunk(self) -> Chunk:
        if not self.seen:
            raise BadAnswerError(self.provider, "the server answered, but not with a stream of events")
        if self.finish is None:
            raise UnreachableError(self.provider, "the answer broke off")
        if self.finish in BLOCKED:
            raise RequestError(self.provider, "the provider's content filter held the answer back")
        return Chunk(usage=self.usage, finish=self.finish)


def _choice_text(provider: str, choice: dict[str, Any]) -> str:
    """The text of a chat's delta, or of a plain completion."""
    delta = choice.get("delta")
    if delta is None:
        text = choice.get("text")
    elif _field(provider, delta, "refusal"):
        raise _refused(provider)
    else:
        text = delta.get("content")
    if not isinstance(text, str | None):
        raise BadAnswerError(provider, "the answer is not what the protocol promises")
    return text or ""


def _chat_usage(provider: str, usage: Any, count: Count) -> Usage:
    details = _field(provider, usage, "prompt_tokens_details") or {}
    numbers = (usage.get("prompt_tokens"), _field(provider, details, "cached_tokens"), usage.get("completion_tokens"))
    return count(*(number if isinstance(number, int) else 0 for number in numbers))


def _response_usage(usage: Any, count: Count) -> Usage | None:
    if usage is None:
        return None
    details = getattr(usage, "input_tokens_details", None)
    return count(usage.input_tokens or 0, getattr(details, "cached_tokens", None) or 0, usage.output_tokens or 0)


def _response_finish(response: Any) -> str:
    reason = getattr(response.incomplete_details, "reason", None)
    return {None: "stop", "max_output_tokens": "length"}.get(reason, str(reason))


def _refused(provider: str) -> RequestError:
    return RequestError(provider, "the model refused to answer")


def _failed(provider: str, error: Any) -> ProviderError:
    code, message = getattr(error, "code", "") or "", getattr(error, "message", "") or "no reason given"
    kind = RequestError if code.startswith("invalid") else ServerError
    return kind(provider, f"the answer failed ({message})")
