"""The oldest VS Code that the extension is for: it is activated, shows ghost text, and Tab takes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser
from tests.support.cli import SCRIPT
from tests.support.vscode import OLDEST, code_server, environment
from tests.support.workbench import Workbench, workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

SOURCE = """\
class A:
    def f(self, width):
        self.width = width
        self.ready = False

    def g(self, width):

"""


async def test_ghost_text_is_shown_and_taken_in_vs_code_1_100(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    settings = {"stoker.server.command": [SCRIPT]}
    async with (
        code_server(tmp_path / "data", settings, name=OLDEST, environ=environment(tmp_path)) as running,
        workbench(browser, running.url, folder) as window,
    ):
        await window.running()
        await begun(window)
        await window.press("Tab")
        assert await window.saved() == SOURCE.removesuffix("\n") + "        self.ready\n"


async def begun(window: Workbench) -> None:
    await window.open("a.py", SOURCE)
    await window.go(7)
    await window.type("        self.re")
    await window.ghost("ady")
    await window.picture("oldest")
