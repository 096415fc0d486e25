"""What is asked for in VS Code: code actions, lenses, commands, and the diff before a larger edit is made."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.support.cli import SCRIPT
from tests.support.vscode import CodeServer
from tests.support.workbench import Workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

SOURCE = """\
def scale(value: int, factor: int = 2) -> int:
    return value * factor
"""


DRIFTED = '''\
def shrink(value: int, factor: int) -> int:
    """Divide.

    Args:
        value: What to divide.
        divisor: By what.

    Returns:
        The result.
    """
    return value // factor
'''


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
    await window.see(window.page.locator(".tab.active[aria-label^='test_shapes.py']"))
    assert "def test_scale_pins_what_it_does_today" in await window.saved()
    assert (window.folder / "tests/test_shapes.py").is_file()


async def test_a_discarded_edit_changes_nothing(window: Workbench) -> None:
    await window.open("sizes.py", SOURCE.replace("scale", "resize"))
    await window.go(1, 6)
    await window.choose("Generate a test")
    asked = await window.see(window.notification("Passed: "), seconds=90)
    await asked.get_by_role("button", name="Receipt").click()
    await expect(window.page.locator(".tab.active")).to_contain_text("Receipt ", timeout=30_000)
    await expect(window.lines.first).to_contain_text("receipt")
    await window.picture("receipt")
    asked = await window.see(window.notification("Passed: "))
    await asked.get_by_role("button", name="Discard").click()
    await window.see(window.notification("it was discarded"))
    assert not (window.folder / "tests/test_sizes.py").exists()


def trials(vscode: CodeServer) -> list[str]:
    """The processes that run the folder's code."""
    (server,) = vscode.servers()
    lines = [" ".join(each.cmdline()) for each in server.children(recursive=True) if each.is_running()]
    return [each for each in lines if "stoker_inside" in each]


async def test_what_takes_long_shows_its_progress_and_can_be_cancelled(window: Workbench, vscode: CodeServer) -> None:
    """The module takes long to be imported, and the tests of its functions import it."""
    await window.open("slow.py", "import time\n\ntime.sleep(60)\n\n\n" + SOURCE)
    await window.go(6, 6)
    await window.command("Stoker: Write a Test Here")
    shown = await window.see(window.notification("Stoker: Generate a test: "))
    await window.until(lambda: trials(vscode))
    await window.picture("progress")
    await shown.get_by_role("button", name="Cancel").click()
    await expect(shown).to_have_count(0)
    await window.until(lambda: not trials(vscode))
    assert not (window.folder / "tests/test_slow.py").exists()


async def test_lenses_stand_above_functions_where_the_settings_want_them(window: Workbench, vscode: CodeServer) -> None:
    vscode.set({"stoker.server.command": [SCRIPT], "stoker.code_lens.enabled": True})
    await window.open("lens.py", SOURCE)
    lens = window.page.locator(".editor-group-container.active .codelens-decoration a", has_text="Document")
    await window.see(lens)
    await lens.first.click()
    await window.until_saved(lambda text: '"""' in text)
    vscode.set({"stoker.server.command": [SCRIPT]})


async def test_findings_of_other_tools_can_be_fixed(window: Workbench) -> None:
    """What the server marks itself stands for the others' findings: the client hands all of them on with the request."""
    await window.open("drift.py", DRIFTED)
    await window.see(window.page.locator(".squiggly-warning"))
    await window.go(DRIFTED.count("\n", 0, DRIFTED.index("divisor")) + 1, 10)
    await window.choose("Bring the docstring up to date")
    text = await window.until_saved(lambda text: "divisor" not in text)
    assert "factor" in text.partition('"""')[2]
