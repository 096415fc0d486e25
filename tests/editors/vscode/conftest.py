"""One browser, one VS Code and one window for all tests: each opens files of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from tests.support.cli import SCRIPT
from tests.support.vscode import CHROMIUM, CodeServer, code_server, environment, missing
from tests.support.workbench import Workbench, workbench

FAILED = pytest.StashKey[bool]()
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip them where something is missing. Each module says that one worker runs them all: they share an editor."""
    reason = missing()
    for item in items if reason else ():
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def vscode(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeServer]:
    """VS Code with the extension, told where the server is."""
    root = tmp_path_factory.mktemp("vscode")
    settings = {"stoker.server.command": [SCRIPT]}
    async with code_server(root / "data", settings, environ=environment(root)) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def window(
    browser: Browser, vscode: CodeServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Workbench]:
    """A window with an empty folder."""
    async with workbench(browser, vscode.url, tmp_path_factory.mktemp("folder")) as opened:
        await opened.running()
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test failed, for the picture."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _picture_of_failure(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """What the window looked like when a test failed says more than a locator that found nothing."""
    window = request.getfixturevalue("window") if "window" in request.fixturenames else None
    yield
    if window and request.node.stash.get(FAILED, False):
        await window.picture(f"failed/{request.node.name}")
