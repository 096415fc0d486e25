"""Next edits in VS Code: drawn where they are, made with Tab, in the file and in others; Tab still indents."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.workbench import EDITOR, Workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

SOURCE = """\
def scale(value, factor):
    return value * factor
"""


async def renamed(window: Workbench, name: str) -> None:
    """A parameter is renamed, by hand."""
    await window.open(name, SOURCE)
    await window.go(1, len("def scale(value") + 1)
    await window.press("Control+Backspace")
    await window.type("amount")
    await window.press("Escape")


async def test_a_renaming_is_followed_with_one_key(window: Workbench) -> None:
    await renamed(window, "renamed.py")
    await window.drawn("amount")
    await window.picture("next-edit", EDITOR)
    await window.press("Tab")
    await expect(window.page.locator(".statusbar-item", has_text="Ln 2, Col 12")).to_be_visible()
    await window.press("Tab")
    text = await window.until_saved(lambda text: "return amount" in text)
    assert text == SOURCE.replace("value", "amount")
    await window.drawn("amount", there=False)


async def test_escape_takes_it_away_and_tab_is_tab_again(window: Workbench) -> None:
    await renamed(window, "dismissed.py")
    await window.drawn("amount")
    await window.press("Escape")
    await window.drawn("amount", there=False)
    await window.press("End", "Tab")
    assert (await window.saved()).startswith("def scale(amount, factor): ")


async def test_tab_indents_while_one_is_drawn(window: Workbench) -> None:
    await renamed(window, "indented.py")
    await window.drawn("amount")
    await window.press("Home", "Tab")
    assert (await window.saved()).startswith("    def scale(amount, factor):\n")


async def test_one_in_another_file_is_named_opened_and_made(window: Workbench) -> None:
    caller = window.folder / "metres.py"
    caller.write_text("from lengths import stretch\n\nTWICE = stretch(1, 2)\n", encoding="utf-8")
    await window.open("lengths.py", SOURCE.replace("scale", "stretch"))
    await window.go(1, len("def stretch") + 1)
    await window.press("Control+Backspace")
    await window.type("lengthen")
    await window.press("Escape")
    await window.drawn("Tab: metres.py:1, stretch is lengthen now")
    await window.picture("next-edit-elsewhere", EDITOR)
    await window.press("Home")
    await window.drawn("Next edit: metres.py:1, stretch is lengthen now")
    await window.command("Stoker: Go to the Next Edit, or Make It")
    await window.see(window.page.locator(".tab.active[data-resource-name='metres.py']"))
    await window.drawn("lengthen")
    await window.press("Tab")
    await window.until_saved(lambda text: "import lengthen\n" in text)
    await window.drawn("lengthen")
    await window.command("Stoker: Go to the Next Edit, or Make It")
    await window.press("Tab")
    text = await window.until_saved(lambda text: text.count("lengthen") == 2)
    assert text == "from lengths import lengthen\n\nTWICE = lengthen(1, 2)\n"
