"""The dashboard in a real browser, of a real process filled through its API: seen, used by keys, and judged by axe-core."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.support import history
from tests.support.browsing import chromium, needs_chromium, opened
from tests.support.cli import SCRIPT
from tests.support.cloud_process import Team, serving
from tests.support.pages import needs_modules

pytestmark = [
    needs_chromium,
    needs_modules,
    pytest.mark.xdist_group("dashboard"),
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass
class Board:
    """A backend with a history, and the token of an organisation that has none."""

    team: Team
    empty: str


def made(home: Path, *arguments: str) -> Any:
    command = [SCRIPT, "cloud", "init", *arguments, "--json"]
    return json.loads(subprocess.run(command, env={"STOKER_HOME": str(home)}, check=True, capture_output=True).stdout)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two months of two projects."""
    home = tmp_path_factory.mktemp("cloud")
    acme = made(home, "Acme Shops", "--owner", "ann", "--project", "shop")
    empty = made(home, "New", "--owner", "bob")
    with serving({"STOKER_HOME": str(home)}) as url:
        shop = Team(url, acme["project"], acme["token"])
        head = {"Authorization": f"Bearer {shop.token}"}
        second = httpx2.post(f"{url}/v1/projects", headers=head, json={"name": "billing"}).json()["id"]
        sent = history.send(shop) + history.send(Team(url, second, shop.token), a_day=12, seed=5)
        history.send_tasks(shop)
        history.wait(str(home), sent)
        yield Board(shop, empty["token"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


async def test_every_page_can_be_read_by_everybody(browser: Browser, board: Board) -> None:
    async with opened(browser, board.team.url) as seen:
        await seen.page.goto(f"{board.team.url}/login")
        async for _ in seen.appearances():
            assert await seen.judge() == []
        await seen.sign_in(board.team.token)
        async for appearance in seen.appearances():
            assert await seen.judge() == []
            assert min(await seen.ink()) > 1000 and len(await seen.ink()) == 6
            wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await seen.page.evaluate(wider) <= 0  # nothing sticks out at the side
            await seen.picture(appearance)
        for each in await seen.page.locator("summary").all():
            await each.click()
        assert await seen.judge() == []
        await seen.page.get_by_role("button", name="Sign out").click()
        await expect(seen.page.get_by_role("heading", name="Sign in")).to_be_visible()
        await seen.sign_in(board.empty)
        await expect(seen.page.get_by_role("heading", name="Nothing has arrived yet")).to_be_visible()
        async for appearance in seen.appearances():
            assert await seen.judge() == []
            await seen.picture(f"{appearance}-empty")
        assert seen.wrong == []


async def test_a_project_and_days_are_chosen_by_keys_without_leaving_the_page(browser: Browser, board: Board) -> None:
    async with opened(browser, board.team.url) as seen:
        await seen.sign_in(board.team.token)
        page = seen.page
        await page.evaluate("window.same = true")
        await expect(page.locator("#board")).to_contain_text("By project")
        await expect(page.locator("canvas")).to_have_count(6)  # the scripts have run
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        for _ in range(3):
            await page.keyboard.press("Tab")
        await expect(page.get_by_label("Project", exact=True)).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("status")).to_have_text("billing, the last 30 days")
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowLeft")
        await expect(page.get_by_role("status")).to_have_text("billing, the last 7 days")
        await expect(page.get_by_role("radio", name="7 days")).to_be_focused()
        assert page.url.endswith("days=7") and await page.evaluate("window.same")
        rows = page.locator("figure[data-chart=usage] tbody tr")
        await expect(rows).to_have_count(7)
        # The tasks are the other project's: their chart is not drawn, and says how to have some.
        assert min(await seen.ink()) > 1000 and len(await seen.ink()) == 5
        await expect(page.locator("#board")).to_contain_text("stoker sync link")
        await page.locator("figure[data-chart=latency] .plot").hover()
        told = page.locator("figure[data-chart=spend] .about")  # a day is told by all charts at once
        await expect(told).to_contain_text("Spend $")
        await page.go_back()
        await expect(rows).to_have_count(30)
        assert seen.wrong == []


async def test_an_alert_comes_and_goes_without_a_reload(browser: Browser, board: Board) -> None:
    alert = {
        "labels": {"alertname": "StokerSlow", "severity": "critical"},
        "annotations": {"summary": "Half of the requests take longer than a second <script>"},
        "startsAt": datetime.now(UTC).isoformat(),
        "fingerprint": "5ee7",
    }

    def tell(**more: str) -> None:
        head = {"Authorization": f"Bearer {board.team.token}"}
        body = {"version": "4", "alerts": [{**alert, **more}]}
        httpx2.post(f"{board.team.url}/v1/alerts", headers=head, json=body).raise_for_status()

    async with opened(browser, board.team.url) as seen:
        await seen.page.clock.install()
        await seen.sign_in(board.team.token)
        await expect(seen.page.locator("#alerts")).to_have_text("")
        tell(status="firing")
        await seen.page.clock.fast_forward(31_000)
        await expect(seen.page.get_by_role("heading", name="1 alert is firing")).to_be_visible()
        await expect(seen.page.locator("#alerts")).to_contain_text("longer than a second <script>")
        async for appearance in seen.appearances():
            assert await seen.judge() == []
            await seen.picture(f"{appearance}-alert")
        tell(status="resolved", endsAt=datetime.now(UTC).isoformat())
        await seen.page.clock.fast_forward(31_000)
        await expect(seen.page.locator("#alerts")).to_contain_text("No alert is firing. The latest, StokerSlow, ended")
        assert seen.wrong == []
