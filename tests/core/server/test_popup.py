"""The suggestion in an editor that has a popup and no ghost text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient
from tests.support.editor import COMMAND, TextEditor, test_client

SOURCE = """\
def fill(text, width):
    wrapper = make_wrapper(width=width, text=text)
    return wrapper.fill(text)


def make_wrapper(width, text):
    return Wrapper(width, text)


def wrap(text, width):
    wrapper = make
"""


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND, client_factory=test_client))
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    (tmp_path / "stoker.toml").write_text('[completion]\npaths_off = ["generated/*"]\n')
    folder = types.WorkspaceFolder(tmp_path.as_uri(), "project")
    capabilities = types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities())
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities, workspace_folders=[folder]))
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, path: Path, old: str = "", new: str = "") -> TextEditor:
    """An editor with the source, in whose last function, or all of it, one text stands for another."""
    path.parent.mkdir(exist_ok=True)
    head, mark, tail = SOURCE.partition("def wrap(")
    text = SOURCE.replace(old, new) if old == "\n" else head + mark + (tail.replace(old, new) if old else tail)
    path.write_bytes(text.encode())
    return TextEditor(client, path)


async def popup(editor: TextEditor, typed: str = "make") -> list[types.CompletionItem]:
    newline = "\r\n" if "\r" in editor.text else "\n"
    where = editor.position(f"def wrap(text, width):{newline}    wrapper = {typed}")
    answer = await editor.client.text_document_completion_async(types.CompletionParams(editor.identifier, where))
    assert isinstance(answer, types.CompletionList)
    return list(answer.items)


async def suggested(editor: TextEditor) -> types.CompletionItem:
    async with asyncio.timeout(5):
        while not (found := [each for each in await popup(editor) if each.detail == "Stoker"]):
            await asyncio.sleep(0.02)
    return found[0]


async def test_the_suggestion_is_an_item_that_replaces_the_word(client: LanguageClient, tmp_path: Path) -> None:
    editor = opened(client, tmp_path / "a.py")
    item = await suggested(editor)
    assert item.label == "make_wrapper(width=width, text=text)"
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == item.label
    assert item.text_edit.range.start.character == len("    wrapper = ")
    assert item.filter_text == "make"
    items = await popup(editor)
    assert max(items, key=lambda each: each.sort_text or each.label) == item


async def test_it_can_be_first_or_off(client: LanguageClient, tmp_path: Path) -> None:
    editor = opened(client, tmp_path / "a.py")
    await suggested(editor)
    set_popup(client, "first")
    items = await until(editor, lambda items: items[0].detail == "Stoker" and items[0].sort_text == "  ")
    assert min(items, key=lambda each: each.sort_text or each.label).detail == "Stoker"
    set_popup(client, "off")
    items = await until(editor, lambda items: all(each.detail != "Stoker" for each in items))
    assert "make_wrapper" in [each.label for each in items]


def set_popup(client: LanguageClient, where: str) -> None:
    client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"stoker": {"completion": {"popup": where}}})
    )


async def until(editor: TextEditor, wanted: Callable[[list[types.CompletionItem]], bool]) -> list[types.CompletionItem]:
    async with asyncio.timeout(5):
        while not wanted(items := await popup(editor)):
            await asyncio.sleep(0.02)
    return items


async def test_a_path_that_is_switched_off_has_no_completion(client: LanguageClient, tmp_path: Path) -> None:
    other = opened(client, tmp_path / "a.py")
    await suggested(other)
    editor = opened(client, tmp_path / "generated" / "b.py")
    assert await popup(editor) == []


async def test_the_first_answer_has_what_the_code_alone_suggests(client: LanguageClient, tmp_path: Path) -> None:
    """An editor asks once at ``wrapper = ``: no further key may come that asks again."""
    editor = opened(client, tmp_path / "a.py", "make", "")
    (item,) = [each for each in await popup(editor, "") if each.detail == "Stoker"]
    assert item.label == "make_wrapper(width=width, text=text)"


async def test_windows_line_ends_make_no_difference(client: LanguageClient, tmp_path: Path) -> None:
    editor = opened(client, tmp_path / "a.py", "\n", "\r\n")
    (item,) = [each for each in await popup(editor) if each.detail == "Stoker"]
    assert item.label == "make_wrapper(width=width, text=text)"


async def test_a_file_of_no_known_language_has_a_suggestion(client: LanguageClient, tmp_path: Path) -> None:
    """As ghost text is there, too: it needs no syntax tree."""
    editor = opened(client, tmp_path / "a.conf")
    (item,) = await popup(editor)
    assert item.detail == "Stoker"
    assert item.label == "make_wrapper(width=width, text=text)"
