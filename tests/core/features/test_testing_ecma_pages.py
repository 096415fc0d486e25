"""Tests of the pages of JavaScript applications, written for Playwright's own runner and run by it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.features.test_testing_ecma_runners import runs_green
from tests.support.fixtures import offered
from tests.support.projects import fingerprint, generate, make_project, read, written
from tests.support.runners_of import need_node, project_with
from tests.support.vscode import CHROMIUM

from stoker_analyzers.ecma import routes
from stoker_analyzers.ecma.exports import Export
from stoker_analyzers.ecma.layout import Style
from stoker_analyzers.ecma.routes import handler_at, handlers_in
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.features.testing.ecma import EcmaTests
from stoker_server.features.testing.ecma.bench import EcmaBench
from stoker_server.features.testing.ecma.opened import PageTarget, page_target
from stoker_server.features.testing.ecma.page_facts import write_page
from stoker_server.features.testing.ecma.pages import Page
from stoker_server.features.testing.ecma.requests import request_target
from stoker_server.features.testing.ecma.target import EcmaTarget, code_in
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.shown import Shown
from stoker_server.proving.ecma.layout import runs_by
from stoker_server.proving.ecma.playwright import Setup, config_of
from stoker_server.proving.ecma.project import Framework, Package
from stoker_server.proving.ecma.toolchain import Toolchain
from stoker_server.proving.ground import Terms
from stoker_server.settings import Settings

PLAYWRIGHT = "node_modules/@playwright/test/cli.js"
ITEM = "GET /:id"
SERVED = """\
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: './e2e',
  projects: [{ name: 'setup', testMatch: /nothing/ }, { name: 'desktop', dependencies: ['setup'] }, { name: 'phone' }],
  use: { baseURL: 'http://127.0.0.1:3000' },
  webServer: { command: 'npm start', url: 'http://127.0.0.1:3000/health' },
})
"""
ASKS = """\
import { expect, test } from '@playwright/test'

