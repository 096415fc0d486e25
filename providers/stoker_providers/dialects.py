"""How the servers behind OpenAI-compatible endpoints fill in the middle, and how to tell which one is there.

``ollama``     POST /v1/completions with a ``suffix``; the server knows the model's tokens
``vllm``       POST /v1/completions with the model's own tokens as the prompt (``fim``); the server rejects a suffix
``llama.cpp``  POST /infill, next to /v1, with ``input_prefix``, ``input_suffix`` and ``input_extra``
``none``       the server takes chat only
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Any

from stoker_providers.base import Chunk, FillInTheMiddle, Request
from stoker_providers.errors import BadAnswerError, UnreachableError
from stoker_providers.fim import commented, template_for
from stoker_wire.usage import Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI

AUTO, OLLAMA, VLLM, LLAMA_CPP, NONE = "auto", "ollama", "vllm", "llama.cpp", "none"

_OWNERS = {"llamacpp": LLAMA_CPP, "vllm": VLLM}
"""What these servers write into ``owned_by`` of every model in GET /v1/models."""


_NO_LIST = frozenset((404, 405, 501))
"""Statuses of a server that has no list of models."""


async def detect(client: AsyncOpenAI, root: str, model: str) -> str:
    """The dialect of an endpoint, by what it says of itself; ``none`` where it says nothing known.

    llama.cpp and vLLM sign the list of models; Ollama answers at /api/version, which others do not have. A vLLM whose
    model has no known tokens takes chat only.

    Raises:
        openai.OpenAIError: The endpoint cannot be reached, or does not answer this user now.
    """
    import openai

    try:
        owners = {each.owned_by for each in (await client.models.list()).data}
    except openai.APIStatusError as error:
        if error.status_code not in _NO_LIST:
            raise  # a refused key or a busy server says nothing of the kind
        owners = set()
    for owner, dialect in _OWNERS.items():
        if owner in owners:
            return dialect if dialect != VLLM or template_for(model) else NONE
    return OLLAMA if await _has_ollama_version(client, root) else NONE


async def _has_ollama_version(client: AsyncOpenAI, root: str) -> bool:
    import httpx2
    import openai

    try:
        response = await client.get(f"{root}/api/version", cast_to=httpx2.Response)
        version = response.json()
    except (openai.APIStatusError, json.JSONDecodeError):
        return False
    return isinstance(version, dict) and isinstance(version.get("version"), str)


def completion_body(dialect: str, model: str, request: Request, prompt: FillInTheMiddle) -> dict[str, Any]:
    """The body of a request to /v1/completions in Ollama's or vLLM's dialect."""
    template, stops = template_for(model), request.stop
    if dialect == VLLM and template is not None:
        body: dict[str, Any] = {"prompt": template.prompt(prompt)}
        stops += template.stops
    else:
        extra = "".join(f"{commented(span.called)}\n{span.text.rstrip()}\n" for span in prompt.extra)
        if extra:
            extra += f"{commented(prompt.prefix.called)}\n"
        body = {"prompt": extra + prompt.prefix.text, "suffix": prompt.suffix.text}
    body |= {"stop": list(stops)} if stops else {}
    body |= {"model": model, "max_tokens": request.max_tokens, "temperature": request.temperature}
    return body | {"stream": True, "stream_options": {"include_usage": True}}


def infill_body(request: Request, prompt: FillInTheMiddle) -> dict[str, Any]:
    """The body of a request to llama.cpp's /infill."""
    return {
        "input_prefix": prompt.prefix.text,
        "input_suffix": prompt.suffix.text,
        "input_extra": [{"filename": span.called, "text": span.text} for span in prompt.extra],
        "n_predict": request.max_tokens,
        "temperature": request.temperature,
        "stop": list(request.stop),
        "stream": True,
        "cache_prompt": True,
    }


async def from_infill(provider: str, events: AsyncIterable[Any], sent: int) -> AsyncIterator[Chunk]:
    """The chunks of an answer of /infill."""
    seen = False
    async for event in events:
        if not isinstance(event, dict):
            raise BadAnswerError(provider, "the answer is not what llama.cpp's /infill promises")
        seen = True
        if not event.get("stop"):
            yield Chunk(str(event.get("content") or ""))
            continue
        prompt, answer = int(event.get("tokens_evaluated") or 0), int(event.get("tokens_predicted") or 0)
        cached = int((event.get("timings") or {}).get("cache_n") or 0)  # `tokens_cached` counts the answer too
        usage = Usage(prompt, answer, cached, sent, None, 1)
        yield Chunk(str(event.get("content") or ""), usage, "length" if event.get("stop_type") == "limit" else "stop")
        return
    if not seen:
        raise BadAnswerError(provider, "the server answered, but not with a stream of events")
    raise UnreachableError(provider, "the answer broke off")
