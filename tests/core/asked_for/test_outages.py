"""Point 15: a quota that is used up is told, once, with what helps, and never at each key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.support.desk import Desk, Page, desk
from tests.support.fixtures import CURSOR
from tests.support.raw_lsp import TIMEOUT
from tests.support.wire_double import Reply, failure

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUOTA = Reply(
    ('{"error": {"message": "You exceeded your current quota", "type": "x", "code": "insufficient_quota"}}',),
    429,
    kind="application/json",
)
BUSY = failure(429, "Too many requests")
LATER = failure(429, "Too many requests", retry_after="30")


async def _keys(page: Page, number: int, word: str = "+ 1 ") -> None:
    for _ in range(number):
        page.type(word)
        await page.ghost()


async def _told(at: Desk, number: int) -> list[str]:
    async with asyncio.timeout(TIMEOUT):
        while len(at.shown) < number:
            await asyncio.sleep(0.02)
    return at.shown


@pytest.mark.asked_for(15, "a word when a quota is hit (429), not silence")
async def test_a_quota_that_is_used_up_is_told_once_an_outage(tmp_path: Path) -> None:
    async with desk(tmp_path, retries=0, cache_mb=0) as at:
        page = at.open("a.py", f"total = 1 {CURSOR}\n")
        at.double.script(*[QUOTA] * 6)
        await _keys(page, 6)
        (said,) = await _told(at, 1)
        assert "the quota is used up (You exceeded your current quota)" in said
        assert "Check the plan and its billing." in said
        assert len(at.double.seen) == 6, "six keys were refused"
        at.says("+ 2")
        page.type("- 3 ")
        assert await page.ghost_text() == "+ 2"
        at.double.script(*[QUOTA] * 3)
        await _keys(page, 3, "- 4 ")
        assert len(await _told(at, 2)) == 2, "a new outage is a new word"


@pytest.mark.asked_for(15, "a word when a quota is hit (429), not silence")
async def test_a_limit_that_passes_at_once_is_not_worth_a_word_and_one_that_lasts_is(tmp_path: Path) -> None:
    async with desk(tmp_path, retries=0, cache_mb=0) as at:
        page = at.open("a.py", f"total = 1 {CURSOR}\n")
        at.double.script(BUSY, BUSY)
        at.says("+ 2")
        await _keys(page, 2)
        page.type("- 3 ")
        assert await page.ghost_text() == "+ 2"
        assert at.shown == []
        at.double.script(BUSY, BUSY, BUSY)
        await _keys(page, 3, "- 4 ")
        (said,) = await _told(at, 1)
        assert "too many requests" in said
        assert "Wait, or raise the limit with the provider." in said


@pytest.mark.asked_for(15, "a word when a quota is hit (429), not silence")
async def test_a_limit_that_is_said_to_last_is_told_and_not_waited_for(tmp_path: Path) -> None:
    """Nor is the model asked at each key until then: every one would be refused."""
    async with desk(tmp_path, retries=2, cache_mb=0) as at:
        page = at.open("a.py", f"total = 1 {CURSOR}\n")
        at.double.script(LATER)
        async with asyncio.timeout(10):  # a third of what the server asks for, and far more than it takes
            assert await page.ghost() is None
            await _keys(page, 3)
        (said,) = await _told(at, 1)
        assert "too many requests" in said
        assert len(at.double.seen) == 1
