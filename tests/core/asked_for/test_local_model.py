"""Points 3 and 16 with a model on this machine: ghost text waits while it does something larger, and it drafts next edits.

The session is the real one, spoken to in LSP's bytes; the model is told what to say, as the real one is a gigabyte of memory.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from tests.support.desk import GHOST_TEXT, Page
from tests.support.fixtures import CURSOR, marked
from tests.support.raw_lsp import TIMEOUT, RawClient

from stoker_providers.base import Capabilities, Chunk, FillInTheMiddle, Request
from stoker_server.app import build_session
from stoker_server.framing import FrameBuffer
from stoker_server.workspace import Workspace

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = f"def total(prices):\n    result = {CURSOR}\n    return result\n\n\ndef other(prices):\n    return prices\n"
READING = (
    "def load(path, other):\n    first = open(path).read()\n    second = open(other).read()\n    return first, second\n"
)


class LocalModel:
    """Says one thing for each purpose, and takes as long as it is held."""

    def __init__(self, **answers: str) -> None:
        self.name = "local/model"
        self.capabilities = Capabilities(local=True, fill_in_the_middle=True)
        self.requests: list[Request] = []
        self.held: set[str] = set()
        self._answers = answers

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer for the request's purpose."""
        self.requests.append(request)
        while request.purpose in self.held:
            await asyncio.sleep(0.01)
        yield Chunk(self._answers.get(request.purpose, ""), finish="stop")

    async def warm(self) -> None:
        """Nothing to get ready."""

    async def aclose(self) -> None:
        """Does nothing."""

    @property
    def purposes(self) -> list[str]:
        """What it was asked for."""
        return [each.purpose for each in self.requests]


class _Pipe:
    """Both ends of a conversation in one process: bytes to the session, and bytes from it."""

    def __init__(self) -> None:
        self._buffer = FrameBuffer()
        self._out: asyncio.Queue[bytes] = asyncio.Queue()
        self.session = build_session(SimpleNamespace(write=self._out.put_nowait))

    def write(self, data: bytes) -> None:
        for body in self._buffer.feed(data):
            self.session.protocol.receive(body)

    async def read(self, _: int) -> bytes:
        return await self._out.get()


@pytest_asyncio.fixture(loop_scope="session")
async def model() -> LocalModel:
    return LocalModel(
        completion="sum(prices)", docstring="", next_edit='    second = other.read_text(encoding="utf-8")'
    )


@pytest_asyncio.fixture(loop_scope="session")
async def client(tmp_path: Path, model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RawClient]:
    monkeypatch.setattr(Workspace, "build_provider", lambda _: model)
    pipe = _Pipe()
    pipe.session.own_client = True
    client = RawClient(SimpleNamespace(stdin=pipe, stdout=pipe))  # type: ignore[arg-type]  # as much as it needs of one
    await client.initialize(tmp_path, capabilities=GHOST_TEXT, processId=os.getpid())
    async with asyncio.timeout(TIMEOUT):
        while pipe.session.workspace.services(None).provider is None:
            await asyncio.sleep(0.01)
    yield client
    await pipe.session.close()
    client._reader.cancel()


def opened(client: RawClient, path: Path, marked_text: str) -> Page:
    text, span = marked(marked_text)
    client.open(path.as_uri(), text)
    return Page(client, path.as_uri(), text, span.start)


@pytest.mark.asked_for(3, "completion pauses while a chat runs on a local model")
async def test_ghost_text_waits_while_the_local_model_writes_a_docstring(
    client: RawClient, model: LocalModel, tmp_path: Path
) -> None:
    page = opened(client, tmp_path / "a.py", CODE)
    model.held.add("docstring")
    area = {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}
    command = {"command": "stoker.document", "arguments": [{"uri": page.uri, "range": area}]}
    job = await client.request("workspace/executeCommand", command)
    async with asyncio.timeout(TIMEOUT):
        while "docstring" not in model.purposes:
            await asyncio.sleep(0.01)
    for key in ("p", "r"):
        page.type(key)
        await page.ghost(invoked=True)
    assert "completion" not in model.purposes
    model.held.clear()
    await client.request("stoker/outcome", job)
    page.type(" or ")
    assert await page.ghost_text() == "sum(prices)"


@pytest.mark.asked_for(16, "next-edit suggestions from a local model")
async def test_a_local_model_says_which_line_is_to_change_alike(
    client: RawClient, model: LocalModel, tmp_path: Path
) -> None:
    page = opened(client, tmp_path / "load.py", READING.replace("first = ", f"first = {CURSOR}"))
    end = {**page.position(), "character": page.position()["character"] + len("open(path).read()")}
    page.replace(page.position(), end, 'path.read_text(encoding="utf-8")')
    params: dict[str, Any] = {
        "textDocument": {"uri": page.uri, "version": page.version},
        "position": page.position(),
        "context": {"triggerKind": 2},
    }
    async with asyncio.timeout(TIMEOUT):
        while not (edits := (await client.request("textDocument/copilotInlineEdit", params))["edits"]):
            await asyncio.sleep(0.05)
    (edit,) = edits
    assert edit["range"]["start"]["line"] == 2
    page.replace(edit["range"]["start"], edit["range"]["end"], edit["text"])
    assert '    second = other.read_text(encoding="utf-8")\n    return first, second\n' in page.text
    receipt = await client.request("stoker/receipt", {"id": edit["receipt"]})
    assert receipt["author"] == model.name
    assert set(model.purposes) == {"next_edit"}
    assert all(isinstance(each.prompt, FillInTheMiddle) for each in model.requests), "as a small local model is asked"


@pytest.mark.asked_for(16, "next-edit suggestions from a local model")
async def test_what_follows_by_the_rules_of_the_language_needs_no_model(
    client: RawClient, model: LocalModel, tmp_path: Path
) -> None:
    code = f"def area(wid{CURSOR}, height):\n    return width * height\n"
    page = opened(client, tmp_path / "area.py", code.replace(f"wid{CURSOR}", f"width{CURSOR}"))
    start = {**page.position(), "character": page.position()["character"] - len("width")}
    page.replace(start, page.position(), "breadth")
    params = {
        "textDocument": {"uri": page.uri, "version": page.version},
        "position": page.position(),
        "context": {"triggerKind": 2},
    }
    async with asyncio.timeout(TIMEOUT):
        while not (edits := (await client.request("textDocument/copilotInlineEdit", params))["edits"]):
            await asyncio.sleep(0.05)
    page.replace(edits[0]["range"]["start"], edits[0]["range"]["end"], edits[0]["text"])
    assert page.text == "def area(breadth, height):\n    return breadth * height\n"
    assert model.requests == []
