"""Functions that answer HTTP requests, and what tests send them in process, by ``net/http/httptest``. Runs nothing."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from stoker_analyzers.go.functions import Part
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.go.candidates import receivers_of
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.go.values import values_for

_ANSWERS = ("http.ResponseWriter", "*http.Request")
_MAKES = frozenset({"http.Handler", "http.HandlerFunc", "*http.ServeMux", "*mux.Router", "chi.Router", "*chi.Mux"}) | {
    *("*gin.Engine", "*echo.Echo", "*httprouter.Router", "*bunrouter.Router"),
}
"""What answers requests by a method ``ServeHTTP``: the standard library's, and the routers that most people use."""

_REQUEST = (Part("method", "string"), Part("target", "string"), Part("body", "string"))
_MOST, _MOST_FILES, _LARGEST = 60, 80, 300_000
_TOLD = re.compile(r'(?:Query\(\)\.(?:Get|Has)|FormValue|PostFormValue|Query\(\))[(\[]"([^"]+)"')
_COMPARED = re.compile(r'"([^"\\\n]{1,30})"')
_PATH = re.compile(r'"((?:[A-Z]+ )?/[^"\s]*)"')
_TAGGED = re.compile(r'(\w[\w.\[\]*]*)\s+`json:"([^",]+)')
_PART = re.compile(r"\{(\w+)(?:\.\.\.|:[^{}]*(?:\{[^{}]*\})*[^{}]*)?\}|(?<=/)[:*](\w+)")
_ROUTED_METHOD = re.compile(r'\.(Get|Post|Put|Patch|Delete|GET|POST|PUT|PATCH|DELETE)\(\s*"/')

DIRECT = """\
// answerTo gives the status and the body that a handler answers a request with.
func answerTo(handler http.HandlerFunc, method, target, body string) (int, string) {
	w := httptest.NewRecorder()
	handler(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	return w.Code, w.Body.String()
}
"""
ROUTED = """\
// answerRouted gives the status and the body that a handler of a pattern answers a request with.
func answerRouted(pattern string, handler http.HandlerFunc, method, target, body string) (int, string) {
	mux := http.NewServeMux()
	mux.HandleFunc(pattern, handler)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	return w.Code, w.Body.String()
}
"""


@dataclass(frozen=True)
class HandlerTarget(GoTarget):
    """A function that answers requests, or makes what does: its inputs are those of a request, its results the answer's.

    Attributes:
        pattern: What it is registered for, where parts of the path are its arguments; empty otherwise.
        makes: Whether it makes the handler.
        paths: The paths that it is registered for, or that it speaks of.
        methods: The methods that it is registered for; where there are none its code tells which are worth trying.
    """

    pattern: str = ""
    makes: bool = False
    paths: tuple[str, ...] = ("/",)
    methods: tuple[str, ...] = ()

    @cached_property
    def inputs(self) -> tuple[Part, ...]:
        """What makes the handler, where something does, and a request."""
        return (*(self.parameters() if self.makes else ()), *_REQUEST)

    @cached_property
    def results(self) -> tuple[str, ...]:
        """Status and body."""
        return ("int", "string")

    @property
    def result_names(self) -> tuple[str, ...]:
        """What they are called."""
        return ("Code", "Body")

    @property
    def helper(self) -> str:
        """What tests declare to send a request."""
        return ROUTED if self.pattern else DIRECT

    def called(self, head: str, given: Sequence[str]) -> str:
        """A request to the handler."""
        handler = f"{head}({', '.join(given[:-3])}).ServeHTTP" if self.makes else head
        pattern = [json.dumps(self.pattern)] if self.pattern else []
        return f"{'answerRouted' if pattern else 'answerTo'}({', '.join([*pattern, handler, *given[-3:]])})"


def handler_of(target: GoTarget, folder: Path) -> HandlerTarget | None:
    """A function as what answers requests; ``None`` where it does not.

    Args:
        target: The function.
        folder: The copy of the workspace, whose files register it.
    """
    function = target.function
    makes = len(function.results) == 1 and function.results[0].type in _MAKES
    if not makes and (tuple(each.type for each in function.parameters) != _ANSWERS or function.results):
        return None
    found = [] if makes else list(_registered(function.name, folder))
    pattern = next((each for each in found if "{" in each), "")
    said = [each.rpartition(" ")[2] for each in (*found, *_PATH.findall(target.body))]
    given = {each.name: getattr(target, each.name) for each in fields(GoTarget)}
    return HandlerTarget(**given, pattern=pattern, makes=makes, paths=tuple(dict.fromkeys([*said, "/"])))


