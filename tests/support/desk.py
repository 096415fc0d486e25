"""A user at a desk: a real server process, a folder of real files, and a model on loopback that says what it is told.

What is typed reaches the server as an editor sends it, and what the server suggests is accepted as an editor does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import converters, types

from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.positions import Positions
from tests.support.fixtures import CURSOR, marked
from tests.support.raw_lsp import TIMEOUT, RawClient, raw_server
from tests.support.wire_double import Reply, WireDouble, completion, wire_double

INVOKED, AUTOMATIC = 1, 2
"""LSP's ``InlineCompletionTriggerKind``."""
GHOST_TEXT = {"textDocument": {"inlineCompletion": {"dynamicRegistration": True}}}
"""The capabilities of an editor that shows ghost text."""
ALONE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "NO_PROXY": "", "HTTPS_PROXY": "", "HTTP_PROXY": ""}
_CONVERTER = converters.get_converter()


@dataclass
class Page:
    """An open document with a cursor in it.

    Attributes:
        text: What the editor has.
        cursor: Characters before the cursor.
    """

    client: RawClient
    uri: str
    text: str
    cursor: int
    version: int = 1

    @property
    def marked(self) -> str:
        """The text with the cursor in it."""
        return self.text[: self.cursor] + CURSOR + self.text[self.cursor :]

    def _positions(self) -> Positions:
        return Positions(Snapshot(self.uri, self.text, None), "utf-16")

    def position(self) -> dict[str, int]:
        """Where the cursor is, in LSP's terms."""
        found = self._positions().position(self.cursor)
        return {"line": found.line, "character": found.character}

    def ask(self, *, invoked: bool = False, selected: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Send the request for ghost text; its id and the answer to come."""
        context = {"triggerKind": INVOKED if invoked else AUTOMATIC, "selectedCompletionInfo": selected}
        params = {"textDocument": {"uri": self.uri}, "position": self.position(), "context": context}
        return self.client.ask("textDocument/inlineCompletion", params)

    async def ghost(self, *, invoked: bool = False, selected: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The one item of ghost text at the cursor."""
        answer = await self.ask(invoked=invoked, selected=selected)[1]
        items = answer["result"]["items"]
        assert len(items) <= 1
        return items[0] if items else None

    async def ghost_text(self, *, invoked: bool = False) -> str | None:
        """What the ghost text at the cursor says."""
        item = await self.ghost(invoked=invoked)
        return item["insertText"] if item else None

    async def popup(self) -> list[dict[str, Any]]:
        """The items of the popup at the cursor."""
        params = {"textDocument": {"uri": self.uri}, "position": self.position()}
        found: list[dict[str, Any]] = (await self.client.request("textDocument/completion", params))["items"]
        return found

    def type(self, text: str) -> None:
        """Type at the cursor."""
        self.replace(self.position(), self.position(), text)

    def accept(self, item: dict[str, Any], *, part: str | None = None) -> None:
        """Take an item, or no more than a part at its beginning, as the editor does that was shown it."""
        text = item["insertText"] if part is None else part
        assert item["insertText"].startswith(text)
        self.replace(item["range"]["start"], item["range"]["end"], text)

    def go(self, before: str) -> None:
        """Put the cursor after a text's first occurrence."""
        self.cursor = self.text.index(before) + len(before)

    def replace(self, start: dict[str, int], end: dict[str, int], text: str) -> None:
        extent = {"start": start, "end": end}
        span = self._positions().span(_CONVERTER.structure(extent, types.Range))
        self.text = self.text[: span.start] + text + self.text[span.end :]
        self.cursor = span.start + len(text)
        self.version += 1
        change = {"textDocument": {"uri": self.uri, "version": self.version}}
        self.client.notify("textDocument/didChange", {**change, "contentChanges": [{"range": extent, "text": text}]})


@dataclass
class Desk:
    """One editor with its server.

    Attributes:
        root: The open folder.
        double: The model.
        client: The editor's end of the conversation.
        capabilities: What the server said that it can do.
        pages: The open documents.
    """

    root: Path
    double: WireDouble
    client: RawClient
    capabilities: dict[str, Any]
    pages: list[Page] = field(default_factory=list)

    def says(self, *texts: str, **how: Any) -> None:
        """Have the model say a text to each of the next requests; ``how`` is as in ``Reply``."""
        self.double.script(*(Reply(completion([text]), **how) for text in texts))

    def open(self, name: str, text: str | None = None) -> Page:
        """Open a file whose cursor is marked, or one that is not on disk."""
        path = self.root / name
        text = path.read_bytes().decode() if text is None else text
        text, span = marked(text) if CURSOR in text else (text, None)
        language = by_path(path)
        page = Page(self.client, path.as_uri(), text, len(text) if span is None else span.start)
        self.client.open(page.uri, text, language.id if language else "plaintext")
        self.pages.append(page)
        return page

    def close(self, page: Page) -> None:
        """Close a document."""
        self.pages.remove(page)
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": page.uri}})

    async def ready(self) -> None:
        """Wait until the server has its model: what is asked before that is answered from the code alone."""
        page = self.open("ready.py", "value = ")
        async with asyncio.timeout(TIMEOUT):
            while not self.double.seen:
                self.says("1")
                await page.ghost(invoked=True)
                await asyncio.sleep(0.02)
        self.close(page)
        self.double.forget()

    @property
    def shown(self) -> list[str]:
        """The messages that the user was shown, so far."""
        return [
            each["params"]["message"] for each in self.client.notifications if each["method"] == "window/showMessage"
        ]


def settings(double: WireDouble, **more: Any) -> dict[str, Any]:
    """The user's own settings, which let the double draft."""
    provider = {"name": "compatible", "base_url": f"{double.url}/v1", "model": "m", "dialect": "ollama", **more}
    return {"provider": provider}


@asynccontextmanager
async def desk(
    root: Path,
    *,
    environ: Mapping[str, str] | None = None,
    capabilities: Mapping[str, Any] = GHOST_TEXT,
    double: WireDouble | None = None,
    ready: bool = True,
    **provider: Any,
) -> AsyncIterator[Desk]:
    """A server that was greeted, and is gone after the block.

    Args:
        root: The folder to open.
        environ: Environment variables besides those of the test.
        capabilities: What the editor can do.
        double: The model; a new one where there is none.
        ready: Whether to wait until the model can be asked.
        provider: Settings of the provider besides those that name the double.
    """
    if double is None:
        async with (
            wire_double() as fresh,
            desk(root, environ=environ, capabilities=capabilities, double=fresh, ready=ready, **provider) as made,
        ):
            yield made
        return
    async with raw_server({**ALONE, **(environ or {})}) as client:
        options = settings(double, **provider)
        result = await client.initialize(root, capabilities=capabilities, initializationOptions=options)
        made = Desk(root, double, client, result["capabilities"])
        if ready:  # imports the model's SDK
            await made.ready()
        yield made
