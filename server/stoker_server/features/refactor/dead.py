"""Finds what a Python file holds for nothing, and takes out what surely is: unreachable statements, unused names.

Whether the code then does the same is for a check to say. Whether an import has effects of its own can't be seen from the
file, so one goes only where it has none: see ``unused_imports``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.behaviour.expressions import PEEKING
from stoker_analyzers.behaviour.scopes import Function, own, stored
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.mentions import beginning
from stoker_server.features.refactor.removing import Dead, Elsewhere, Source
from stoker_server.features.refactor.unused_imports import unused_imports

_JUMPS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _nowhere(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        dead: What can go.
        left: What may be dead but stays, each with the reason.
    """

    dead: tuple[Dead, ...]
    left: tuple[str, ...]


def find_dead(
    text: str, start: int, end: int, *, package: bool, taken: Elsewhere = _nowhere, mentioned: Elsewhere = _nowhere
) -> Found:
    r"""What is dead within a range of a file.

    Args:
        text: The file, with ``\n`` for every line end.
        start: Where to look ...
        end: ... and where not any more.
        package: Whether it is an ``__init__.py``: its imports are for others.
        taken: Says whether another file takes a name out of this one.
        mentioned: Says whether another file has a word.
    """
    tree, source = parse_python(text), Source(text)
    unreachable = [*_unreachable(tree, source)]
    inside = [each for each in unreachable if start <= each.span[0] and each.span[1] <= end + 1]
    found = list(inside)
    left: list[str] = []
    if not package:
        imports, kept = unused_imports(tree, source, taken)
        found += [each for each in imports if start <= each.span[0] and each.span[1] <= end + 1]
        left += [words for at, words in kept if start <= at <= end]
    for each in (*_variables(tree, source), *_functions(tree, source, mentioned)):
        nested = any(one.span[0] <= each.span[0] and each.span[1] <= one.span[1] for one in found)
        if start <= each.span[0] and each.span[1] <= end + 1 and not nested:
            found.append(each)
    return Found(tuple(sorted(found, key=lambda each: each.span)), tuple(left))


# -- behind a jump


def _unreachable(tree: ast.Module, source: Source) -> Iterator[Dead]:
    for scope in ast.walk(tree):
        if isinstance(scope, Function):
            for block in _blocks(scope.body):
                at = next((number for number, each in enumerate(block) if isinstance(each, _JUMPS)), len(block))
                rest = block[at + 1 :]
                if rest and _leaves_no_trace(scope, rest):
                    first, last = source.whole(rest[0]), source.whole(rest[-1])
                    if first and last:
                        jump = source.at((block[at].end_lineno or 0) + 1)
                        count = f"{len(rest)} unreachable statements" if len(rest) > 1 else "an unreachable statement"
                        yield Dead((jump, last[1]), "", f"{count} (line {rest[0].lineno})")


def _blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """A block and those inside it, without those of definitions."""
    yield body
    for each in body:
        if not isinstance(each, (*(ast.FunctionDef, ast.AsyncFunctionDef), ast.ClassDef)):
            for name in ("body", "orelse", "finalbody"):
                if inner := getattr(each, name, None):
                    yield from _blocks(inner)
            for part in (*getattr(each, "handlers", ()), *getattr(each, "cases", ())):
                yield from _blocks(part.body)


def _leaves_no_trace(scope: Function, rest: list[ast.stmt]) -> bool:
    """Whether a function without some statements is of the same sort, and has the same variables of its own."""
    telling = (ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal)
    inside = [each for statement in rest for each in ast.walk(statement)]
    if any(isinstance(each, telling) for each in inside):
        return False
    gone = {id(each) for each in rest}
    others = [each for block in _blocks(scope.body) for each in block if id(each) not in gone]
    plain = [each for each in others if not any(id(inner) in gone for inner in ast.walk(each))]
    kept = stored(*plain) | {each.arg for each in ast.walk(scope.args) if isinstance(each, ast.arg)}
    return stored(*rest) <= kept or not stored(*rest) & _read(scope, gone)


def _read(scope: Function, gone: set[int]) -> frozenset[str]:
    """The names that a function reads outside some statements."""
    found: set[str] = set()
    pending: list[ast.AST] = [*scope.body]
    while pending:
        each = pending.pop()
        if id(each) not in gone:
            if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store):
                found.add(each.id)
            pending += ast.iter_child_nodes(each)
    return frozenset(found)


# -- unused variables of functions


def _variables(tree: ast.Module, source: Source) -> Iterator[Dead]:
    for scope in ast.walk(tree):
        if not isinstance(scope, Function):
            continue
        names = [each for each in ast.walk(scope) if isinstance(each, ast.Name)]
        if any(each.id in PEEKING for each in names):
            continue
        used = {each.id for each in names if not isinstance(each.ctx, ast.Store)}
        used |= {name for each in ast.walk(scope) if isinstance(each, ast.Nonlocal | ast.Global) for name in each.names}
        mine = own(scope) - used - {each.arg for each in ast.walk(scope.args) if isinstance(each, ast.arg)}
        for block in _blocks(scope.body):
            gone = [each for each in block if _sets_nothing(each, mine) and not source.says_keep(each)]
            for each in gone:
                if lines := source.whole(each):
                    empty = each is gone[0] and len(gone) == len(block)
                    indent = source.lines[each.lineno - 1][: each.col_offset]
                    yield Dead(lines, f"{indent}pass\n" if empty else "", f"{_target(each)} (line {each.lineno})")


def _target(node: ast.stmt) -> str:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _sets_nothing(node: ast.stmt, names: frozenset[str]) -> bool:
    """Whether a statement only gives one of some variables a value that is just there."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    name = _target(node)
    return bool(name) and not name.startswith("_") and name in names and value is not None and _is_quiet(value)


def _is_quiet(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(map(_is_quiet, node.elts))
    if isinstance(node, ast.Dict):
        return not node.keys and not node.values
    return isinstance(node, ast.Constant | ast.Lambda)


# -- unused functions


def _functions(tree: ast.Module, source: Source, elsewhere: Elsewhere) -> Iterator[Dead]:
    """Private functions of the module whose name nobody says."""
    for node in tree.body:
        if not isinstance(node, Function) or not re.match(r"_(?!_)", node.name) or node.decorator_list:
            continue
        lines = source.whole(node)
        if not lines or source.says_keep(node) or elsewhere(node.name):
            continue
        if any(isinstance(each, ast.Import | ast.ImportFrom) for each in node.body):
            continue  # tools that pack programs read what is imported, also where nobody calls it
        word = re.compile(rf"\b{re.escape(node.name)}\b")
        if (
            beginning(node.name).search(source.text)
            or word.search(source.text[: lines[0]])
            or word.search(source.text[lines[1] :])
        ):
            continue
        start, stop = lines
        above = source.text[:start]
        while comment := re.search(r"(?:\A|\n)(#[^\n]*\n)\Z", above):
            above = above[: comment.start(1)]
        stop += len(source.text[stop:]) - len(source.text[stop:].lstrip("\n"))
        start = len(above)
        yield Dead((start, stop), "", f"{node.name} (line {node.lineno})", node.name)
