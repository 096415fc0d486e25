"""From where on the names of a body's arguments may stand for something else than what was passed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stoker_analyzers.docstrings.python.source import Function, is_none

Place = tuple[int, int]
"""Line and column, as ``ast`` counts them."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def rebound(function: Function) -> dict[str, Place]:
    """For each name that the body binds, the first place that the new value may reach.

    An assignment reaches what comes after it; one in a loop the whole loop; one in an inner function everything. What
    only gives ``None`` a meaning is no new value.
    """
    found: dict[str, Place] = {}
    for statement in function.body:
        for name, place in _bound(statement, None):
            found[name] = min(place, found.get(name, place))
    for node in ast.walk(function):
        if isinstance(node, ast.Nonlocal) and node not in function.body:
            found.update(dict.fromkeys(node.names, (0, 0)))
    return found


def _bound(node: ast.AST, reach: Place | None) -> Iterator[tuple[str, Place]]:
    """Every name that is bound in a node, with the place that this reaches.

    Args:
        node: What to look through.
        reach: What a value reaches that is bound here, where that is not just what follows: the outermost loop around it, or
            what comes after the statement.
    """
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _means_none(value, name):
            return
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
            for child in ast.iter_child_nodes(node):
                yield from _bound(child, reach or _end(node))
            return
        case ast.If(test=test, body=body, orelse=[]) if name := _none_tested(test):
            yield from (found for each in body for found in _bound(each, reach) if found[0] != name)
            return
        case ast.comprehension(iter=values, ifs=tests):  # whose own names end with it
            for child in (values, *tests):
                yield from _bound(child, reach)
            return
        case ast.NamedExpr(target=ast.Name(id=name)):
            yield name, min(reach or _start(node), _start(node))
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, reach or _start(node)
        case (
            ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name)
        ):
            yield name, reach or _start(node)
        case ast.MatchMapping(rest=str() as name):
            yield name, reach or _start(node)
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0], reach or _start(node)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, reach or _start(node)
    if isinstance(node, _SCOPES):
        return
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        reach = reach or _start(node.target if isinstance(node, ast.For | ast.AsyncFor) else node)
    for child in ast.iter_child_nodes(node):
        yield from _bound(child, reach)


def _means_none(value: ast.expr, name: str) -> bool:
    """Whether a value is ``name`` itself, unless that is ``None``."""
    match value:
        case ast.IfExp(test=test, orelse=kept) if _none_tested(test) == name:
            return _is([kept], name)
        case ast.IfExp(test=ast.Compare(left=left, ops=[ast.IsNot()], comparators=[right]), body=kept):
            return _is([left], name) and is_none(right) and _is([kept], name)
    return False


def _none_tested(test: ast.expr) -> str:
    """The name that a test compares with ``None`` and nothing else; empty for other tests."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[right]) if is_none(right):
            return name
    return ""


def _is(nodes: list[ast.expr], name: str) -> bool:
    return len(nodes) == 1 and isinstance(nodes[0], ast.Name) and nodes[0].id == name


def _start(node: ast.AST) -> Place:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.stmt) -> Place:
    return node.end_lineno or 0, node.end_col_offset or 0
