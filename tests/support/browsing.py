"""Pages in a real browser: what they say on the console, what they ask for, and what axe-core finds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.support.pages import AXE
from tests.support.vscode import CHROMIUM, PICTURES

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FOLDER = PICTURES.parent / "dashboard"
LEFT = "net::ERR_ABORTED"
"""What becomes of a request whose page is left meanwhile: that of the icon, say."""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: install Debian's package chromium")
_INK = """(canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, index) => index % 4 === 3 && value > 128).length;
}"""


@dataclass
class Seen:
    """A page, and what went wrong on it.

    Attributes:
        page: The page.
        url: The backend's address.
        wrong: What its console said, and requests that failed or went elsewhere.
    """

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    async def sign_in(self, token: str) -> None:
        """Sign in as a user does, by keys alone."""
        await self.page.goto(f"{self.url}/")
        await self.page.get_by_label("Token", exact=True).focus()
        await self.page.keyboard.type(token)
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_role("heading", name="Overview")).to_be_visible()

    async def appearances(self) -> AsyncIterator[str]:
        """The page as it is, wide and narrow, light and dark."""
        for size, viewport in SIZES.items():
            await self.page.set_viewport_size(viewport)
            for scheme in SCHEMES:
                await self.page.emulate_media(color_scheme=scheme)
                yield f"{size}-{scheme}"

    async def judge(self) -> list[str]:
        """What axe-core finds: the rules of WCAG 2.2 A and AA, and its best practices."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate("axe.run(document)")
        return [
            f"{each['id']} ({each['help']}): {node['html'][:200]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    async def ink(self) -> list[int]:
        """How many pixels each chart has that something is drawn on."""
        return [int(await each.evaluate(_INK)) for each in await self.page.locator("canvas").all()]

    async def picture(self, name: str) -> None:
        """Leave a picture for people to look at: of the whole page, or on a phone of what its screen shows."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=FOLDER / f"{name}.png", full_page=not name.startswith("narrow"))


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


@asynccontextmanager
async def opened(browser: Browser, url: str) -> AsyncIterator[Seen]:
    """A page of a browser that knows of no other one."""
    context = await browser.new_context(viewport=SIZES["wide"], locale="en-GB")
    seen = Seen(await context.new_page(), url)
    host = urlsplit(url).netloc
    page = seen.page
    page.on("console", lambda said: seen.wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.wrong.append(str(error)))
    page.on(
        "requestfailed",
        lambda request: None if request.failure == LEFT else seen.wrong.append(f"failed: {request.url}"),
    )
    page.on(
        "request",
        lambda request: (
            seen.wrong.append(f"elsewhere: {request.url}") if urlsplit(request.url).netloc != host else None
        ),
    )
    try:
        yield seen
    finally:
        await context.close()
