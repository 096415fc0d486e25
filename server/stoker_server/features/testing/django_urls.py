"""The addresses of a Django view, read from the project's ``urls`` modules, that of its settings first. Runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.foreign import Imported, opened
from stoker_server.features.testing.target import Target

_DEPTH = 4
"""Modules of addresses that include each other."""
_SETTINGS = re.compile(r"""["']DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)["']""")

_DATABASE = "setup_databases(verbosity=0, interactive=False)"
"""Gives Django an empty SQLite database in memory in place of the project's own; a second time it changes nothing."""


@dataclass(frozen=True, slots=True)
class Site:
    """A Django project.

    Attributes:
        settings: The module of its settings.
        host: A host that it answers to.
        paths: The addresses of the view, beginning with a slash.
        sqlite: Whether a database of its is SQLite's, of which Django makes one in memory for tests.
    """

    settings: str
    host: str
    paths: tuple[str, ...]
    sqlite: bool = False


def site_of(target: Target, folder: Path) -> Site | None:
    """The project that a view belongs to; ``None`` where it is none of Django's, or has no address.

    Args:
        target: The view: a function, or a method of a class of views.
        folder: The copy of the workspace.
    """
    manage = next(
        (each for each in (folder / "manage.py", *sorted(folder.glob("*/manage.py"))) if each.is_file()), None
    )
    named = _SETTINGS.search(_read(manage)) if manage else None
    if manage is None or named is None:
        return None
    settings = opened(manage.parent, named[1])
    urls = _constant(settings.tree, "ROOT_URLCONF") if settings else None
    if settings is None or not isinstance(urls, str):
        return None
    paths = tuple(dict.fromkeys(_paths(target, manage.parent, urls, "/", _DEPTH)))
    hosts = _constant(settings.tree, "ALLOWED_HOSTS")
    known = [str(each) for each in hosts if each != "*"] if isinstance(hosts, list) else []
    host = known[0].lstrip(".") if known else "localhost"
    return Site(named[1], host, paths, _uses_sqlite(settings.tree)) if paths else None


def django_setup(settings: str, *, sqlite: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a process has to import and to do before it uses a Django project.

    Args:
        settings: The module of its settings.
        sqlite: Whether it gets an empty SQLite database.
    """
    lines = (f'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")', "django.setup()")
    imports = ("import os", "import django")
    if not sqlite:
        return imports, lines
    return (*imports, "from django.test.utils import setup_databases"), (*lines, _DATABASE)


def _paths(target: Target, root: Path, module: str, prefix: str, depth: int) -> Iterator[str]:
    """The addresses that a module of addresses gives a view, and those that it includes."""
    around = opened(root, module) if depth else None
    if around is None:
        return
    for node in ast.walk(around.tree):
        match node:
            case ast.Call(func=ast.Name(id="path"), args=[ast.Constant(value=str() as path), view, *_]):
                match view:
                    case ast.Call(func=ast.Name(id="include"), args=[ast.Constant(value=str() as other), *_]):
                        yield from _paths(target, root, other, prefix + path, depth - 1)
                    case ast.Call(func=ast.Attribute(value=view, attr="as_view")):
                        if _means(view, around, target, target.function.qualified.rpartition(".")[0]):
                            yield prefix + path
                    case _ if _means(view, around, target, target.function.qualified):
                        yield prefix + path


def _means(view: ast.expr, around: Imported, target: Target, name: str) -> bool:
    """Whether an expression stands for the target."""
    words = ast.unparse(view).split(".")
    module, original = around.origins.get(words[0], (around.module if len(words) == 1 else "", words[0]))
    if len(words) == 1:
        return original == name and module == target.name.module
    return words[1:] == name.split(".") and ".".join(filter(None, (module, original))) == target.name.module


def _constant(tree: ast.Module, name: str) -> object:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                try:
                    return ast.literal_eval(value)
                except ValueError:
                    return None
    return None


def _uses_sqlite(tree: ast.Module) -> bool:
    """Whether the settings name SQLite; where its file lies they mostly work out, which is no constant."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="DATABASES")], value=value):
                return "django.db.backends.sqlite3" in ast.unparse(value)
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def methods_of(target: Target) -> tuple[str, ...]:
    """The methods that a view answers: a class's by the method's name, a function's by what it asks of its request."""
    name = target.function.qualified.rpartition(".")
    if name[0]:
        return (name[2],)
    marks = " ".join(ast.unparse(each) for each in target.function.node.decorator_list)
    listed = re.findall(r"'(GET|POST|PUT|PATCH|DELETE)'", marks)
    if listed:
        return tuple(each.lower() for each in listed)
    if "require_POST" in marks:
        return ("post",)
    body = ast.unparse(parse_python(ast.unparse(target.function.node)))
    return ("get", "post") if "request.POST" in body or "request.body" in body or "'POST'" in body else ("get",)
