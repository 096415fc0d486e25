"""Turns a request into what llama.cpp's server is sent, cut to what the machine can read in a moment.

On a processor, reading the prompt is what takes the time: two cores read 180 tokens of the 0.5B model a second. What was read
for the last request is not read again as long as the prompt begins alike, so prefixes begin at a line, and what follows the
cursor, which is read anew with every key, is short.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from stoker_providers.base import FillInTheMiddle, PromptSpan, Request
from stoker_providers.fim import FimTemplate

_SPECIAL = re.compile(r"<\|(?=\w+\|>)")
"""Begins a token that is markup to the model. Text of a file that looks like one is written apart."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of each part of a fill-in-the-middle prompt is sent, in characters."""

    prefix: int
    suffix: int
    extra: int


OTHERS_TOKENS = 450
"""Tokens of other files that are worth gathering for a model on this machine, at three characters each."""

ON_PROCESSOR = Budget(prefix=2_000, suffix=300, extra=1_500)
"""About 500, 80 and 400 tokens. On two cores a place that was not read before takes 3 s, the next key there 0.6 s."""

ON_GPU = Budget(prefix=8_000, suffix=3_000, extra=6_000)
"""Together well below the context of 8,192 tokens."""


def path_and_body(request: Request, template: FimTemplate | None, budget: Budget) -> tuple[str, dict[str, Any]]:
    """The path and the JSON body of the HTTP request.

    ``return_progress`` makes the server write after each batch that it has read, which tells it at once when the reader has
    gone; otherwise it looks once a second.

    Args:
        request: What is asked.
        template: The model's fill-in-the-middle tokens; ``None`` for a model that only chats.
        budget: How much of a fill-in-the-middle prompt is sent.

    Raises:
        ValueError: Such a model is asked to fill in.
    """
    body: dict[str, Any] = {
        "stream": True,
        "return_progress": True,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
    }
    if isinstance(request.prompt, FillInTheMiddle):
        if template is None:
            raise ValueError("this model only chats")
        return "/completion", {**body, "prompt": template.prompt(_cut(request.prompt, budget)), "stop": _stops(request)}
    if request.stop:
        body["stop"] = list(request.stop)
    if request.schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": request.schema}}
    messages = [{"role": each.role.value, "content": _plain(each.text)} for each in request.prompt.messages]
    return "/v1/chat/completions", {**body, "messages": messages, "stream_options": {"include_usage": True}}


def _cut(prompt: FillInTheMiddle, budget: Budget) -> FillInTheMiddle:
    """What fits, with files by their names alone."""
    return FillInTheMiddle(
        _span(prompt.prefix, _tail(prompt.prefix.text, budget.prefix)),
        _span(prompt.suffix, _head(prompt.suffix.text, budget.suffix)),
        tuple(_span(each, each.text) for each in _last(prompt.extra, budget.extra)),
    )


def _span(span: PromptSpan, text: str) -> PromptSpan:
    return PromptSpan(_plain(text), PurePath(span.path or "file").name)


def _stops(request: Request) -> list[str]:
    """Instruct models close what they take for a code block and go on to explain; code seldom has that fence."""
    fence = "```"
    fenced = any(fence in span.text for span in request.prompt.spans)
    return [*request.stop, *([] if fenced else [fence])]


def _tail(text: str, size: int) -> str:
    """The last whole lines that fit; the same ones while a text grows by less than a line."""
    if len(text) <= size:
        return text
    cut = text[-size:]
    return cut[cut.find("\n") + 1 :].lstrip("\n")


def _head(text: str, size: int) -> str:
    """The first whole lines that fit, at least a part of the first."""
    if len(text) <= size:
        return text
    cut = text[:size]
    return cut[: cut.rfind("\n")] if "\n" in cut.lstrip("\n") else cut


def _last(extra: tuple[PromptSpan, ...], size: int) -> list[PromptSpan]:
    """The last texts, which are the most useful ones, as far as they fit whole."""
    kept: list[PromptSpan] = []
    for span in reversed(extra):
        size -= len(span.text)
        if size < 0:
            break
        kept.insert(0, span)
    return kept


def _plain(text: str) -> str:
    return _SPECIAL.sub("< |", text)
