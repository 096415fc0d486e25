"""A whole session over stdio, as an editor has it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient
from tests.support.cli import stoker
from tests.support.editor import COMMAND, TextEditor, test_client
from tests.support.raw_lsp import raw_server

from stoker_server.framing import frame
from stoker_server.paths import find_paths
from stoker_server.state.events import EventStore
from stoker_server.state.receipts import ReceiptStore
from stoker_server.trust import TrustStore

SOURCE = '''\
"""Prices."""


def add(first: int, second: int = 2) -> int:
    return first + second


def scale(value: int, factor: int) -> int:
    if factor < 0:
        raise ValueError("negative")
    total = add(value, factor)
    return total * factor


def shrink(value: int, factor: int) -> int:
    if factor < 0:
        raise ValueError("negative")
    total = add(value, factor)
    return total // factor
'''
BRANCH = """\
    if value:
        total = add(value, factor)
        total += 1
        return total"""
FULL = types.ClientCapabilities(
    window=types.WindowClientCapabilities(work_done_progress=True),
    workspace=types.WorkspaceClientCapabilities(
        apply_edit=True,
        workspace_folders=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(types.ClientCodeActionKindOptions([])),
        ),
        completion=types.CompletionClientCapabilities(),
        inline_completion=types.InlineCompletionClientCapabilities(),
    ),
)
Open = Callable[..., TextEditor]


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND, client_factory=test_client))
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    folder = types.WorkspaceFolder(tmp_path.as_uri(), "project")
    await lsp_client.initialize_session(types.InitializeParams(capabilities=FULL, workspace_folders=[folder]))
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> TextEditor:
    path = tmp_path / "prices.py"
    path.write_text(SOURCE, encoding="utf-8")
    return TextEditor(client, path)


async def test_the_popup_has_what_is_in_scope(editor: TextEditor) -> None:
    editor.change(
        "    total = add(value, factor)\n    return total * factor", "    total = add(value, factor)\n    return fa"
    )
    params = types.CompletionParams(editor.identifier, editor.position("    return fa"))
    answer = await editor.client.text_document_completion_async(params)
    assert isinstance(answer, types.CompletionList)
    assert answer.is_incomplete
    assert answer.items[0].label == "factor"


async def test_ghost_text_continues_a_line_that_was_begun_alike(editor: TextEditor) -> None:
    editor.change(
        "    total = add(value, factor)\n    return total // factor", "    total = \n    return total // factor"
    )
    editor.change(
        '        raise ValueError("negative")\n    total = \n', '        raise ValueError("negative")\n    total = \n#'
    )
    editor.change("#", "")
    text = editor.text
    params = types.InlineCompletionParams(
        types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic),
        editor.identifier,
        types.Position(text[: text.rindex("    total = ")].count("\n"), len("    total = ")),
    )
    answer = await editor.client.text_document_inline_completion_async(params)
    assert isinstance(answer, types.InlineCompletionList)
    (item,) = answer.items
    assert item.insert_text == "add(value, factor)"
    (receipt, *_) = await editor.ask("stoker/receipts", {})
    assert receipt["feature"] == "completion"
    assert receipt["author"] == "facts"
    assert {verdict["outcome"] for verdict in receipt["verdicts"]} <= {"passed", "undecided"}
    kept = await editor.ask("stoker/receipt", {"id": receipt["id"]})
    assert kept == receipt


async def test_ghost_text_comes_from_the_files_beside_and_the_open_documents(
    editor: TextEditor, tmp_path: Path
) -> None:
    beside, opened = "    store(value, key=folder)", "    fetch(other, key=folder)"
    (tmp_path / "beside.py").write_text(f"def keep(value, folder):\n{beside}\n", encoding="utf-8")
    second = TextEditor(editor.client, tmp_path / "second.py", "def keep(value, folder):\n    store(\n")
    assert await _awaited_ghost(second, "    store(") == "value, key=folder)"
    editor.change("def scale", f"def give(other, folder):\n{opened}\n\n\ndef scale")
    second.change("    store(", "    pass\n\n\ndef give(other, folder):\n    fetch(")
    assert await _awaited_ghost(second, "    fetch(") == "other, key=folder)"


async def _awaited_ghost(editor: TextEditor, before: str) -> str:
    """The ghost text, once what it comes from is indexed: no request waits for that."""
    async with asyncio.timeout(10):
        while not (items := await editor.ghost(before)):
            await asyncio.sleep(0.05)
    return str(items[0].insert_text)


async def test_ghost_text_is_silent_where_nothing_is_known(editor: TextEditor) -> None:
    editor.change("    return first + second", "    zzz")
    assert await editor.ghost("    zzz") == []


async def test_a_docstring_is_written_by_a_command(editor: TextEditor) -> None:
    (action,) = [each for each in await editor.actions("add") if each.title == "Stoker: Write a docstring"]
    assert action.kind == types.CodeActionKind.RefactorRewrite
    outcome = await editor.run(action)
    assert outcome["applied"] is True
    (params,) = editor.client.applied  # type: ignore[attr-defined]  # see test_client
    assert outcome["receipt"]["id"] in (params.label or "")
    after = editor.apply(params)
    assert '"""' in after.split("def add")[1].split("def scale")[0]
    assert "second" in after.split("def add")[1].split("return first")[0]
    assert after.replace(after[after.index('    """', 20) : after.index("    return first")], "") == SOURCE


