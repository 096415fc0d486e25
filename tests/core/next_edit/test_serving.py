"""Next edits over stdio, as an editor has them: type, ask, take, ask again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient
from tests.core.server.test_session import FULL
from tests.support.editor import COMMAND, TextEditor, test_client

SOURCE = """\
def area(width, height):
    if width < 0:
        raise ValueError(width)
    return width * height


print(area(2, height=3))
"""
RENAMED = SOURCE.replace("width", "breadth")


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND, client_factory=test_client))
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    folder = types.WorkspaceFolder(tmp_path.as_uri(), "project")
    await lsp_client.initialize_session(types.InitializeParams(capabilities=FULL, workspace_folders=[folder]))
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, tmp_path: Path) -> TextEditor:
    path = tmp_path / "areas.py"
    path.write_text(SOURCE, encoding="utf-8")
    return TextEditor(client, path)


async def hops(editor: TextEditor, before: str) -> list[dict[str, Any]]:
    """What the server answers at the place after a text."""
    place = editor.position(before)
    params = {
        "textDocument": {"uri": editor.uri, "version": editor.version},
        "position": {"line": place.line, "character": place.character},
        "context": {"triggerKind": 2},
    }
    answer = await editor.ask("textDocument/copilotInlineEdit", params)
    return list(answer["edits"])


def take(editor: TextEditor, hop: dict[str, Any]) -> None:
    """Make an edit as the editor does."""
    assert hop["textDocument"] == {"uri": editor.uri, "version": editor.version}
    start, end = hop["range"]["start"], hop["range"]["end"]
    lines = editor.text.splitlines(keepends=True)
    assert start["line"] == end["line"]
    line = lines[start["line"]]
    lines[start["line"]] = line[: start["character"]] + hop["text"] + line[end["character"] :]
    editor.text = "".join(lines)
    editor.version += 1
    extent = types.Range(types.Position(**start), types.Position(**end))
    identifier = types.VersionedTextDocumentIdentifier(editor.version, editor.uri)
    change = types.TextDocumentContentChangePartial(range=extent, text=hop["text"])
    editor.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))


async def test_a_renaming_is_followed_hop_by_hop_to_its_end(editor: TextEditor) -> None:
    editor.change("width", "breadth")
    cursor, lines = "def area(breadth", []
    while found := await hops(editor, cursor):
        (hop,) = found
        lines.append(hop["range"]["start"]["line"])
        take(editor, hop)
        cursor = editor.text[: editor.text.rindex("breadth")]
    assert editor.text == RENAMED
    assert lines == [1, 2, 3], "one line at a time, the nearest first"
    receipt = await editor.ask("stoker/receipt", {"id": hop["receipt"]})
    assert receipt["feature"] == "next_edit"
    assert receipt["author"] == "facts"
    assert {each["check"]: each["outcome"] for each in receipt["verdicts"]} == {
        "parses": "passed",
        "names": "passed",
        "bindings": "passed",
    }


async def test_typed_key_by_key_it_is_the_same(editor: TextEditor) -> None:
    for length in range(5, 0, -1):
        editor.change(f"area({'width'[:length]},", f"area({'width'[: length - 1]},")
    for length in range(1, 8):
        editor.change(f"area({'breadth'[: length - 1]},", f"area({'breadth'[:length]},")
    (hop,) = await hops(editor, "def area(breadth")
    assert hop["text"] == "breadth"
    assert hop["title"] == "width is breadth now"


async def test_what_is_taken_back_is_not_offered_again(editor: TextEditor) -> None:
    editor.change("width", "breadth")
    (hop,) = await hops(editor, "def area(")
    take(editor, hop)
    assert await hops(editor, "def area(")
    editor.change("if breadth", "if width")
    assert await hops(editor, "def area(") == []


async def test_where_nothing_follows_nothing_is_offered(editor: TextEditor) -> None:
    assert await hops(editor, "def area(") == []
    editor.change("ValueError(width)", "ValueError(f'{width} is negative')")
    assert await hops(editor, "ValueError(") == []
    editor.change("(width, height)", "(ValueError, height)")
    assert await hops(editor, "def area(") == [], "the name means something else in the function"


async def test_an_answer_for_another_version_is_empty(editor: TextEditor) -> None:
    editor.change("width", "breadth")
    editor.version += 1
    assert await hops(editor, "def area(") == []


async def test_in_the_line_of_the_cursor_it_is_ghost_text(editor: TextEditor) -> None:
    editor.change("width", "breadth")
    async with asyncio.timeout(10):
        while not (items := await editor.ghost("    if ")):  # worked out once the keys have come to rest
            await asyncio.sleep(0.05)
    (item,) = items
    assert item.insert_text == "breadth"
    assert item.range == types.Range(editor.position("    if "), editor.position("    if width"))
    assert all("breadth" not in str(each.insert_text) for each in await editor.ghost("    if wid"))


async def test_switched_off_nothing_is_offered(editor: TextEditor) -> None:
    (editor.path.parent / "stoker.toml").write_text('[next_edit]\nlanguages_off = ["python"]\n', encoding="utf-8")
    change = types.FileEvent((editor.path.parent / "stoker.toml").as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    editor.change("width", "breadth")
    async with asyncio.timeout(10):
        while await hops(editor, "def area("):
            await asyncio.sleep(0.05)


async def test_the_command_goes_there_and_then_makes_it(editor: TextEditor) -> None:
    editor.change("width", "breadth")
    there = editor.position("def area(")
    outcome = await run(editor, there)
    assert outcome["applied"] is False
    line = outcome["edit"]["range"]["start"]["line"]
    outcome = await run(editor, types.Position(line, 0))
    assert outcome["applied"] is True
    (params,) = editor.client.applied  # type: ignore[attr-defined]  # the test's client keeps them
    assert editor.apply(params) == SOURCE.replace("width", "breadth", 2)


async def test_the_command_makes_all_at_once_when_told_so(editor: TextEditor) -> None:
    editor.change("width", "breadth")
    outcome = await run(editor, editor.position("def area("), all=True)
    assert outcome["applied"] is True
    (params,) = editor.client.applied  # type: ignore[attr-defined]  # the test's client keeps them
    assert editor.apply(params) == RENAMED


async def run(editor: TextEditor, place: types.Position, **options: bool) -> Any:
    """Run the command at a place and wait for what it came to."""
    position = {"line": place.line, "character": place.character}
    argument = {"uri": editor.uri, "position": position, "options": options}
    params = types.ExecuteCommandParams("stoker.nextEdit", [argument])
    started: Any = await editor.client.workspace_execute_command_async(params)
    return await editor.ask("stoker/outcome", {"job": started["job"]})
