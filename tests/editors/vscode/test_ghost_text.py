"""Ghost text in VS Code: shown, typed along, taken whole, by word and by line, and out of the popup's and of Tab's way."""

from __future__ import annotations

import pytest
from tests.support.workbench import EDITOR, Workbench

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("vscode")]

SOURCE = """\
class Price:
    def __init__(self, amount, currency):
        self.amount = amount
        self.currency = currency
        self.ready = False


class Offer:
    def __init__(self, amount, currency):
        self.amount = amount

"""


DONE = SOURCE.removesuffix("\n") + "        self.currency = currency\n"


async def begun(window: Workbench, name: str) -> None:
    """A line is begun, and ghost text continues it."""
    await window.open(name, SOURCE)
    await window.go(SOURCE.count("\n"))
    await window.type("        self.cu")
    await window.ghost("rrency = currency")


async def test_ghost_text_is_shown_and_tab_takes_it(window: Workbench) -> None:
    await begun(window, "taken.py")
    await window.picture("ghost-text", EDITOR)
    await window.press("Tab")
    assert await window.saved() == DONE


async def test_what_was_typed_on_is_not_left_behind(window: Workbench) -> None:
    await begun(window, "typed.py")
    await window.type("rrency")
    await window.ghost(" = currency")
    await window.press("Tab")
    assert await window.saved() == DONE


async def test_a_word_is_taken_and_the_rest_stays(window: Workbench) -> None:
    await begun(window, "word.py")
    await window.press("Control+ArrowRight")
    await window.until_saved(lambda text: text.endswith("        self.currency\n"))
    await window.ghost(" = currency")
    await window.press("Tab")
    assert await window.saved() == DONE


async def test_a_line_is_taken_with_the_extensions_own_key(window: Workbench) -> None:
    await begun(window, "line.py")
    await window.press("Control+Alt+ArrowRight")
    assert await window.until_saved(lambda text: "self.currency = currency\n" in text.partition("Offer")[2]) == DONE


async def test_tab_indents_where_there_is_no_ghost_text(window: Workbench) -> None:
    await window.open("indent.py", "def area(width):\n\n")
    await window.go(2)
    await window.press("Tab")
    await window.type("pass")
    assert await window.saved() == "def area(width):\n    pass\n"


async def test_the_popup_has_what_is_in_scope_and_tab_takes_its_entry(window: Workbench) -> None:
    await window.open("popup.py", "def area(width, height):\n    return \n")
    await window.go(2, 12)
    await window.type("hei")
    await window.press("Control+Space")
    await window.see(window.popup.filter(has_text="height"))
    await window.picture("popup")
    await window.press("Tab")
    assert "return height" in await window.saved()
