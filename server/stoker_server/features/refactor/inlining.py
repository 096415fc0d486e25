"""Brackets for what rope pastes as text; whether the code then does the same is for a check to say.

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
        RefusedError: Nothing like a plain assignment is there.
    """
    tree = parse_python(text)
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=found)], value=value, lineno=at)
                | ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value, lineno=at)
            ) if (found, at) == (name, line):
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


def _bracketed(text: str, node: ast.expr) -> Prepared:
    """The text with marked brackets round an expression that is no atom."""
    if isinstance(node, _ATOMS):
        return Prepared(text, ())
    start, end = span_of(text, node)
    marked = f"{text[:start]}{OPEN}{text[start:end]}{CLOSE}{text[end:]}"
    return Prepared(marked, ((start, len(OPEN)), (end, len(CLOSE))))


def span_of(text: str, node: ast.expr | ast.stmt | ast.pattern) -> tuple[int, int]:
    """A node's characters: ``ast`` counts columns in bytes of UTF-8."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(
            lines[line - 1].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace")
        )

    return offset(node.lineno, node.col_offset), offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
