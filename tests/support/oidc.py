"""A real OpenID Connect issuer as a process of the tests' own, and somebody who signs in at its pages."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

FOLDER = Path(__file__).with_name("issuer")


@contextmanager
def running_issuer(redirects: Sequence[str] = (), *, port: int = 0, key: str = "first") -> Iterator[str]:
    """The issuer's URL; skips the test where npm's oidc-provider is not there."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("the issuer is not there (`make issuer` fetches it)")
    if port == 0:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
    process = subprocess.Popen(
        [node, str(FOLDER / "issuer.js"), str(port), key],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "REDIRECTS": " ".join(redirects)},
    )
    assert process.stdout is not None
    try:
        line = next((line for line in process.stdout if " at " in line), "")
        assert line.startswith("listens at "), line
        yield line.removeprefix("listens at ").strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class _Form(HTMLParser):
    """The first form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._over = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = given.get("action") or ""
        elif tag in ("input", "button") and not self._over and (name := given.get("name")):
            self.fields.setdefault(name, given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._over = self._over or (tag == "form" and self.action is not None)


class Browser:
    """Somebody at a browser; goes where it is sent, and signs in at the issuer under a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.client = httpx2.Client(follow_redirects=False, timeout=20)

    def go(self, url: str, *, leave: str = "") -> httpx2.Response:
        """Open a page and fill in what the issuer asks, until it asks nothing.

        Args:
            url: The page.
            leave: An address that is not opened, only told: that of a redirect to it.
        """
        answer, filled = self.client.get(url), 0
        while True:
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if leave and target.startswith(leave):
                    return answer
                answer = self.client.get(target)
                continue
            form = _Form(answer.text)
            asks = {"login", "prompt", "user_code", "xsrf"} & form.fields.keys()
            if not asks or filled > 6:
                return answer
            filled += 1
            typed = {**form.fields, **({"login": self.name, "password": "x"} if "login" in form.fields else {})}
            answer = self.client.post(urljoin(str(answer.url), form.action or ""), data=typed)

    def cookie(self, url: str, name: str) -> str | None:
        """A cookie's value for an address."""
        host = urlsplit(url).hostname
        return next((each.value for each in self.client.cookies.jar if each.name == name and each.domain == host), None)
