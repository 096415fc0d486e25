"""Inlines variables: rope finds and pastes, this keeps it right where pasting text is not.

What is going to be pasted is put into marked brackets first; afterwards those go that the meaning does not need.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import accumulate

from stoker_analyzers.python_ast import parse_python
from stoker_server.workers import RefusedError

OPEN, CLOSE = "(\t \t", "\t \t)"
"""Brackets as nobody writes them."""

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)
_ATOMS = (
    *(ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Dict, ast.Set, ast.JoinedStr),
    *_COMPREHENSIONS,
)
"""Expressions that mean the same wherever they are pasted."""
_DOES = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)
"""Expressions that may do something."""
_WORK = (*_DOES, ast.GeneratorExp, ast.List, ast.Dict, ast.Set, *_COMPREHENSIONS)
"""Expressions that do something, or make something new each time."""
AGAIN = (
    *(ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.GeneratorExp),
    *_COMPREHENSIONS,
)
"""What runs its parts later or repeatedly."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that is safe to inline from.

    Attributes:
        text: The text with its brackets.
        inserted: Offsets at which characters were added, each with how many.
    """

    text: str
    inserted: tuple[tuple[int, int], ...]

    def moved(self, offset: int) -> int:
        """Where an offset of the original text is in the prepared one."""
        return offset + sum(length for at, length in self.inserted if at <= offset)


def prepare(text: str, name: str, line: int) -> Prepared:
    """Make the assignment of a variable safe to paste.

    Args:
        text: The file that defines it.
        name: The variable.
        line: The line that assigns it, from 1.

    Raises:
        RefusedError: Pasting would change what the code does, or can't be judged.
    """
    tree = parse_python(text)
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=found)], value=value, lineno=at)
                | ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value, lineno=at)
            ) if (found, at) == (name, line):
                _judge(tree, name, node, value)
                return _bracketed(text, value)
    raise RefusedError(f"{name} can't be inlined: it is not defined by one plain assignment")


def finish(text: str) -> str:
    """The text without the brackets that change nothing, and with plain ones elsewhere."""
    while (at := text.rfind(OPEN)) >= 0:  # the innermost pair comes last
        end = text.index(CLOSE, at)
        inner = text[at + len(OPEN) : end]
        kept, bare = (f"{text[:at]}{each}{text[end + len(CLOSE) :]}" for each in (f"({inner})", inner))
        text = bare if _same(bare, kept) else kept
    return text


def without_brackets(text: str, name: str) -> str:
    """The text without brackets round a new variable where they change nothing."""
    at = text.find(f"({name})")
    while at >= 0:
        bare = f"{text[:at]}{name}{text[at + len(name) + 2 :]}"
        text = bare if _same(bare, text) else text
        at = text.find(f"({name})", at + 1)
    return text


def _same(left: str, right: str) -> bool:
    """Whether two texts mean the same; marked brackets are brackets."""
    try:
        return ast.dump(parse_python(left)) == ast.dump(parse_python(right))
    except SyntaxError:
        return False


def _judge(tree: ast.Module, name: str, node: ast.stmt, value: ast.expr) -> None:
    """Refuse where a use would see something else than the assignment saw."""
    scope = scope_of(tree, node)
    end = node.end_lineno or node.lineno
    after = [each for each in ast.walk(scope) if isinstance(each, ast.Name) and each.lineno > end]
    uses = [each for each in after if each.id == name]
    if works(value) and (len(uses) != 1 or _runs_again(scope, uses[0], node)):
        raise RefusedError(
            f"{name} holds what is computed once; inlining would compute it where and as often as it is used"
        )
    read = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
    changed = {each.id for each in after if isinstance(each.ctx, ast.Store | ast.Del)} & read
    if changed:
        raise RefusedError(f"{min(changed)} changes after {name} was computed from it")
    looks = works(value) or any(isinstance(each, ast.Attribute | ast.Subscript) for each in ast.walk(value))
    if looks and uses and _something_happens(scope, node, max(uses, key=_position)):
        raise RefusedError(f"what happens between {name} and its use may change its value")


def _something_happens(scope: ast.AST, definition: ast.stmt, use: ast.Name) -> bool:
    """Whether anything between a definition and a use calls something or sets part of an object."""
    begin, end = (definition.end_lineno or 0, definition.end_col_offset or 0), _position(use)
    for each in (node for node in ast.walk(scope) if isinstance(node, ast.expr) and begin < _position(node)):
        if isinstance(each, _DOES) and (each.end_lineno or 0, each.end_col_offset or 0) <= end:
            return True
        sets = isinstance(each, ast.Attribute | ast.Subscript) and isinstance(each.ctx, ast.Store | ast.Del)
        if sets and each.lineno < use.lineno:
            return True
    return False


def _position(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def works(value: ast.expr) -> bool:
    """Whether computing an expression twice may differ from computing it once."""
    return any(isinstance(each, _WORK) for each in ast.walk(value))


def scope_of(tree: ast.Module, node: ast.AST) -> ast.Module | Function:
    """The innermost function around a node."""
    inner: ast.Module | Function = tree
    for each in ast.walk(tree):
        if isinstance(each, Function) and node in ast.walk(each) and each is not node:
            inner = each  # a breadth-first walk meets inner functions later
    return inner


def _runs_again(scope: ast.AST, use: ast.Name, definition: ast.stmt) -> bool:
    """Whether a use stands in something that runs later or repeatedly, and the definition does not."""
    return any(
        isinstance(each, AGAIN)
        and each is not scope
        and use in (inside := list(ast.walk(each)))
        and definition not in inside
        for each in ast.walk(scope)
    )


def _bracketed(text: str, node: ast.expr) -> Prepared:
    """The text with marked brackets round an expression that is no atom."""
    if isinstance(node, _ATOMS):
        return Prepared(text, ())
    start, end = span_of(text, node)
    marked = f"{text[:start]}{OPEN}{text[start:end]}{CLOSE}{text[end:]}"
    return Prepared(marked, ((start, len(OPEN)), (end, len(CLOSE))))


def span_of(text: str, node: ast.expr | ast.stmt) -> tuple[int, int]:
    """A node's characters: ``ast`` counts columns in bytes of UTF-8."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(
            lines[line - 1].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace")
        )

    return offset(node.lineno, node.col_offset), offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
