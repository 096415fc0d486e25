"""Malformed and out-of-order messages: every request is answered, the server lives on, the next request is right."""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

from tests.support.raw_lsp import TIMEOUT, RawClient, raw_server

from stoker_server.handlers import HANDLERS

COUNT = int(os.environ.get("STOKER_BAD_MESSAGES", "300"))
"""Bad messages; the full run sends 2,000."""

URI = "file:///nowhere/a.py"
ENDING = {"exit", "shutdown", "initialize"}
METHODS = [handler.method for handler in HANDLERS if handler.method not in ENDING]
SCALARS: list[Any] = [None, True, -1, 1.5, 1e300, "", "x", [], {}, 2**70, "\ud800", "file:///a.py"]
FIELDS = [
    "textDocument",
    "uri",
    "position",
    "line",
    "character",
    "range",
    "start",
    "end",
    "contentChanges",
    "text",
    "context",
]
FIELDS += [
    "arguments",
    "command",
    "jsonrpc",
    "id",
    "method",
    "params",
    "notebookDocument",
    "cells",
    "job",
    "token",
    "event",
]


def some_json(chosen: random.Random, depth: int = 0) -> Any:
    """Any value, made of the names that the protocol uses."""
    kind = chosen.random()
    if depth > 4 or kind < 0.4:
        return chosen.choice(SCALARS)
    if kind < 0.55:
        return [some_json(chosen, depth + 1) for _ in range(chosen.randint(0, 3))]
    return {chosen.choice(FIELDS): some_json(chosen, depth + 1) for _ in range(chosen.randint(1, 4))}


def nearly_right(chosen: random.Random) -> dict[str, Any]:
    """Params of a document request with one part spoilt."""
    params: dict[str, Any] = {
        "textDocument": {"uri": URI, "version": 1},
        "position": {"line": chosen.choice([0, 10**9]), "character": chosen.choice([0, 10**9])},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}},
        "context": {"triggerKind": 1, "diagnostics": []},
        "contentChanges": [{"text": "x = 1\n"}],
        "arguments": [{"uri": URI, "jsonrpc": "2.0", "range": some_json(chosen)}],
        "command": "stoker.document",
    }
    spoilt = chosen.choice(list(params))
    params[spoilt] = some_json(chosen)
    return params


def spoil(client: RawClient, chosen: random.Random, number: int) -> asyncio.Future[dict[str, Any]] | None:
    """Send one bad message; the answer to come, where it is a request that can be answered by its id."""
    method = chosen.choice(METHODS)
    params = nearly_right(chosen) if chosen.random() < 0.5 else some_json(chosen)
    identifier = f"bad-{number}"
    match chosen.randint(0, 7):
        case 0:
            client.send(b"Content-Length: 12\r\n\r\n{not json at}"[: 22 + 12])
        case 1:
            client.message(chosen.choice([[], [1], "text", 7, None]))
        case 2:
            client.message({"jsonrpc": "2.0", "id": chosen.choice([None, [], {}, 1.5, True]), "method": method})
        case 3:
            client.message(
                {"jsonrpc": "2.0", "method": chosen.choice([method, "no/such", "$/nothing"]), "params": params}
            )
        case 4:
            client.message({"jsonrpc": "2.0", "id": chosen.choice(["never-asked", 10**6]), "result": params})
        case 5:
            answer = client.expect(identifier)
            client.message({"id": identifier, "method": method, "params": params})
            return answer
        case 6:
            answer = client.expect(identifier)
            client.message(
                {"jsonrpc": "2.0", "id": identifier, "method": chosen.choice(["no/such", 7, None, "initialize"])}
            )
            return answer
        case _:
            answer = client.expect(identifier)
            client.message({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params})
            return answer
    return None


async def test_bad_messages_are_answered_and_the_server_lives_on() -> None:
    chosen = random.Random(20261123)
    async with raw_server() as client:
        await client.initialize()
        client.open(URI, "value = 1\n")
        for number in range(COUNT):
            answer = spoil(client, chosen, number)
            if answer is not None:
                await asyncio.wait_for(answer, TIMEOUT)
            if number % 50 == 0:
                client.open(URI, f"value = {number}\n", version=number + 2)
                state = await client.request("stoker/document", {"uri": URI})
                assert state["text"] == f"value = {number}\n"
        assert await client.close() == 0


async def test_before_initialize_requests_are_refused_and_notifications_passed_over() -> None:
    async with raw_server() as client:
        client.open(URI, "x")
        error = await client.refused("textDocument/completion", {})
        assert error["code"] == -32002
        await client.initialize()
        error = await client.refused("stoker/document", {"uri": URI})
        assert error["code"] == -32602


async def test_after_shutdown_requests_are_refused() -> None:
    async with raw_server() as client:
        await client.initialize()
        await client.request("shutdown", None)
        error = await client.refused("stoker/document", {"uri": URI})
        assert error["code"] == -32600
        client.notify("exit", None)
        assert await asyncio.wait_for(client.process.wait(), TIMEOUT) == 0


async def test_a_second_initialize_is_refused() -> None:
    async with raw_server() as client:
        await client.initialize()
        assert (await client.refused("initialize", {"capabilities": {}}))["code"] == -32600


async def test_an_id_that_is_still_open_is_refused() -> None:
    async with raw_server() as client:
        client.reply = False
        await client.initialize(capabilities={"window": {"workDoneProgress": True}})
        client.open(URI, "def f(a):\n    return a\n")
        area = {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}
        argument = {"uri": URI, "range": area}
        job = await client.request("workspace/executeCommand", {"command": "stoker.document", "arguments": [argument]})
        client.message({"jsonrpc": "2.0", "id": "same", "method": "stoker/outcome", "params": job})
        answer = client.expect("same")
        client.message({"jsonrpc": "2.0", "id": "same", "method": "stoker/document", "params": {"uri": URI}})
        assert (await asyncio.wait_for(answer, TIMEOUT))["error"]["code"] == -32600


async def test_deep_nesting_is_no_way_to_end_the_server() -> None:
    async with raw_server() as client:
        await client.initialize()
        body = b"[" * 200_000 + b"]" * 200_000
        client.send(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        client.open(URI, "(" * 20_000)
        state = await client.request("stoker/document", {"uri": URI})
        assert state["version"] == 1