test.describe('items', () => {
  test('has a cup', async ({ request }) => {
    const answer = await request.get('/items/7')
    expect(await answer.text()).toContain('A cup')
  })
})
"""


def shop(folder: Path, settings: str = "") -> Path:
    found = project_with("playwright", folder)
    if settings:
        (found / "playwright.config.ts").write_text(settings)
    return found


@asynccontextmanager
async def bench_in(folder: Path, file: str, symbol: str) -> AsyncIterator[EcmaBench]:
    snapshot, language = read(folder / file), EcmaTests()
    found = language.find_symbol(snapshot, Span(0, 0), symbol)
    assert found is not None
    async with language.open_ground(Terms(folder, trusted=True)) as ground:
        prepared = await language.set_up(snapshot, ground, found, TestKind.END_TO_END)
        assert isinstance(prepared.bench, EcmaBench)
        yield prepared.bench


@pytest.mark.slow
async def test_a_page_is_opened_in_a_browser_and_the_project_s_runner_agrees(tmp_path: Path) -> None:
    if not CHROMIUM:
        pytest.skip("Chromium, which pages are opened in, is not on the PATH")
    use = f"{{ use: {{ launchOptions: {{ executablePath: {CHROMIUM!r} }} }} }}"
    folder = shop(tmp_path / "project", f"export default {use}\n")
    before, snapshot = fingerprint(folder), read(folder / "src/items.js")
    cursor = snapshot.text.index(
        "items[req"
    )  # without a kind, as an editor asks: the handler has no name to be imported by
    services = Services(None, Settings(), folder, trusted=True)
    offer = offered(await TestFeature().propose(FeatureRequest(snapshot, Span(cursor, cursor), services)))
    assert fingerprint(folder) == before
    path, text = written(offer, folder)
    assert path == "tests/items.spec.ts"
    assert "import { expect, test } from '@playwright/test'\nimport app from '../src/app'\n\ntest.use({\n" in text
    assert "    const server = app.listen(0, '127.0.0.1')\n" in text
    assert (
        "test('GET /:id pins what the page shows today for /items/7', async ({ page }) => {\n"
        "  await page.goto('/items/7')\n\n"
        "  await expect(page).toHaveTitle('Shop')\n"
        "  await expect(page.getByRole('heading', { name: 'A cup', exact: true })).toBeVisible()\n"
        "  await expect(page.getByText('2 left.', { exact: true })).toBeVisible()\n"
        "  await expect(page.getByRole('button', { name: 'Buy', exact: true })).toBeVisible()\n"
        "  await expect(page.getByRole('link', { name: 'Next', exact: true })).toBeVisible()\n})\n"
    ) in text  # neither what a style sheet hides nor what is another one each time
    assert "const response = await page.goto('/items/1')\n\n  expect(response?.status()).toBe(404)\n" in text
    (count,) = offer.receipt.tests
    assert (count.tests, count.noticed >= 4) == (2, True)
    (folder / "tests").mkdir()
    (folder / path).write_text(text)
    runs_green(folder, path, PLAYWRIGHT, "test")


@pytest.mark.slow
async def test_the_server_of_the_project_s_settings_answers_and_copies_answer_themselves(tmp_path: Path) -> None:
    folder = shop(tmp_path / "project", SERVED)
    make_project(folder, {"e2e/shop.spec.ts": ASKS})
    async with bench_in(folder, "src/items.js", ITEM) as bench:
        assert isinstance(bench.target, PageTarget)
        setup = bench.target.setup
        assert (setup.project, setup.number, setup.projects, setup.served) == ("desktop", 1, 3, True)
        test = folder / "e2e/shop.spec.ts"
        assert bench.find_existing() == (test,)
        clean = await bench.runs.clean([test], seconds=40)
        assert clean.passed == {"e2e/shop.spec.ts::items > has a cup"}, clean
        existing = await bench.existing()
        assert existing.lines == frozenset({7, 8, 9})
        assert existing.kills
        assert existing.note == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "file", "symbol", "why"),
    [
        pytest.param(
            {},
            "src/items.js",
            ITEM,
            "Playwright has no chromium here: install it (`npx playwright install chromium`), "
            "or name the system's in its settings (`launchOptions.executablePath`)",
            id="no browser",
        ),
        pytest.param(
            {},
            "src/app.js",
            "GET /health",
            "GET /health gives no page but application/json; "
            "tests of such answers need supertest among the project's packages",
            id="no page",
        ),
        pytest.param(
            {
                "src/eager.js": "const app = require('./app')\napp.get('/', (q, r) => r.send('<h1>A</h1>'))\napp.listen(3000)\n"
                "const own = module.exports = require('express')()\nown.get('/e', (q, r) => r.send('<h1>E</h1>'))\n"
            },
            "src/eager.js",
            "GET /e",
            "eager.js listens on a port as soon as it is imported: "
            "let another file than the one that exports the application call `listen`",
            id="listens",
        ),
        pytest.param(
            {"playwright.config.ts": "throw new Error('no settings today')\n"},
            "src/items.js",
            ITEM,
            "Playwright can't read playwright.config.ts: Error: no settings today",
            id="settings",
        ),
    ],
)
async def test_why_there_are_none_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], file: str, symbol: str, why: str
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    folder = shop(tmp_path / "project")
    make_project(folder, files)
    result = await generate(folder, file, symbol, kind="end-to-end")
    assert isinstance(result, NoOffer)
    assert result.reason == why


async def test_requests_that_no_browser_sends_need_supertest(tmp_path: Path) -> None:
    folder = shop(tmp_path / "project")
    route = "app.post('/buy', (req, res) => res.send('<h1>Bought</h1>'))"
    make_project(folder, {"src/buying.js": f"const app = module.exports = require('express')()\n{route}\n"})
    result = await generate(folder, "src/buying.js", "POST /buy", kind="end-to-end")
    assert isinstance(result, NoOffer)
    assert result.reason == (
        "a browser opens what GET gives, and POST /buy answers other requests: "
        "tests of those need supertest among the project's packages"
    )
    result = await generate(folder, "src/buying.js", "POST /buy", kind="unit")
    assert isinstance(result, NoOffer)
    assert result.reason == (
        "POST /buy is not exported, so no test can import it: end-to-end tests ask the application"
    )


async def test_without_playwright_pages_are_pinned_as_text_and_that_is_said(tmp_path: Path) -> None:
    folder = project_with("express", tmp_path / "project")
    route = "export const site = express();\nsite.get('/', (req, res) => res.send('<h1>All</h1>'));\n"
    make_project(folder, {"site.js": f"import express from 'express';\n{route}"})
    result = await generate(folder, "site.js", "GET /", kind="end-to-end")
    assert isinstance(result, Offer), result.reason
    assert 'assert.deepStrictEqual({ status, text }, { status: 200, text: "<h1>All</h1>" });'.replace(
        '"', "'"
    ) in written(result, folder)[1].replace('"', "'")
    assert (
        "Its pages are pinned as text; with @playwright/test among the project's packages they are opened in a browser."
        in (result.notes)
    )


async def test_a_library_alone_brings_no_runner(tmp_path: Path) -> None:
    need_node()
    files = {"package.json": '{ "devDependencies": { "playwright": "1" } }', "a.js": "exports.a = (q, r) => r.end();\n"}
    result = await generate(make_project(tmp_path, files), "a.js", "a", kind="end-to-end")
    assert isinstance(result, NoOffer)
    assert result.reason == (
        "end-to-end tests need supertest, or for pages @playwright/test, among the project's packages: "
        "`playwright` alone brings no runner"
    )


APP = """\
var app = module.exports = express();
app.get('/', one, function (req, res) { res.send('<h1>A</h1>'); });
app.get('title');
app.route('/b').get(two);
app.post("/c/:id", async (req, res) => res.end());
app.get('/', (req, res) => { res.end(); });
app.get(`/${base}`, (req, res) => { res.end(); });
map.get('key', () => 1);
$.get('/client', function (data) { show(data); });
http.get("/double", () => HttpResponse.json({}));
"""


def test_handlers_without_a_name_go_by_their_route(tmp_path: Path) -> None:
    snapshot = read(make_project(tmp_path, {"app.js": APP}) / "app.js")
    first, second = handlers_in(snapshot)
    assert (first.name, second.name) == ("GET /", "POST /c/:id")
    assert snapshot.text[first.name_span.start : first.name_span.end] == (
        "function (req, res) { res.send('<h1>A</h1>'); }"
    )
    inside = snapshot.text.index("res.end")
    found = EcmaTests().find_symbol(snapshot, Span(inside, inside), None)
    assert found == second
    assert TestFeature().handlers(snapshot) == [first, second]


def test_playwright_s_specs_are_no_other_runner_s_tests() -> None:
    unit = "import { test } from 'vitest'\n"
    assert [runs_by(text, Framework.PLAYWRIGHT) for text in (ASKS, unit)] == [True, False]
    assert [runs_by(text, Framework.VITEST) for text in (ASKS, unit)] == [False, True]


def test_a_test_of_a_page_looks_for_what_it_shows_in_the_project_s_style(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"app.js": APP})
    snapshot = read(folder / "app.js")
    shown = (Shown("title", "It's"), Shown("link", "Home"), Shown("text", 'a "b"'))
    page = Page("/", 200, shown, frozenset(), frozenset())
    test = write_page(target_in(folder, snapshot), page, Style("'", semicolons=False, nested=False))
    assert test.name == "GET / pins what the page shows today"
    assert test.source == (
        "test('GET / pins what the page shows today', async ({ page }) => {\n"
        "  await page.goto('/')\n\n"
        '  await expect(page).toHaveTitle("It\'s")\n'
        "  await expect(page.getByRole('link', { name: 'Home', exact: true })).toBeVisible()\n"
        "  await expect(page.getByText('a \"b\"', { exact: true })).toBeVisible()\n})\n"
    )
    other = replace(page, path="/?a=1", status=404)
    test = write_page(target_in(folder, snapshot), other, Style(nested=True))
    assert test.name == "pins what the page shows today for /?a=1"
    assert '  const response = await page.goto("/?a=1");\n\n  expect(response?.status()).toBe(404);\n' in test.source


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("await page.goto('/items/7')", True),
        ('await page.goto("/items/7?deep=1")', True),
        ("await page.goto('/items')", False),
        ("await page.goto('/items/7/edit')", False),
        ("await page.goto('https://example.com/items/7')", False),
    ],
)
def test_tests_that_open_an_address_are_known(tmp_path: Path, text: str, opens: bool) -> None:
    folder = make_project(tmp_path, {"app.js": APP})
    target = replace(target_in(folder, read(folder / "app.js")), routes=(("get", "/items/:id"),))
    assert target.is_opened_by(text) is opens


def target_in(folder: Path, snapshot: Snapshot) -> PageTarget:
    symbol = handlers_in(snapshot)[0]
    code, package = code_in(snapshot, symbol), Package(folder)
    assert code is not None
    tools = Toolchain(Path("node"), (20, 0), package, Framework.PLAYWRIGHT, None, (0, 0))
    target = EcmaTarget(snapshot, symbol, folder / "app.js", code, Export("app", "app"), None, tools, folder)
    found = request_target(target, folder)
    assert found is not None
    assert found.routes == (("get", "/"),)
    return page_target(found, Setup(), ".js")


@pytest.mark.parametrize(
    ("script", "file", "found"),
    [
        ("playwright test", "playwright.config.ts", True),
        ("playwright test -c e2e", "e2e/playwright.config.mjs", True),
        ("playwright test --config=e2e/own.ts", "e2e/own.ts", True),
        ("playwright test -c elsewhere", "playwright.config.ts", False),
    ],
)
def test_the_settings_are_those_that_the_scripts_name(tmp_path: Path, script: str, file: str, found: bool) -> None:
    package = json.dumps({"scripts": {"e2e": script}})
    folder = make_project(tmp_path, {"package.json": package, file: "export default {};\n"})
    assert config_of(Package.read(folder)) == (folder / file if found else None)


def test_the_cursor_in_other_code_does_not_have_the_whole_file_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "function named(a) { return a; }\napp.get('/a', (req, res) => { res.end(); });\nlist.map((a) => a);\n"
    snapshot = read(make_project(tmp_path, {"app.js": text}) / "app.js")
    handler = snapshot.text.index("res.end")
    assert handler_at(snapshot, Span(handler, handler)) == handlers_in(snapshot)[0]
    monkeypatch.setattr(routes, "handlers_in", lambda _: pytest.fail("every handler was looked for"))
    for place in (0, text.index("return a"), text.index("=> a)"), len(text)):
        EcmaTests().find_symbol(snapshot, Span(place, place), None)