async def test_a_command_shows_progress_that_ends(editor: TextEditor) -> None:
    (action,) = [each for each in await editor.actions("add") if each.title == "Stoker: Write a docstring"]
    await editor.run(action)
    (reports,) = editor.client.progress_reports.values()
    values: list[Any] = list(reports)
    assert isinstance(values[0], types.WorkDoneProgressBegin)
    assert values[0].cancellable
    assert isinstance(values[-1], types.WorkDoneProgressEnd)


async def test_an_edit_for_an_older_text_is_not_applied(tmp_path: Path) -> None:
    uri = (tmp_path / "prices.py").as_uri()
    area = {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 4}}
    command = {"command": "stoker.document", "arguments": [{"uri": uri, "range": area}]}
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "# new\n" + SOURCE}]}
    messages = [
        {"jsonrpc": "2.0", "id": "job", "method": "workspace/executeCommand", "params": command},
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change},
    ]
    async with raw_server() as client:
        await client.initialize(tmp_path)
        client.open(uri, SOURCE)
        answer = client.expect("job")
        client.send(b"".join(frame(json.dumps(message).encode()) for message in messages))  # one read takes both
        outcome = await client.request("stoker/outcome", (await answer)["result"])
        assert outcome["offer"]
        assert outcome["applied"] is False
        assert "changed" in outcome["reason"]
        assert not [each for each in client.requests if each["method"] == "workspace/applyEdit"]


async def test_tests_need_trust(editor: TextEditor) -> None:
    (action,) = [each for each in await editor.actions("add") if each.title == "Stoker: Generate a test"]
    outcome = await editor.run(action)
    assert outcome["offer"] is None
    assert "stoker trust add" in outcome["reason"]
    assert any("stoker trust add" in message.message for message in editor.client.messages)


async def test_a_test_is_generated_where_the_user_trusts_the_folder(editor: TextEditor, tmp_path: Path) -> None:
    TrustStore(find_paths(os.environ).trust_file).add(tmp_path)
    (action,) = [each for each in await editor.actions("scale") if each.title == "Stoker: Generate a test"]
    outcome = await editor.run(action)
    assert outcome["applied"] is True, outcome
    (params,) = editor.client.applied  # type: ignore[attr-defined]  # see test_client
    created, edit = params.edit.document_changes
    assert isinstance(created, types.CreateFile)
    assert created.uri == (tmp_path / "tests/test_prices.py").as_uri()
    assert "scale" in edit.edits[0].new_text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["prices.py"]


