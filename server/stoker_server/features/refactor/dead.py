"""Finds what a Python file holds for nothing, and takes out what surely is: unreachable statements, unused names.

Whether the code then does the same is for a check to say. Whether an import has effects of its own can't be seen from the
file, so one goes only where it has none: see ``_has_no_effect``.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stoker_analyzers.behaviour.expressions import PEEKING
from stoker_analyzers.behaviour.scopes import Function, own, stored
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import span_of

_JUMPS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_LOUD = frozenset({"antigravity", "readline", "rlcompleter", "sitecustomize", "this", "usercustomize"})
"""Modules of the standard library that are imported for what that does."""
_KEPT = re.compile(r"#\s*(?:noqa|type:|pyright:|pylint:|isort:|nopycln|re-?export|side.?effect)", re.IGNORECASE)
"""Comments that say that a line means what it says."""

Elsewhere = Callable[[str], bool]
"""Whether another file of the workspace may use a name of this one."""


def _nowhere(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Dead:
    """One thing to remove.

    Attributes:
        span: The offsets of the first and behind the last character of its lines, or of an alias with its comma.
        new: What stands there afterwards.
        words: What it is, for the title.
        name: The name that it binds in the module; empty for others.
    """

    span: tuple[int, int]
    new: str
    words: str
    name: str = ""


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
    tree, source = parse_python(text), _Source(text)
    unreachable = [*_unreachable(tree, source)]
    inside = [each for each in unreachable if start <= each.span[0] and each.span[1] <= end + 1]
    found = list(inside)
    left: list[str] = []
    if not package:
        imports, kept = _imports(tree, source, taken)
        found += [each for each in imports if start <= each.span[0] and each.span[1] <= end + 1]
        left += [words for at, words in kept if start <= at <= end]
    for each in (*_variables(tree, source), *_functions(tree, source, mentioned)):
        nested = any(one.span[0] <= each.span[0] and each.span[1] <= one.span[1] for one in found)
        if start <= each.span[0] and each.span[1] <= end + 1 and not nested:
            found.append(each)
    return Found(tuple(sorted(found, key=lambda each: each.span)), tuple(left))


class _Source:
    """A text and its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")

    def whole(self, node: ast.stmt) -> tuple[int, int] | None:
        """The lines of a statement; ``None`` where another one shares them."""
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        last = node.end_lineno or node.lineno
        start, stop = self.at(first), self.at(last + 1)
        behind = self.text[span_of(self.text, node)[1] : stop].strip()
        alone = not self.lines[first - 1][: node.col_offset].strip() and (not behind or behind.startswith("#"))
        return (start, stop) if alone else None

    def at(self, line: int) -> int:
        """Where a line begins."""
        return min(sum(len(each) + 1 for each in self.lines[: line - 1]), len(self.text))

    def says_keep(self, node: ast.stmt) -> bool:
        """Whether a comment on a statement's lines, or on the one above, asks to leave it."""
        above = self.lines[node.lineno - 2 : node.lineno - 1] if node.lineno > 1 else []
        comments = [each for each in above if each.lstrip().startswith("#")]
        return any(_KEPT.search(each) for each in (*comments, *self.lines[node.lineno - 1 : node.end_lineno]))


# -- behind a jump


def _unreachable(tree: ast.Module, source: _Source) -> Iterator[Dead]:
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


def _variables(tree: ast.Module, source: _Source) -> Iterator[Dead]:
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


# -- unused imports


