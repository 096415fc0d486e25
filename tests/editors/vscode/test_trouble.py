"""What goes wrong with a server that is there: VS Code says what it is, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.support.cli import SCRIPT
from tests.support.vscode import CodeServer, code_server, environment
from tests.support.workbench import workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

SOURCE = "def scale(value: int) -> int:\n    return value * 2\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wary(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeServer]:
    """VS Code that asks whom to trust."""
    root = tmp_path_factory.mktemp("wary")
    settings = {"stoker.server.command": [SCRIPT]}
    async with code_server(root / "data", settings, trust=True, environ=environment(root)) as running:
        yield running


async def test_without_trust_and_without_network(browser: Browser, wary: CodeServer, tmp_path: Path) -> None:
    nowhere = {"stoker.provider.name": "compatible", "stoker.provider.base_url": "http://127.0.0.1:9/v1"}
    wary.set({"stoker.server.command": [SCRIPT], **nowhere, "stoker.provider.model": "small"})
    async with workbench(browser, wary.url, tmp_path) as window:
        await window.running()
        await window.open("shapes.py", SOURCE)
        await window.go(1, 6)
        await window.command("Stoker: Write a Test Here")
        said = await window.see(window.notification("Stoker runs no tests in Restricted Mode"))
        await expect(said.get_by_role("button", name="Manage Workspace Trust")).to_be_visible()
        await window.picture("restricted")
        await window.command("Stoker: Write Documentation Here")
        assert '"""' in await window.until_saved(lambda text: '"""' in text), "the facts draft"
        import asyncio
        await asyncio.sleep(3)
        await window.picture("unreachable")
        print(await window.told())
        print(await window.page.locator(".notification-toast").all_text_contents())
    assert 0


async def test_a_server_that_keeps_dying_is_given_up(browser: Browser, wary: CodeServer, tmp_path: Path) -> None:
    wary.set({"stoker.server.command": [SCRIPT]})
    async with workbench(browser, wary.url, tmp_path) as window:
        await window.running()
        for _ in range(4):
            (server,) = await window.until(wary.servers)
            await window.running()
            server.kill()
            server.wait()
        said = await window.see(window.notification("does not run: it ended 4 times in a few minutes"), seconds=30)
        await window.picture("given-up")
        await said.get_by_role("button", name="Restart").click()
        await window.running()
