"""A window of VS Code in a browser, used with keys and eyes: what is typed, and what is seen on the screen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.async_api import Browser, Locator, Page, expect

from tests.support.vscode import PICTURES

MILLISECONDS = 15_000
_OPENED = 3
"""How often a folder is opened anew, at most."""
SIZE = {"width": 1100, "height": 640}
EDITOR = {"x": 327, "y": 36, "width": 770, "height": 300}
MENU = {"x": 240, "y": 0, "width": 620, "height": 310}
"""Parts of the window: the editor in front, and the list that opens above it."""
GHOST = ".ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text .ghost-text"
_LINES = """(spans) => {
  const lines = new Map();
  for (const span of spans) {
    const line = span.closest('.view-line');
    lines.set(line, (lines.get(line) ?? '') + span.textContent);
  }
  return [...lines.values()].join('\\n');
}"""
"""Ghost text is coloured like code: a line of it is many elements."""

_DECORATIONS = """(lines) => lines
  .flatMap((line) => [...line.querySelectorAll('span')])
  .map((span) => getComputedStyle(span, '::after').content.replace(/^"|"$/g, '').replaceAll('\\u00a0', ' '))"""

_IDLE = "() => new Promise((done) => requestIdleCallback(() => requestIdleCallback(done)))"
"""VS Code makes the part of a new editor that asks for ghost text once the window is idle; keys before that ask for none."""


class Workbench:
    """A window with a folder open.

    Attributes:
        page: The browser's page.
        folder: The folder.
    """

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    async def running(self) -> None:
        """Wait until the server serves: its item in the status bar shows a flame."""
        await expect(self.status.locator(".codicon-flame")).to_be_visible(timeout=MILLISECONDS)

    async def idle(self) -> None:
        """Wait until the window has done what it had to do by then."""
        await self.page.evaluate(_IDLE)

    # -- the keyboard

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.page.keyboard.type(text, delay=15)

    async def open(self, name: str, text: str | None = None) -> None:
        """Open a file of the folder; with ``text``, one that is made first."""
        if text is not None:
            (self.folder / name).write_text(text, encoding="utf-8")
        await self.press("Escape")
        row = self.page.locator(".explorer-folders-view").get_by_role("treeitem", name=name, exact=True)
        await row.dblclick(timeout=MILLISECONDS)
        await expect(self.page.locator(".tab.active")).to_contain_text(Path(name).name, timeout=MILLISECONDS)
        await expect(self.lines.first).to_be_visible(timeout=MILLISECONDS)
        await self.idle()

    async def go(self, line: int, column: int = 1) -> None:
        """Put the cursor somewhere; both counted from 1."""
        await self.press("Control+g")
        await self.page.locator(".quick-input-widget input").fill(f":{line}:{column}")
        await self.press("Enter")
        await expect(self.page.locator(".quick-input-widget")).to_be_hidden(timeout=MILLISECONDS)

    async def at(self, after: str) -> None:
        """Put the cursor behind the first occurrence of a text in the file on disk."""
        before = (await self.saved()).partition(after)[0] + after
        line = before.count("\n") + 1
        await self.go(line, len(before.rpartition("\n")[2]) + 1)

    async def command(self, title: str) -> None:
        """Run a command of the palette by its title."""
        await self.press("F1")
        await self.page.locator(".quick-input-widget input[type=text]").fill(f">{title}")
        await self.page.locator(".quick-input-list .monaco-list-row", has_text=title).first.click(timeout=MILLISECONDS)

    async def pick(self, text: str) -> None:
        """Choose an entry of the list that is open."""
        await self.page.locator(".quick-input-list .monaco-list-row", has_text=text).first.click(timeout=MILLISECONDS)

    async def answer(self, text: str) -> None:
        """Fill in the box that is open."""
        await self.page.locator(".quick-input-widget input").fill(text)
        await self.press("Enter")

    # -- the screen

    @property
    def lines(self) -> Locator:
        """The lines of the editor in front."""
        return self.page.locator(".editor-group-container.active .monaco-editor .view-line")

    @property
    def popup(self) -> Locator:
        """The entries of the popup."""
        return self.page.locator(".suggest-widget.visible .monaco-list-row")

    async def drawn(self, text: str, *, there: bool = True) -> None:
        """Wait until a next edit's new text is drawn, or is not any more: it is a decoration, and no text of the page."""
        async with asyncio.timeout(MILLISECONDS / 1000):
            while (text in await self.lines.evaluate_all(_DECORATIONS)) != there:
                await asyncio.sleep(0.1)

    @property
    def status(self) -> Locator:
        """Stoker's item in the status bar."""
        return self.page.locator(".statusbar-item[id^='stoker.stoker']")

    def notification(self, text: str | re.Pattern[str]) -> Locator:
        """A notification with that text."""
        return self.page.locator(".notifications-toasts .notification-toast", has_text=text)

    async def see(self, what: Locator, seconds: float = MILLISECONDS / 1000) -> Locator:
        """Wait until something is on the screen."""
        await expect(what.first).to_be_visible(timeout=1_000 * seconds)
        return what

    async def told(self) -> str:
        """What Stoker's item says to whoever rests on it, or has it read out."""
        return str(await self.status.locator("a").first.get_attribute("aria-label"))

    async def until(self, condition: Callable[[], Any]) -> Any:
        """What a condition gives, once it holds."""
        async with asyncio.timeout(MILLISECONDS / 1000):
            while not (found := condition()):
                await asyncio.sleep(0.1)
        return found

    async def ghost(self, text: str) -> None:
        """Wait until the ghost text says exactly this; a line feed stands before each further line."""
        seen = ""
        try:
            async with asyncio.timeout(MILLISECONDS / 1000):
                while seen != text:
                    seen = str(await self.page.locator(GHOST).evaluate_all(_LINES)).replace("\xa0", " ")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"the ghost text is {seen!r}, not {text!r}; {await self.situation()}") from None

    async def situation(self) -> str:
        """What else is on the screen, for who reads why a test failed."""
        lines = [each.replace("\xa0", " ") for each in await self.lines.all_text_contents()]
        focused = await self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        entries = await self.popup.all_text_contents()
        await self.picture("failed/ghost-text")
        return f"the editor shows {lines}, the popup {entries}, Stoker says {await self.told()!r}, the focus is in {focused}"

    async def choose(self, title: str) -> None:
        """Choose a code action at the cursor."""
        await self.press("Control+.")
        row = self.page.locator(".action-widget .monaco-list-row.action", has_text=title).first
        await row.hover(timeout=MILLISECONDS, force=True)  # 1.100 takes clicks once the mouse has moved
        await row.click(timeout=MILLISECONDS)

    async def saved(self) -> str:
        """The text of the file in front, exactly: it is saved and read from the disk."""
        async with asyncio.timeout(MILLISECONDS / 1000):
            while not await self._save():  # an edit may have come after the keys
                pass
        name = await self.page.locator(".tab.active").get_attribute("data-resource-name")
        (file,) = [each for each in self.folder.rglob(str(name)) if each.is_file()]
        return await asyncio.to_thread(file.read_text, encoding="utf-8")

    async def _save(self) -> bool:
        await self.press("Control+s")
        try:
            await expect(self.page.locator(".tab.active.dirty")).to_have_count(0, timeout=1_000)
        except AssertionError:
            return False
        return True

    async def until_saved(self, condition: Callable[[str], bool]) -> str:
        """The text of the file in front once it is as it should be."""
        async with asyncio.timeout(MILLISECONDS / 1000):
            while not condition(text := await self.saved()):
                await asyncio.sleep(0.1)
        return text

    async def picture(self, name: str, part: Any = None) -> Path:
        """Leave a picture of the window, or of a part of it, for people to look at."""
        file = PICTURES / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=file, clip=part)
        return file


