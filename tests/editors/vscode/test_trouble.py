"""What goes wrong with a server that is there: VS Code says what it is, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.support.cli import SCRIPT
from tests.support.vscode import CodeServer, code_server, environment
from tests.support.workbench import Workbench, workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

SOURCE = "def scale(value: int) -> int:\n    return value * 2\n"
OWN = {"stoker.server.command": [SCRIPT]}
NOWHERE = {"name": "compatible", "base_url": "http://127.0.0.1:9/v1", "model": "small"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wary(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeServer]:
    """VS Code that asks whom to trust."""
    root = tmp_path_factory.mktemp("wary")
    async with code_server(root / "data", OWN, trust=True, environ=environment(root)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def window(
    browser: Browser, wary: CodeServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Workbench]:
    """A window with a folder that is not trusted."""
    async with workbench(browser, wary.url, tmp_path_factory.mktemp("folder")) as opened:
        await opened.running()
        yield opened


async def test_without_trust_no_test_is_run_and_what_to_do_is_said(window: Workbench) -> None:
    await window.open("shapes.py", SOURCE)
    await window.go(1, 6)
    await window.command("Stoker: Write a Test Here")
    said = await window.see(window.notification("Stoker runs no tests in Restricted Mode"))
    await expect(said.get_by_role("button", name="Manage Workspace Trust")).to_be_visible()
    await window.picture("restricted")


async def test_a_model_that_is_not_reached_is_told_and_the_facts_draft(window: Workbench, wary: CodeServer) -> None:
    await window.open("sizes.py", SOURCE)
    wary.set(OWN | {f"stoker.provider.{key}": value for key, value in NOWHERE.items()})
    await expect(window.status).to_contain_text("small", timeout=20_000)
    await window.go(1, 6)
    await window.command("Stoker: Write Documentation Here")
    assert '"""' in await window.until_saved(lambda text: '"""' in text)
    said = await window.see(window.notification("compatible/small at 127.0.0.1:9: no connection"))
    await expect(said).to_contain_text("Check that the endpoint is up and that provider.base_url is right.")
    wary.set(OWN)
    await expect(window.status).to_contain_text("Stoker", timeout=20_000)


async def test_a_server_that_keeps_dying_is_given_up(window: Workbench, wary: CodeServer) -> None:
    await window.running()
    for _ in range(4):
        (server,) = await window.until(wary.servers)
        server.kill()
        server.wait()
    said = await window.see(window.notification("does not run: it ended 4 times in a few minutes"), seconds=30)
    await expect(window.status.locator(".codicon-error")).to_be_visible()
    await window.picture("given-up")
    await said.get_by_role("button", name="Restart").click()
    await window.running()


async def test_a_server_that_is_slow_to_start_is_told_and_waited_for(
    window: Workbench, wary: CodeServer, tmp_path: Path
) -> None:
    slow = tmp_path / "stoker"
    slow.write_text(f'#!/bin/sh\nsleep 12\nexec {SCRIPT} "$@"\n', encoding="utf-8")
    slow.chmod(0o755)
    wary.set({"stoker.server.command": [str(slow)]})
    await window.see(window.notification("has not answered for 10 seconds"))
    await window.picture("slow")
    await window.running()
    (server,) = wary.servers()
    slow.unlink()
    server.kill()
    await window.see(window.notification(f"does not run: {slow} (from the setting stoker.server.command) can't be run"))
    wary.set(OWN)
