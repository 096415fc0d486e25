"""Which function a test of a Go function goes through: a server that requests are sent to, or a function of another package.

Runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from stoker_server.features.testing.go.candidates import receivers_of
from stoker_server.features.testing.go.handlers import HandlerTarget, handler_of
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.go.values import values_for
from stoker_server.features.testing.go.ways import Way, files_of, ways_to
from stoker_server.proving.errors import ProvingError

_HELPER = """\
// serveRequest gives the status, the headers and the body that a handler answers a request with.
func serveRequest(handler http.Handler, method, target, body string) (int, http.Header, string) {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	if strings.HasPrefix(body, "{") {
		request.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, request)
	return w.Code, w.Header(), w.Body.String()
}
"""
_ROUTE = re.compile(r'"((?:[A-Z]+ )?/[^"\s]*)"')
_PREFIX = re.compile(r'\b(?:Route|Mount|Group|PathPrefix|StripPrefix)\(\s*"(/[^"]*)"')
_METHOD = re.compile(r'(?<=[."])(?i:GET|POST|PUT|PATCH|DELETE)(?=\(\s*"/|"| /)')
_MOST_PATHS = 6

Open = Callable[[Path, str, str], GoTarget]
"""Makes a function of a file something to call: the file in the copy, its text, the function's name.

Raises:
    ProvingError: It can't be called.
"""
T = TypeVar("T", bound=GoTarget)


@dataclass(frozen=True)
class ServedTarget(HandlerTarget):
    """What makes a whole server, or is one: besides status and body its headers are looked at."""

    @cached_property
    def results(self) -> tuple[str, ...]:
        """Status, headers and body."""
        return ("int", "http.Header", "string")

    @property
    def result_names(self) -> tuple[str, ...]:
        """What they are called."""
        return ("Code", "Header", "Body")

    @property
    def helper(self) -> str:
        """What tests declare to send a request."""
        return _HELPER

    def called(self, head: str, given: Sequence[str]) -> str:
        """A request to the server."""
        if self.makes:
            handler = f"{head}({', '.join(given[:-3])})"
        else:
            is_server = self.function.name == "ServeHTTP" and self.owner
            handler = head.removesuffix(".ServeHTTP") if is_server else f"http.HandlerFunc({head})"
        return f"serveRequest({', '.join([handler, *given[-3:]])})"


def through(target: GoTarget, root: Path, module: str, folder: Path, open_: Open) -> GoTarget:
    """What tests call so that a function is reached with others around it, and nothing replaced.

    A server comes first, then a public function of another package, then one of another file.

    Args:
        target: The function.
        root: Its module's folder in the copy.
        module: By what path the module is imported.
        folder: The copy of the workspace.
        open_: Makes a function of the module something to call.

    Raises:
        ProvingError: Nothing of this kind reaches it.
    """
    files = files_of(root, module)
    own = next((each for each in files if each.module == target.module and each.path.name == target.path.name), None)
    own_path = own.path if own else None
    found = ways_to(files, Way(own, target.symbol, target.function)) if own else []
    found = [each for each in found if each.function.name not in ("main", "init")]
    about = "".join(each[:1].upper() + each[1:] for each in target.title.split("_"))
    for way in sorted(found, key=_is_bare):
        texts = [each.text for each in files if each.path.parent == way.file.path.parent]
        if (opened := _opened(way, open_)) and (server := _server(opened, way, folder, texts, about)):
            return server
    callers = [each for each in found if each.public and each.file.package != "main" and each.file.path != own_path]
    for way in sorted(callers, key=lambda each: each.file.module == target.module):
        if (opened := _opened(way, open_)) and _can_be_called(opened):
            return _about(opened, GoTarget, way, about)
    raise ProvingError(
        f"no server, no public function of another package and none of another file uses {target.qualified} with "
        "arguments that can be made up: ask for its unit tests"
    )


def _is_bare(way: Way) -> bool:
    """Whether it answers requests without the routes around it, where it answers any: then a whole server comes first."""
    return way.function.name != "ServeHTTP" and bool(way.function.parameters) and not way.function.results


def _opened(way: Way, open_: Open) -> GoTarget | None:
    try:
        return open_(way.file.path, way.file.text, way.symbol.qualified)
    except ProvingError:
        return None  # another way may do


def _can_be_called(target: GoTarget) -> bool:
    return bool(receivers_of(target)) and all(values_for(target, each) for each in target.inputs)


def _server(target: GoTarget, way: Way, folder: Path, texts: Sequence[str], about: str) -> ServedTarget | None:
    handler = handler_of(target, folder)
    if handler is None or not receivers_of(handler):
        return None
    if not all(values_for(handler, each) for each in handler.inputs[:-3]):
        return None
    names = [each.function.name for each in way.after]
    codes, near = [way.body, *(each.body for each in way.after)], _near(texts, names)
    methods = tuple(dict.fromkeys(each.upper() for each in _METHOD.findall("\n".join(near))))
    paths = _paths(codes, near) or handler.paths
    return _about(handler, ServedTarget, way, about, pattern="", paths=paths, methods=methods or ("GET",))


def _near(texts: Sequence[str], names: Sequence[str]) -> list[str]:
    """The lines of a package that name one of some functions."""
    said = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    return [line for text in texts for line in text.splitlines() if said.search(line)]


def _paths(codes: Sequence[str], near: Sequence[str]) -> tuple[str, ...]:
    """The paths of the way's code; first those that stand in one line with a function of it, wherever in the package."""
    lines = [line for code in codes for line in code.splitlines()]
    prefixes = [each for code in codes for each in _PREFIX.findall(code)]
    routes = [each for line in (*near, *lines) for each in _ROUTE.findall(line) if each not in prefixes]
    bare = [each.rpartition(" ")[2] for each in routes]
    joined = [prefix.rstrip("/") + each for each in bare for prefix in prefixes]
    return tuple(dict.fromkeys([*bare[:2], *joined, *bare]))[:_MOST_PATHS]


def _about(target: GoTarget, kind: type[T], way: Way, about: str, **more: object) -> T:
    """A target that says which function its tests are about."""
    given: dict[str, Any] = {each.name: getattr(target, each.name) for each in fields(kind)}
    beyond = "\n".join(each.body for each in way.after)
    return kind(**{**given, "beyond": f"\n{beyond}", "about": about, **more})
