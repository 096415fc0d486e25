"""Mutants of one Python function: small changes that a test worth having notices. Runs nothing.

The kinds are the classic ones (DeMillo, Lipton and Sayward 1978; Offutt's sufficient set 1996): relational, logical and
arithmetic operators, constants, negated conditions, and removed or replaced statements.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_analyzers.python_ast import parse_python
from stoker_server.proving.source import Function, Module

T = TypeVar("T")

MOST = 12
"""Mutants of one function: enough to tell a test that asserts from one that does not, within a second or two."""

COARSE_PART = 4
"""One in so many mutants may be coarse where there are many subtle ones."""

_SHOWN = 60
_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed version of a file.

    Attributes:
        edit: The change.
        description: Where and what, e.g. ``line 12: `<` became `<=```.
        source: The whole text with the change.
        coarse: Whether it is a gross change that nearly every test notices.
    """

    edit: Edit
    description: str
    source: str
    coarse: bool = False

    def diff(self, name: str, before: str) -> str:
        """The change as a unified diff.

        Args:
            name: The file's name for the header.
            before: The text that was mutated.
        """
        old, new = before.splitlines(keepends=True), self.source.splitlines(keepends=True)
        return "".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=2))


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    span: Span
    text: str
    what: str
    coarse: bool = False
    """Whether it is a gross change that nearly every test notices."""


