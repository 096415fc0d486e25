"""Where every name of a file leads: the scope that binds it, as the compiler has it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from stoker_analyzers.behaviour.scopes import COMPREHENSIONS, Function, declared, own, rebound, stored

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, *COMPREHENSIONS)
_NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """One use of a name.

    Attributes:
        name: The name.
        scope: The scope that uses it, as a path of names and numbers.
        bound: The scope that binds it; empty for built-in names and those of wildcard imports.
        line: Where it is used, from 1.
    """

    name: str
    scope: str
    bound: str
    line: int


def bindings(tree: ast.Module, *, numbered: bool) -> list[Binding]:
    """Every use of a name, in the order of the tree.

    Args:
        tree: The file.
        numbered: Whether scopes are told apart by their number and not by their name, which a renaming may change.
    """
    names = stored(*tree.body) | rebound(tree)
    found: list[Binding] = []
    pending: list[tuple[ast.AST, tuple[tuple[str, ast.AST], ...]]] = [(tree, (("module", tree),))]
    count = 0
    while pending:
        node, scopes = pending.pop()
        if isinstance(node, ast.Name):
            bound = _bound(node.id, scopes, names)
            found.append(Binding(node.id, scopes[-1][0], bound, node.lineno))
        if isinstance(node, _SCOPES):
            count += 1
            label = getattr(node, "name", type(node).__name__)
            scopes = (*scopes, (f"{scopes[-1][0]}.{count if numbered else label}", node))
        pending += [(child, scopes) for child in reversed(list(ast.iter_child_nodes(node)))]
    return found


def _bound(name: str, scopes: tuple[tuple[str, ast.AST], ...], names: frozenset[str]) -> str:
    """The scope that a name leads to. A part of a definition outside its body counts as inside; it does so both times."""
    for depth, (label, scope) in enumerate(reversed(scopes[1:])):
        if isinstance(scope, ast.ClassDef) and depth:
            continue  # methods do not see the names of their class
        if isinstance(scope, Function | ast.ClassDef) and name in declared(ast.Global, scope.body):
            break
        if name in own(scope):
            return label
    return "module" if name in names else _NOWHERE
