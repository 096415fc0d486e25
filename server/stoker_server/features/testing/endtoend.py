"""Requests to the web application that a function answers for: Flask, FastAPI, Starlette and Django, in process. Runs nothing.

A request goes through the framework's own test client: routing, conversion and serialisation are the real ones, and no port is
opened. What is pinned is the status and what the answer's JSON holds.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.bodies import Carried, by_keys, by_signature
from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.django_urls import django_setup, methods_of, site_of
from stoker_server.features.testing.foreign import Imported
from stoker_server.features.testing.sessions import Step
from stoker_server.features.testing.sources import python_files
from stoker_server.features.testing.target import Target
from stoker_server.proving.layout import import_name

_METHODS = ("get", "post", "put", "delete", "patch")
_CLIENTS = {
    "Flask": ("", "{app}.test_client()", "get_json()"),
    "FastAPI": ("from fastapi.testclient import TestClient", "TestClient({app})", "json()"),
    "Starlette": ("from starlette.testclient import TestClient", "TestClient({app})", "json()"),
}
"""By the application's class: what a test imports, how it makes a client, and how an answer gives its JSON."""

_ROUTERS = ("Blueprint", "APIRouter")
_PART = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>|\{(\w+)(?::(\w+))?\}")
_VALUES = {
    "int": ("1", "0", "42"),
    "float": ("1.5",),
    "path": ("one/two",),
    "uuid": ("12345678-1234-5678-1234-567812345678",),
}
_TEXTS = ("one", "1")
_LESS_TELLING = 6
"""What it costs to pin the answer's text, or nothing but its status, in place of its JSON."""


@dataclass(frozen=True, slots=True)
class _Route:
    methods: tuple[str, ...]
    path: str
    owner: str


@dataclass(frozen=True, slots=True)
class _App:
    name: str
    kind: str
    module: str
    prefix: str = ""
    host: str = ""
    sqlite: bool = False


def requests(target: Target, folder: Path) -> tuple[list[Candidate], str]:
    """Requests that a function answers, each as one session; and why there are none, where there are none.

    Args:
        target: The function.
        folder: The copy of the workspace.
    """
    name = target.function.qualified
    routes = list(_routes(target))
    if not routes and (site := site_of(target, folder)):
        own = _App("", "Django", site.settings, host=site.host, sqlite=site.sqlite)
        views = [_Route(methods_of(target), each, "") for each in site.paths]
        return [
            one for each in views for path in _paths(target, each.path) for one in _asked(target, own, each, path)
        ], ""
    if not routes:
        return [], f"{name} answers no route of a Flask, FastAPI, Starlette or Django application"
    found = []
    for route in routes:
        app = _app_of(target, route, folder)
        if app:
            found += [
                each for path in _paths(target, app.prefix + route.path) for each in _asked(target, app, route, path)
            ]
    return (
        found,
        "" if found else f"no application that {name} is a route of is made at the top of a module of this folder",
    )


def _routes(target: Target) -> Iterator[_Route]:
    """The routes that a function's decorators, or a table of routes in its file, give to it."""
    for node in target.function.node.decorator_list:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=owner), attr=attribute),
                args=[ast.Constant(value=str() as path), *_],
            ):
                if attribute in ("route", "api_route"):
                    yield _Route(_listed_methods(node.keywords), path, owner)
                elif attribute in _METHODS:
                    yield _Route((attribute,), path, owner)
    for call in (each for each in ast.walk(target.module.tree) if isinstance(each, ast.Call)):
        match call:
            case ast.Call(
                func=ast.Name(id="Route"), args=[ast.Constant(value=str() as path), ast.Name(id=handler), *_]
            ) if handler == target.function.qualified:
                yield _Route(_listed_methods(call.keywords), path, "")


def _listed_methods(keywords: Sequence[ast.keyword]) -> tuple[str, ...]:
    for each in keywords:
        if each.arg == "methods" and isinstance(each.value, ast.List | ast.Tuple):
            named = [str(item.value).lower() for item in each.value.elts if isinstance(item, ast.Constant)]
            return tuple(item for item in named if item in _METHODS)
    return ("get",)


def _app_of(target: Target, route: _Route, folder: Path) -> _App | None:
    """The application that a route belongs to: made in the same file, or in one that takes the file's router in."""
    made = dict(_made(target.module.tree))
    kind, call = made.get(route.owner, ("", None))
    if kind in _CLIENTS:
        return _App(route.owner, kind, target.name.module)
    if not route.owner:
        return next(
            (_App(name, each, target.name.module) for name, (each, _) in made.items() if each in _CLIENTS), None
        )
    if kind not in _ROUTERS or call is None:
        return None
    own = _keyword(call, "url_prefix") or _keyword(call, "prefix")
    for path, text in python_files(folder, route.owner):
        app = _including(target, route, own, folder, path, text)
        if app:
            return app
    return None


