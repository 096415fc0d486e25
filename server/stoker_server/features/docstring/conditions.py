"""Tests in a body as English: *``n`` is negative*. What has no plain wording is shown as code."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_analyzers.docstrings.python.exits import Caught, Each, Guard, If
from stoker_analyzers.docstrings.python.variables import Variables
from stoker_server.features.docstring.words import article, listed

CODE_LIMIT = 60
"""Characters of code that read well within a sentence."""
_MOST = 5
"""Alternatives that are listed one by one."""

_OPPOSITE: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.GtE(),
    ast.GtE: ast.Lt(),
    ast.Gt: ast.LtE(),
    ast.LtE: ast.Gt(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
_BETWEEN: dict[type[ast.cmpop], str] = {
    ast.Eq: "is",
    ast.NotEq: "is not",
    ast.Lt: "is less than",
    ast.LtE: "is at most",
    ast.Gt: "is greater than",
    ast.GtE: "is at least",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "is in",
    ast.NotIn: "is not in",
}
_WITH_ZERO: dict[type[ast.cmpop], str] = {
    ast.Lt: "is negative",
    ast.GtE: "is not negative",
    ast.Gt: "is positive",
    ast.LtE: "is not positive",
}


class Wording:
    """Puts the tests of one function into words. ``None`` stands for what can't be said in short."""

    def __init__(self, variables: Variables) -> None:
        self._variables = variables

    def code(self, node: ast.expr, limit: int = CODE_LIMIT, allowed: frozenset[str] = frozenset()) -> str | None:
        """An expression between backticks, in terms of what callers know."""
        text = self._variables.code(node, limit, allowed)
        return f"``{text}``" if text else None

    def test(self, test: ast.expr, holds: bool = True, allowed: frozenset[str] = frozenset()) -> str | None:
        """A test as it follows *if*.

        Args:
            test: The expression.
            holds: Whether it is true; otherwise its opposite is worded.
            allowed: Local names that the sentence explains itself.
        """
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.test(operand, not holds, allowed)
            case ast.BoolOp(op=operator, values=values):
                parts = [self.test(value, holds, allowed) for value in values]
                if None in parts or len(parts) > _MOST:
                    return None
                return listed(
                    [part for part in parts if part], "or" if isinstance(operator, ast.Or) == holds else "and"
                )
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compared(left, operator if holds else _OPPOSITE[type(operator)], right, allowed)
            case ast.Call(func=ast.Name(id="isinstance"), args=[value, kind]):
                return self._instance(value, kind, holds, allowed)
            case ast.Call(func=ast.Name(id="callable"), args=[value]):
                return self._about(value, "is callable" if holds else "is not callable", allowed)
            case ast.Call(func=ast.Name(id="hasattr"), args=[value, ast.Constant(value=str() as name)]):
                return self._about(value, f"{'has an' if holds else 'has no'} attribute ``{name}``", allowed)
        return self._about(test, "is true" if holds else "is false", allowed)

    def _about(self, value: ast.expr, says: str | None, allowed: frozenset[str]) -> str | None:
        subject = self.code(value, allowed=allowed)
        return f"{subject} {says}" if subject and says else None

    def _instance(self, value: ast.expr, kind: ast.expr, holds: bool, allowed: frozenset[str]) -> str | None:
        kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
        names = [self.code(each, 30, allowed) for each in kinds]
        said = [name for name in names if name]
        if len(said) != len(names) or len(said) > _MOST:
            return None
        if holds:
            return self._about(value, f"is {article(said[0])} {listed(said, 'or')}", allowed)
        negated = f"neither {listed(said, 'nor')}" if len(said) > 1 else f"not {article(said[0])} {said[0]}"
        return self._about(value, f"is {negated}", allowed)

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, allowed: frozenset[str]) -> str | None:
        zero = isinstance(right, ast.Constant) and right.value == 0 and not isinstance(right.value, bool)
        match left:
            case ast.Call(func=ast.Name(id="len"), args=[value]) if zero and isinstance(
                operator, ast.Eq | ast.NotEq | ast.Gt
            ):
                return self._about(value, "is empty" if isinstance(operator, ast.Eq) else "is not empty", allowed)
        if zero and type(operator) in _WITH_ZERO:
            return self._about(left, _WITH_ZERO[type(operator)], allowed)
        if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set):
            return self._about(left, self._one_of(right.elts, isinstance(operator, ast.In), allowed), allowed)
        shown, words = self.code(right, allowed=allowed), _BETWEEN.get(type(operator))
        return self._about(left, f"{words} {shown}" if shown and words else None, allowed)

    def _one_of(self, values: Sequence[ast.expr], is_one: bool, allowed: frozenset[str]) -> str | None:
        shown = [self.code(value, 30, allowed) for value in values]
        said = [each for each in shown if each]
        if not said or len(said) != len(values) or len(said) > _MOST:
            return None
        if is_one:
            return f"is {listed(said, 'or')}"
        return f"is {'neither' if len(said) > 1 else 'not'} {listed(said, 'nor')}"

    def when(self, guards: Sequence[Guard]) -> str | None:
        """When a way out is taken, beginning with *if* or *unless*."""
        nested = [guard for guard in guards if not isinstance(guard, If) or guard.nested]
        if not nested:
            earlier = [guard for guard in guards if isinstance(guard, If)]
            said = self.test(earlier[0].test) if len(earlier) == 1 else None
            return f"unless {said}" if said else None
        loops = [guard for guard in nested if isinstance(guard, Each)]
        allowed = frozenset(name.id for loop in loops for name in ast.walk(loop.target) if isinstance(name, ast.Name))
        tests = [self._guard(guard, allowed) for guard in nested if not isinstance(guard, Each)]
        over = [self._over(loop) for loop in loops]
        if None in tests or None in over or not tests or len(tests) > 2 or len(over) > 1:
            return None
        return " ".join(["if", " and ".join(each for each in tests if each), *(each for each in over if each)])

    def _guard(self, guard: Guard, allowed: frozenset[str]) -> str | None:
        match guard:
            case If(test=test, holds=holds):
                return self.test(test, holds, allowed)
            case Caught():
                return self._caught(guard, allowed)
        return None

    def _over(self, loop: Each) -> str | None:
        values, target = self.code(loop.values, 40), ast.unparse(loop.target)
        return f"for some ``{target}`` in {values}" if values and len(target) <= CODE_LIMIT else None

    def _caught(self, guard: Caught, allowed: frozenset[str]) -> str | None:
        kinds = guard.type.strip("()").split(", ")
        if len(guard.tried) != 1 or not guard.type or len(kinds) > _MOST:
            return None
        tried = guard.tried[0]
        match tried:
            case ast.Return(value=ast.expr() as value) | ast.Assign(value=value) | ast.Expr(value=value):
                shown = self.code(value, 50, allowed)
                return f"{shown} raises {listed([f'``{kind}``' for kind in kinds], 'or')}" if shown else None
        return None
