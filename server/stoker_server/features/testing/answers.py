"""Reads a model's Python: the module in its answer, and its tests one by one. Runs nothing."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.examples import names_of
from stoker_server.features.testing.model import MOST, code_in
from stoker_server.features.testing.placing import Piece, unique
from stoker_server.features.testing.target import Target

FIELD = "python_source"
_FENCED = re.compile(r"```(?:python|py)?[^\S\n]*\n(.*?)(?:```|\Z)", re.DOTALL)


def code_of(answer: str) -> str:
    """The Python module in an answer: the schema's field, a fenced block, or all of it."""
    return code_in(answer, FIELD, _FENCED)


def without_end(code: str) -> str:
    """A module that was cut off, without what its end left incomplete."""
    lines = code.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line[:1].strip() and not line.startswith(("#", ")", "]"))]
    return "".join(lines[: starts[-1]]) if len(starts) > 1 else code


@dataclass
class _Parts:
    imports: list[str]
    helpers: list[str]
    tests: list[tuple[str, str]]


def piece_of(code: str, target: Target) -> Piece:
    """A module of tests, taken apart.

    Raises:
        SyntaxError: It is not valid Python.
    """
    try:
        tree = parse_python(code)
    except ValueError as error:
        raise SyntaxError(str(error)) from error
    parts = _Parts([], [], [])
    lines = code.splitlines()
    for node in tree.body:
        _sort(node, lines, target.imported, parts)
    bound = {each.rpartition(" ")[2] for each in parts.imports}
    kept = "\n".join([*parts.helpers, *(source for _, source in parts.tests)])
    own = names_of(kept, target) - bound if not any("*" in each for each in parts.imports) else frozenset[str]()
    parts.imports += [f"from {target.name.module} import {name}" for name in sorted(own)]
    if "pytest." in code and "pytest" not in bound:
        parts.imports.append("import pytest")
    docstring = f"Tests of {target.name.module}."
    return Piece(tuple(parts.imports), tuple(parts.helpers), unique(parts.tests[:MOST]), docstring, "")


def _sort(node: ast.stmt, lines: list[str], imported: str, parts: _Parts) -> None:
    match node:
        case ast.Import(names=names):
            parts.imports += [f"import {_alias(each)}" for each in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            origin = "." * level + (module or "")
            parts.imports += [f"from {origin} import {_alias(each)}" for each in names if origin != "__future__"]
        case ast.Expr(value=ast.Constant()):
            return  # the module's docstring
        case ast.If(test=test) if "__name__" in ast.unparse(test):
            return
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if name == imported:
            return  # a copy of what is under test would be tested in its place
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test"):
            parts.tests.append((name, _source(node, lines)))
        case ast.ClassDef(name=name) if name.startswith("Test"):
            parts.tests.append((name, _source(node, lines)))
        case _:
            parts.helpers.append(_source(node, lines))


def _alias(name: ast.alias) -> str:
    return f"{name.name} as {name.asname}" if name.asname else name.name


def _source(node: ast.stmt, lines: list[str]) -> str:
    """The lines of a statement with its decorators."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    return "\n".join(lines[first - 1 : node.end_lineno]) + "\n"