def _including(target: Target, route: _Route, prefix: str, folder: Path, path: Path, text: str) -> _App | None:
    """The application of a file that takes a router in."""
    name = import_name(folder, path)
    try:
        tree = parse_python(text)
    except SyntaxError:
        return None
    if name is None:
        return None
    apps = {each: kind for each, (kind, _) in _made(tree) if kind in _CLIENTS}
    origins = Imported(tree, name.module, name.root, path.name == "__init__.py").origins
    for node in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=app), attr="include_router" | "register_blueprint"),
                args=[router, *_],
            ) if app in apps:
                outer = _keyword(node, "prefix")
                whole = _keyword(node, "url_prefix") or outer + prefix
                if _means(router, origins, target, route.owner) or name.module == target.name.module:
                    return _App(app, apps[app], name.module, whole)
    return None


def _means(router: ast.expr, origins: dict[str, tuple[str, str]], target: Target, owner: str) -> bool:
    """Whether an expression stands for the target's router."""
    words = ast.unparse(router).split(".")
    module, original = origins.get(words[0], ("", ""))
    if len(words) == 1:
        return original == owner and module == target.name.module
    return words[1] == owner and f"{module}.{original}" == target.name.module


def _made(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ast.Call]]]:
    """The names of a file's top that applications and routers are assigned to."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function) as call):
                yield name, (ast.unparse(function).rpartition(".")[2], call)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=function) as call):
                yield name, (ast.unparse(function).rpartition(".")[2], call)


def _keyword(call: ast.Call, name: str) -> str:
    for each in call.keywords:
        if each.arg == name and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str):
            return each.value.value
    return ""


def _paths(target: Target, path: str) -> Iterator[str]:
    """The path with values in the place of its parameters."""
    arguments = {each.arg: each.annotation for each in target.function.node.args.args}

    def values(part: re.Match[str]) -> tuple[str, ...]:
        name = part[2] or part[3]
        annotation = arguments.get(name)
        kind = part[1] or part[4] or (ast.unparse(annotation) if annotation else "")
        return _VALUES.get(kind, _TEXTS)

    most = max((len(values(each)) for each in _PART.finditer(path)), default=1)
    for number in range(most):
        yield _PART.sub(lambda part: values(part)[number % len(values(part))], path) or "/"  # noqa: B023 - used at once


def _asked(target: Target, app: _App, route: _Route, path: str) -> Iterator[Candidate]:
    """Requests for a path: with what the code looks for in them, with nothing, and where a body is taken, with an empty one."""
    around = Imported(target.module.tree, target.name.module, target.name.root, target.path.name == "__init__.py")
    carried = list(by_keys(target.function.node))
    if app.kind == "FastAPI":
        carried = [*by_signature(target.function.node, around, route.path), *carried]
    for method in route.methods:
        takes = method in ("post", "put", "patch")
        empty = [Carried("an empty body", body={})] if takes else []
        for each in (*carried, Carried(), *empty):
            if takes or not (each.body or each.form):
                yield from _requested(app, method, path, each)


def _requested(app: _App, method: str, path: str, carried: Carried) -> Iterator[Candidate]:
    """One request: its JSON pinned, else its text, else its status alone."""
    imports, lines, answers = _client(app)
    call = f"response = client.{method}({_arguments(app, path, carried)})"
    words = f"{method} {path.strip('/') or 'root'}" + (f" with {carried.words}" if carried.words else "")
    for oddity, looks in enumerate((*((each,) for each in answers), ())):
        shown = ("response.status_code", *looks)
        steps = (
            *(Step(each, parse_python(each), shows=False) for each in (*lines, call)),
            *(Step(each, parse_python(each), shows=True, pins=True) for each in shown),
        )
        yield Candidate(Origin.SAMPLE, words, steps=steps, imports=imports, oddity=_LESS_TELLING * oddity)


def _client(app: _App) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What a test imports, how it makes a client, and how an answer gives its JSON and its text."""
    if app.kind == "Django":
        imports, lines = django_setup(app.module, sqlite=app.sqlite)
        lines = (*lines, f'client = Client(SERVER_NAME="{app.host}")')
        return (*imports, "from django.test import Client"), lines, ("response.json()", "response.content.decode()")
    imported, client, answered = _CLIENTS[app.kind]
    imports = tuple(each for each in (f"from {app.module} import {app.name}", imported) if each)
    return imports, (f"client = {client.format(app=app.name)}",), (f"response.{answered}", "response.text")


def _arguments(app: _App, path: str, carried: Carried) -> str:
    """The arguments of the client's method."""
    query = "&".join(f"{name}={quote(str(value))}" for name, value in carried.query.items())
    found = [json.dumps(f"{path}?{query}" if query else path)]
    if carried.form:
        found.append(f"data={dict(carried.form)!r}")
    elif carried.body is not None and app.kind == "Django":
        found += [f"data={carried.body!r}", 'content_type="application/json"']
    elif carried.body is not None:
        found.append(f"json={carried.body!r}")
    return ", ".join(found)
