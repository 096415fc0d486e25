"""TCP and WebSocket: loopback alone, a session for each client, and no way in for a page in a browser."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.support.cli import SCRIPT
from tests.support.raw_lsp import TIMEOUT
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from stoker_server.framing import FrameBuffer, frame

TOKEN = "a-token-of-the-test"


@asynccontextmanager
async def serving(*arguments: str) -> AsyncIterator[str]:
    """A server over a socket; the address that it prints."""
    environ = {**os.environ, "STOKER_WS_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(
        SCRIPT, "lsp", *arguments, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL, env=environ
    )
    assert process.stdout
    try:
        yield (await asyncio.wait_for(process.stdout.readline(), TIMEOUT)).decode().strip()
    finally:
        process.kill()
        await process.wait()


def request(number: int, method: str, params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()


def opened(text: str) -> bytes:
    item = {"uri": "file:///a.py", "languageId": "python", "version": 1, "text": text}
    params = {"textDocument": item}
    return json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params}).encode()


class TcpClient:
    """Bare messages over TCP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._buffer, self._bodies = FrameBuffer(), asyncio.Queue[Any]()

    def send(self, body: bytes) -> None:
        self._writer.write(frame(body))

    async def answer(self, number: int) -> Any:
        async with asyncio.timeout(TIMEOUT):
            while True:
                for body in self._buffer.feed(await self._reader.read(65536)):
                    assert isinstance(body, bytes)
                    message = json.loads(body)
                    if message.get("id") == number and "method" not in message:
                        return message["result"]


async def test_two_clients_over_tcp_have_a_session_each() -> None:
    async with serving("--tcp", "0") as address:
        assert address.startswith("tcp://127.0.0.1:")
        port = int(address.rpartition(":")[2])
        clients = [TcpClient(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(2)]
        for number, client in enumerate(clients):
            client.send(request(1, "initialize", {"capabilities": {}}))
            assert (await client.answer(1))["serverInfo"]["name"] == "stoker"
            client.send(opened(f"x = {number}\n"))
        for number, client in enumerate(clients):
            client.send(request(2, "stoker/document", {"uri": "file:///a.py"}))
            assert (await client.answer(2))["text"] == f"x = {number}\n"


async def test_a_websocket_with_the_token_is_served() -> None:
    async with serving("--ws", "0") as address, connect(address) as socket:
        await socket.send(request(1, "initialize", {"capabilities": {}}).decode())
        answer = json.loads(await asyncio.wait_for(socket.recv(), TIMEOUT))
        assert answer["result"]["serverInfo"]["name"] == "stoker"


@pytest.mark.parametrize(
    ("query", "origin", "admitted"),
    [
        (f"?token={TOKEN}", None, True),
        (f"?token={TOKEN}", "https://editor.example", True),
        (f"?token={TOKEN}", "https://attacker.example", False),
        ("?token=wrong", None, False),
        ("", None, False),
        ("", "https://editor.example", False),
    ],
)
async def test_a_websocket_needs_the_token_and_a_page_an_allowed_origin(
    query: str, origin: str | None, admitted: bool
) -> None:
    async with serving("--ws", "0", "--origin", "https://editor.example") as address:
        place = address.partition("?")[0] + query
        headers = {"Origin": origin} if origin else {}
        if admitted:
            async with connect(place, additional_headers=headers) as socket:
                await socket.ping()
            return
        with pytest.raises(InvalidStatus) as refused:
            await connect(place, additional_headers=headers)
        assert refused.value.response.status_code == 403


async def test_a_port_that_is_taken_is_said() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(SCRIPT, "lsp", "--tcp", str(port), stderr=asyncio.subprocess.PIPE)
    _, errors = await asyncio.wait_for(process.communicate(), TIMEOUT)
    server.close()
    assert process.returncode == 2
    assert b"the port can't be used" in errors
