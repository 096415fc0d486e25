"""Adds names to import statements that a file has, so that one module is not imported from twice. Insertions only."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.formatting import WIDTH
from stoker_server.proving.source import Module


def extended(module: Module, statements: Sequence[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """Find a place for imports in a file's own import statements.

    Args:
        module: The file.
        statements: What it does not import yet; one name each.

    Returns:
        What to insert by offset, and the statements that none of the file's could take.
    """
    froms = (node for node in module.tree.body if isinstance(node, ast.ImportFrom) and not node.level)
    own = {node.module or "": node for node in froms}
    names: dict[str, list[str]] = {}
    rest = []
    for statement in dict.fromkeys(statements):
        (node,) = parse_python(statement).body
        source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if isinstance(node, ast.ImportFrom) and source in own and all(each.asname is None for each in node.names):
            names.setdefault(source, []).extend(each.name for each in node.names)
        else:
            rest.append(statement)
    inserted: dict[int, str] = {}
    for name, new in names.items():
        if found := _insertions(module, own[name], sorted(set(new))):
            inserted.update(found)
        else:
            rest += [f"from {name} import {each}" for each in new]
    return inserted, tuple(rest)


def _insertions(module: Module, node: ast.ImportFrom, new: Sequence[str]) -> dict[int, str]:
    """New names in the order of the statement's own; nothing where it has several lines, or would need them."""
    old = [each.name for each in node.names]
    line = module.text.split("\n")[node.lineno - 1]
    width = len(line) + sum(len(each) + 2 for each in new)
    if "*" in old or node.lineno != node.end_lineno or width > WIDTH:
        return {}
    inserted: dict[int, str] = {}
    for name in new:
        before = [each for each in node.names if old != sorted(old) or each.name < name]
        last = before[-1] if before else node.names[0]
        column = (last.end_col_offset if before else last.col_offset) or 0
        at = module.offset(last.lineno, column)
        inserted[at] = inserted.get(at, "") + (f", {name}" if before else f"{name}, ")
    return inserted
