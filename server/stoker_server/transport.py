"""Bytes between a client and the protocol: standard streams, TCP and WebSocket, the last two on loopback alone."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import queue
import sys
import threading
from collections.abc import Awaitable, Callable
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from stoker_server.framing import FrameBuffer, FramingError

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
CHUNK = 1 << 16
Receive = Callable[[bytes | FramingError], None]


class PipeWriter:
    """Writes to a descriptor from a thread of its own: a client that does not read can't stop the event loop."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="stoker-writer", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Queue bytes; returns at once."""
        self._queue.put(data)

    def close(self, seconds: float = 1.0) -> None:
        """Write what is queued, for at most so long."""
        self._queue.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                while data:
                    data = data[os.write(self._descriptor, data) :]
            except OSError:
                return  # the client is gone; the reader notices and ends the server


async def read_pipe(descriptor: int, first: bytes, receive: Receive) -> None:
    """Hand every message of a descriptor to ``receive`` until it ends.

    A thread reads, because pipes can't be polled on every platform; the loop is woken once for all messages of a read.

    Args:
        descriptor: What to read from.
        first: Bytes that were read already.
        receive: Called on the event loop.
    """
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    buffer = FrameBuffer()

    def deliver(messages: list[bytes | FramingError]) -> None:
        for message in messages:
            receive(message)

    def run() -> None:
        try:
            for data in chain((first,), iter(lambda: os.read(descriptor, CHUNK), b"")):
                if messages := buffer.feed(data):
                    loop.call_soon_threadsafe(deliver, messages)
            loop.call_soon_threadsafe(ended.set)
        except OSError as error:
            logger.info("the client's stream broke: %s", error)
            loop.call_soon_threadsafe(ended.set)
        except RuntimeError:
            return  # the loop has ended already: nobody waits

    threading.Thread(target=run, name="stoker-reader", daemon=True).start()
    await ended.wait()


class StreamWriter:
    """Writes framed messages to a TCP connection."""

    def __init__(self, stream: asyncio.StreamWriter) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Queue bytes; asyncio sends them."""
        self._stream.write(data)

    def close(self) -> None:
        """Close the connection after what is queued."""
        self._stream.close()


async def read_stream(stream: asyncio.StreamReader, receive: Receive) -> None:
    """Hand every message of a TCP connection to ``receive`` until it ends, or until it shows not to be LSP.

    A page in a browser can send HTTP to loopback; its headers are none of LSP's.
    """
    buffer = FrameBuffer()
    while data := await stream.read(CHUNK):
        for message in buffer.feed(data):
            receive(message)
            if isinstance(message, FramingError):
                return


async def serve_tcp(port: int, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
    """Serve every connection to a loopback port by a session of its own, until cancelled.

    Raises:
        OSError: The port is taken.
    """
    server = await asyncio.start_server(serve, LOOPBACK, port)
    _announce(f"tcp://{LOOPBACK}:{server.sockets[0].getsockname()[1]}")
    async with server:
        await server.serve_forever()


class SocketWriter:
    """Writes messages to a WebSocket: one text message each, without LSP's header."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._sender = asyncio.ensure_future(self._run())

    def write(self, data: bytes) -> None:
        """Queue a message."""
        self._queue.put_nowait(data)

    def close(self) -> None:
        """Send nothing more."""
        self._sender.cancel()

    async def _run(self) -> None:
        while True:
            await self._socket.send((await self._queue.get()).decode())


async def serve_websocket(
    port: int, token: str, origins: tuple[str, ...], serve: Callable[[ServerConnection], Awaitable[None]]
) -> None:
    """Serve WebSocket connections to a loopback port that bring the token, until cancelled.

    Any page in a browser can open a WebSocket to loopback. So a connection needs the token (``?token=``), and one from a
    page needs an allowed origin.

    Raises:
        OSError: The port is taken.
    """
    from http import HTTPStatus

    from websockets.asyncio.server import serve as listen

    def admit(connection: ServerConnection, request: object) -> object:
        path = getattr(request, "path", "")
        headers = getattr(request, "headers", {})
        given = parse_qs(urlsplit(path).query).get("token", [""])[0]
        origin = headers.get("Origin")
        if not hmac.compare_digest(given.encode(), token.encode()) or (origin is not None and origin not in origins):
            return connection.respond(HTTPStatus.FORBIDDEN, "the token or the origin is not allowed\n")
        return None

    async with listen(serve, LOOPBACK, port, process_request=admit, max_size=None) as server:  # type: ignore[arg-type]  # websockets types the hook by its private request class
        _announce(f"ws://{LOOPBACK}:{next(iter(server.sockets)).getsockname()[1]}/?token={token}")
        await server.serve_forever()


def framed(data: bytes | str) -> bytes:
    """A WebSocket message as bytes of a message body."""
    return data.encode() if isinstance(data, str) else data


def _announce(address: str) -> None:
    """Tell whoever started the server where it listens; the standard output of a server over a socket is free."""
    print(address, file=sys.stdout, flush=True)  # noqa: T201
