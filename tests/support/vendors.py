"""The adapters as the wire tests see them: how each is opened on a double, and what it is answered in its own protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stoker_providers.adapter import Adapter
from stoker_providers.base import Chat, FillInTheMiddle, Message, PromptSpan, Request, Role
from stoker_providers.compatible import CompatibleProvider
from stoker_providers.gemini import GeminiProvider, Vertex
from stoker_providers.http_client import Endpoint, Route
from stoker_providers.keys import Secret
from stoker_providers.openai import Azure, OpenAIProvider
from stoker_providers.pump import Deadlines
from tests.support import wire_double as wire

KEY = "sk-the-key-of-this-test-0123456789"
DEADLINES = Deadlines(first=5.0, total=10.0)

Open = Callable[[str, Deadlines], Adapter[Any]]


@dataclass(frozen=True)
class Vendor:
    """One adapter in one mode.

    Attributes:
        name: For the test's name.
        open: Opens it on a server, by that server's address.
        answer: The events of an answer in its protocol; with ``finish=None`` one that does not end.
        failure: An error in its protocol.
        prompt: Whether it takes chat or fill-in-the-middle.
    """

    name: str
    open: Open
    answer: Callable[..., tuple[str, ...]]
    failure: Callable[..., wire.Reply]
    fills: bool = False

    def ask(self, text: str = "hello", **more: Any) -> Request:
        """A request that this adapter takes."""
        return fill(text, **more) if self.fills else chat(text, **more)


def chat(text: str = "hello", **more: Any) -> Request:
    """A request with a system and a user message."""
    system = Message(Role.SYSTEM, (PromptSpan("Be brief."),))
    return Request(Chat((system, Message(Role.USER, (PromptSpan(text, "a.py"),)))), "test", **more)


def fill(prefix: str = "def f(", suffix: str = "\n", extra: Sequence[PromptSpan] = (), **more: Any) -> Request:
    """A request to fill in the middle."""
    return Request(
        FillInTheMiddle(PromptSpan(prefix, "a.py"), PromptSpan(suffix, "a.py"), tuple(extra)), "completion", **more
    )


def _openai(url: str, deadlines: Deadlines) -> OpenAIProvider:
    return OpenAIProvider("gpt-6-luna", _bearer(f"{url}/v1"), Route(), deadlines)


def _responses(url: str, deadlines: Deadlines) -> OpenAIProvider:
    return OpenAIProvider("gpt-6-luna", _bearer(f"{url}/v1"), Route(), deadlines, responses=True)


def _azure(url: str, deadlines: Deadlines) -> OpenAIProvider:
    azure = Azure("my-deployment", "2025-04-01-preview")
    return OpenAIProvider("gpt-6-luna", Endpoint(url, {"api-key": Secret(KEY)}), Route(), deadlines, azure=azure)


def _gemini(url: str, deadlines: Deadlines) -> GeminiProvider:
    return GeminiProvider(
        "gemini-3.5-flash-lite", Endpoint(f"{url}/", {"x-goog-api-key": Secret(KEY)}), Route(), deadlines
    )


def _vertex(url: str, deadlines: Deadlines) -> GeminiProvider:
    from google.oauth2.credentials import Credentials

    token = Credentials(token=KEY)
    endpoint = Endpoint(f"{url}/", passes=frozenset(("authorization", "x-goog-user-project")))
    vertex = Vertex("my-project", "europe-west4", token)
    return GeminiProvider("gemini-3.5-flash-lite", endpoint, Route(), deadlines, vertex=vertex)


def _compatible(url: str, deadlines: Deadlines) -> CompatibleProvider:
    return CompatibleProvider("qwen2.5-coder:7b", Endpoint(f"{url}/v1"), Route(), deadlines, dialect="none")


def _ollama(url: str, deadlines: Deadlines) -> CompatibleProvider:
    return CompatibleProvider("qwen2.5-coder:7b", Endpoint(f"{url}/v1"), Route(), deadlines, dialect="ollama")


def _llama_cpp(url: str, deadlines: Deadlines) -> CompatibleProvider:
    return CompatibleProvider("qwen2.5-coder:7b", Endpoint(f"{url}/v1"), Route(), deadlines, dialect="llama.cpp")


def _bearer(url: str) -> Endpoint:
    return Endpoint(url, {"authorization": Secret(f"Bearer {KEY}")})


def _infill(texts: Sequence[str], *, finish: str | None = "stop") -> tuple[str, ...]:
    events = wire.infill(texts)
    return events if finish else events[:-1]


def _gemini_answer(texts: Sequence[str], *, finish: str | None = "stop") -> tuple[str, ...]:
    return wire.gemini(texts, finish={"stop": "STOP", "length": "MAX_TOKENS", None: None}[finish])


def _completion(texts: Sequence[str], *, finish: str | None = "stop") -> tuple[str, ...]:
    return wire.completion(texts, finish=finish) if finish else wire.completion(texts)[: len(texts)]


OPENAI = Vendor("openai", _openai, wire.chat, wire.failure)
RESPONSES = Vendor("responses", _responses, wire.responses, wire.failure)
AZURE = Vendor("azure", _azure, wire.chat, wire.failure)
GEMINI = Vendor("gemini", _gemini, _gemini_answer, wire.gemini_failure)
VERTEX = Vendor("vertex", _vertex, _gemini_answer, wire.gemini_failure)
COMPATIBLE = Vendor("compatible", _compatible, wire.chat, wire.failure)
OLLAMA = Vendor("ollama", _ollama, _completion, wire.failure, fills=True)
LLAMA_CPP = Vendor("llama.cpp", _llama_cpp, _infill, wire.failure, fills=True)

ALL = (OPENAI, RESPONSES, AZURE, GEMINI, VERTEX, COMPATIBLE, OLLAMA, LLAMA_CPP)
