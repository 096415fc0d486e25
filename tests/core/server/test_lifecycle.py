"""The server as a process: the first answer, encodings, cancelling, leaving."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter
from tests.support.raw_lsp import TIMEOUT, RawClient, raw_server

from stoker_server.capabilities import COMMANDS, server_capabilities
from stoker_server.handlers import HANDLERS
from stoker_server.handlers.commands import FEATURES, OWN

URI = "file:///nowhere/a.py"
CLIENTS: list[Any] = [
    {},
    None,
    {"textDocument": {"diagnostic": {}}},
    {"general": {"positionEncodings": ["utf-8", "utf-16"]}},
    {"general": {"positionEncodings": ["utf-7", "utf-32"]}},
]


@pytest.mark.parametrize("client", CLIENTS, ids=repr)
def test_what_is_told_at_once_is_what_lsprotocol_understands(client: Any) -> None:
    told = server_capabilities(client)
    converter = get_converter()
    understood = converter.structure(told, types.ServerCapabilities)
    assert converter.unstructure(understood) == told


def test_what_is_told_is_what_is_handled() -> None:
    methods = {handler.method for handler in HANDLERS}
    told = server_capabilities({"textDocument": {"diagnostic": {}}})
    promised = {
        "completionProvider": types.TEXT_DOCUMENT_COMPLETION,
        "inlineCompletionProvider": types.TEXT_DOCUMENT_INLINE_COMPLETION,
        "codeActionProvider": types.TEXT_DOCUMENT_CODE_ACTION,
        "codeLensProvider": types.TEXT_DOCUMENT_CODE_LENS,
        "hoverProvider": types.TEXT_DOCUMENT_HOVER,
        "executeCommandProvider": types.WORKSPACE_EXECUTE_COMMAND,
        "diagnosticProvider": types.TEXT_DOCUMENT_DIAGNOSTIC,
        "textDocumentSync": types.TEXT_DOCUMENT_DID_CHANGE,
        "notebookDocumentSync": types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    }
    assert {name for name in told if name.endswith(("Provider", "Sync"))} == set(promised)
    assert set(promised.values()) <= methods
    assert {*FEATURES, *OWN} == set(COMMANDS)
    assert len(methods) == len(HANDLERS)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
async def test_the_encoding_that_the_client_prefers_is_the_one_that_counts(encoding: str, column: int) -> None:
    async with raw_server() as client:
        result = await client.initialize(capabilities={"general": {"positionEncodings": [encoding]}})
        assert result["capabilities"]["positionEncoding"] == encoding
        client.open(URI, "😀b")
        place = {"line": 0, "character": column}
        change = {"range": {"start": place, "end": {"line": 0, "character": column + 1}}, "text": "c"}
        client.notify(
            "textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]}
        )
        assert (await client.request("stoker/document", {"uri": URI}))["text"] == "😀c"


async def test_initialize_is_answered_before_anything_heavy_is_imported() -> None:
    code = "import sys, stoker_server.boot as boot; print(*sys.modules, file=sys.stderr); boot.main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, "lsp", stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdin
    process.stdin.close()
    assert process.stderr
    modules = (await process.stderr.read()).decode().split()
    assert "json" in modules
    assert not {"lsprotocol", "pygls", "tree_sitter", "asyncio", "openai"} & set(modules)


def test_the_server_is_built_without_the_engine_of_refactorings() -> None:
    code = "import sys, stoker_server.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "stoker_server.features.refactor" in loaded
    assert "rope" not in loaded


async def test_the_document_request_gives_text_version_and_tree() -> None:
    async with raw_server() as client:
        await client.initialize()
        client.open(URI, "x = 1\n", version=7)
        state = await client.request("stoker/document", {"uri": URI})
        assert state["text"] == "x = 1\n"
        assert state["version"] == 7
        assert state["tree"].startswith("(module (expression_statement (assignment")
        client.open("untitled:Untitled-1", "plain", language="klingon")
        assert (await client.request("stoker/document", {"uri": "untitled:Untitled-1"}))["tree"] is None


async def test_the_server_ends_when_its_input_does() -> None:
    async with raw_server() as client:
        await client.initialize()
        assert client.process.stdin
        client.process.stdin.close()
        assert await asyncio.wait_for(client.process.wait(), TIMEOUT) == 1


async def test_the_server_ends_when_the_editor_dies() -> None:
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    async with raw_server() as client:
        await client.initialize(processId=editor.pid)
        assert await client.request("stoker/receipts", {}) == []
        editor.kill()
        editor.wait()
        assert await asyncio.wait_for(client.process.wait(), TIMEOUT) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
async def test_an_interrupt_ends_the_server_quietly() -> None:
    async with raw_server() as client:
        await client.initialize()
        await client.request("stoker/receipts", {})
        client.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(client.process.wait(), TIMEOUT) != 0


async def test_what_prints_by_accident_stays_out_of_the_protocol(tmp_path: Path) -> None:
    code = (
        "import stoker_server.boot as boot, os\n"
        "greet = boot.greet\n"
        "def loud(*streams):\n"
        "    opening = greet(*streams)\n"
        "    print('to standard output'); os.system('echo from a child')\n"
        "    return opening\n"
        "boot.greet = loud\n"
        "raise SystemExit(boot.serve_stdio())\n"
    )
    script = tmp_path / "loud.py"
    script.write_text(code)
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    client = RawClient(process)
    await client.initialize()
    assert await client.request("stoker/receipts", {}) == []
    assert await client.close() == 0
