"""How a test of Playwright's reaches the application: as its ``baseURL``, on a port of its own. Runs nothing.

Where the project's settings start a server the tests name its pages by their paths alone. Copies that are tried with mutants
need the application in their own process all the same, so there it is added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stoker_analyzers.ecma.layout import Style, restyled
from stoker_server.features.testing.ecma.importing import import_of, specifier
from stoker_server.features.testing.ecma.requests import RequestTarget

_HELPER = """\
test.use({{
{step}// The application answers the browser itself, on a port that is free.
{step}baseURL: async ({{}}, use) => {{
{step}{step}const server = {app}.listen(0, {host}){end}
{step}{step}await once(server, {event}){end}
{step}{step}await use(`http://127.0.0.1:${{{address}.port}}`){end}
{step}{step}server.close(){end}
{step}}},
}}){end}
"""
_ADDED = """
{app}
import {{ test as __stokerTest }} from "@playwright/test";
import {{ once as __stokerOnce }} from "node:events";
__stokerTest.use({{ baseURL: async ({{}}, use) => {{
  const server = __stokerApp.listen(0, "127.0.0.1");
  await __stokerOnce(server, "listening");
  await use(`http://127.0.0.1:${{server.address().port}}`);
  server.close();
}} }});
"""
_ANSWERS = re.compile(r"\bbaseURL\s*:\s*async\b")


def answers(text: str) -> bool:
    """Whether a test file lets the application answer."""
    return _ANSWERS.search(text) is not None


def helper(app: str, style: Style, *, typed: bool) -> str:
    """The statement that lets the application answer.

    Args:
        app: What the file calls it.
        style: How the project writes.
        typed: Whether the file is TypeScript.
    """
    address = "(server.address() as AddressInfo)" if typed else "server.address()"
    host, event = restyled('"127.0.0.1"', style), restyled('"listening"', style)
    return _HELPER.format(step=style.indent, app=app, host=host, event=event, end=style.end, address=address)


def helper_imports(style: Style, *, typed: bool, modules: bool) -> list[str]:
    """The statements that import what the helper needs.

    Args:
        style: How the project writes.
        typed: Whether the file is TypeScript.
        modules: Whether to import by statements.
    """
    quote, end = style.quote, style.end
    if not modules:
        return [f"const {{ once }} = require({quote}node:events{quote}){end}"]
    own = [f"import {{ once }} from {quote}node:events{quote}{end}"]
    return [*own, f"import type {{ AddressInfo }} from {quote}node:net{quote}{end}"] if typed else own


def added(target: RequestTarget, test: Path, texts: Sequence[str]) -> str:
    """What a copy of a test file gets, so that the application answers in the copy's own process.

    Args:
        target: The handler.
        test: The test file.
        texts: The project's tests of pages.
    """
    named = replace(target, export=replace(target.export, local="__stokerApp"))
    module = specifier(target, test, texts or [target.snapshot.text])
    return _ADDED.format(app=import_of(named, module, Style(), modules=True))
