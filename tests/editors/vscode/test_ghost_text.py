"""Ghost text in VS Code: shown, typed along, taken whole, by word and by line, and out of the popup's and of Tab's way."""

from __future__ import annotations

import pytest
from tests.support.workbench import Workbench

pytestmark = pytest.mark.asyncio(loop_scope="session")

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


async def test_ghost_text_is_shown_and_tab_takes_it(window: Workbench) -> None:
    await window.open("taken.py", SOURCE)
    await window.at("        self.amount = amount\n\n")
    await window.press("ArrowUp", "End")
    await window.type("        self.cu")
    assert await window.ghost_text() == "rrency = currency"
    await window.picture("ghost-text")
    await window.press("Tab")
    assert await window.saved() == SOURCE.removesuffix("\n") + "        self.currency = currency\n"
