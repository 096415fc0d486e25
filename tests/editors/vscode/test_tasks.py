"""The view of tasks in VS Code: what is left to be done, where it is, and gone once it is done."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.workbench import Workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]


async def test_a_task_is_listed_gone_to_and_finished(window: Workbench) -> None:
    await window.open(
        "cart.py", "def total(items):\n    # FIXME(ann): discounts\n    # TODO: vouchers\n    return sum(items)\n"
    )
    await window.running()
    await window.command("Explorer: Focus on Stoker: Tasks View")
    rows = window.page.locator(".pane", has_text="Stoker: Tasks").get_by_role("treeitem")
    one, other = rows.filter(has_text="discounts"), rows.filter(has_text="vouchers")
    await window.see(one)
    await expect(one).to_contain_text("total @ann")
    await window.see(other)
    await window.picture("tasks")
    await one.click()
    await expect(window.page.locator("[id='status.editor.selection']")).to_contain_text("Ln 2,")
    await one.hover()
    await one.get_by_role("button", name="Done").click()
    await expect(one).to_have_count(0)
    await expect(other).to_have_count(1)
