"""An editor made of pytest-lsp's client: it holds documents, applies edits and remembers what it was shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.demo.editor import client_converter
from stoker_server.positions import Positions
from tests.support.cli import SCRIPT

COMMAND = [SCRIPT, "lsp"]


def test_client() -> LanguageClient:
    """pytest-lsp's client with the two requests that it does not answer itself."""
    client = make_test_lsp_client()
    client.applied = []  # type: ignore[attr-defined]  # the client is handed to the tests, and so are the edits
    client.protocol._converter = client_converter()

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        client.applied.append(params)  # type: ignore[attr-defined]  # as above
        return types.ApplyWorkspaceEditResult(applied=True)

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_: types.RegistrationParams) -> None:
        return None

    return client


test_client.__test__ = False  # type: ignore[attr-defined]  # a factory, not a test


class TextEditor:
    """One file in the client."""

    def __init__(self, client: LanguageClient, path: Path, text: str | None = None) -> None:
        self.client = client
        self.path = path
        self.uri = path.as_uri()
        self.version = 1
        self.text = path.read_text(encoding="utf-8") if text is None else text
        language = by_path(path)
        item = types.TextDocumentItem(self.uri, language.id if language else "plaintext", 1, self.text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    @property
    def identifier(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def position(self, before: str) -> types.Position:
        """The position just after a text's first occurrence."""
        return self._positions().position(self.text.index(before) + len(before))

    def range(self, text: str) -> types.Range:
        """The range of a text's first occurrence."""
        return types.Range(self._positions().position(self.text.index(text)), self.position(text))

    def change(self, old: str, new: str) -> None:
        """Replace a text's first occurrence."""
        extent = self.range(old)
        self.text = self.text.replace(old, new, 1)
        self.version += 1
        identifier = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = types.TextDocumentContentChangePartial(range=extent, text=new)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def actions(self, text: str, only: list[Any] | None = None) -> list[types.CodeAction]:
        """The code actions for a text's first occurrence."""
        context = types.CodeActionContext([], only=only)
        params = types.CodeActionParams(self.identifier, self.range(text), context)
        found = await self.client.text_document_code_action_async(params)
        return [each for each in found or [] if isinstance(each, types.CodeAction)]

    async def run(self, action: types.CodeAction) -> Any:
        """Run an action's command and wait for its outcome."""
        assert action.command
        params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
        started: Any = await self.client.workspace_execute_command_async(params)
        return await self.ask("stoker/outcome", {"job": started["job"]})

    async def ask(self, method: str, params: Any) -> Any:
        """Send one of the server's own requests."""
        return await self.client.protocol.send_request_async(method, params)

    async def ghost(self, before: str) -> list[types.InlineCompletionItem]:
        """The ghost text after a text's first occurrence."""
        context = types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic)
        params = types.InlineCompletionParams(context, self.identifier, self.position(before))
        answer = await self.client.text_document_inline_completion_async(params)
        assert isinstance(answer, types.InlineCompletionList)
        return list(answer.items)

    def apply(self, params: types.ApplyWorkspaceEditParams) -> str:
        """The text after the part of a workspace edit that concerns this file."""
        for change in params.edit.document_changes or []:
            if isinstance(change, types.TextDocumentEdit) and change.text_document.uri == self.uri:
                assert change.text_document.version == self.version
                positions, text = self._positions(), self.text
                edits = [
                    (positions.span(each.range), each.new_text)
                    for each in change.edits
                    if isinstance(each, types.TextEdit)
                ]
                for span, new in sorted(edits, reverse=True):
                    text = text[: span.start] + new + text[span.end :]
                return text
        raise AssertionError("the edit does not concern this file")

    def _positions(self) -> Positions:
        return Positions(Snapshot(self.uri, self.text, None), "utf-16")