def mutants_of(function: Function, uri: str, most: int = MOST) -> tuple[Mutant, ...]:
    """Mutants of a function, spread evenly over it, always the same ones. The subtle kinds come before the coarse.

    Args:
        function: What to mutate.
        uri: The file, for the edits.
        most: How many at most; a quarter of them may be coarse where there are many subtle ones.
    """
    valid = _new_programs(function, _Writer(function).write())
    fine, coarse = [each for each in valid if not each.coarse], [each for each in valid if each.coarse]
    some = spread(coarse, max(most // COARSE_PART, most - len(fine)))
    chosen = sorted([*some, *spread(fine, most - len(some))])
    return tuple(_mutant(function.module, uri, each) for each in chosen)


def spread(changes: list[T], most: int) -> list[T]:
    """So many of the changes at most, evenly over all of them."""
    if len(changes) <= most:
        return changes
    return [changes[number * len(changes) // most] for number in range(most)]


def must_fail(function: Function, uri: str) -> Mutant:
    """The mutant that every test of the function notices: it raises as soon as it is called."""
    module, body = function.module, function.node.body
    span = Span(module.span(body[0]).start, module.span(body[-1]).end)
    return _mutant(module, uri, _Change(span, 'raise AssertionError("must fail")', "the body raises"))


def does_nothing(function: Function, uri: str) -> Mutant:
    """The mutant that every test which looks at a result or an effect notices: nothing happens, and nothing of use is given."""
    module, body = function.module, function.node.body
    span = Span(module.span(body[0]).start, module.span(body[-1]).end)
    text = "pass" if function.node.name == "__init__" else "return object()"
    return _mutant(module, uri, _Change(span, text, "the body does nothing"))


def _mutant(module: Module, uri: str, change: _Change) -> Mutant:
    edit = replace(uri, module.text, [Replacement(change.span, change.text)])
    line = module.line(change.span.start)
    return Mutant(edit, f"line {line}: {change.what}", edit.files[0].apply(module.text), change.coarse)


def _new_programs(function: Function, changes: Iterator[_Change]) -> list[_Change]:
    """Those of the changes that give valid code with another meaning, in order of place."""
    module = function.module
    whole = Span(module.offset(function.lines[0], 0), module.span(function.node).end)

    def parsed(change: _Change | None) -> str:
        """The function alone: to parse the whole file for each change would take a second on a large one."""
        span, text = (change.span, change.text) if change else (Span(whole.end, whole.end), "")
        source = module.text[whole.start : span.start] + text + module.text[span.end : whole.end]
        return ast.dump(parse_python("if True:\n" + source if function.node.col_offset else source))

    seen, found = {parsed(None)}, []
    for change in sorted(changes):
        try:
            after = parsed(change)
        except SyntaxError:
            continue
        if after not in seen:
            seen.add(after)
            found.append(change)
    return found


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


class _Writer:
    """Writes the changes of one function."""

    def __init__(self, function: Function) -> None:
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

    def write(self) -> Iterator[_Change]:
        for node in _own_nodes(self._function.body):
            yield from self._of(node)
        arguments = self._function.node.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if isinstance(default, ast.Constant):
                yield from self._constant(default)

    def _of(self, node: ast.AST) -> Iterator[_Change]:
        match node:
            case ast.Compare():
                yield from self._comparison(node)
            case ast.BoolOp():
                yield from self._logical(node)
            case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
                yield from self._operator(node.left, node.right, *_ARITHMETIC[type(op)])
            case ast.AugAssign(op=op) if type(op) in _ARITHMETIC:
                old, new = _ARITHMETIC[type(op)]
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
            case ast.Break():
                yield self._replaced(node, "continue")
            case ast.Continue():
                yield self._replaced(node, "break")

    def _replaced(self, node: ast.expr | ast.stmt, text: str, *, coarse: bool = False) -> _Change:
        old = self._module.slice(node)
        return _Change(self._module.span(node), text, f"`{_shorten(old)}` became `{_shorten(text)}`", coarse)

    def _removed(self, node: ast.stmt) -> Iterator[_Change]:
        """Nothing in place of a statement; not where a name would go undefined, which tells nothing."""
        names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
        if all(self._assigned[each] > 1 for each in names):
            what = f"`{_shorten(self._module.slice(node))}` removed"
            yield _Change(self._module.span(node), "pass", what, coarse=True)

    def _comparison(self, node: ast.Compare) -> Iterator[_Change]:
        operands = [node.left, *node.comparators]
        for left, op, right in zip(operands, node.ops, node.comparators, strict=False):
            old, new = _COMPARISONS[type(op)]
            yield from self._operator(left, right, old, new)

    def _logical(self, node: ast.BoolOp) -> Iterator[_Change]:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        if len(node.values) == 2:  # with more, one changed operator would bind differently
            yield from self._operator(node.values[0], node.values[1], old, new)
        for value in node.values[1:]:
            yield self._replaced(value, "True" if old == "and" else "False")

    def _operator(self, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[_Change]:
        """The operator stands between its operands, which may have brackets and comments around them."""
        start, end = self._module.span(left).end, self._module.span(right).start
        pattern = old if old[0].isalpha() else re.escape(old)
        between = re.sub(r"#[^\n]*", lambda comment: " " * len(comment.group()), self._module.text[start:end])
        if found := re.search(pattern, between):
            span = Span(start + found.start(), start + found.end())
            yield _Change(span, new, f"`{found.group()}` became `{new}`")

    def _constant(self, node: ast.Constant) -> Iterator[_Change]:
        value = node.value
        if isinstance(value, bool):
            yield self._replaced(node, str(not value))
        elif isinstance(value, int):
            yield self._replaced(node, str(value + 1))
        elif isinstance(value, float):
            yield self._replaced(node, repr(value + 1))
        elif isinstance(value, str) and id(node) not in self._spoken:
            yield self._replaced(node, '""' if value else '"stoker"', coarse=True)

    def _call(self, node: ast.Call) -> Iterator[_Change]:
        """Drop one argument: the last keyword, else the last of several."""
        parts: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        if len(parts) > 1:
            span = Span(self._end(parts[-2]), self._end(parts[-1]))
            dropped = self._module.text[span.start : span.end].lstrip(", \n")
            yield _Change(span, "", f"the argument `{_shorten(dropped)}` dropped", coarse=True)

    def _end(self, part: ast.expr | ast.keyword) -> int:
        return self._module.span(part.value if isinstance(part, ast.keyword) else part).end


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
