"""Where a long function can be cut in two: its blocks of statements that could be a function, the best first.

Chooses by the tree alone. Whether what is cut out does the same is for the extraction's checks to say.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stoker_analyzers.edits import Span
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.restructuring import LONG_LINES
from stoker_analyzers.rewriting import from_normalized, normalized, to_normalized
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.refactor.inlining import span_of
from stoker_server.features.refactor.reading import MARK, refusing_unreadable
from stoker_server.workers import RefusedError

MOST = 8
"""Blocks that are tried: the checks of one take up to a second."""
_LEAST = 4
"""Lines of a block that is worth a function."""
_LEFT = 0.75
"""Share of the body that a block may take: of more, nothing but a call would be left."""
_PARAMETERS, _RESULTS = 4, 2
"""More of them are no seam."""
_WORDS = 24
"""Characters of a name that is made of two."""
_PARAGRAPH = 3
"""Lines that a block counts for more where it begins as a paragraph does: behind a blank line, or under a comment."""
_TIED = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal, ast.AsyncFor, ast.AsyncWith)
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class Seam:
    """A block that could be a function.

    Attributes:
        start: The offset where it begins ...
        end: ... and where it ends.
        worth: How much of the function it takes away, less what it has to be told and to tell.
        gives: The names that it sets and others read.
    """

    start: int
    end: int
    worth: float
    gives: tuple[str, ...] = ()


def seams(text: str, start: int) -> list[Seam]:
    r"""The blocks of a function that could be functions, the best first; such as share no statement with a better one.

    Args:
        text: The file, with ``\n`` for every line end.
        start: Where the function begins, at its ``def``.

    Raises:
        RefusedError: It has none, and why.
    """
    function = _function(parse_python(text), text, start)
    lines = text.split("\n")
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    size = (function.end_lineno or function.lineno) - body[0].lineno + 1 if body else 0
    if size < LONG_LINES:
        raise RefusedError(f"{function.name} has {size} lines; there is nothing to gain from cutting it in two")
    found = [each for block in _blocks(body) for each in _runs(text, lines, function, block, size)]
    if not found:
        raise RefusedError(f"{function.name} has no block of statements that stands for itself")
    return sorted(found, key=lambda each: -each.worth)[:MOST]


def cuts(snapshot: Snapshot, span: Span) -> list[tuple[Span, str]]:
    """Where a function may be cut in two, the best place first, each with what it gives; empty where that is nothing.

    Raises:
        RefusedError: Nowhere, or the file has a syntax error.
    """
    text = normalized(snapshot.text)
    mark = len(text) - len(text.removeprefix(MARK))
    with refusing_unreadable():
        found = seams(text[mark:], to_normalized(snapshot.text, span.start) - mark)
    return [
        (
            Span(*(from_normalized(snapshot.text, at + mark) for at in (each.start, each.end))),
            _named(each),
        )
        for each in found
    ]


def _named(seam: Seam) -> str:
    """What a function of a block would give, in a few words."""
    joined = "_and_".join(seam.gives)
    return joined if len(joined) <= _WORDS else seam.gives[-1]


def _function(tree: ast.Module, text: str, start: int) -> ast.FunctionDef | ast.AsyncFunctionDef:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and span_of(text, node)[0] == start:
            return node
    raise RefusedError("no function begins here")


def _blocks(body: Sequence[ast.stmt]) -> Iterator[Sequence[ast.stmt]]:
    """A block, and those in its statements; those of definitions are no part of it."""
    yield body
    for each in body:
        if isinstance(each, _DEFINES):
            continue
        for name in ("body", "orelse", "finalbody"):
            if inner := getattr(each, name, None):
                yield from _blocks(inner)
        for part in (*getattr(each, "handlers", ()), *getattr(each, "cases", ())):
            yield from _blocks(part.body)


def _runs(
    text: str,
    lines: Sequence[str],
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    block: Sequence[ast.stmt],
    size: int,
) -> Iterator[Seam]:
    """The runs of statements of a block that could be a function."""
    for first in range(len(block)):
        for last in range(first, len(block)):
            run = block[first : last + 1]
            if isinstance(run[-1], _DEFINES) or _is_tied(run[-1:]):
                break
            height = (run[-1].end_lineno or run[-1].lineno) - run[0].lineno + 1
            if height < _LEAST or height > _LEFT * size:
                continue
            taken, given = _flow(function, run)
            if len(taken) > _PARAMETERS or len(given) > _RESULTS:
                continue
            above = lines[run[0].lineno - 2].strip() if run[0].lineno >= 2 else ""
            paragraph = _PARAGRAPH if not above or above.startswith("#") else 0
            worth = height + paragraph - len(taken) - 2 * len(given)
            yield Seam(span_of(text, run[0])[0], span_of(text, run[-1])[1], worth, tuple(sorted(given)))


def _is_tied(run: Sequence[ast.stmt]) -> bool:
    """Whether statements end the function, or the turn of a loop that is not their own."""
    inner = [node for each in run for node in _own(each)]
    if any(isinstance(each, _TIED) for each in inner):
        return True
    loops = {id(node) for each in inner if isinstance(each, ast.For | ast.While) for node in ast.walk(each)}
    return any(isinstance(each, ast.Break | ast.Continue) and id(each) not in loops for each in inner)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is in it, but for definitions of its own."""
    yield node
    for each in ast.iter_child_nodes(node):
        if not isinstance(each, (*_DEFINES, ast.Lambda)):
            yield from _own(each)


def _flow(
    function: ast.FunctionDef | ast.AsyncFunctionDef, run: Sequence[ast.stmt]
) -> tuple[frozenset[str], frozenset[str]]:
    """The function's own names that a run of statements reads, and those that it sets and others read."""
    inside = {id(node) for each in run for node in ast.walk(each)}
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    bound = {each.arg for each in every if each} - {"self", "cls"}
    read, stored, others = set[str](), set[str](), set[str]()
    for node in ast.walk(function):
        if isinstance(node, _DEFINES[:3]) and node is not function and id(node) not in inside:
            bound.add(node.name)
        if not isinstance(node, ast.Name):
            continue
        if isinstance(node.ctx, ast.Load):
            (read if id(node) in inside else others).add(node.id)
        elif id(node) in inside:
            stored.add(node.id)
        else:
            bound.add(node.id)
    return frozenset(read & bound), frozenset(stored & others)
