"""A small editor without a screen: it speaks LSP to a real server process and applies what the server asks it to."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from cattrs import Converter
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.lsp.client import LanguageClient

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.positions import Positions
from stoker_server.uris import path_of, uri_of
from stoker_server.version import __version__
from stoker_wire.receipts import Receipt

CAPABILITIES = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=["utf-32"]),
    window=types.WindowClientCapabilities(work_done_progress=True),
    workspace=types.WorkspaceClientCapabilities(
        apply_edit=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
        ),
    ),
)

_PASSED_OVER = (
    types.WINDOW_WORK_DONE_PROGRESS_CREATE,
    types.PROGRESS,
    types.WINDOW_SHOW_MESSAGE,
    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
)


class Editor:
    """One file open in an editor that is connected to a server."""

    def __init__(self, client: LanguageClient, path: Path) -> None:
        self._client = client
        self.path = path
        self.uri = uri_of(path)
        text = path.read_bytes().decode("utf-8")
        self.snapshot = Snapshot(self.uri, text, by_path(path), 1)
        self.created: dict[Path, str] = {}
        client.feature(types.WORKSPACE_APPLY_EDIT)(partial(self._apply))
        for method in _PASSED_OVER:
            client.feature(method)(partial(_pass_over))

    async def open(self, folder: Path) -> None:
        """Shake hands and open the file."""
        await self._client.initialize_async(
            types.InitializeParams(
                capabilities=CAPABILITIES,
                process_id=os.getpid(),
                client_info=types.ClientInfo("stoker demo", __version__),
                workspace_folders=[types.WorkspaceFolder(uri_of(folder), folder.name)],
            )
        )
        self._client.initialized(types.InitializedParams())
        language = self.snapshot.language.id if self.snapshot.language else "plaintext"
        item = types.TextDocumentItem(self.uri, language, 1, self.snapshot.text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, span: Span, text: str) -> None:
        """Replace a stretch of the document, as a user does by typing."""
        extent = Positions(self.snapshot, "utf-32").range(span)
        edit = replace(self.uri, self.snapshot.text, [Replacement(span, text)])
        self._set(self.snapshot.after(edit).text)
        change = types.TextDocumentContentChangePartial(range=extent, text=text)
        identifier = types.VersionedTextDocumentIdentifier(self.snapshot.version or 0, self.uri)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def complete(self, offset: int) -> types.InlineCompletionItem | None:
        """The ghost text at a cursor."""
        context = types.InlineCompletionContext(types.InlineCompletionTriggerKind.Invoked)
        answer = await self._client.text_document_inline_completion_async(
            types.InlineCompletionParams(context, types.TextDocumentIdentifier(self.uri), self._position(offset))
        )
        items = answer.items if isinstance(answer, types.InlineCompletionList) else answer or []
        return items[0] if items else None

    async def actions(self, span: Span) -> list[types.CodeAction]:
        """What the editor's menu would show for a selection."""
        answer = await self._client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri),
                Positions(self.snapshot, "utf-32").range(span),
                types.CodeActionContext([]),
            )
        )
        return [each for each in answer or [] if isinstance(each, types.CodeAction)]

    async def execute(self, command: types.Command) -> Any:
        """Run a command and wait for its outcome."""
        started: Any = await self._client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        return await self._request("stoker/outcome", {"job": started["job"]})

    async def latest_receipt(self) -> Receipt:
        """The receipt of what was offered last."""
        return Receipt.from_json((await self._request("stoker/receipts", {}))[0])

    async def _request(self, method: str, params: Mapping[str, Any]) -> Any:
        return await self._client.protocol.send_request_async(method, params)

    def _position(self, offset: int) -> types.Position:
        return Positions(self.snapshot, "utf-32").position(offset)

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        for change in params.edit.document_changes or []:
            if isinstance(change, types.CreateFile):
                self.created[path_of(change.uri) or Path()] = ""
            elif isinstance(change, types.TextDocumentEdit):
                self._edit(change)
        return types.ApplyWorkspaceEditResult(applied=True)

    def _edit(self, change: types.TextDocumentEdit) -> None:
        edits = [each for each in change.edits if isinstance(each, types.TextEdit)]
        if change.text_document.uri != self.uri:
            path = path_of(change.text_document.uri) or Path()
            self.created[path] = "".join(each.new_text for each in edits)
            return
        positions = Positions(self.snapshot, "utf-32")
        spans = [(positions.span(each.range), each.new_text) for each in edits]
        for span, text in sorted(spans, reverse=True):
            self.type(span, text)

    def _set(self, text: str) -> None:
        self.snapshot = Snapshot(
            self.uri, text, self.snapshot.language, (self.snapshot.version or 0) + 1, previous=self.snapshot
        )


def client_converter() -> Converter:
    """Lsprotocol's converter, with code actions told from commands as LSP has it: a command's ``command`` is a string.

    lsprotocol 2025.0.0 takes a code action that carries a command for a command.
    """
    converter = get_converter()

    def action(value: Any, _: type) -> types.Command | types.CodeAction:
        if isinstance(value.get("command"), str):
            return converter.structure(value, types.Command)
        return converter.structure(value, types.CodeAction)

    converter.register_structure_hook(types.Command | types.CodeAction, action)
    return converter


@asynccontextmanager
async def server(path: Path, folder: Path, environ: Mapping[str, str]) -> AsyncIterator[Editor]:
    """A file opened in an editor with a server of its own, which ends with the block."""
    client = LanguageClient("stoker-demo", __version__, converter_factory=client_converter)
    await client.start_io(sys.executable, "-I", "-m", "stoker_server.boot", "lsp", cwd=folder, env=dict(environ))
    editor = Editor(client, path)
    await editor.open(folder)
    try:
        yield editor
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await asyncio.wait_for(client.stop(), 5)  # type: ignore[no-untyped-call]  # pygls leaves it untyped


def _pass_over(_: Any) -> None:
    """Take it and show nothing."""
