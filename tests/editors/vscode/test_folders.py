"""A window with several folders: each has its own settings, and all have one server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from tests.support.vscode import CodeServer
from tests.support.workbench import workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]


async def test_each_folder_of_a_window_has_its_own_settings(
    browser: Browser, vscode: CodeServer, tmp_path: Path
) -> None:
    for name in ("loud", "still"):
        (tmp_path / name / ".vscode").mkdir(parents=True)
        (tmp_path / name / f"{name}.py").write_text("x = 1\n", encoding="utf-8")
    settings = json.dumps({"stoker.completion.enabled": False})
    (tmp_path / "still/.vscode/settings.json").write_text(settings, encoding="utf-8")
    file = tmp_path / "both.code-workspace"
    file.write_text(json.dumps({"folders": [{"path": "loud"}, {"path": "still"}]}), encoding="utf-8")
    before = len(vscode.servers())
    async with workbench(browser, vscode.url, file) as window:
        await window.running()
        for name, icon in (("still", "circle-slash"), ("loud", "flame")):
            if not await window.page.get_by_role("treeitem", name=f"{name}.py", exact=True).count():
                await window.page.get_by_role("treeitem", name=name, exact=True).click()
                await window.press("ArrowRight")
            await window.open(f"{name}.py")
            await expect(window.status.locator(f".codicon-{icon}")).to_be_visible(timeout=20_000)
        assert len(vscode.servers()) == before + 1
