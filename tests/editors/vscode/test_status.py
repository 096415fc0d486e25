"""The item in VS Code's status bar: how it stands, why it is quiet, and the menu behind it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.vscode import CodeServer
from tests.support.workbench import MENU, Workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]


async def test_it_says_who_drafts_and_what_today_cost(window: Workbench) -> None:
    told = await window.told()
    assert "The facts of the code draft; no model is asked." in told
    assert "Today: $0.00." in told


async def test_a_language_is_paused_and_resumed_from_the_menu(window: Workbench) -> None:
    await window.open("a.py", "x = 1\n")
    await window.status.click()
    await window.see(window.page.locator(".quick-input-list .monaco-list-row"))
    await window.picture("menu", MENU)
    await window.pick("Pause for python")
    await expect(window.status.locator(".codicon-circle-slash")).to_be_visible()
    assert "Quiet here: completion.languages_off names python (the editor's settings)." in await window.told()
    await window.picture("quiet")
    await window.open("b.txt", "x\n")
    await expect(window.status.locator(".codicon-flame")).to_be_visible()
    await window.open("a.py")
    await window.status.click()
    await window.pick("Resume for python")
    await window.running()


async def test_a_dead_server_is_started_again(window: Workbench, vscode: CodeServer) -> None:
    await window.running()
    (server,) = vscode.servers()
    server.kill()
    await window.until(lambda: [each for each in vscode.servers() if each.pid != server.pid])
    await window.open(
        "again.py", "class A:\n    def f(self, width):\n        self.width = width\n\n    def g(self, width):\n\n"
    )
    await window.running()
    await window.go(6)
    await window.type("        self.wi")
    await window.ghost("dth")


async def test_it_is_started_anew_on_demand_and_its_log_is_shown(window: Workbench, vscode: CodeServer) -> None:
    (server,) = vscode.servers()
    await window.command("Stoker: Restart the Server")
    await window.until(lambda: [each for each in vscode.servers() if each.pid != server.pid])
    await window.running()
    await window.command("Stoker: Show the Log")
    # What it holds is not seen here: code-server's writing to disk is a native part, which the tests go without.
    channel = window.page.locator(".title-actions select.monaco-select-box option:checked")
    await expect(channel).to_have_text("Stoker", timeout=15_000)
    await window.picture("log")
    await window.command("View: Hide Panel")


async def test_what_was_sent_and_the_receipts_can_be_read(window: Workbench) -> None:
    await window.command("Stoker: What Was Sent")
    await expect(window.page.locator(".tab.active")).to_contain_text("What was sent.txt")
    await expect(window.lines.first).to_have_text("nothing was sent")


async def test_the_set_up_is_that_of_the_folder_in_front(window: Workbench) -> None:
    await window.open("front.py", "x = 1\n")
    await window.command("Stoker: Check the Set-up")
    await expect(window.page.locator(".tab.active")).to_contain_text("The set-up.txt", timeout=40_000)
    await expect(window.page.locator(".view-lines").last).to_contain_text(str(window.folder))


async def test_an_explanation_is_shown_as_it_reads_beside_the_code(window: Workbench) -> None:
    await window.open("explained.py", "def area(width):\n    return width\n\n\nprint(area(1))\n")
    await window.go(1, 6)
    await window.command("Stoker: Explain This")
    tab = window.page.locator(".tab[aria-label^='Preview ']")
    await expect(tab.first).to_be_visible(timeout=30_000)
    await window.picture("explained")
    await tab.first.click(button="middle")
    await expect(tab).to_have_count(0)
