"""What an editor says of ghost text, to a real server: counted once, whatever its edits show besides."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import desk
from tests.support.raw_lsp import RawClient, raw_server
from tests.support.wire_double import Reply

from stoker_server.paths import find_paths
from stoker_server.state.events import EventStore

SOURCE = "def add(first, second):\n    𝔞 = first + second\n    return 𝔞\n\n\ndef again(first, second):\n    𝔞 = fir"
END = {"line": 6, "character": 12}


async def ghost(client: RawClient, uri: str) -> dict[str, Any]:
    params = {"textDocument": {"uri": uri}, "position": END, "context": {"triggerKind": 2}}
    (item,) = (await client.request("textDocument/inlineCompletion", params))["items"]
    assert item["insertText"].startswith("st")
    found: dict[str, Any] = item
    return found


def insert(client: RawClient, uri: str, text: str) -> None:
    change = {"range": {"start": END, "end": END}, "text": text}
    document = {"uri": uri, "version": 2}
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


async def counted(kind: str) -> int:
    """How often something was counted, once nothing more is to come: things gather for a second."""
    await asyncio.sleep(1.5)
    return EventStore(find_paths(os.environ).database).count().get(kind, 0)


@pytest.mark.parametrize("edits", [True, False], ids=["with the edit", "without it"])
async def test_a_command_that_says_so_and_an_edit_that_shows_it_are_one_acceptance(tmp_path: Path, edits: bool) -> None:
    uri = (tmp_path / "a.py").as_uri()
    async with raw_server() as client:
        await client.initialize(tmp_path)
        client.open(uri, SOURCE)
        item = await ghost(client, uri)
        if edits:
            insert(client, uri, item["insertText"])
        command = {key: item["command"][key] for key in ("command", "arguments")}
        assert await client.request("workspace/executeCommand", command) is None
        assert await counted("accepted") == 1
        latest = EventStore(find_paths(os.environ).database).latest("accepted")
        (identifier,) = command["arguments"]
        assert latest == {"suggestion": identifier, "amount": "whole", "characters": len(item["insertText"])}


async def test_what_is_shown_and_taken_in_part_is_counted_as_the_editor_says(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    async with raw_server() as client:
        await client.initialize(tmp_path)
        client.open(uri, SOURCE)
        item = await ghost(client, uri)
        client.notify("textDocument/didShowCompletion", {"item": item})
        client.notify("textDocument/didShowCompletion", {"item": item})
        client.notify("textDocument/didPartiallyAcceptCompletion", {"item": item, "acceptedLength": 2})
        client.notify("textDocument/didPartiallyAcceptCompletion", {"item": item, "acceptedLength": 2})
        assert await counted("accepted") == 1
        database = EventStore(find_paths(os.environ).database)
        assert database.count()["shown"] == 1
        latest = database.latest("accepted")
        assert latest is not None
        assert (latest["amount"], latest["characters"]) == ("word" if len(item["insertText"]) > 2 else "whole", 2)


async def test_words_about_what_is_not_ours_are_no_harm(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    async with raw_server() as client:
        await client.initialize(tmp_path)
        client.open(uri, SOURCE)
        for item in ({}, {"insertText": "x"}, {"insertText": "x", "command": {"command": "other", "arguments": ["?"]}}):
            client.notify("textDocument/didShowCompletion", {"item": item})
            client.notify("textDocument/didPartiallyAcceptCompletion", {"item": item, "acceptedLength": 1})
        client.notify("textDocument/didShowCompletion", 7)
        assert (await ghost(client, uri))["insertText"]


async def test_an_edit_in_a_notebooks_cell_shows_an_acceptance(tmp_path: Path) -> None:
    notebook, cell = (tmp_path / "a.ipynb").as_uri(), "vscode-notebook-cell:/a.ipynb#c1"
    async with raw_server() as client:
        await client.initialize(tmp_path)
        opened = {"uri": notebook, "notebookType": "jupyter-notebook", "version": 1}
        code = {"uri": cell, "languageId": "python", "version": 1, "text": SOURCE}
        documents = {
            "notebookDocument": {**opened, "cells": [{"kind": 2, "document": cell}]},
            "cellTextDocuments": [code],
        }
        client.notify("notebookDocument/didOpen", documents)
        item = await ghost(client, cell)
        change = {"range": {"start": END, "end": END}, "text": item["insertText"]}
        edits = {"document": {"uri": cell, "version": 2}, "changes": [change]}
        changed = {"notebookDocument": {"uri": notebook, "version": 2}, "change": {"cells": {"textContent": [edits]}}}
        client.notify("notebookDocument/didChange", changed)
        assert await counted("accepted") == 1


async def test_an_edit_in_a_notebooks_cell_ends_a_draft_that_it_does_not_agree_with(tmp_path: Path) -> None:
    notebook, cell = (tmp_path / "a.ipynb").as_uri(), "vscode-notebook-cell:/a.ipynb#c1"
    async with desk(tmp_path) as at:
        at.double.script(Reply(end="hang"))
        opened = {"uri": notebook, "notebookType": "jupyter-notebook", "version": 1}
        code = {"uri": cell, "languageId": "python", "version": 1, "text": "total = 1 +"}
        documents = {
            "notebookDocument": {**opened, "cells": [{"kind": 2, "document": cell}]},
            "cellTextDocuments": [code],
        }
        at.client.notify("notebookDocument/didOpen", documents)
        end = {"line": 0, "character": 11}
        params = {"textDocument": {"uri": cell}, "position": end, "context": {"triggerKind": 2}}
        at.client.ask("textDocument/inlineCompletion", params)
        async with asyncio.timeout(20):
            while not at.double.seen:
                await asyncio.sleep(0.02)
        start = {"line": 0, "character": 0}
        edits = {
            "document": {"uri": cell, "version": 2},
            "changes": [{"range": {"start": start, "end": end}, "text": "x"}],
        }
        changed = {"notebookDocument": {"uri": notebook, "version": 2}, "change": {"cells": {"textContent": [edits]}}}
        at.client.notify("notebookDocument/didChange", changed)
        await asyncio.wait_for(
            at.double.seen[0].hung_up.wait(), 5
        )  # nobody would end it otherwise while it is waited for
