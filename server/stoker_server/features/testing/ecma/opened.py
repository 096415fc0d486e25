"""A handler whose pages are opened in a browser: what can be asked for, and which tests ask for it already. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields

from stoker_server.features.testing.ecma.requests import RequestTarget, addresses
from stoker_server.proving.ecma.playwright import Setup

_MOST = 12
"""Addresses that are asked for."""


@dataclass(frozen=True)
class PageTarget(RequestTarget):
    """A handler whose pages are opened in a browser.

    Attributes:
        setup: The project's settings of Playwright.
        suffix: How the names of its tests of pages end.
    """

    setup: Setup = field(default_factory=Setup)
    suffix: str = ".ts"

    @property
    def is_typed(self) -> bool:
        """Whether the tests are TypeScript."""
        return self.suffix in (".ts", ".mts", ".cts")

    @property
    def addresses(self) -> list[str]:
        """What a browser can ask for, the usual first."""
        asked = [each for method, path in self.routes if method == "get" for each in addresses(self, path)]
        return list(dict.fromkeys(asked))[:_MOST]

    def is_opened_by(self, text: str) -> bool:
        """Whether a test file speaks of an address of the handler's."""
        routes = (re.sub(r":\w+", r"[^/?#]+", re.escape(path)) for method, path in self.routes if method == "get")
        return any(re.search(rf"""["'`]{each}(?:["'`?#])""", text) for each in routes)


def page_target(target: RequestTarget, setup: Setup, suffix: str) -> PageTarget:
    """A handler as one whose pages are opened."""
    given = {each.name: getattr(target, each.name) for each in fields(RequestTarget)}
    return PageTarget(**given, setup=setup, suffix=suffix)