async def test_an_expression_is_extracted(editor: TextEditor) -> None:
    actions = await editor.actions("first + second", only=[types.CodeActionKind.RefactorExtract])
    assert actions
    assert all(str(each.kind).startswith("refactor.extract") for each in actions)
    (action,) = [each for each in actions if "variable" in each.title]
    outcome = await editor.run(action)
    assert outcome["applied"] is True, outcome
    after = editor.apply(editor.client.applied[0])  # type: ignore[attr-defined]  # see test_client
    assert " = first + second\n" in after


async def test_a_branch_becomes_a_guard_clause(editor: TextEditor) -> None:
    editor.change("    total = add(value, factor)\n    return total * factor", BRANCH)
    (action,) = [each for each in await editor.actions("if value") if "guard" in each.title]
    outcome = await editor.run(action)
    assert outcome["applied"] is True, outcome
    after = editor.apply(editor.client.applied[0])  # type: ignore[attr-defined]  # see test_client
    assert (
        "    if not value:\n        return None\n    total = add(value, factor)\n    total += 1\n    return total\n"
        in after
    )


async def test_a_function_moves_to_a_new_file_in_one_edit(editor: TextEditor, tmp_path: Path) -> None:
    argument = {"uri": editor.uri, "range": editor.range("add"), "options": {"kind": "move", "to": "sums.py"}}
    started: Any = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("stoker.refactor", [argument])
    )
    outcome = await editor.ask("stoker/outcome", {"job": started["job"]})
    assert outcome["applied"] is True, outcome
    (params,) = editor.client.applied  # type: ignore[attr-defined]  # see test_client
    created = [each for each in params.edit.document_changes if isinstance(each, types.CreateFile)]
    assert [each.uri for each in created] == [(tmp_path / "sums.py").as_uri()]
    after = editor.apply(params)
    assert "from sums import add\n" in after
    assert "def add" not in after


async def test_only_the_kinds_that_are_asked_for_are_given(editor: TextEditor) -> None:
    assert await editor.actions("add", only=[types.CodeActionKind.QuickFix]) == []
    kinds = {str(each.kind) for each in await editor.actions("add", only=[types.CodeActionKind.RefactorRewrite])}
    assert kinds == {"refactor.rewrite"}
    everything = {str(each.kind) for each in await editor.actions("add")}
    assert everything > kinds


async def test_diagnostics_are_sent_and_taken_back(editor: TextEditor) -> None:
    editor.change(
        "    return first + second", '    """Add.\n\n    Args:\n        third: gone\n    """\n    return first + second'
    )
    while not editor.client.diagnostics.get(editor.uri):
        await editor.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    (found,) = editor.client.diagnostics[editor.uri]
    assert found.code == "docstring-drift"
    assert "third" in found.message
    assert found.range.start.line == SOURCE[: SOURCE.index("    return first")].count("\n") + 3
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(editor.identifier))
    await editor.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert list(editor.client.diagnostics[editor.uri]) == []


async def test_diagnostics_can_be_asked_for(editor: TextEditor) -> None:
    editor.change(
        "    return first + second", '    """Add.\n\n    Args:\n        third: gone\n    """\n    return first + second'
    )
    report = await editor.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(editor.identifier))
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert [item.code for item in report.items] == ["docstring-drift"]


async def test_what_has_drifted_is_mended_by_a_quick_fix(editor: TextEditor) -> None:
    editor.change(
        "    return first + second", '    """Add.\n\n    Args:\n        third: gone\n    """\n    return first + second'
    )
    report = await editor.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(editor.identifier))
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    context = types.CodeActionContext(list(report.items), only=[types.CodeActionKind.QuickFix])
    params = types.CodeActionParams(editor.identifier, report.items[0].range, context)
    (action,) = await editor.client.text_document_code_action_async(params) or []
    assert isinstance(action, types.CodeAction)
    assert action.command
    assert list(action.diagnostics or []) == list(report.items)
    outcome = await editor.run(action)
    assert outcome["applied"], outcome
    after = editor.apply(editor.client.applied[0])  # type: ignore[attr-defined]  # see test_client
    assert '    """Add."""\n' in after or '    """Add.\n    """\n' in after


