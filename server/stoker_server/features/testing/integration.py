"""Who calls a function from another module: a test through such a caller shows that the two work together. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.testing.foreign import Imported
from stoker_server.features.testing.sources import python_files
from stoker_server.features.testing.target import Target, find_owner, find_symbol
from stoker_server.proving.layout import import_name
from stoker_server.proving.source import Module
from stoker_server.uris import uri_of

_MOST_CALLERS = 4


def callers(target: Target, folder: Path) -> list[Target]:
    """The public functions of other modules that call a function, or the class that a method belongs to.

    Args:
        target: The function.
        folder: The copy of the workspace.
    """
    found = []
    for path, text in python_files(folder, target.imported):
        try:
            module = Module.parse(text)
        except SyntaxError:
            continue
        name = import_name(folder, path)
        if name is None or name.module == target.name.module:
            continue
        imported = Imported(module.tree, name.module, name.root, path.name == "__init__.py")
        names = frozenset(_local_names(imported, target))
        found += [_target(module, text, path, folder, each) for each in _calling(module, names, target)]
    return [each for each in found if each is not None][:_MOST_CALLERS]


def _local_names(imported: Imported, target: Target) -> Iterator[str]:
    """By what names a file knows the function, or its class."""
    module = target.name.module
    for name, (origin, original) in imported.origins.items():
        if origin == module and original == target.imported:
            yield name
        if f"{origin}.{original}" == module:  # from package import module
            yield f"{name}.{target.imported}"
    for node in imported.tree.body:
        if isinstance(node, ast.Import):
            yield from (f"{each.asname or each.name}.{target.imported}" for each in node.names if each.name == module)


def _calling(module: Module, names: Collection[str], target: Target) -> Iterator[str]:
    """The public functions and methods of a file in which one of the names is called, or the method on something."""
    method = target.function.node.name if target.owner else ""
    for node in module.tree.body:
        for function, qualified in _functions(node):
            calls = [each.func for each in ast.walk(function) if isinstance(each, ast.Call)]
            texts = [ast.unparse(each) for each in calls]
            named = any(text == name or text.startswith(f"{name}.") for text in texts for name in names)
            on_object = not method or any(isinstance(each, ast.Attribute) and each.attr == method for each in calls)
            if named and (on_object or method == "__init__"):
                yield qualified


def _functions(node: ast.stmt) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
        yield node, node.name
    elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
        for each in node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and not each.name.startswith("_"):
                yield each, f"{node.name}.{each.name}"


def _target(module: Module, text: str, path: Path, folder: Path, qualified: str) -> Target | None:
    """A caller as something to call, at its place in the user's folder."""
    name = import_name(folder, path)
    snapshot = Snapshot(uri_of(path), text, by_path(path))
    symbol = find_symbol(snapshot, Span(0, 0), qualified)
    function = module.function(qualified)
    if name is None or symbol is None or function is None:
        return None
    return Target(snapshot, symbol, path, function, find_owner(module, qualified), name)
