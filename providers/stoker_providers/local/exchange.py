"""One request to the model's process and its answer: llama.cpp's server speaks HTTP and server-sent events."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

from stoker_providers.base import Chunk, Request
from stoker_providers.errors import BadAnswerError, ProviderError, RequestError, ServerError, UnreachableError
from stoker_providers.fim import FimTemplate
from stoker_providers.local.address import HOST, Address
from stoker_providers.local.engine import CONTEXT
from stoker_providers.local.prompts import ON_GPU, ON_PROCESSOR, path_and_body
from stoker_wire.usage import Usage


async def ask(
    name: str, address: Address, request: Request, template: FimTemplate | None
) -> AsyncGenerator[Chunk, None]:
    """Sends a request and reads the answer. Closing the generator closes the connection, which ends the generation.

    Args:
        name: The provider's name, for errors.
        address: Where the process listens.
        request: What is asked.
        template: The model's fill-in-the-middle tokens; ``None`` for a model that only chats.

    Raises:
        UnreachableError: The process has ended.
        RequestError: It refused the request.
        ServerError: It failed.
        BadAnswerError: It answered with something else than was agreed.
    """
    import httpx2

    path, body = path_and_body(request, template, ON_GPU if address.gpu else ON_PROCESSOR)
    content = json.dumps(body).encode()
    headers = {
        "authorization": f"Bearer {address.token}",
        "content-type": "application/json",
        "connection": "close",  # the server drops idle connections without a word
    }
    url = f"http://{HOST}:{address.port}{path}"
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loopback needs no certificates, and loading them takes 20 ms
    try:
        async with (
            httpx2.AsyncClient(verify=trust, trust_env=False, timeout=None) as client,
            client.stream("POST", url, content=content, headers=headers) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise _refusal(name, response.status_code, await response.aread())
            finish: str | None = None
            async for line in response.aiter_lines():
                field, _, data = line.partition(": ")
                if field in ("data", "error") and data != "[DONE]":
                    chunk = _chunk(name, json.loads(data), len(content))
                    finish = chunk.finish or finish
                    yield replace(chunk, finish=finish if chunk.usage else None)
    except httpx2.TransportError as error:
        raise UnreachableError(name, "the model's process ended; the next request starts it again") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadAnswerError(name, f"the model's process answered with something unexpected ({error!r})") from error


def _chunk(name: str, event: dict[str, Any], sent: int) -> Chunk:
    """One event of either kind of answer. A chat says how it ended in one event, and what it cost in the next."""
    if "message" in (error := event.get("error", event)):
        raise ServerError(name, str(error["message"]))
    if "choices" in event:
        choice = event["choices"][0] if event["choices"] else {}
        text = choice.get("delta", {}).get("content") or ""
        return Chunk(text, _chat_usage(event["usage"], sent) if "usage" in event else None, choice.get("finish_reason"))
    if not event.get("stop"):
        return Chunk(event.get("content", ""))
    usage = Usage(
        input_tokens=event["tokens_evaluated"],
        output_tokens=event["tokens_predicted"],
        cached_tokens=event["timings"]["cache_n"],
        bytes_sent=sent,
        requests=1,
    )
    return Chunk(event["content"], usage, "length" if event["stop_type"] == "limit" else "stop")


def _chat_usage(counted: dict[str, Any], sent: int) -> Usage:
    return Usage(
        input_tokens=counted["prompt_tokens"],
        output_tokens=counted["completion_tokens"],
        cached_tokens=counted["prompt_tokens_details"]["cached_tokens"],
        bytes_sent=sent,
        requests=1,
    )


def _refusal(name: str, status: int, body: bytes) -> ProviderError:
    """What a status other than 200 means; llama.cpp says more in a JSON body."""
    said = json.loads(body)["error"]
    if said["type"] == "exceed_context_size_error":
        return RequestError(name, f"the prompt is longer than the {CONTEXT} tokens that fit", remedy="Select less.")
    kind = RequestError if 400 <= status < 500 and status != 401 else ServerError
    return kind(name, str(said["message"]))