async def test_a_notebooks_cells_are_one_context(client: LanguageClient, tmp_path: Path) -> None:
    cells = [
        ("cell:1", "python", "def helper(size):\n    return size"),
        ("cell:2", "markdown", "# text"),
        ("cell:3", "python", "hel"),
    ]
    notebook = types.NotebookDocument(
        (tmp_path / "a.ipynb").as_uri(),
        "jupyter-notebook",
        1,
        [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri, _, _ in cells],
    )
    items = [types.TextDocumentItem(uri, language, 1, text) for uri, language, text in cells]
    client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
    where = types.Position(0, 3)
    params = types.CompletionParams(types.TextDocumentIdentifier("cell:3"), where)
    answer = await client.text_document_completion_async(params)
    assert isinstance(answer, types.CompletionList)
    assert "helper" in [item.label for item in answer.items]
    context = types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic)
    ghost = await client.text_document_inline_completion_async(
        types.InlineCompletionParams(context, types.TextDocumentIdentifier("cell:3"), where)
    )
    assert isinstance(ghost, types.InlineCompletionList)
    (item,) = ghost.items
    assert item.insert_text == "per"
    assert item.range == types.Range(where, where)


async def test_a_folders_settings_are_read_when_they_change(editor: TextEditor, tmp_path: Path) -> None:
    editor.change("    return first + second", "    return fir")
    assert await editor.ghost("    return fir")
    (tmp_path / "stoker.toml").write_text("[completion]\nenabled = false\n")
    changed = types.FileEvent((tmp_path / "stoker.toml").as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    async with asyncio.timeout(10):
        while await editor.ghost("    return fir"):
            await asyncio.sleep(0.02)


async def test_the_status_says_which_setting_keeps_quiet_and_whether_code_may_be_run(
    editor: TextEditor, tmp_path: Path
) -> None:
    document = {"uri": editor.path.as_uri()}
    before = await editor.ask("stoker/status", document)
    assert (before["quiet"], before["trusted"]) == (None, False)
    (tmp_path / "stoker.toml").write_text('[completion]\nlanguages_off = ["python"]\n')
    changed = types.FileEvent((tmp_path / "stoker.toml").as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    TrustStore(find_paths(os.environ).trust_file).add(tmp_path)
    after = await editor.ask("stoker/status", document)  # which waits until the change is in force
    assert after["quiet"] == f"completion.languages_off names python ({tmp_path / 'stoker.toml'})"
    assert after["trusted"]


@pytest.mark.parametrize("method", ["stoker/receipt", "stoker/outcome"])
async def test_what_is_not_there_is_said(editor: TextEditor, method: str) -> None:
    from pygls.exceptions import JsonRpcException

    with pytest.raises(JsonRpcException, match="there is no"):
        await editor.ask(method, {"id": "none", "job": "none"})


def test_the_trust_file_is_json(tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "trusted.json")
    store.add(tmp_path)
    content: Any = json.loads((tmp_path / "trusted.json").read_text())
    assert content == [str(tmp_path.resolve())]


async def test_ghost_text_in_an_empty_cell_stands_on_a_line_of_its_own(client: LanguageClient, tmp_path: Path) -> None:
    cells = [("c:1", "import os\n"), ("c:2", "pri"), ("c:3", "print(os.name)")]
    code = [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri, _ in cells]
    notebook = types.NotebookDocument((tmp_path / "b.ipynb").as_uri(), "jupyter-notebook", 1, code)
    items = [types.TextDocumentItem(uri, "python", 1, text) for uri, text in cells]
    client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
    params = types.CompletionParams(types.TextDocumentIdentifier("c:1"), types.Position(1, 0))
    answer = await client.text_document_completion_async(params)
    assert isinstance(answer, types.CompletionList)
    assert "os" in [item.label for item in answer.items]


async def test_an_answer_that_comes_after_the_cancellation_loses_nothing(tmp_path: Path) -> None:
    uri = (tmp_path / "prices.py").as_uri()
    area = {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 4}}
    async with raw_server() as client:
        client.reply = False
        await client.initialize(tmp_path, capabilities={"window": {"workDoneProgress": True}})
        client.open(uri, SOURCE)
        command = {"command": "stoker.document", "arguments": [{"uri": uri, "range": area}]}
        job = (await client.request("workspace/executeCommand", command))["job"]
        while not (asked := [each for each in client.requests if each["method"].endswith("/create")]):
            await asyncio.sleep(0.01)
        client.notify("window/workDoneProgress/cancel", {"token": job})
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "new = 1\n"}]}
        late = {"jsonrpc": "2.0", "id": asked[0]["id"], "result": None}
        after = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change}
        client.send(b"".join(frame(json.dumps(message).encode()) for message in (late, after)))
        state = await client.request("stoker/document", {"uri": uri})
        assert state["text"] == "new = 1\n"


