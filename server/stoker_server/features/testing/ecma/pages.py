"""Pages of Express-like applications as Playwright opens them: which there are, and what can be looked for on them.

The application is asked in a test of Playwright's own, without a browser, with each mutant of the handler. What its HTML shows
is then looked for in a browser, once, and only what is found there gets into a test.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stoker_analyzers.ecma.layout import Style
from stoker_server.features.testing.ecma.answering import helper, helper_imports
from stoker_server.features.testing.ecma.importing import import_of, specifier
from stoker_server.features.testing.ecma.opened import PageTarget
from stoker_server.features.testing.ecma.placing import beside
from stoker_server.features.testing.shown import Shown, shown_on
from stoker_server.proving.ecma.runs import page_program_of
from stoker_server.proving.ecma.toolchain import INSIDE
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.runs import together

if TYPE_CHECKING:
    from stoker_server.features.testing.ecma.bench import EcmaBench

_LONGEST, _CHARACTERS = 100_000, 3_000_000
"""Of one page, and of all that is told of them."""

_PATIENCE = 2_000
"""Milliseconds for an answer of the application to its own process."""

_SOON, _LOADING = 500, 10_000
"""Milliseconds for the browser to show what a page holds that is loaded, and to load it."""

_ASKING, _LOOKING = 35.0, 50.0
"""Seconds for the runs that ask for pages, and for the one that opens them."""

_FAULT = 500
"""The first status that says that the application failed: nobody wants its page kept."""

FINE = 200
"""The status that a test does not speak of."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and what running it showed of the handler.

    Attributes:
        path: The address below the application's.
        status: Its status.
        shown: What it shows each time.
        lines: The handler's lines that ran.
        kills: The numbers of the mutants with which it does not show the same.
    """

    path: str
    status: int
    shown: tuple[Shown, ...]
    lines: frozenset[int]
    kills: frozenset[int]


async def ask(bench: EcmaBench, target: PageTarget) -> list[Page]:
    """Ask for pages in two processes, in other surroundings the second time, and with each mutant in the first.

    Raises:
        NoVerdictError: The application can't be imported, or does not answer with pages.
    """
    test, paths, most = await asyncio.to_thread(beside, bench), target.addresses, len(bench.mutants) + 1
    programs = [_asking(bench, target, test, mutants) for mutants in (most, 0)]
    try:
        first, second = await together(
            bench.runs.told(test, programs[0], "the application can't be asked", _ASKING),
            bench.runs.told(test, programs[1], "the application can't be asked", _ASKING, elsewhere=True),
        )
    except NoVerdictError as error:
        raise _in_words(error, target) from error
    pages = [_page(path, number, first, second) for number, path in enumerate(paths)]
    found = [each for each in pages if each is not None and each.lines]
    if not found:
        raise NoVerdictError(f"{target.qualified} {_why_none(first)}")
    return found


async def look(bench: EcmaBench, target: PageTarget, pages: Sequence[Page]) -> list[Page]:
    """The pages with what a browser shows of them.

    Raises:
        NoVerdictError: None can be opened.
    """
    test = await asyncio.to_thread(beside, bench)
    failing = f"the pages of {target.qualified} can't be opened in a browser"
    try:
        run = await bench.runs.told(test, _looking(bench, target, test, pages), failing, _LOOKING)
    except NoVerdictError as error:
        raise _in_words(error, target) from error
    found = []
    for each, told in zip(pages, run["pages"], strict=True):
        shown = tuple(one for one, there in zip(each.shown, told["shown"], strict=False) if there)
        if shown and told["status"] == each.status:
            found.append(replace(each, shown=shown))
    if not found:
        said = next(
            (str(each["said"]) for each in run["pages"] if each["said"]), "it shows nothing of what its HTML holds"
        )
        raise NoVerdictError(f"{failing}: {said.splitlines()[0]}")
    return found


def _in_words(error: NoVerdictError, target: PageTarget) -> NoVerdictError:
    """What is the matter, and what to do, where that is known."""
    browser, home = target.setup.browser, target.home.name
    if "EADDRINUSE" in str(error):
        return NoVerdictError(
            f"{home} listens on a port as soon as it is imported: let another file than the one "
            "that exports the application call `listen`"
        )
    if "Executable doesn't exist" in str(error):
        return NoVerdictError(
            f"Playwright has no {browser} here: install it (`npx playwright install {browser}`), "
            "or name the system's in its settings (`launchOptions.executablePath`)"
        )
    return error


def _page(path: str, number: int, first: Mapping[str, Any], second: Mapping[str, Any]) -> Page | None:
    """What an address gives each time; ``None`` where that is no page, or nothing of it stays."""
    seen, again = first["pages"][number], second["pages"][number]
    html, other = _text(first, seen["text"]), _text(second, again["text"])
    if not html.lstrip().startswith("<") or seen["status"] != again["status"] or seen["status"] >= _FAULT:
        return None
    there = set(shown_on(other))
    shown = tuple(each for each in shown_on(html) if each in there)
    if not shown:
        return None
    status = int(seen["status"])
    kills = frozenset(
        int(mutant) - 2  # before the mutants come the file as it is, and the one that must fail
        for mutant, (of, text) in first["mutated"][number].items()
        if int(mutant) > 1
        and ((of != status and status != FINE) or not set(shown) <= set(shown_on(_text(first, text))))
    )
    return Page(path, status, shown, frozenset(map(int, seen["lines"])), kills)


def _text(run: Mapping[str, Any], number: int) -> str:
    return str(run["texts"][number]) if number >= 0 else ""


def _why_none(run: Mapping[str, Any]) -> str:
    """Why none of the answers is a page, as the rest of a sentence."""
    reached = [each for each in run["pages"] if each["lines"]]
    if not reached:
        return "was reached by none of the requests that could be thought of"
    if faults := [each["status"] for each in reached if each["status"] >= _FAULT]:
        return f"fails with what could be asked (status {faults[0]})"
    if not any(_text(run, each["text"]).lstrip().startswith("<") for each in reached):
        kinds = (str(each["type"]).partition(";")[0] for each in reached if each["type"])
        kind = next((f"{each} without a tag" if each == "text/html" else each for each in kinds), "nothing")
        return f"gives no page but {kind}; tests of such answers need supertest among the project's packages"
    return "shows no title, heading, text, button or link that is the same each time"


def _asking(bench: EcmaBench, target: PageTarget, test: Path, mutants: int) -> str:
    milliseconds = int(min(20.0, bench.ground.terms.testing.seconds / 3) * 1000)
    limits = {"patience": _PATIENCE, "longest": _LONGEST, "characters": _CHARACTERS, "milliseconds": milliseconds}
    order = json.dumps({"paths": target.addresses, "mutants": mutants, **limits})
    code = (INSIDE / "pages.js").read_text(encoding="utf-8")
    return page_program_of([_import(bench, target, test)], code, f"__stokerAsk({target.name}, {order})", modules=True)


def _looking(bench: EcmaBench, target: PageTarget, test: Path, pages: Sequence[Page]) -> str:
    items = [{"path": each.path, "items": [[one.role, one.name] for one in each.shown]} for each in pages]
    order = json.dumps({"patience": _SOON, "loading": _LOADING, "pages": items})
    code = (INSIDE / "looking.js").read_text(encoding="utf-8") + helper(target.name, Style(), typed=False)
    imports = [*helper_imports(Style(), typed=False, modules=True), _import(bench, target, test)]
    return page_program_of(imports, code, f"__stokerLook(page, expect, {order})", modules=True, given="{ page }")


def _import(bench: EcmaBench, target: PageTarget, test: Path) -> str:
    return import_of(target, specifier(target, test, bench.own_tests), Style(), modules=True)