def _imports(tree: ast.Module, source: _Source, elsewhere: Elsewhere) -> tuple[list[Dead], list[tuple[int, str]]]:
    found: list[Dead] = []
    left: list[tuple[int, str]] = []
    used = _mentioned(tree, source)
    aside = {id(each) for node in ast.walk(tree) if isinstance(node, ast.Try) for each in ast.walk(node)}
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or id(node) in aside or source.says_keep(node):
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue
        unused = [each for each in node.names if _bound(each) not in used and each.name != "*"]
        unused = [each for each in unused if each.asname != each.name and not elsewhere(_bound(each))]
        if not unused:
            continue
        at = span_of(source.text, node)[0]
        quiet = _has_no_effect(node, unused)
        lines = source.whole(node)
        if not quiet or not lines:
            why = "importing it may have an effect" if lines else "other statements share its line"
            left.append((at, f"{', '.join(map(_bound, unused))} (line {node.lineno}): {why}"))
            continue
        kept = [each for each in node.names if each not in unused]
        new = _written(source, node, kept) if kept else ""
        words = ", ".join(f"import {_bound(each)}" for each in unused)
        found.append(Dead(lines, new, f"{words} (line {node.lineno})", ",".join(map(_bound, unused))))
    return found, left


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _mentioned(tree: ast.Module, source: _Source) -> frozenset[str]:
    """The names that a file reads, sets again or deletes, or has in a text other than a docstring, or in a type comment."""
    found: set[str] = set()
    prose = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name):
                found.add(name)
            case ast.Constant(value=str() as text) if id(node) not in prose:
                found.update(re.findall(r"[^\W\d]\w*", text))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
    for line in source.lines:
        if "type:" in line:
            found.update(re.findall(r"[^\W\d]\w*", line.partition("type:")[2]))
        if ">>>" in line or "..." in line:
            found.update(re.findall(r"[^\W\d]\w*", line))  # an example in a docstring runs with the module's names
    imported = [
        _bound(each) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for each in node.names
    ]
    return frozenset(found) | {each for each in imported if imported.count(each) > 1}


def _has_no_effect(node: ast.Import | ast.ImportFrom, unused: list[ast.alias]) -> bool:
    """Whether the module would do nothing else without these: it is the standard library's, or is imported all the same."""
    if isinstance(node, ast.Import):
        modules = [each.name for each in unused]
    elif node.level or not node.module:
        modules = ["."]
    else:
        modules = [node.module]
    plain = all(each.partition(".")[0] in sys.stdlib_module_names - _LOUD for each in modules)
    classes = all(re.match(r"_?[A-Z]", each.name) for each in unused)  # a lower-case name may be a module
    stays = isinstance(node, ast.ImportFrom) and len(unused) < len(node.names) and classes
    return plain or stays


def _written(source: _Source, node: ast.Import | ast.ImportFrom, kept: list[ast.alias]) -> str:
    """The import with what is kept of it: lines of their own stay, else it is written anew."""
    code = source.text[slice(*span_of(source.text, node))]
    names = [f"{each.name} as {each.asname}" if each.asname else each.name for each in kept]
    lines = source.lines[node.lineno - 1 : node.end_lineno]
    if len(lines) > 1 and len({each.lineno for each in node.names}) == len(node.names):
        gone = {each.lineno for each in node.names if each not in kept}
        stay = [line for number, line in enumerate(lines, node.lineno) if number not in gone or number == node.lineno]
        return "\n".join(stay) + "\n"
    head = code[: re.search(r"\bimport\b", code).end()]  # type: ignore[union-attr]  # every import has the word
    comment = f"  #{lines[-1].partition('#')[2]}" if "#" in lines[-1] and len(lines) == 1 else ""
    joined = ", ".join(names)
    if len(lines) > 1 and "(" in code and len(f"{head} {joined}") > 79:
        listed = "".join(f"    {each},\n" for each in names)
        return f"{head} (\n{listed})\n"
    return f"{head} {joined}{comment}\n"


# -- unused functions


def _functions(tree: ast.Module, source: _Source, elsewhere: Elsewhere) -> Iterator[Dead]:
    """Private functions of the module whose name nobody says."""
    for node in tree.body:
        if not isinstance(node, Function) or not re.match(r"_(?!_)", node.name) or node.decorator_list:
            continue
        lines = source.whole(node)
        if not lines or source.says_keep(node) or elsewhere(node.name):
            continue
        word = re.compile(rf"\b{re.escape(node.name)}\b")
        if word.search(source.text[: lines[0]]) or word.search(source.text[lines[1] :]):
            continue
        start, stop = lines
        above = source.text[:start]
        while comment := re.search(r"(?:\A|\n)(#[^\n]*\n)\Z", above):
            above = above[: comment.start(1)]
        stop += len(source.text[stop:]) - len(source.text[stop:].lstrip("\n"))
        start = len(above)
        yield Dead((start, stop), "", f"{node.name} (line {node.lineno})", node.name)
