"""The extension without processes, as in vscode.dev: in VS Code's own extension host of the browser, a web worker."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from tests.support.vscode import code_server, environment
from tests.support.workbench import workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

_KEPT = 6.0
"""Seconds: VS Code in a browser writes down what extensions remember every five."""
NEEDS = "Stoker needs a machine with Python, and there is none behind this browser"


async def test_it_says_what_it_needs_once_and_to_whoever_asks(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    settings = {"remote.extensionKind": {"stoker.stoker": ["web"]}}
    async with (
        code_server(tmp_path / "data", settings, environ=environment(tmp_path)) as running,
        workbench(browser, running.url, folder) as window,
    ):
        said = await window.see(window.notification(NEEDS))
        await window.see(window.status.locator(".codicon-circle-slash"))
        assert NEEDS in await window.told()
        assert running.servers() == []
        await window.picture("web")
        await window.press("Escape")
        await asyncio.sleep(_KEPT)
        await window.page.reload()
        await window.see(window.status.locator(".codicon-circle-slash"))
        await expect(said).to_have_count(0)
        await window.command("Stoker: Install the Server")
        await window.see(window.notification(NEEDS))