@pytest.mark.parametrize(
    "overrides",
    [
        {"initializationOptions": {"completion.enabled": False, "provider": 7, "x": [1]}},
        {"rootUri": "file://[foo/x"},
        {"rootUri": "file:///" + "a" * 300},
        {"capabilities": {"general": 7}},
    ],
    ids=["flat settings", "no URI", "a name too long", "no capabilities"],
)
async def test_an_odd_start_does_not_end_the_session(overrides: dict[str, Any]) -> None:
    async with raw_server() as client:
        await client.initialize(**overrides)
        assert await client.request("stoker/receipts", {}) == []


async def test_a_repositorys_settings_can_not_switch_the_server_off(tmp_path: Path) -> None:
    (tmp_path / "stoker.toml").write_text("a = " + "[" * 20_000)
    async with raw_server() as client:
        await client.initialize(tmp_path)
        shown = await client.until("window/showMessage")
        assert "could not be read" in shown["params"]["message"]


async def test_an_accepted_suggestion_is_remembered_with_its_receipt(
    editor: TextEditor,
) -> None:
    editor.change("    return first + second", "    return fir")
    (item,) = await editor.ghost("    return fir")
    editor.change("    return fir", f"    return fir{item.insert_text}")
    identifier = (await editor.ask("stoker/receipts", {}))[0]["id"]
    database = find_paths(os.environ).database
    async with asyncio.timeout(10):
        while ReceiptStore(database).get(identifier) is None or "accepted" not in EventStore(database).count():
            await asyncio.sleep(0.1)
    latest = EventStore(database).latest("accepted")
    assert latest == {"suggestion": identifier, "amount": "whole", "characters": len(str(item.insert_text))}
    shown = EventStore(database).latest("shown")
    assert shown is not None
    assert (shown["suggestion"], shown["language"], shown["author"]) == (identifier, "python", "facts")
    assert stoker("feedback", "good", "just right").returncode == 0
    assert EventStore(database).latest("feedback") == {"suggestion": identifier, "good": True}


async def test_a_menu_for_the_whole_file_brings_all_docstrings_up_to_date(editor: TextEditor) -> None:
    editor.change(editor.text.splitlines()[0], "")  # what documents the file
    gone = '    """Add.\n\n    Args:\n        third: gone\n    """\n'
    editor.change(
        "    return first + second", f"{gone}    return first + second\n\n\ndef other(first):\n{gone}    return first"
    )
    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    context = types.CodeActionContext([], only=[types.CodeActionKind.Source])
    found = await editor.client.text_document_code_action_async(
        types.CodeActionParams(editor.identifier, start, context)
    )
    actions = {str(each.kind): each for each in found or [] if isinstance(each, types.CodeAction)}
    assert set(actions) == {"source.stoker.docstrings", "source.stoker.module"}
    outcome = await editor.run(actions["source.stoker.docstrings"])
    assert outcome["applied"], outcome
    after = editor.apply(editor.client.applied[0])  # type: ignore[attr-defined]  # see test_client
    assert "third" not in after
    assert after.count('"""Add.') == 2
    context = types.CodeActionContext([])
    found = await editor.client.text_document_code_action_async(
        types.CodeActionParams(editor.identifier, start, context)
    )
    assert not any(str(each.kind).startswith("source") for each in found or [] if isinstance(each, types.CodeAction))
