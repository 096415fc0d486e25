"""The one face that every provider and every wrapper round one has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import Any, Protocol

from stoker_wire.usage import Usage

TOKEN = 3.5
"""Characters of a token of code, roughly: Qwen2.5-Coder's tokenizer takes 3.2 to 3.9 of Python, TypeScript and Go."""


class Role(StrEnum):
    """Who speaks in a chat prompt."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class PromptSpan:
    """A stretch of prompt text that knows where it came from, so that it can be redacted, ignored and shown later.

    Attributes:
        text: What is sent.
        path: The file it was taken from; ``None`` for Stoker's own words.
        name: What the model is told that the file is called; empty for its path.
        installed: Whether it is what an installed package declares, which may be sent though git ignores the folder.
    """

    text: str
    path: str | None = None
    name: str = ""
    installed: bool = False

    @property
    def called(self) -> str:
        """The file's name as the model reads it."""
        return self.name or self.path or ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Role
    spans: tuple[PromptSpan, ...]

    @property
    def text(self) -> str:
        """The message as the provider reads it."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Chat:
    """A prompt of messages."""

    messages: tuple[Message, ...]

    @property
    def spans(self) -> tuple[PromptSpan, ...]:
        """Every span in order."""
        return tuple(span for message in self.messages for span in message.spans)


@dataclass(frozen=True, slots=True)
class FillInTheMiddle:
    """A prompt that asks for what stands between two texts.

    Attributes:
        prefix: The text before the cursor.
        suffix: The text after it.
        extra: Other files' text, most useful last.
    """

    prefix: PromptSpan
    suffix: PromptSpan
    extra: tuple[PromptSpan, ...] = ()

    @property
    def spans(self) -> tuple[PromptSpan, ...]:
        """Every span, in the order it is sent."""
        return (*self.extra, self.prefix, self.suffix)


Prompt = Chat | FillInTheMiddle


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked.

    Attributes:
        prompt: The text.
        purpose: What it is for, e.g. ``completion``: shown in ``stoker sent`` and counted by purpose.
        max_tokens: Upper bound of the answer.
        temperature: 0 for the likeliest answer.
        stop: Strings that end the answer; they are not part of it.
        schema: JSON Schema that the answer must follow, where the provider's capabilities include structured output.
        timeout: Seconds for the whole answer; ``None`` for the provider's setting.
        patience: Longest time in seconds that a retry is waited for; ``None`` for as long as the whole answer may take.
        key: What decides the answer as far as its asker cares, for the cache of answers; empty where every word of the
            prompt does.
    """

    prompt: Prompt
    purpose: str
    max_tokens: int = 512
    temperature: float = 0.0
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    timeout: float | None = None
    patience: float | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an answer.

    Attributes:
        text: The next characters; may be empty.
        usage: What the request cost; on the last chunk at the latest.
        finish: Why the answer ended (``stop``, ``length``, ...); on the last chunk.
    """

    text: str = ""
    usage: Usage | None = None
    finish: str | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do.

    Attributes:
        chat: Takes a ``Chat``.
        fill_in_the_middle: Takes a ``FillInTheMiddle``.
        structured_output: Keeps to ``Request.schema``.
        local: Runs on this machine: nothing leaves it.
        context_tokens: Longest prompt and answer together.
        others_tokens: How much of other files it can read while somebody waits; ``None`` where that is no matter.
    """

    chat: bool = True
    fill_in_the_middle: bool = False
    structured_output: bool = False
    local: bool = False
    context_tokens: int = 32_768
    others_tokens: int | None = None


class Provider(Protocol):
    """A model that can be asked."""

    @property
    def name(self) -> str:
        """Provider and model, e.g. ``openai/gpt-5-mini``: the author named in receipts."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer as it comes. Cancelling the task that reads it, or closing the iterator, closes the socket.

        Raises:
            ProviderError: Before the first chunk or between two; no SDK's own exception comes through.
        """

    async def warm(self) -> None:
        """Does ahead what the first request would wait for, where that takes neither money nor much memory.

        Raises:
            ProviderError: It can't; the first request would say the same.
        """

    async def aclose(self) -> None:
        """Closes connections and ends child processes that belong to this provider alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    text: str
    usage: Usage = field(default_factory=Usage)
    finish: str | None = None


def prompt_bytes(request: Request) -> int:
    """Bytes of a request's prompt text."""
    return sum(len(span.text.encode(errors="replace")) for span in request.prompt.spans)


def estimate(sent: int, received: str, usd: float | None) -> Usage:
    """What a request came to whose answer was not read to its end, so that nobody told the tokens.

    Args:
        sent: Bytes of its prompt.
        received: The answer as far as it came.
        usd: What it cost; ``None`` where that is not known.
    """
    asked, answered = ceil(sent / TOKEN), ceil(len(received) / TOKEN)
    return Usage(asked, answered, bytes_sent=sent, usd=usd, requests=1, estimated=True)


async def ask(provider: Provider, request: Request) -> Answer:
    """The whole answer at once.

    Raises:
        ProviderError: As ``Provider.stream``.
    """
    text, usage, finish = [], Usage(), None
    async for chunk in provider.stream(request):
        text.append(chunk.text)
        usage = usage + chunk.usage if chunk.usage else usage
        finish = chunk.finish or finish
    return Answer("".join(text), usage, finish)
