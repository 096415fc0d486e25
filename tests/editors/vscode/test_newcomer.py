"""From a clean profile to the first accepted suggestion: at most two steps after installing, without a key or a model."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser
from tests.support.cli import SCRIPT
from tests.support.editors import GHOST, ORDERS, ROOT
from tests.support.vscode import CURRENT, OLDEST, code_server, environment
from tests.support.workbench import workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

EDITOR = {"x": 327, "y": 36, "width": 498, "height": 340}
"""The editor's part of a window that shows the chat, too."""
PAGE = ROOT / "docs/editors/vscode.md"


def steps() -> list[str]:
    """The page's steps after installing, by their numbers."""
    begin = PAGE.read_text(encoding="utf-8").split("## The first suggestion")[1].split("\n## ")[0]
    return re.findall(r"^\d+\. .*?(?=^\d+\. |^\S|\Z)", begin, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("version", [CURRENT, OLDEST])
async def test_two_steps_lead_to_the_first_accepted_suggestion(browser: Browser, tmp_path: Path, version: str) -> None:
    """VS Code is as it comes: it has no settings at all, and the server is on PATH."""
    first, second = steps()  # no more than two
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "orders.py").write_text(ORDERS, encoding="utf-8")
    environ = environment(tmp_path, path=f"{Path(SCRIPT).parent}{os.pathsep}{os.environ['PATH']}")
    async with (
        code_server(tmp_path / "data", {}, name=version, quiet=False, environ=environ) as running,
        workbench(browser, running.url, folder) as window,
    ):
        await window.running()
        assert "Open a file and type" in first
        assert "vscode-step-1.png" in first
        await window.open("orders.py")
        await window.go(ORDERS.count("\n") + 1)
        await window.type("    for ")
        await window.ghost(GHOST)
        await window.picture(f"step-1{version.removeprefix(CURRENT)}", EDITOR)
        assert "Press `Tab`" in second
        assert "vscode-step-2.png" in second
        await window.press("Tab")
        assert await window.until_saved(lambda text: text.endswith(GHOST)) == f"{ORDERS}    for {GHOST}"
        await window.picture(f"step-2{version.removeprefix(CURRENT)}", EDITOR)
