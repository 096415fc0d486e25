"""Calls that somebody wrote already: examples in docstrings, and call sites with literal arguments. Runs nothing."""

from __future__ import annotations

import ast
import builtins
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.parameters import parameters
from stoker_server.features.testing.target import Target
from stoker_server.proving.layout import is_test

if TYPE_CHECKING:
    import doctest

_MOST_STATEMENTS = 8
_MOST_SITES = 8
_MOST_FILES = 1_500
_LARGEST_FILE = 300_000
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "build", "dist"})
_BUILT_IN = frozenset(dir(builtins))


def documented(target: Target) -> list[Candidate]:
    """The examples of the function's, its class's and its module's docstring that call the function."""
    texts = [ast.get_docstring(target.function.node), target.owner and ast.get_docstring(target.owner)]
    found: dict[str, Candidate] = {}
    for text in (*texts, ast.get_docstring(target.module.tree)):
        for each in _examples(target, text or ""):
            found.setdefault(each.expression, each)
    return list(found.values())


def _examples(target: Target, text: str) -> Iterator[Candidate]:
    try:
        import doctest  # brings unittest along: 25 ms that no start of the server should wait for

        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:  # indented or prompted in a way that doctest refuses
        return
    setup: list[str] = []
    for example in examples:
        source = example.source.strip()
        try:
            tree = parse_python(source)
        except SyntaxError:
            continue
        call = _called(tree, target.function.node.name, read=target.is_property)
        if call and (example.want or example.exc_msg) and not example.options and "..." not in example.want:
            if len(setup) <= _MOST_STATEMENTS:
                yield _candidate(target, setup, call, _wanted(example, printed=call != ast.unparse(tree)))
        elif not example.exc_msg and not _shows(tree):
            setup.append(source)


def _called(tree: ast.Module, name: str, *, read: bool) -> str:
    """The expression that calls the function, or reads the property, taken out of a ``print``; empty where there is none."""
    match tree.body:
        case [ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[inner], keywords=[]) | inner)]:
            return ast.unparse(inner) if _calls(inner, name, read=read) else ""
    return ""


def _calls(node: ast.AST, name: str, *, read: bool) -> bool:
    if read:
        return any(isinstance(each, ast.Attribute) and each.attr == name for each in ast.walk(node))
    functions = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(name == getattr(each, "id", getattr(each, "attr", None)) for each in functions)


def _shows(tree: ast.Module) -> bool:
    """Whether a statement only shows something; it sets nothing up."""
    return all(isinstance(each, ast.Expr) and not isinstance(each.value, ast.Call) for each in tree.body)


def _wanted(example: doctest.Example, *, printed: bool) -> str:
    if example.exc_msg:
        return f"raises {example.exc_msg.strip()}"
    return repr(example.want) if printed else example.want.strip()


def _candidate(target: Target, setup: list[str], expression: str, wanted: str) -> Candidate:
    statements = [_unprefixed(each, target) for each in setup if not _imports_module(each, target.name.module)]
    expression = _unprefixed(expression, target)
    code = "\n".join([*statements, expression])
    return Candidate(
        Origin.DOCUMENTATION,
        "",
        setup=tuple(statements),
        expression=expression,
        wanted=wanted,
        names=names_of(code, target),
    )


def _unprefixed(code: str, target: Target) -> str:
    """The code with ``module.name`` written as ``name``: tests import the names."""

    class Unprefixed(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            self.generic_visit(node)
            own = ast.unparse(node.value) in (target.name.module, target.name.module.rpartition(".")[2])
            return ast.Name(node.attr, node.ctx) if own and node.attr in target.defined else node

    tree = parse_python(code)
    before = ast.dump(tree)
    changed = Unprefixed().visit(tree)
    return ast.unparse(changed) if ast.dump(changed) != before else code


def _imports_module(statement: str, module: str) -> bool:
    return bool(re.match(rf"(from|import)\s+{re.escape(module)}\b", statement))


def names_of(code: str, target: Target) -> frozenset[str]:
    """The names of the file that a piece of code uses."""
    tree = parse_python(code)
    loaded = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    stored = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    stored |= {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    return frozenset((loaded - stored) & target.defined - (_BUILT_IN - target.defined))


def called(target: Target, folder: Path) -> list[Candidate]:
    """Call sites of the function with literal arguments alone, in its own file and in the others of a folder.

    Args:
        target: The function.
        folder: The folder, or a copy of it. Tests are left out: what they call is tested.
    """
    if target.owner is not None:  # whose method a call means can't be told from the call
        return []
    found: dict[str, Candidate] = {}
    for tree in (target.module.tree, *_others(target, folder)):
        for candidate in _sites(target, tree):
            found.setdefault(repr(candidate.arguments), candidate)
            if len(found) == _MOST_SITES:
                return list(found.values())
    return list(found.values())


def _others(target: Target, folder: Path) -> Iterator[ast.Module]:
    name, read = target.function.node.name, 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for path in (Path(place, each) for each in sorted(files) if each.endswith(".py")):
            read += 1
            if read > _MOST_FILES:
                return
            try:
                if is_test(path) or path.name == target.path.name or path.stat().st_size > _LARGEST_FILE:
                    continue
                text = path.read_text(encoding="utf-8")
                if f"{name}(" in text and re.search(rf"import\b.*\b{name}\b", text):
                    yield parse_python(text)
            except (OSError, ValueError, SyntaxError):
                continue


def _sites(target: Target, tree: ast.Module) -> Iterator[Candidate]:
    name = target.function.node.name
    takes = parameters(target.function.node, bound=False)
    for scope, node in _calls_in(tree):
        if not (isinstance(node.func, ast.Name) and node.func.id == name):
            continue
        arguments = [
            *(Argument(parameter.name, ast.unparse(each)) for parameter, each in zip(takes, node.args, strict=False)),
            *(Argument(each.arg, ast.unparse(each.value), by_name=True) for each in node.keywords if each.arg),
        ]
        passed = [*node.args, *(each.value for each in node.keywords)]
        if arguments and len(arguments) == len(passed) and all(map(_is_literal, passed)):
            yield Candidate(
                Origin.CALL_SITE, f"what {scope} passes" if scope else "a call in the code", tuple(arguments)
            )


def _calls_in(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name of the top-level function or class around it."""
    for statement in tree.body:
        scope = getattr(statement, "name", "")
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                yield scope, node


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
