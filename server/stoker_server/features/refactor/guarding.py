"""Turns nested branches into guard clauses: what ends early comes first, and the rest loses a level.

Works on lines, so that comments stay where they are. Whether the code then does the same is for a check to say.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.behaviour.canonical import is_size, jumps
from stoker_analyzers.indentation import indent_of, moved, text_lines
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import Function, span_of
from stoker_server.workers import RefusedError

_MOST = 50
"""Branches that are turned at once."""
_LEAST_SAVED = 3
"""Lines that must lose a level where a jump has to be added for it."""
_LONGEST_GUARD = 4
"""Lines of a guard that gets a jump of its own."""
_OPPOSITE = {
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: ">=",
    ast.GtE: "<",
    ast.Gt: "<=",
    ast.LtE: ">",
}
_SIGNS = {
    ast.Is: "is",
    ast.IsNot: "isnot",
    ast.In: "in",
    ast.NotIn: "notin",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
"""Operators as they are written, but for blanks."""
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_HEADER_END = re.compile(r"\s*\)*\s*:[ \t]*(#.*)?\Z")
_ELSE = re.compile(r"\s*else\s*:[ \t]*(#.*)?\Z")


@dataclass(frozen=True, slots=True)
class _Branch:
    """An ``if`` in its surroundings.

    Attributes:
        node: It.
        end: ``return`` or ``continue`` where reaching its end does that; else empty.
        value: Whether the function returns values, so that ``return`` says ``None``.
    """

    node: ast.If
    end: str
    value: bool


def guarded(text: str, first: int, last: int) -> tuple[str, int]:
    r"""The text with guard clauses, and how many there are.

    Args:
        text: The file, with ``\n`` for every line end.
        first: Line of the first ``if`` that may be turned, from 1 ...
        last: ... and of the last one.

    Raises:
        RefusedError: None can be.
    """
    count = 0
    for _ in range(_MOST):
        found = _next(text, first, last)
        if found is None:
            break
        last += found.count("\n") - text.count("\n")
        text, count = found, count + 1
    if not count:
        raise RefusedError("no branch here can become a guard clause and save a level")
    return text, count


def _next(text: str, first: int, last: int) -> str | None:
    lines, inside = text.split("\n"), text_lines(text)
    for branch in _branches(parse_python(text).body, "", value=False):
        if first <= branch.node.lineno <= last:
            written = _Written.read(text, lines, branch.node)
            made = written and _turned(branch, written, lines, inside)
            if written and made:
                return "\n".join([*lines[: branch.node.lineno - 1], *made, *lines[written.last :]])
    return None


def _branches(body: list[ast.stmt], end: str, *, value: bool) -> Iterator[_Branch]:
    """Every ``if`` that begins a line of a block, the outer ones first."""
    for number, node in enumerate(body):
        here = end if number == len(body) - 1 else ""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _branches(node.body, "return", value=_gives_values(node))
            case ast.If():
                yield _Branch(node, here, value)
                yield from _branches(node.body, here, value=value)
                yield from _branches(node.orelse, here, value=value)
            case ast.For() | ast.AsyncFor() | ast.While():
                yield from _branches(node.body, "continue", value=value)
                yield from _branches(node.orelse, here, value=value)
            case _:
                for name in ("body", "orelse", "finalbody"):
                    yield from _branches(getattr(node, name, []), "", value=value)
                for each in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                    yield from _branches(each.body, "", value=value)


def _gives_values(node: Function) -> bool:
    pending: list[ast.AST] = list(node.body)
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Return) and each.value is not None:
            return True
        if not isinstance(each, Function | ast.Lambda | ast.ClassDef):
            pending += ast.iter_child_nodes(each)
    return False


@dataclass(frozen=True, slots=True)
class _Written:
    """How an ``if`` is written.

    Attributes:
        opposite: Its condition turned round.
        comment: What stands behind its colon.
        body: The lines of its first block, from 1.
        orelse: Those of its ``else``; none for an ``elif``.
        aside: What stands behind the colon of the ``else``.
        elif_line: The line of its ``elif``; 0 without.
        last: The last line of all.
    """

    opposite: str
    comment: str
    body: range
    orelse: range
    aside: str
    elif_line: int
    last: int

    @classmethod
    def read(cls, text: str, lines: list[str], node: ast.If) -> _Written | None:
        """How it is written; ``None`` where it is written in a way that is left alone."""
        start, stop = span_of(text, node.test)
        header = text.count("\n", 0, stop) + 1
        rest = _HEADER_END.match(text[stop : text.find("\n", stop)])
        before = lines[node.lineno - 1][node.col_offset :]
        if (
            not rest
            or not re.match(r"if\b[\s(]", before)
            or indent_of(lines[node.lineno - 1]) != before_of(lines, node)
        ):
            return None
        test = text[start:stop]
        if "#" in test or node.body[0].lineno <= header:
            return None
        last = _with_comments(lines, node.end_lineno or node.lineno, before_of(lines, node))
        end, orelse, aside, elif_line = last, range(0), "", 0
        if node.orelse:
            ended = node.body[-1].end_lineno or 0
            if isinstance(node.orelse[0], ast.If) and re.match(r"\s*elif\b", lines[node.orelse[0].lineno - 1]):
                elif_line = node.orelse[0].lineno
                end = elif_line - 1
            else:
                heads = [each for each in range(ended + 1, node.orelse[0].lineno) if _ELSE.match(lines[each - 1])]
                found = _ELSE.match(lines[heads[-1] - 1]) if heads else None
                if not found:
                    return None
                end, orelse, aside = heads[-1] - 1, range(heads[-1] + 1, last + 1), found[1] or ""
        body = range(header + 1, end + 1)
        return cls(_turned_round(text, node.test), rest[1] or "", body, orelse, aside, elif_line, last)


def before_of(lines: list[str], node: ast.stmt) -> str:
    """What stands before a statement on its line."""
    return lines[node.lineno - 1][: node.col_offset]


def _with_comments(lines: list[str], last: int, indent: str) -> int:
    """The last line of a block with the comments below it that are as deep."""
    end = last
    for number in range(last + 1, len(lines) + 1):
        line = lines[number - 1]
        if line.strip() and not (line.lstrip().startswith("#") and len(indent_of(line)) > len(indent)):
            break
        end = number if line.strip() else end
    return end


def _turned(branch: _Branch, written: _Written, lines: list[str], inside: frozenset[int]) -> list[str] | None:
    """The new lines of an ``if``; ``None`` where a guard clause would be no gain."""
    node, end = branch.node, branch.end
    indent = before_of(lines, node)
    inner = before_of(lines, node.body[0])
    kept = [lines[each - 1] for each in written.body]
    flat = moved(lines, written.body, inner, indent, inside)
    other = [lines[each - 1] for each in written.orelse]
    guard = _header(indent, written.opposite, written.comment)
    jump = "return None" if end == "return" and branch.value else end
    ends = jumps(node.body), jumps(node.orelse)
    if written.elif_line:
        if not ends[0]:
            return None
        rest = lines[written.elif_line - 1 : written.last]
        return [*lines[node.lineno - 1 : written.body.start - 1], *kept, rest[0].replace("elif", "if", 1), *rest[1:]]
    if node.orelse:
        depth = before_of(lines, node.orelse[0])
        aside = [f"{indent}{written.aside}"] if written.aside else []
        if ends[0] and (not ends[1] or len(kept) <= len(other)):
            rest = moved(lines, written.orelse, depth, indent, inside)
            return [*lines[node.lineno - 1 : written.body.start - 1], *kept, *aside, *rest]
        note = [f"{depth}{written.aside}"] if written.aside else []
        if ends[1]:
            return [guard, *note, *other, *flat]
        if end and len(other) <= _LONGEST_GUARD and len(kept) >= max(_LEAST_SAVED, len(other)):
            return [guard, *note, *other, f"{depth}{jump}", *flat]
        return None
    if end and len([each for each in kept if each.strip()]) >= _LEAST_SAVED:
        return [guard, f"{inner}{jump}", *flat]
    return None


def _header(indent: str, test: str, comment: str) -> str:
    return f"{indent}if {test}:{'  ' if comment else ''}{comment}"


def _turned_round(text: str, test: ast.expr) -> str:
    """A condition's opposite."""

    def written(node: ast.expr) -> str:
        return text[slice(*span_of(text, node))]

    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            made = written(inner)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if not isinstance(op, _ORDERS) or is_size(test):
            code = written(test)
            between = slice(span_of(text, left)[1] - span_of(text, test)[0], -len(written(right)))
            if re.sub(r"\s+", "", code[between]) != _SIGNS[type(op)]:
                return f"not ({code})"  # brackets or line ends round the sign
            made = f"{written(left)} {_OPPOSITE[type(op)]} {written(right)}"
        case ast.BoolOp() | ast.Compare() | ast.IfExp() | ast.NamedExpr() | ast.Lambda() | ast.BinOp():
            return f"not ({written(test)})"
        case _:
            made = f"not {written(test)}"
    return f"({made})" if "\n" in made else made
