"""Points 3, 6, 8 and 9: what happens while the user types on, accepts in part, or presses Tab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.support.desk import Desk, desk
from tests.support.fixtures import CURSOR

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEYS = 100
BLOCK = "if price < 0:\n        raise ValueError(price)\n    return price * rate"
PRICES = f"def with_tax(price, rate):\n    {CURSOR}\n"


@pytest_asyncio.fixture(loop_scope="session")
async def own_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    root = tmp_path / "project"
    root.mkdir()
    async with desk(root, cache_mb=0, retries=0) as made:
        yield made


@pytest.mark.asked_for(3, "no pile of stale requests")
async def test_a_hundred_keys_leave_one_request_open_on_a_slow_model(own_desk: Desk) -> None:
    """Each key is another word than the model says, and each request is cancelled by the next, as editors do."""
    page, double = own_desk.open("words.py", f"words = {CURSOR}\n"), own_desk.double
    own_desk.says(*(["0"] * KEYS), between=0.03, end="hang")
    double.most = 0
    answers: list[asyncio.Future[dict[str, Any]]] = []
    for number in range(KEYS):
        page.type("+ "[number % 2])
        identifier, answer = page.ask()
        answers.append(answer)
        await asyncio.sleep(0.02)
        own_desk.client.notify("$/cancelRequest", {"id": identifier})
    async with asyncio.timeout(10):
        await asyncio.gather(*answers)
        await asyncio.gather(*(seen.hung_up.wait() for seen in double.seen[:-1]))
    assert len(double.seen) > 1, "the model was asked anew, as what it said was not what was typed"
    assert double.most <= 2, "the connection of a request that is dropped is closed before the next but one"


@pytest.mark.asked_for(3, "no pile of stale requests")
async def test_keys_that_a_slow_model_has_right_are_one_request(at: Desk) -> None:
    text = "1 + 22 + 333 + 4444 + 55555 + 666666 + 7777777"
    page = at.open("words.py", f"words = {CURSOR}\n")
    at.says(text, *([""] * 5), before=0.5)
    _, first = page.ask()
    for key in text[:20]:
        page.type(key)
        identifier, answer = page.ask()
        await asyncio.sleep(0.02)
        at.client.notify("$/cancelRequest", {"id": identifier})
        await answer
    assert await page.ghost_text() == text[20:]
    assert len(at.double.seen) == 1
    await first


@pytest.mark.asked_for(6, "a right range: accepting after more typing leaves nothing behind")
@pytest.mark.parametrize("more", ["", "if ", "if price < 0:"])
async def test_accepting_after_more_typing_leaves_nothing_behind(at: Desk, more: str) -> None:
    at.says(BLOCK, "")
    page = at.open("prices.py", PRICES)
    assert await page.ghost_text() == BLOCK
    page.type(more)
    item = await page.ghost()
    assert item
    assert item["range"] == {"start": page.position(), "end": page.position()}
    page.accept(item)
    assert page.marked == PRICES.replace(CURSOR, BLOCK + CURSOR)


@pytest.mark.asked_for(6, "a right range: accepting after more typing leaves nothing behind")
async def test_an_item_that_the_editor_kept_still_fits_after_more_typing(at: Desk) -> None:
    """VS Code and Neovim 0.12 don't ask again where the typed text agrees: the item's range grows by what was typed."""
    at.says(BLOCK, "")
    page = at.open("prices.py", PRICES)
    item = await page.ghost()
    assert item
    page.type("if ")
    page.accept({**item, "range": {**item["range"], "end": page.position()}})
    assert page.marked == PRICES.replace(CURSOR, BLOCK + CURSOR)


@pytest.mark.asked_for(6, "a right range: accepting after more typing leaves nothing behind")
async def test_an_answer_for_a_text_that_is_gone_is_not_given(at: Desk) -> None:
    at.says(BLOCK, before=0.2)
    page = at.open("prices.py", PRICES)
    _, late = page.ask()
    await at.double.asked()
    page.type("if ")
    assert (await late)["result"]["items"] == []
    assert await page.ghost_text() == BLOCK[3:]


@pytest.mark.asked_for(6, "a right range: accepting after more typing leaves nothing behind")
async def test_characters_beyond_the_16_bit_plane_shift_nothing(at: Desk) -> None:
    at.says('"🎉" + name')
    page = at.open("party.py", f'def party(name):\n    cake = "🎂"; return {CURSOR}\n')
    item = await page.ghost()
    assert item
    page.accept(item)
    assert page.marked == f'def party(name):\n    cake = "🎂"; return "🎉" + name{CURSOR}\n'


@pytest.mark.asked_for(8, "Tab still indents")
async def test_what_tab_types_is_taken_for_the_suggestions_indentation(at: Desk) -> None:
    """At the left edge of a line Tab indents, and the suggestion, which is indented too, goes on behind it."""
    at.says("    return price * rate", "")
    page = at.open("prices.py", f"def with_tax(price, rate):\n{CURSOR}\n")
    assert await page.ghost_text() == "    return price * rate"
    page.type("    ")
    assert await page.ghost_text() == "return price * rate"
    assert len(at.double.seen) == 1


@pytest.mark.asked_for(8, "Tab still indents")
async def test_tab_is_never_claimed(at: Desk) -> None:
    """No popup opens on white space, where it would take Tab for itself."""
    triggers = at.capabilities["completionProvider"]["triggerCharacters"]
    assert not [each for each in triggers if each.isspace()]


@pytest.mark.asked_for(9, "accept a word or a line")
@pytest.mark.parametrize("part", ["if ", "if price < 0:\n        ", "if price"], ids=["word", "line", "two words"])
async def test_the_rest_of_what_was_accepted_in_part_stays(at: Desk, part: str) -> None:
    at.says(BLOCK, "")
    page = at.open("prices.py", PRICES)
    item = await page.ghost()
    assert item
    page.accept(item, part=part)
    rest = await page.ghost()
    assert rest
    assert rest["insertText"] == BLOCK[len(part) :]
    assert len(at.double.seen) == 1, "the rest is known"
    page.accept(rest)
    assert page.marked == PRICES.replace(CURSOR, BLOCK + CURSOR)
