"""How a class's users get objects of it: class methods, functions that say they give one, calls in the project. Runs nothing.

Many classes are not made to be called: what their users call is ``Version.parse(...)`` or ``tomlkit.array(...)``. And what a
constructor takes may follow a grammar that no list of usual values meets, but each of its calls in the project does.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.classes import Classes, call_of, from_elsewhere
from stoker_server.features.testing.foreign import Imported
from stoker_server.features.testing.parameters import Parameter, is_literal, parameters
from stoker_server.features.testing.samples import Sample
from stoker_server.features.testing.sources import python_files
from stoker_server.features.testing.target import Target
from stoker_server.proving.layout import import_name, is_test

_MOST, _VARIED, _CALLED = 16, 4, 6
"""Objects that are made so, other values of one argument, and calls of the constructor that are taken from the project."""


def makers(target: Target, classes: Classes, folder: Path | None) -> list[Sample]:
    """Expressions that make an object for a method to be called on, each in the usual way first.

    Args:
        target: The method; for anything else there is none.
        classes: The classes of its file.
        folder: The copy of the workspace, whose functions may make one; ``None`` for the file's own.
    """
    if not target.needs_instance or target.owner is None or target.function.node.name == "__init__":
        return []
    found = [
        classes.brought(home, _of_class(each, target, home)) for home, each in _class_methods(target.owner, classes)
    ]
    found += [list(_calls(each, "", classes)) for each in _functions(target.module.tree, target.owner.name)]
    if folder is not None:
        found.append(list(_as_called(target, target.owner.name, folder)))
        found += [list(each) for each in _elsewhere(target, target.owner.name, folder)]
    rounds = itertools.zip_longest(*found)
    return [each for group in rounds for each in group if each is not None][:_MOST]


def _class_methods(owner: ast.ClassDef, classes: Classes) -> Iterator[tuple[Classes, ast.FunctionDef]]:
    """The public class methods of a class and its bases that give an object of it."""
    for home, each in classes.lineage(owner):
        for node in each.body:
            if _is_public_class_method(node) and (_gives(node, (each.name, owner.name, "Self")) or _gives_own(node)):
                yield home, node


def _of_class(method: ast.FunctionDef, target: Target, home: Classes) -> Iterator[Sample]:
    """Calls of a class method, without the class among the names: what has it as its receiver imports it."""
    for each in _calls(method, f"{target.function.qualified.rpartition('.')[0]}.", home):
        yield replace(each, names=each.names - {target.imported})


def _is_public_class_method(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
        return False
    return any(ast.unparse(each) == "classmethod" for each in node.decorator_list)


def _gives_own(method: ast.FunctionDef) -> bool:
    """Whether a class method without an annotation returns what calling its class gives."""
    own = method.args.args[0].arg if method.args.args else ""
    for node in ast.walk(method):
        match node:
            case ast.Return(value=ast.Call(func=ast.Name(id=name))) if name == own and method.returns is None:
                return True
    return False


def _gives(function: ast.FunctionDef, names: tuple[str, ...]) -> bool:
    """Whether a function's annotation says that it gives an object of a class."""
    match function.returns:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in names
        case ast.Constant(value=str() as text):
            return text.rpartition(".")[2] in names
    return False


def _functions(tree: ast.Module, name: str) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _gives(node, (name,)):
            yield node


def _elsewhere(target: Target, name: str, folder: Path) -> Iterator[Iterator[Sample]]:
    """The functions of other files of the same package."""
    package = target.name.module.partition(".")[0]
    for path, text in python_files(folder, name):
        known = import_name(folder, path)
        if known is None or known.module == target.name.module or known.module.partition(".")[0] != package:
            continue
        try:
            tree = parse_python(text)
        except SyntaxError:
            continue
        imported = Imported(tree, known.module, known.root, path.name == "__init__.py")
        if imported.definition(name) is None:
            continue  # another class of that name
        for node in _functions(tree, name):
            yield from_elsewhere(_calls(node, "", Classes(tree, imported)), known.module)


def _as_called(target: Target, name: str, folder: Path) -> Iterator[Sample]:
    """The calls of a class with literal arguments alone in the project's code and tests, each once."""
    owner = target.function.qualified.rpartition(".")[0]
    found: dict[str, Sample] = {}
    for path, text in python_files(folder, name, tests=True):
        try:
            tree = parse_python(text)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_told(node, name):
                passed = ", ".join(map(ast.unparse, [*node.args, *node.keywords]))
                where = "the tests" if is_test(path) else path.stem.strip("_").replace("_", " ")
                found.setdefault(passed, Sample(f"{owner}({passed})", f"one from {where}"))
        if len(found) >= _CALLED:
            break
    yield from list(found.values())[:_CALLED]


def _is_told(node: ast.Call, name: str) -> bool:
    if getattr(node.func, "id", getattr(node.func, "attr", "")) != name:
        return False
    values = [*node.args, *(each.value for each in node.keywords)]
    return bool(values) and all(map(is_literal, values)) and all(each.arg for each in node.keywords)


def _calls(function: ast.FunctionDef, prefix: str, classes: Classes) -> Iterator[Sample]:
    """The usual call, and such as differ from it in one argument."""
    taken = [each for each in parameters(function, bound=bool(prefix)) if not each.many]
    values = {each.name: classes.values(each, function.body) for each in taken}
    if not all(values[each.name] for each in taken if each.required):
        return
    name, words = f"{prefix}{function.name}", f"one made by {function.name.replace('_', ' ')}"
    usual = {each.name: values[each.name][0] for each in taken if each.required}
    yield call_of(name, taken, usual, words)
    for each in taken:
        for other in _others(each, values[each.name]):
            special = other.words.replace("{name}", each.name.strip("_").replace("_", " "))
            yield call_of(name, taken, {**usual, each.name: other}, f"{words} with {special}")


def _others(parameter: Parameter, values: list[Sample]) -> list[Sample]:
    """Values of a parameter besides its usual one, which is its default where it has one."""
    if parameter.required:
        return values[1:][:_VARIED]
    default = ast.unparse(parameter.default) if parameter.default is not None else ""
    return [each for each in values if each.code.replace('"', "'") != default.replace('"', "'")][:_VARIED]
