"""Whether a drafted test is one of integration: it goes through a caller elsewhere and replaces nothing. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.placing import Piece
from stoker_server.features.testing.target import Target

_REPLACING = frozenset({"mock", "unittest.mock", "pytest_mock", "flexmock", "mockito"})
"""Modules whose names replace a part of what is to work together."""
_FIXTURES = frozenset({"monkeypatch", "mocker", "class_mocker", "module_mocker", "session_mocker"})


def objection(test: str, piece: Piece, through: Sequence[Target], target: Target) -> str:
    """Why a test does not show that the parts work together; empty where it does.

    Args:
        test: Its source.
        piece: The module that it is part of.
        through: The functions of other modules that it may call.
        target: The function under test.
    """
    tree, around = parse_python(test), parse_python("\n".join(piece.helpers))
    bound = dict(_bound(piece.imports))
    if found := next(iter(_replaced((tree, around), bound)), ""):
        return f"it replaces {found}, so it does not show that the parts work together"
    called, named = set(_called(tree)) | set(_called(around)), {each.function.node.name for each in through}
    if not called & (named | {each.imported for each in through}):
        return f"it calls none of {', '.join(sorted(named))}, through which it should go"
    own = target.function.node.name
    if target.owner is None and own in called - named:
        return f"it calls {own} itself"
    return ""


def _bound(imports: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The names that import statements bind, each with the module that it is or is from."""
    for node in parse_python("\n".join(imports)).body:
        if isinstance(node, ast.ImportFrom):
            for each in node.names:
                origin = node.module or ""
                whole = f"{origin}.{each.name}"
                yield each.asname or each.name, whole if whole in _REPLACING else origin
        elif isinstance(node, ast.Import):
            for each in node.names:
                yield each.asname or each.name.partition(".")[0], each.name


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", ""))


def _replaced(trees: Sequence[ast.AST], bound: dict[str, str]) -> Iterator[str]:
    """What is replaced: by a library for that, by a fixture, or by storing into something that is imported."""
    for node in (each for tree in trees for each in ast.walk(tree)):
        match node:
            case ast.Name(id=name) if bound.get(name) in _REPLACING:
                yield f"something by {name}"
            case ast.arg(arg=name) if name in _FIXTURES:
                yield f"something by {name}"
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                if _root(node) in bound:
                    yield ast.unparse(node)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[first, *_]) if _root(first) in bound:
                yield f"an attribute of {ast.unparse(first)}"


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
