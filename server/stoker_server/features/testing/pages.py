"""Tests of a web application's pages in a browser, by pytest-playwright, where the project has it.

The application itself answers the browser's requests, in the test's own process: no port is opened, and what a page asks
elsewhere for does not leave it. The browser runs in the sandbox like everything else.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from stoker_server.features.testing.observing import Kept
from stoker_server.features.testing.shown import Shown, shown_on
from stoker_server.features.testing.writing import WrittenTest
from stoker_server.proving.ground import Ground
from stoker_server.proving.sandbox import shown

WITHOUT = (
    "Its pages are pinned as text; with pytest-playwright in the project's environment they are opened in a browser."
)
BROWSER_SECONDS = 20.0
"""What a browser takes to start and to end, at most, on a busy machine."""

_PLUGIN = "pytest_playwright"
_VARIABLE = "PLAYWRIGHT_BROWSERS_PATH"
_LOOKS = (".text", ".decode()")
_NAME = "show_page"
_HELPER = '''\
def {name}(page{typed}){gives}:
    """Open a page of the application, which answers the browser itself: no port is needed."""
{setup}    client = {client}

    def answer(route{route}){gives}:
        asked = route.request
        headers = {{name: value for name, value in asked.headers.items() if name not in ("accept-encoding", "host")}}
        try:
            response = client.{send}
        except Exception:
            route.abort()
            raise
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.{body})

    page.route("**/*", answer)
    page.goto(f"http://localhost{{path}}")
'''
_FLASK = """open(
                asked.url, method=asked.method, headers=headers, data=asked.post_data_buffer, follow_redirects=True
            )"""
_DJANGO = 'generic(asked.method, asked.url, asked.post_data_buffer or b"", headers=headers)'
_UNSAFE = 'os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"'
"""Playwright's loop runs in the test's thread, where Django otherwise refuses its database."""
_STARLETTE = "request(asked.method, asked.url, headers=headers, content=asked.post_data_buffer)"


def has_playwright(ground: Ground) -> bool:
    """Whether the project's own environment has pytest-playwright."""
    return not ground.python.own and any((each / _PLUGIN).is_dir() for each in ground.python.needs)


def with_browsers(ground: Ground) -> Ground:
    """The ground with the browsers that Playwright installed for the user shown to its runs, where there are some."""
    place = Path(os.environ.get(_VARIABLE) or _usual_place())
    if not place.is_dir():
        return ground
    lent = (*ground.lent, *shown([place]))
    return dataclasses.replace(ground, lent=lent, variables=(*ground.variables, (_VARIABLE, str(place))))


def _usual_place() -> Path:
    """Where Playwright puts browsers, as its documentation of ``PLAYWRIGHT_BROWSERS_PATH`` has it."""
    by_system = {"darwin": Path("Library", "Caches"), "win32": Path("AppData", "Local")}
    return Path.home() / by_system.get(sys.platform, Path(".cache")) / "ms-playwright"


def page_of(each: Kept) -> tuple[str, list[Shown]] | None:
    """The path of a page that a request got, and what it shows; ``None`` where it got none."""
    client, html = _client(each), ""
    if not client.endswith((".test_client()",)) and not client.startswith(("TestClient(", "Client(")):
        return None
    for step, seen in zip(each.plan.candidate.steps, each.seen.steps, strict=False):
        html = _literal(seen.echo) if step.code.endswith(_LOOKS) else html
    asked = next((step.tree.body[0] for step in each.plan.candidate.steps if "= client.get(" in step.code), None)
    if not html.lstrip().startswith("<") or not isinstance(asked, ast.Assign):
        return None
    match asked.value:
        case ast.Call(args=[ast.Constant(value=str() as path)], keywords=[]):
            found = shown_on(html)
            return (path, found) if found else None
    return None


def write_page(test: WrittenTest, each: Kept, *, typed: bool) -> WrittenTest:
    """A test that opens a page in a browser and looks for what it shows.

    Args:
        test: The test that pins the page as text.
        each: The request; it got a page.
        typed: Whether the test's signature has types.
    """
    path, found = page_of(each) or ("/", [])
    asks = "page: Page" if typed else "page"
    name = test.name.replace("_what_it_does_today", "_what_it_shows_today")
    lines = [f"def {name}({asks}){' -> None' if typed else ''}:", f"    {_NAME}(page, {json.dumps(path)})", ""]
    lines += [f"    {_expected(one)}" for one in found]
    is_django = _client(each).startswith("Client(")
    imports = [statement for statement in test.imports if " import " in statement or is_django]
    own = ["from playwright.sync_api import expect"]
    own += ["from playwright.sync_api import Page", "from playwright.sync_api import Route"] if typed else []
    return WrittenTest(name, "\n".join(lines) + "\n", (*imports, *own), test.pins)


def helper(each: Kept, texts: Sequence[str], *, typed: bool) -> tuple[str, ...]:
    """What opens a page, unless the suite has it.

    Args:
        each: A request that got a page.
        texts: The files of the suite.
        typed: Whether its signature has types.
    """
    if any(f"def {_NAME}(" in text for text in texts):
        return ()
    client = _client(each)
    send, body = _STARLETTE, "content"
    if client.endswith(".test_client()"):
        send, body = _FLASK, "data"
    elif client.startswith("Client("):
        send, body = _DJANGO, "getvalue()"
        client = f"{client.removesuffix(')')}, raise_request_exception=False)"
    else:
        client = f'{client.removesuffix(")")}, base_url="http://localhost", raise_server_exceptions=False)'
    said = {
        "name": _NAME,
        "typed": ": Page, path: str" if typed else ", path",
        "route": ": Route" if typed else "",
        "gives": " -> None" if typed else "",
        "setup": "".join(f"    {line}\n" for line in _setup(each)),
        "client": client,
        "send": send,
        "body": body,
    }
    return (_HELPER.format(**said),)


def _client(each: Kept) -> str:
    """What a request's client is made by; empty where there is none."""
    found = (step.code for step in each.plan.candidate.steps if step.code.startswith("client = "))
    return next(found, "").removeprefix("client = ")


def _setup(each: Kept) -> list[str]:
    """What comes before the client is made: Django's settings."""
    codes = [step.code for step in each.plan.candidate.steps]
    before = codes[: next(number for number, code in enumerate(codes) if code.startswith("client = "))]
    return [_UNSAFE, *before] if before else []


def _expected(one: Shown) -> str:
    said = json.dumps(one.name, ensure_ascii=False)
    if one.role == "title":
        return f"expect(page).to_have_title({said})"
    where = f"get_by_text({said}, exact=True)" if one.role == "text" else ""
    where = where or f'get_by_role("{one.role}", name={said}, exact=True)'
    return f"expect(page.{where}).to_be_visible()"


def _literal(echo: str) -> str:
    """The text that a session showed; its beginning, where it was cut off."""
    shown_ = echo.removesuffix("\n")
    if not shown_.startswith(("'", '"')):
        return ""
    if len(shown_) < 2 or not shown_.endswith(shown_[0]):
        shown_ = shown_.rpartition("\\")[0] + shown_[0] if "\\" in shown_[-10:] else shown_ + shown_[0]
    try:
        return str(ast.literal_eval(shown_))
    except (SyntaxError, ValueError):
        return ""
