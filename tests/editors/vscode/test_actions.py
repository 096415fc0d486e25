"""What is asked for in VS Code: code actions, lenses, commands, and the diff before a larger edit is made."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.workbench import Workbench

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOURCE = """\
def scale(value: int, factor: int = 2) -> int:
    return value * factor
"""


async def test_a_docstring_is_written_and_one_undo_takes_it_back(window: Workbench) -> None:
    await window.open("prices.py", SOURCE)
    await window.go(1, 6)
    await window.choose("Write a docstring")
    text = await window.until_saved(lambda text: '"""' in text)
    assert "factor" in text.split('"""')[1]
    await window.picture("docstring")
    await window.press("Control+z")
    assert await window.saved() == SOURCE


async def test_a_larger_edit_is_a_diff_with_its_receipt_first(window: Workbench) -> None:
    await window.open("shapes.py", SOURCE)
    await window.go(1, 6)
    await window.command("Stoker: Write a Test Here")
    dialog = await window.see(window.page.locator(".monaco-dialog-box"))
    await window.picture("trust")
    await dialog.get_by_role("button", name="Trust the Folder").click()
    asked = await window.see(window.notification("Passed: "), seconds=40)
    await window.picture("preview")
    assert not (window.folder / "tests").exists()
    await asked.get_by_role("button", name="Apply").click()
    await expect(window.page.locator(".tab", has_text="test_shapes.py")).to_be_visible(timeout=20_000)
    await window.picture("applied")
