"""A server process and a client of bare messages: it can say what no well-behaved client would."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from stoker_server.framing import FrameBuffer, frame
from tests.support.cli import SCRIPT

TIMEOUT = 20.0
"""Seconds until an answer is given up: far more than any takes, so that a busy machine fails no test."""

COMMAND = (SCRIPT, "lsp")


class RawClient:
    """The client's side of one server process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.unexpected: list[dict[str, Any]] = []
        self.reply = True
        self._ids = count(1)
        self._waiting: dict[int | str, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.ensure_future(self._read())

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin
        self.process.stdin.write(data)

    def message(self, message: Any) -> None:
        """Send a value as the body of a message."""
        self.send(frame(json.dumps(message).encode()))

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.message({"jsonrpc": "2.0", "method": method, "params": params})

    def expect(self, identifier: int | str) -> asyncio.Future[dict[str, Any]]:
        """The answer to come for an id, whole."""
        return self._waiting.setdefault(identifier, asyncio.get_running_loop().create_future())

    def ask(self, method: str, params: Any) -> tuple[int, asyncio.Future[dict[str, Any]]]:
        """Send a request; its id and the answer to come."""
        identifier = next(self._ids)
        answer = self.expect(identifier)
        self.message({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params})
        return identifier, answer

    async def request(self, method: str, params: Any) -> Any:
        """Send a request and wait for its result.

        Raises:
            AssertionError: It was answered with an error.
        """
        answer = await asyncio.wait_for(self.ask(method, params)[1], TIMEOUT)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    async def refused(self, method: str, params: Any) -> dict[str, Any]:
        """Send a request and wait for its error."""
        answer = await asyncio.wait_for(self.ask(method, params)[1], TIMEOUT)
        assert "error" in answer, answer
        error: dict[str, Any] = answer["error"]
        return error

    async def initialize(self, root: Path | None = None, **overrides: Any) -> dict[str, Any]:
        """Shake hands; the server's ``InitializeResult``."""
        params = {
            "processId": os.getpid(),
            "rootUri": None,
            "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}] if root else None,
            "capabilities": {},
            **overrides,
        }
        result: dict[str, Any] = await self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    async def until(self, method: str) -> dict[str, Any]:
        """The next notification of a method that has not been taken yet."""
        async with asyncio.timeout(TIMEOUT):
            while True:
                for notification in self.notifications:
                    if notification["method"] == method:
                        self.notifications.remove(notification)
                        return notification
                await asyncio.sleep(0.01)

    async def _read(self) -> None:
        assert self.process.stdout
        buffer = FrameBuffer()
        while data := await self.process.stdout.read(65536):
            for body in buffer.feed(data):
                assert isinstance(body, bytes)
                self._take(json.loads(body))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            waiting = self._waiting.pop(message["id"], None) if message.get("id") is not None else None
            if waiting and not waiting.done():
                waiting.set_result(message)
            else:
                self.unexpected.append(message)
        elif "id" in message:
            self.requests.append(message)
            if self.reply:
                self.message({"jsonrpc": "2.0", "id": message["id"], "result": _result(message)})
        else:
            self.notifications.append(message)

    async def close(self) -> int:
        """Shut the server down in order; its exit status."""
        await self.request("shutdown", None)
        self.notify("exit", None)
        return await asyncio.wait_for(self.process.wait(), TIMEOUT)


def _result(request: dict[str, Any]) -> Any:
    """What an editor answers to a request of the server's."""
    if request["method"] == "workspace/configuration":
        return [None for _ in request["params"]["items"]]
    return {"applied": True} if request["method"] == "workspace/applyEdit" else None


@asynccontextmanager
async def raw_server(environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> AsyncIterator[RawClient]:
    """A server process that is gone after the block, whatever happened in it."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **(environ or {})},
        cwd=cwd,
    )
    client = RawClient(process)
    try:
        yield client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        client._reader.cancel()
