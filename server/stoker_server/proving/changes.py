"""The changes of which mutants of a Python function are made: where each kind applies, and what it writes there. Runs nothing.

Whether a change gives a valid program with another meaning is for its user to find out.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_analyzers.edits import Span
from stoker_server.proving.source import Function

_SHOWN = 60
_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<", "<=", ">"),
    ast.LtE: ("<=", "<", ">="),
    ast.Gt: (">", ">=", "<"),
    ast.GtE: (">=", ">", "<="),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}
"""The operator as a pattern, and what it becomes: at the boundary, and the other way round."""

_ARITHMETIC: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("+", "-", "*"),
    ast.Sub: ("-", "+", "*"),
    ast.Mult: ("*", "+", "//"),
    ast.Div: ("/", "*", "//"),
    ast.FloorDiv: ("//", "*", "/"),
    ast.Mod: ("%", "//", "*"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
}


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Other text in place of some.

    Attributes:
        span: What is replaced.
        text: By what.
        what: The change in words.
        coarse: Whether it is a gross change that nearly every test notices.
    """

    span: Span
    text: str
    what: str
    coarse: bool = False


def _own_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Every node below some statements.

    Formatted strings are left out, as Python 3.11 has no right positions within them, and so are assertions, inner
    classes, signatures and docstrings.
    """
    for node in body:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield from _below(node)


def _below(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and _is_false(node.test):
        yield from _own_nodes(node.orelse)
        return
    yield node
    match node:
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            yield from _own_nodes(body)
        case ast.Lambda(body=value):
            yield from _below(value)
        case ast.ClassDef() | ast.JoinedStr() | ast.Assert():
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _below(child)


def _is_false(test: ast.expr) -> bool:
    """Whether a condition is written as one that never holds, as in ``if 0 and ...``: code that is switched off."""
    first = test.values[0] if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else test
    return isinstance(first, ast.Constant) and not first.value


def _has_opposite(test: ast.expr) -> bool:
    """Whether another change negates a condition already: ``==`` to ``!=``, or a ``not`` that is taken away."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return isinstance(test.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.In | ast.NotIn)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


