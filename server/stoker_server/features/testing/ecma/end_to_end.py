"""Tests that ask the application a handler belongs to: its pages through Playwright, everything else through supertest."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

from stoker_analyzers.ecma.routes import is_inline
from stoker_server.features.testing.ecma.bench import EcmaBench, bench_of
from stoker_server.features.testing.ecma.opened import PageTarget, page_target
from stoker_server.features.testing.ecma.page_facts import PageFacts
from stoker_server.features.testing.ecma.requests import SUPERTEST, RequestTarget, request_target
from stoker_server.features.testing.ecma.target import EcmaTarget
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.pages import BROWSER_SECONDS, with_browsers
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.ecma.layout import runs_by, test_files, text_of
from stoker_server.proving.ecma.opening import playwright_in
from stoker_server.proving.ecma.playwright import LIBRARIES, PlaywrightToolchain
from stoker_server.proving.ecma.project import Framework, Package, installed
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground


async def asked(target: EcmaTarget, ground: Ground) -> tuple[EcmaBench, PageFacts | None]:
    """The workbench for a handler, and who writes tests of its pages, where it answers with some.

    Raises:
        ProvingError: It is no handler, or the project has nothing to ask it with.
    """
    package = target.tools.package
    sends = package.depends_on(SUPERTEST) and installed(package.folder, f"{SUPERTEST}/package.json") is not None
    sends = sends and not isinstance(target.tools, PlaywrightToolchain)
    browser = await playwright_in(ground, target.path)
    if not sends and browser is None:
        raise ProvingError(_lacking(package))
    found = await asyncio.to_thread(request_target, target, ground.scratch.root)
    if found is None:
        by = "" if is_inline(target.symbol) else ", by its name,"
        raise ProvingError(f"{target.symbol.qualified} is no route{by} of an Express application that a file exports")
    asks = any(method == "get" for method, _ in found.routes)
    if not asks and not sends:
        raise ProvingError(
            f"a browser opens what GET gives, and {found.qualified} answers other requests: "
            f"tests of those need {SUPERTEST} among the project's packages"
        )
    if browser and asks:
        bench, facts = await _opened(found, browser, ground)
        try:
            await facts.has_pages()
        except NoVerdictError:
            if not sends:
                raise
        else:
            return bench, facts
    return await bench_of(ground, found, TestKind.END_TO_END), None


async def _opened(target: RequestTarget, browser: PlaywrightToolchain, ground: Ground) -> tuple[EcmaBench, PageFacts]:
    """The workbench for pages.

    Raises:
        ProvingError: Playwright can't read its settings, or the server that they start can't be.
    """
    ground = await asyncio.to_thread(with_browsers, ground)
    setup = await browser.asked(ground)
    if setup.served and not ground.sandbox.isolates:
        raise ProvingError(
            f"{setup.config.name if setup.config else 'Playwright'} starts a server on a port of this machine, "
            "and without a sandbox that may be the one where yours is running"
        )
    tools = replace(browser, setup=setup)
    suffix = await asyncio.to_thread(_suffix, target, tools, ground.scratch.root)
    paged = page_target(replace(target, tools=tools), setup, suffix)
    bench = await bench_of(ground, paged, TestKind.END_TO_END)
    bench.start_seconds += BROWSER_SECONDS
    return bench, PageFacts(bench, paged)


def how_to_run(bench: EcmaBench, trial: Trial) -> list[str]:
    """In which of the project's browsers the tests were tried, where it has several."""
    del trial
    target = bench.target
    if not isinstance(target, PageTarget) or target.setup.projects == 1:
        return []
    number = target.setup.projects
    return [
        f"They were tried in {target.setup.project} alone; `npx playwright test` runs them in all {number} projects."
    ]


def _suffix(target: RequestTarget, tools: PlaywrightToolchain, root: Path) -> str:
    """How the names of the project's tests of pages end; where there are none, as its settings or the file do."""
    known = Counter(each.suffix for each in test_files(root) if runs_by(text_of(each), Framework.PLAYWRIGHT))
    if known:
        return known.most_common(1)[0][0]
    own = target.path.suffix
    return ".ts" if tools.setup.typed or own in (".ts", ".tsx", ".cts", ".mts") else own.replace("x", "")


def _lacking(package: Package) -> str:
    """What a project needs that has nothing to ask an application with."""
    said = f"end-to-end tests need {SUPERTEST}, or for pages {Framework.PLAYWRIGHT}, among the project's packages"
    if any(map(package.depends_on, LIBRARIES)):
        return f"{said}: `playwright` alone brings no runner"
    listed = [each for each in (SUPERTEST, Framework.PLAYWRIGHT.value) if package.depends_on(each)]
    return f"{said}, and {listed[0]} is not installed there" if listed else f"{said}, and it has neither"
