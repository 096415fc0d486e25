"""A model server on loopback that does as it is told: the far end of the SDKs, at the level of bytes on a socket.

It speaks chat completions, completions, responses, llama.cpp's /infill and Gemini's streamGenerateContent. A test scripts one
``Reply`` for each request that it expects, and looks at what came in and whether the client hung up.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

DONE = "data: [DONE]\n\n"


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    Attributes:
        pieces: What is written, piece by piece.
        status: The HTTP status.
        headers: Headers besides the content type.
        kind: The content type.
        before: Seconds before anything is written.
        between: Seconds after each piece.
        end: ``done``, ``cut`` (the connection breaks in the middle) or ``hang`` (nothing more comes, the connection stays).
    """

    pieces: tuple[str, ...] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "text/event-stream"
    before: float = 0.0
    between: float = 0.0
    end: str = "done"


@dataclass
class Seen:
    """A request as it came in.

    Attributes:
        method: Its method.
        path: Its path with the query.
        headers: Its headers, names in lower case.
        body: Its JSON body; ``None`` where it had none.
        hung_up: Set as soon as the client closed the connection before the answer was over.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)


class WireDouble:
    """The server.

    Attributes:
        url: Its address, without a path.
        seen: The requests, in order.
        most: How many were under way at once, at most.
    """

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[Seen] = []
        self.most = 0
        self._open = 0
        self._replies: list[Reply] = []

    def script(self, *replies: Reply) -> None:
        """Sets what is done with the next requests. A request without a reply gets a 501 that says so."""
        self._replies.extend(replies)

    def forget(self) -> None:
        """Forgets what was scripted and what came in."""
        self._replies.clear()
        self.seen.clear()

    async def asked(self, number: int = 1) -> Seen:
        """The request of that number, counted from 1, once it came in."""
        async with asyncio.timeout(5):
            while len(self.seen) < number:
                await asyncio.sleep(0.005)
        return self.seen[number - 1]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request as scripted."""
        request = Request(scope, receive)
        content = await request.body()
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        seen = Seen(request.method, path, dict(request.headers), json.loads(content) if content else None)
        self.seen.append(seen)
        self._open += 1
        self.most = max(self.most, self._open)
        reply = self._replies.pop(0) if self._replies else failure(501, "no reply was scripted")
        watching = asyncio.create_task(_watch(receive, seen.hung_up))
        try:
            await _write(reply, seen, send)
        finally:
            self._open -= 1
            watching.cancel()