@asynccontextmanager
async def workbench(browser: Browser, url: str, folder: Path) -> AsyncIterator[Workbench]:
    """A new window with a folder, or with the folders of a ``.code-workspace``, of a browser that knows of no other one."""
    viewport: Any = SIZE
    context = await browser.new_context(viewport=viewport)
    page = await context.new_page()
    try:
        kind = "workspace" if folder.suffix == ".code-workspace" else "folder"
        await page.goto(f"{url}/?{kind}={quote(str(folder))}", wait_until="domcontentloaded")
        await _folders(page)
        opened = Workbench(page, folder)
        await expect(opened.status).to_be_visible(timeout=60_000)
        yield opened
    finally:
        await context.close()


async def _folders(page: Page) -> None:
    """Wait for the folders. On a busy machine VS Code now and then opens a ``.code-workspace`` as one without any: not ours."""
    view = page.locator(".explorer-folders-view").first
    empty = page.get_by_text("No Folder Opened").first
    for _ in range(_OPENED):
        await expect(view.or_(empty).first).to_be_visible(timeout=60_000)
        if not await view.is_visible():
            await asyncio.sleep(2)  # it says so for a moment at each start
        if await view.is_visible():
            return
        await page.reload(wait_until="domcontentloaded")
    await expect(view).to_be_visible(timeout=60_000)