class Writer:
    """Writes the changes of one function."""

    def __init__(self, function: Function) -> None:
        """Read a function."""
        self._function = function
        self._module = function.module
        self._spoken = {
            id(inner)
            for node in _own_nodes(function.body)
            if isinstance(node, ast.Raise | ast.AnnAssign)
            for inner in ast.walk(node.annotation if isinstance(node, ast.AnnAssign) else node)
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        }
        """Texts that a person reads, and annotations: changing them changes no behaviour worth a test."""
        nodes = [*_own_nodes(function.body)]
        self._assigned = Counter(
            each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        )

    def write(self) -> Iterator[Change]:
        """Every change that applies, in no order."""
        for node in _own_nodes(self._function.body):
            yield from self._of(node)
        arguments = self._function.node.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if isinstance(default, ast.Constant):
                yield from self._constant(default)

    def _of(self, node: ast.AST) -> Iterator[Change]:
        match node:
            case ast.Compare():
                yield from self._comparison(node)
            case ast.BoolOp():
                yield from self._logical(node)
            case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
                old, *others = _ARITHMETIC[type(op)]
                for new in others:
                    yield from self._operator(node.left, node.right, old, new)
            case ast.AugAssign(op=op) if type(op) in _ARITHMETIC:
                old, *others = _ARITHMETIC[type(op)]
                for new in others:
                    yield from self._operator(node.target, node.value, old + "=", new + "=")
                yield from self._removed(node)
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
                yield self._replaced(node, self._module.slice(node.operand))
            case ast.Constant():
                yield from self._constant(node)
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if not _has_opposite(test):
                yield self._replaced(test, f"not ({self._module.slice(test)})", coarse=isinstance(test, ast.BoolOp))
            case ast.Return(value=ast.expr() as value):
                if not (isinstance(value, ast.Constant) and value.value is None):
                    yield self._replaced(node, "return None", coarse=True)
            case ast.Call():
                yield from self._call(node)
            case ast.Expr(value=ast.Call()) | ast.Assign():
                yield from self._removed(node)
            case ast.For(iter=items) | ast.AsyncFor(iter=items):
                yield self._replaced(items, "()", coarse=True)
            case ast.comprehension(ifs=conditions):
                for test in conditions:
                    if not _has_opposite(test):
                        yield self._replaced(test, f"(not ({self._module.slice(test)}))")
            case ast.ExceptHandler(type=ast.expr() as caught):
                yield self._replaced(caught, "()", coarse=True)
            case ast.Yield(value=ast.expr() as value):
                yield self._replaced(value, "None", coarse=True)
            case ast.Raise():
                yield self._replaced(node, "pass", coarse=True)
            case ast.Break():
                yield self._replaced(node, "continue")
            case ast.Continue():
                yield self._replaced(node, "break")

    def _replaced(self, node: ast.expr | ast.stmt, text: str, *, coarse: bool = False) -> Change:
        old = self._module.slice(node)
        return Change(self._module.span(node), text, f"`{_shorten(old)}` became `{_shorten(text)}`", coarse)

    def _removed(self, node: ast.stmt) -> Iterator[Change]:
        """Nothing in place of a statement; not where a name would go undefined, which tells nothing."""
        names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
        if all(self._assigned[each] > 1 for each in names):
            what = f"`{_shorten(self._module.slice(node))}` removed"
            yield Change(self._module.span(node), "pass", what, coarse=True)

    def _comparison(self, node: ast.Compare) -> Iterator[Change]:
        operands = [node.left, *node.comparators]
        for left, op, right in zip(operands, node.ops, node.comparators, strict=False):
            old, *others = _COMPARISONS[type(op)]
            for new in others:
                yield from self._operator(left, right, old, new)

    def _logical(self, node: ast.BoolOp) -> Iterator[Change]:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        if len(node.values) == 2:  # with more, one changed operator would bind differently
            yield from self._operator(node.values[0], node.values[1], old, new)
        for value in node.values[1:]:
            yield self._replaced(value, "True" if old == "and" else "False")

    def _operator(self, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Change]:
        """The operator stands between its operands, which may have brackets and comments around them."""
        start, end = self._module.span(left).end, self._module.span(right).start
        pattern = old if old[0].isalpha() else re.escape(old)
        between = re.sub(r"#[^\n]*", lambda comment: " " * len(comment.group()), self._module.text[start:end])
        if found := re.search(pattern, between):
            span = Span(start + found.start(), start + found.end())
            yield Change(span, new, f"`{found.group()}` became `{new}`")

    def _constant(self, node: ast.Constant) -> Iterator[Change]:
        value = node.value
        if isinstance(value, bool):
            yield self._replaced(node, str(not value))
        elif isinstance(value, int):
            yield self._replaced(node, str(value + 1))
            yield self._replaced(node, str(value - 1) if value else "(-1)")
        elif isinstance(value, float):
            yield self._replaced(node, repr(value + 1))
        elif isinstance(value, str) and id(node) not in self._spoken:
            yield self._replaced(node, '""' if value else '"stoker"', coarse=True)

    def _call(self, node: ast.Call) -> Iterator[Change]:
        """Drop one argument: the last keyword, else the last of several."""
        parts: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        if len(parts) > 1:
            span = Span(self._end(parts[-2]), self._end(parts[-1]))
            dropped = self._module.text[span.start : span.end].lstrip(", \n")
            yield Change(span, "", f"the argument `{_shorten(dropped)}` dropped", coarse=True)

    def _end(self, part: ast.expr | ast.keyword) -> int:
        return self._module.span(part.value if isinstance(part, ast.keyword) else part).end


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
