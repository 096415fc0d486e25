"""Handlers of Express-like applications, and the requests that tests send them through supertest. Runs nothing."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from stoker_analyzers.ecma.exports import Export, exports_of
from stoker_analyzers.ecma.routes import is_inline
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.ecma.target import EcmaTarget
from stoker_server.proving.ecma.layout import SUFFIXES, code_files, text_of

SUPERTEST = "supertest"
_MADE = re.compile(
    r"\b(?:const|let|var)\s+(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:(?:module\.)?exports(?:\.\w+)?\s*=\s*)*"
    r"""(?:express|connect|require\(\s*["']express["']\s*\))\("""
)
_ROUTE = re.compile(
    r"""\b(\w+)\.(get|post|put|patch|delete)\(\s*(["'`])([^"'`]+)\3\s*,"""
    r"""(?=((?:(?!\n\s*\w+\.(?:get|post|put|patch|delete|all|use|listen)\()[^;{])*))"""
)
"""A route; its last group is what follows the path, up to a body, or to the next one where no semicolon stands between."""

_MOUNT = re.compile(r"""\.use\(\s*["'`](/[^"'`]*)["'`]\s*,\s*(?:[\w.]+\([^)]*\)\s*,\s*)*(\w+)""")
_BARE = re.compile(r"\.use\(\s*(?!express\b)(\w+)\s*\)")
_TAKEN = re.compile(r"""\.use\(\s*["'`](/[^"'`]*)["'`]\s*,\s*require\(\s*["'](\.[^"']+)["']""")
_BOUND = re.compile(
    r"""(?:import\s+\{?\s*(\w+)\s*\}?\s+from|(?:const|let|var)\s+\{?\s*(\w+)\s*\}?\s*=\s*require\()\s*["'](\.[^"']+)["']"""
)
"""A router under a path, one under none, one that is taken in where it is required, and what files are bound to."""

_PART = re.compile(r":(\w+)(?:\([^)]*\))?\??")
_MOST_FILES, _MOST = 200, 24
IsRoute = Callable[[Path, re.Match[str]], bool]
_FORMS = ("body", "text")
"""What is looked at besides the status: what JSON holds, or the text."""


@dataclass(frozen=True)
class RequestTarget(EcmaTarget):
    """A handler, asked through the application that it is a route of; ``export`` is the application's.

    Attributes:
        home: The application's file.
        routes: Methods and whole paths of the handler.
    """

    home: Path = Path()
    routes: tuple[tuple[str, str], ...] = ()

    @property
    def imported(self) -> Path:
        """The file that tests import."""
        return self.home

    @property
    def qualified(self) -> str:
        """The handler's name."""
        return self.symbol.qualified


def request_target(target: EcmaTarget, folder: Path) -> RequestTarget | None:
    """A function as a handler; ``None`` where no exported application of the folder has it as a route.

    Args:
        target: The function.
        folder: The copy of the workspace.
    """
    texts = {path: text for path in itertools.islice(code_files(folder), _MOST_FILES) if (text := text_of(path))}
    own = folder / target.path.relative_to(target.workspace)
    texts[own] = target.snapshot.text
    is_route = _by_place(target.symbol.span.start, own) if is_inline(target.symbol) else _by_name(target.symbol.name)
    for path, text in sorted(texts.items(), key=lambda each: _distance(own, each[0])):
        for name in _MADE.findall(text):
            export = _exported(path, text, name)
            routes = tuple(dict.fromkeys(_routes(is_route, path, name, texts))) if export else ()
            if export and routes:
                given = {each.name: getattr(target, each.name) for each in fields(EcmaTarget)}
                home = target.workspace / path.relative_to(folder)
                return RequestTarget(**{**given, "export": export}, home=home, routes=routes)
    return None


def _distance(own: Path, other: Path) -> int:
    """How far a file is from another, in folders: a workspace may hold several applications."""
    return len(Path(os.path.relpath(other, own.parent)).parts)


def addresses(target: RequestTarget, path: str) -> list[str]:
    """The addresses of a route that are worth asking for, the usual ones first."""
    paths = [_PART.sub(value, path) for value in (("7", "1", "a", "0") if ":" in path else ("",))]
    return [f"{each}{query}" for query in _queries(target) for each in dict.fromkeys(paths)]


def requests_for(target: RequestTarget) -> list[Candidate]:
    """Requests worth sending, the usual ones first."""
    found = []
    for method, path in target.routes:
        asked = addresses(target, path)
        for number, (each, body) in enumerate(itertools.product(asked, _bodies(target, method))):
            sent = f"request({target.name}).{method}({json.dumps(each)}){f'.send({body})' if body else ''}"
            words = f"{method.upper()} {each}" + (f" with {body}" if body else "")
            for odd, form in enumerate(_FORMS):
                given = (Argument("request", sent), Argument("form", form))
                found.append(Candidate(Origin.SAMPLE, words, given, oddity=number + odd))
    return found[:_MOST]


def call_of(candidate: Candidate) -> str:
    """A request, and of its answer what is looked at.

    Args:
        candidate: The request.
    """
    sent, form = (each.code for each in candidate.arguments)
    return f"{sent}.then(({{ status, {form} }}) => ({{ status, {form} }}))"


def _exported(path: Path, text: str, name: str) -> Export | None:
    snapshot = Snapshot(path.as_uri(), text, by_path(path))
    return next((each for each in exports_of(snapshot) if each.local == name), None)


def _by_name(handler: str) -> IsRoute:
    """Whether a route speaks of a handler by its name."""
    named = re.compile(rf"\b{re.escape(handler)}\b")
    return lambda path, found: named.search(found[5]) is not None


def _by_place(start: int, own: Path) -> IsRoute:
    """Whether a route stands at a place of a file: its handler is written there."""
    return lambda path, found: path == own and found.start() == start


def _routes(is_route: IsRoute, home: Path, app: str, texts: Mapping[Path, str]) -> Iterator[tuple[str, str]]:
    """The routes of a handler: those of the application's file, and of routers that it takes in."""
    mounts = _mounts(home, texts)
    for path, text in texts.items():
        prefixes = [""] if path == home else mounts.get(path.with_suffix(""), [])
        for found in _ROUTE.finditer(text) if prefixes else ():
            if not is_route(path, found):
                continue
            owner, method, place = found[1], found[2], found[4]
            own = {name: prefix for prefix, name in _MOUNT.findall(text)} if path == home else {}
            for prefix in prefixes:
                whole = prefix + (own.get(owner, "") if owner != app else "") + place
                yield method, re.sub(r"(?<=.)/$", "", whole.replace("//", "/"))


def _mounts(home: Path, texts: Mapping[Path, str]) -> dict[Path, list[str]]:
    """Under which paths the application takes in what other files give: by the file without its ending."""
    found: dict[Path, list[str]] = {}
    bound = {one or other: where for one, other, where in _BOUND.findall(texts[home])}
    named = [*_MOUNT.findall(texts[home]), *(("", name) for name in _BARE.findall(texts[home]))]
    taken = [(prefix, bound[name]) for prefix, name in named if name in bound]
    for prefix, where in (*taken, *_TAKEN.findall(texts[home])):
        file = Path(os.path.normpath(home.parent / where))
        stem = file.with_suffix("") if file.suffix in SUFFIXES else file
        for each in (stem, stem / "index"):
            found.setdefault(each, []).append(prefix)
    return found


def _queries(target: RequestTarget) -> list[str]:
    """What is asked of the query, none first."""
    body = target.body
    asked = [*re.findall(r"\bquery\.(\w+)", body), *_taken(body, "query")]
    said = [each for each in re.findall(r"""["'`]([\w-]{1,20})["'`]""", body) if each not in asked][:3]
    names = list(dict.fromkeys(asked))
    return ["", *("?" + "&".join(f"{name}={value}" for name in names) for value in ("7", "a", *said) if names)]


def _bodies(target: RequestTarget, method: str) -> list[str]:
    """Bodies to send: nothing, an empty document, and one with what the handler takes from it."""
    if method not in ("post", "put", "patch"):
        return [""]
    names = list(dict.fromkeys([*re.findall(r"\bbody\.(\w+)", target.body), *_taken(target.body, "body")]))
    whole = [f"{{ {', '.join(f'{name}: {value}' for name in names)} }}" for value in ('"a"', "3", '""') if names]
    return [*whole, "{}"]


def _taken(code: str, part: str) -> list[str]:
    """The names that are taken from a part of the request at once."""
    found = re.findall(rf"\{{([^{{}}]*)\}}\s*=\s*\w+\.{part}\b", code)
    return [name for each in found for name in re.findall(r"(\w+)\s*(?:=[^,]*)?(?:,|$)", each)]
