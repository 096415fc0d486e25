"""The oldest VS Code that the extension is for, besides the newcomer's way: next edits, code actions, previews."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser
from tests.editors.vscode import test_actions, test_next_edits, test_several_files
from tests.support.cli import SCRIPT
from tests.support.vscode import OLDEST, code_server, environment
from tests.support.workbench import workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]


async def test_vs_code_1_100_draws_next_edits_and_previews_several_files(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    settings = {"stoker.server.command": [SCRIPT]}
    async with (
        code_server(tmp_path / "data", settings, name=OLDEST, environ=environment(tmp_path)) as running,
        workbench(browser, running.url, folder) as window,
    ):
        await window.running()
        await test_actions.test_a_docstring_is_written_and_one_undo_takes_it_back(window)
        await test_next_edits.test_one_in_another_file_is_named_opened_and_made(window)
        await test_several_files.test_a_renaming_in_three_files_is_one_diff_and_one_undo_step(window)
        await window.picture("oldest")
