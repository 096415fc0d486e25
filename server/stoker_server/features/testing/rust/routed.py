"""Handlers of axum's routers, and what tests send them in process, by tower's ``ServiceExt::oneshot``. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from stoker_analyzers.rust.routes import joined, mounts_in
from stoker_server.features.testing.reaching import users_of
from stoker_server.features.testing.rust.callers import functions_of
from stoker_server.features.testing.rust.helpers import ANSWER
from stoker_server.features.testing.rust.target import RustTarget
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.rust.crates import Crate
from stoker_server.proving.scratch import Scratch

_ROUTER = re.compile(r"^(?:axum::)?Router\b")
_FINISHED = re.compile(r"^(?:axum::)?Router(?:<\(\)>)?$")
_DEEPEST, _MOST = 4, 60


@dataclass(frozen=True)
class Route:
    """What a handler answers to.

    Attributes:
        method: The method, in capitals.
        path: The path, with its parts in braces or behind colons.
    """

    method: str
    path: str


@dataclass(frozen=True)
class RoutedTarget(RustTarget):
    """A function that gives a router, which tests send requests to.

    Attributes:
        handler: The function that answers them.
        routes: What it answers to there.
    """

    handler: RustTarget
    routes: tuple[Route, ...]

    @property
    def title(self) -> str:
        """Tests are called after the handler."""
        return self.handler.title

    @property
    def is_async(self) -> bool:
        """Whether its tests are."""
        return True

    @property
    def helper(self) -> str:
        """What sends a request."""
        return ANSWER

    def called(self, head: str, given: Sequence[str]) -> str:
        """A request to a router of its own."""
        waits = ".await" if "async" in self.function.modifiers else ""
        return f"answer_to({head}({', '.join(given[:-3])}){waits}, {', '.join(given[-3:])}).await"

    def observed(self, call: str) -> str:
        """A request where nothing else waits."""
        runtime = "tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()"
        return f"{runtime}.block_on(async {{ {call} }})"


def need_axum(crate: Crate) -> None:
    """Make sure that tests can send requests.

    Raises:
        ProvingError: They can't.
    """
    lacking = [name for name in ("axum", "tokio", "tower") if name not in crate.features]
    if lacking:
        raise ProvingError(
            f"end-to-end tests of Rust are written for axum, and send requests by tower in tokio: {crate.name} does not "
            f"have {' and '.join(lacking)} among its dependencies"
        )
    if not crate.features["tower"] & {"util", "full"}:
        raise ProvingError(
            f"end-to-end tests of Rust send requests by tower's ServiceExt: {crate.name} has tower without its feature `util`"
        )


def routers_of(handler: RustTarget, scratch: Scratch) -> list[RoutedTarget]:
    """The public functions that give a router which a function answers requests of, those first that have most around it.

    Args:
        handler: The function.
        scratch: The copy of the workspace.

    Raises:
        ProvingError: There is none.
    """
    every = [each for each in functions_of(handler, scratch, waiting=True) if _ROUTER.match(each.returns)]

    def using(each: RustTarget) -> Iterator[RoutedTarget]:
        for other in every:
            routes = _passed_on(other, each) if isinstance(each, RoutedTarget) else _routes(other, each)
            if routes:
                given = {field.name: getattr(other, field.name) for field in fields(RustTarget)}
                yield RoutedTarget(**given, handler=handler, routes=tuple(dict.fromkeys(routes)))

    found = users_of(handler, using, lambda each: (each.copy, each.symbol.qualified), deepest=_DEEPEST, most=_MOST)
    routers = [
        each for each in found if isinstance(each, RoutedTarget) and each.public and _FINISHED.match(each.returns)
    ]
    if not routers:
        raise ProvingError(
            f"no public function of the crate gives a `Router` that has {handler.name} as a route, so there is nothing "
            "to send requests to"
        )
    return routers[::-1]


def _routes(router: RustTarget, handler: RustTarget) -> list[Route]:
    """The routes that a function has another one for."""
    name = rf"(?:\w+::)*{re.escape(handler.symbol.name)}"
    given = re.compile(rf"\b(get|post|put|patch|delete|head|options|any)(?:_service)?\(\s*{name}\s*[).]")
    mounts = (each for each in mounts_in(router.snapshot, router.function.node) if each.kind == "route")
    found = ((method, each.path) for each in mounts for method in given.findall(each.code))
    return [Route("GET" if method == "any" else method.upper(), path) for method, path in found]


def _passed_on(router: RustTarget, inner: RoutedTarget) -> list[Route]:
    """The routes of another router that a function begins with, nests or merges."""
    called = re.compile(rf"(?:\w+::)*{re.escape(inner.symbol.name)}\(")
    mounts = mounts_in(router.snapshot, router.function.node)
    around = [each.path for each in mounts if each.kind != "route" and called.match(each.code)]
    return [Route(each.method, joined(path, each.path)) for path in around for each in inner.routes]