async def _watch(receive: Receive, hung_up: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    hung_up.set()


async def _write(reply: Reply, seen: Seen, send: Send) -> None:
    if await _hung_up_within(seen, reply.before):
        return
    headers = [(b"content-type", reply.kind.encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
    if not (reply.end == "hang" and not reply.pieces):
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    for piece in reply.pieces:
        await send({"type": "http.response.body", "body": piece.encode(), "more_body": True})
        if await _hung_up_within(seen, reply.between):
            return
    if reply.end == "hang":
        await seen.hung_up.wait()
    elif reply.end == "done":
        await send({"type": "http.response.body", "body": b""})
    # "cut": returning in the middle of a body makes uvicorn close the connection


async def _hung_up_within(seen: Seen, seconds: float) -> bool:
    if seconds:
        with suppress(TimeoutError):
            await asyncio.wait_for(seen.hung_up.wait(), seconds)
    return seen.hung_up.is_set()


class _Endpoint:
    """Starlette takes a class instance for a bare ASGI application, a method for a handler."""

    def __init__(self, double: WireDouble) -> None:
        self._double = double

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._double.handle(scope, receive, send)


@asynccontextmanager
async def wire_double(certificate: Path | None = None) -> AsyncIterator[WireDouble]:
    """A running server on a free port of loopback, in the loop of the test.

    Args:
        certificate: A PEM file with a key and a certificate, to listen with TLS.
    """
    double = WireDouble()
    app = Starlette(routes=[Route("/{path:path}", _Endpoint(double), methods=["GET", "POST"])])
    config = uvicorn.Config(app, lifespan="off", log_level="critical", ssl_certfile=certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    double.url = f"{'https' if certificate else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield double
    finally:
        # Not `server.shutdown()`, which gives clients a tenth of a second: nobody here waits for an answer any more.
        for each in server.servers:
            each.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        for task in list(server.server_state.tasks):
            task.cancel()
        listener.close()


def failure(status: int, message: str, **headers: str) -> Reply:
    """An error in OpenAI's form; names of headers are given with low lines."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply((body,), status, named, "application/json")


def gemini_failure(status: int, message: str, *details: dict[str, Any], **headers: str) -> Reply:
    """An error in Google's form."""
    body = {"error": {"code": status, "message": message, "status": "FAILED", "details": list(details)}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply((json.dumps(body),), status, named, "application/json")


def plain(body: Any) -> Reply:
    """An ordinary JSON answer."""
    return Reply((json.dumps(body),), kind="application/json")


def models(*names: str, owner: str = "system") -> Reply:
    """The answer to GET /v1/models."""
    return plain({"object": "list", "data": [{"id": name, "object": "model", "owned_by": owner} for name in names]})


def event(data: Any, name: str = "") -> str:
    """One server-sent event."""
    return (f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n"


def chat(texts: Sequence[str], *, finish: str | None = "stop") -> tuple[str, ...]:
    """The events of a streamed chat completion of 11 tokens in (3 of them cached) and 7 out."""

    def chunk(delta: dict[str, str], reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return event({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})

    usage = {
        "prompt_tokens": 11,
        "completion_tokens": 7,
        "total_tokens": 18,
        "prompt_tokens_details": {"cached_tokens": 3},
    }
    last = event(
        {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage}
    )
    begin = (chunk({"role": "assistant", "content": ""}), *(chunk({"content": text}) for text in texts))
    return begin if finish is None else (*begin, chunk({}, finish), last, DONE)


def completion(texts: Sequence[str], *, finish: str = "stop") -> tuple[str, ...]:
    """The events of a streamed plain completion."""

    def chunk(text: str, reason: str | None = None) -> str:
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": reason}
        return event({"id": "c", "object": "text_completion", "created": 1, "model": "m", "choices": [choice]})

    usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
    last = event({"id": "c", "object": "text_completion", "created": 1, "model": "m", "choices": [], "usage": usage})
    return (*(chunk(text) for text in texts), chunk("", finish), last, DONE)


def responses(texts: Sequence[str], *, finish: str | None = "stop") -> tuple[str, ...]:
    """The events of a streamed response of 11 tokens in (3 of them cached) and 7 out."""
    usage = {
        "input_tokens": 11,
        "output_tokens": 7,
        "total_tokens": 18,
        "input_tokens_details": {"cached_tokens": 3},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    kind = {"stop": "response.completed", "length": "response.incomplete"}
    response: dict[str, Any] = {"id": "r", "object": "response", "model": "m", "output": [], "usage": usage}
    response["incomplete_details"] = {"reason": "max_output_tokens"} if finish == "length" else None
    begin = event({"type": "response.created", "response": response, "sequence_number": 0}, "response.created")
    place = {"type": "response.output_text.delta", "item_id": "i", "output_index": 0, "content_index": 0}
    deltas = (
        event({**place, "delta": text, "sequence_number": number}, "response.output_text.delta")
        for number, text in enumerate(texts, 1)
    )
    if finish is None:
        return (begin, *deltas)
    return (begin, *deltas, event({"type": kind[finish], "response": response, "sequence_number": 99}, kind[finish]))


def gemini(texts: Sequence[str], *, finish: str | None = "STOP") -> tuple[str, ...]:
    """The events of streamGenerateContent: 11 tokens in (3 of them cached), 5 out and 2 thought."""
    usage = {"promptTokenCount": 11, "candidatesTokenCount": 5, "thoughtsTokenCount": 2, "cachedContentTokenCount": 3}

    def chunk(text: str, reason: str | None = None) -> str:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
        candidate |= {"finishReason": reason} if reason else {}
        return event({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"})

    begin = tuple(chunk(text) for text in texts)
    return begin if finish is None else (*begin, chunk("", finish))


def infill(texts: Sequence[str], *, stop_type: str = "eos") -> tuple[str, ...]:
    """The events of llama.cpp's /infill."""
    end = {"content": "", "stop": True, "stop_type": stop_type, "tokens_evaluated": 9, "tokens_predicted": 4}
    end |= {"tokens_cached": 12, "timings": {"cache_n": 6, "prompt_n": 3}}
    return (*(event({"content": text, "stop": False}) for text in texts), event(end))
