"""The author of tests that open an application's pages in a browser: it writes down what a browser showed."""

from __future__ import annotations

import json

from stoker_analyzers.ecma.layout import Style, quoted
from stoker_analyzers.ecma.routes import is_inline
from stoker_server.features.base import FeatureRequest
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.ecma.bench import EcmaBench
from stoker_server.features.testing.ecma.facts import EcmaFacts
from stoker_server.features.testing.ecma.opened import PageTarget
from stoker_server.features.testing.ecma.pages import FINE, Page, ask, look
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.shown import Shown
from stoker_server.features.testing.writing import WrittenTest

PINS = "pins what the page shows today"


class PageFacts(EcmaFacts):
    """Drafts tests from what pages show."""

    def __init__(self, bench: EcmaBench, target: PageTarget) -> None:
        """Draft on a workbench, for a handler."""
        super().__init__(bench)
        self._target = target
        self._asked: list[Page] | None = None
        self._pages: dict[str, Page] = {}

    async def has_pages(self) -> bool:
        """Whether the handler answers with pages.

        Raises:
            NoVerdictError: It does not.
        """
        self._asked = await ask(self._bench, self._target)
        return bool(self._asked)

    async def _made(self, request: FeatureRequest) -> tuple[list[Kept], list[Dropped]]:
        """Open the pages in a browser and keep what it shows.

        Raises:
            NoVerdictError: There are none.
        """
        bench, target = self._bench, self._target
        asked = await ask(bench, target) if self._asked is None else self._asked
        self.tried = len(target.addresses)
        request.progress(f"opening {len(asked)} {'page' if len(asked) == 1 else 'pages'} in {target.setup.browser}")
        pages = await look(bench, target, asked)
        self._pages = {each.path: each for each in pages}
        self.steady = len(pages)
        return [_kept(each, number) for number, each in enumerate(pages)], []

    def _test(self, each: Kept) -> WrittenTest:
        page = self._pages[each.plan.call]
        return write_page(self._target, page, self._bench.style)


def _kept(page: Page, number: int) -> Kept:
    """A page as a call that can be relied on, for choosing among them."""
    candidate = Candidate(Origin.SAMPLE, page.path, (Argument("path", page.path),), oddity=number)
    said = " ".join(each.name for each in page.shown)
    seen = Observation("value", json.dumps([page.status, said], ensure_ascii=False), lines=page.lines)
    return Kept(Plan(candidate, (), (), page.path, page.path, (), ()), seen, page.kills)


def write_page(target: PageTarget, page: Page, style: Style) -> WrittenTest:
    """A test that opens a page and looks for what it shows.

    Args:
        target: The handler.
        page: The page.
        style: How the project writes.
    """
    asked = f"GET {page.path}"
    of = "" if asked == target.qualified else f" for {page.path if is_inline(target.symbol) else asked}"
    title = f"{PINS}{of}" if style.nested else f"{target.qualified} {PINS}{of}"
    goes = f"await page.goto({_text(page.path, style)}){style.end}"
    lines = [f"const response = {goes}" if page.status != FINE else goes, ""]
    if page.status != FINE:
        lines.append(f"expect(response?.status()).toBe({page.status}){style.end}")
    lines += [f"await {_expected(each, style)}{style.end}" for each in page.shown]
    body = "\n".join(f"{style.indent}{line}" if line else "" for line in lines)
    source = f"test({_text(title, style)}, async ({{ page }}) => {{\n{body}\n}}){style.end}\n"
    return WrittenTest(title, source, (), pins=True)


def _expected(each: Shown, style: Style) -> str:
    said = _text(each.name, style)
    if each.role == "title":
        return f"expect(page).toHaveTitle({said})"
    exact = "{ exact: true }"
    if each.role == "text":
        return f"expect(page.getByText({said}, {exact})).toBeVisible()"
    role = _text(each.role, style)
    return f"expect(page.getByRole({role}, {{ name: {said}, exact: true }})).toBeVisible()"


def _text(text: str, style: Style) -> str:
    return quoted(json.dumps(text, ensure_ascii=False), style)