def requests_for(target: HandlerTarget) -> list[Candidate]:
    """Requests worth sending, the usual ones first."""
    makers = [values_for(target, each)[:2] for each in target.inputs[:-3]]
    if not all(makers):
        return []
    made = [row[0] for row in makers]
    found = []
    asked = itertools.product(receivers_of(target)[:2], _paths(target), _methods(target))
    for oddity, (receiver, path, method) in enumerate(asked):
        for body in _bodies(target) if method in ("POST", "PUT", "PATCH") else ('""',):
            codes = [*made, json.dumps(method), json.dumps(path), body]
            given = tuple(Argument(part.name, code) for part, code in zip(target.inputs, codes, strict=True))
            found.append(Candidate(Origin.SAMPLE, f"{method} {path}", given, receiver, oddity=oddity))
    return found[:_MOST]


def _registered(name: str, folder: Path) -> Iterator[str]:
    """The patterns that the workspace's code registers a function for."""
    pattern = re.compile(rf'\.\w+\(\s*"([^"]+)",\s*(?:http\.HandlerFunc\()?(?:[\w.()]+\.)?{re.escape(name)}\)?\s*\)')
    for path in itertools.islice(sorted(folder.rglob("*.go")), _MOST_FILES):
        if path.stat().st_size <= _LARGEST:
            yield from pattern.findall(path.read_text(encoding="utf-8", errors="replace"))


def _methods(target: HandlerTarget) -> list[str]:
    """The methods that a handler speaks of, and one that it does not."""
    registered = [*([target.pattern.partition(" ")[0]] if " " in target.pattern else []), *target.methods]
    spoken = [each.upper() for each in re.findall(r"http\.Method(\w+)", target.body)]
    spoken += re.findall(r'"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ "]', target.body)
    spoken += [each.upper() for each in _ROUTED_METHOD.findall(target.body)]
    usual = ["GET", *(["POST"] if spoken or "r.Body" in target.body or "FormValue" in target.body else [])]
    spoken = [] if target.methods else spoken
    return list(dict.fromkeys([*registered, *spoken, *usual, "DELETE"]))[:4]


def _paths(target: HandlerTarget) -> list[str]:
    """The paths with values for their parts and for what is asked of the query."""
    asked = list(dict.fromkeys(_TOLD.findall(target.body)))
    said = [each for each in _COMPARED.findall(target.body) if re.fullmatch(r"[\w.-]+", each) and each not in asked]
    filled = [
        _PART.sub(lambda part: value, path.replace("{$}", ""))  # noqa: B023 - used at once
        for path in target.paths
        for value in (("7", "a", "0", *said[:2]) if _PART.search(path) else ("7",))
    ]
    queries = [""]
    if asked:
        queries += ["?" + "&".join(f"{name}={value}" for name in asked) for value in ("7", "a", "-1", *said[:4])]
        queries += [f"?{name}=7" for name in asked] if len(asked) > 1 else []
    return [path + query for query in queries for path in dict.fromkeys(filled)]


def _bodies(target: HandlerTarget) -> list[str]:
    """Bodies: none, what is no JSON, and a document with the fields that the package's types name."""
    types = " ".join(said for name, said in target.package.types.items() if re.search(rf"\b{name}\b", target.body))
    tagged = _TAGGED.findall(f"{types} {target.body}")
    samples = {"string": "a", "bool": True, "float64": 1.5}
    whole = {name: samples.get(kind, [] if kind.startswith("[") else 3) for kind, name in tagged}
    listed = ['""', '"{"', '"{}"', *([_raw(json.dumps(whole))] if whole else [])]
    forms = _TOLD.findall(target.body)
    return listed if "r.Body" in target.body or whole else ['""', *([json.dumps(f"{forms[0]}=7")] if forms else [])]


def _raw(text: str) -> str:
    return f"`{text}`" if "`" not in text else json.dumps(text)
