"""A definition as the standard library's parser sees it: bodies are easier to question there than in a syntax tree.

What this interpreter can't parse (newer syntax, broken code) has no such view; callers then know less.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol

DEPTH_LIMIT = 100
"""Levels of nesting above which a definition goes without a view: what reads it recurses."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def parse(text: str) -> ast.Module | None:
    """The tree of a text; ``None`` where it is not valid for this interpreter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in the user's code is not this program's business
        try:
            return parse_python(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


def definition(snapshot: Snapshot, symbol: Symbol) -> Definition | None:
    """The tree of one definition, decorators included; its positions count from its own first line."""
    start = snapshot.line_span(snapshot.line_of(symbol.span.start)).start
    text = snapshot.text[start : symbol.span.end]
    tree = parse(f"if True:\n{text}" if text[:1] in (" ", "\t") else text)
    return next(_definitions(tree), None) if tree and not _too_deep(tree) else None


def function(snapshot: Snapshot, symbol: Symbol) -> Function | None:
    """The same for a function; ``None`` for anything else."""
    found = definition(snapshot, symbol) if symbol.kind in CALLABLE else None
    return None if isinstance(found, ast.ClassDef) else found


def own(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a body that run as part of it: definitions inside it are given, but not entered."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _SCOPES):
            yield from own(child)


def body_of(node: Definition) -> list[ast.stmt]:
    """The statements after the docstring."""
    return node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body


def returns_value(node: Function) -> bool:
    """Whether some ``return`` gives anything but ``None``."""
    return any(
        isinstance(each, ast.Return) and each.value is not None and not is_none(each.value) for each in own(node)
    )


def is_stub(node: Function) -> bool:
    """Whether a body only holds the place of one: ``...``, ``pass`` or a single ``raise``."""
    match body_of(node):
        case [] | [ast.Pass()] | [ast.Raise()] | [ast.Expr(value=ast.Constant())]:
            return True
    return False


def mentions(node: Function, name: str) -> bool:
    """Whether a name, or everything there is by ``locals()``, occurs in a body."""
    return any(isinstance(each, ast.Name) and each.id in (name, "locals") for each in ast.walk(node))


def is_none(node: ast.expr) -> bool:
    """Whether an expression is ``None`` as written."""
    return isinstance(node, ast.Constant) and node.value is None


def _too_deep(tree: ast.AST) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(DEPTH_LIMIT):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _definitions(tree: ast.Module) -> Iterator[Definition]:
    statements = tree.body
    if len(statements) == 1 and isinstance(statements[0], ast.If):
        statements = statements[0].body
    return (each for each in statements if isinstance(each, Definition))
