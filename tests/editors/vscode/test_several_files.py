"""An edit of several files in VS Code: all of it is seen in one diff, made at once, and undone in one step."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect
from tests.support.workbench import EDITOR, Workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

FILES = {
    "parcel.py": "def weigh(grams, colour):\n    return grams / 1000\n",
    "post.py": "from parcel import weigh\n\nHEAVY = weigh(12_000, 'red')\n",
    "store.py": "import parcel\n\n\ndef light():\n    return parcel.weigh(3, 'blue')\n",
}
SEVERAL = EDITOR | {"height": 570}


def on_disk(window: Workbench) -> dict[str, str]:
    """The files as they are saved."""
    return {each.name: each.read_text(encoding="utf-8") for each in window.folder.glob("*.py") if each.name in FILES}


async def asked(window: Workbench, what: str, answer: str) -> Locator:
    """The preview of a refactoring of ``weigh``, in a diff of its own."""
    await window.open("parcel.py")
    await window.go(1, 5)
    await window.command("Stoker: Refactor Here...")
    await window.pick(what)
    await window.answer(answer)
    return await window.see(window.notification("Passed: "), seconds=40)


async def test_a_renaming_in_three_files_is_one_diff_and_one_undo_step(window: Workbench) -> None:
    for name, text in FILES.items():
        (window.folder / name).write_text(text, encoding="utf-8")
    said = await asked(window, "Rename...", "weight_of")
    await expect(said).to_contain_text("Stoker: Rename weigh to weight_of. By facts.")
    tab = window.page.locator(".tab", has_text="Stoker: Rename weigh to weight_of (3 files)")
    await window.see(tab)
    for name in FILES:
        await window.see(window.page.locator(".multiDiffEntry .file-path", has_text=name))
    await expect(window.page.locator(".multiDiffEntry .view-line", has_text="weight_of")).to_have_count(4)
    await window.picture("several", SEVERAL)
    assert on_disk(window) == FILES
    await said.get_by_role("button", name="Apply").click()
    renamed = {name: text.replace("weigh", "weight_of") for name, text in FILES.items()}
    await window.until(lambda: on_disk(window) == renamed)
    await expect(tab).to_have_count(0)
    await window.idle()
    await window.press("Control+z")
    for name in FILES:
        await window.see(window.page.locator(f".tab.dirty[data-resource-name='{name}']"))
    await window.command("File: Save All Files")
    await window.until(lambda: on_disk(window) == FILES)


async def test_closing_the_diff_discards_and_its_title_bar_applies(window: Workbench) -> None:
    await asked(window, "Move to Another Module...", "scales.py")
    tab = window.page.locator(".tab.active", has_text="(4 files)")
    await window.picture("several-new")
    await tab.click(button="middle")
    await window.see(window.notification("it was discarded"))
    assert on_disk(window) == FILES
    said = await asked(window, "Move to Another Module...", "scales.py")
    await window.page.get_by_role("button", name="Apply the Previewed Edit").click()
    await window.until((window.folder / "scales.py").is_file)
    await window.until(lambda: on_disk(window)["post.py"].startswith("from scales import weigh\n"))
    await window.idle()
    await said.get_by_role("button", name="Discard").click()
    await window.see(window.notification("was answered already"))
    await window.see(window.page.locator(".tab.active[data-resource-name='parcel.py']"))
    await window.press("Control+z")
    await window.until(lambda: not (window.folder / "scales.py").exists())
    await window.command("File: Save All Files")
    await window.until(lambda: on_disk(window) == FILES)
