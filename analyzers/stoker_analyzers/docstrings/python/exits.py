"""How a function ends: what it returns, yields and raises, and what has to hold for it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stoker_analyzers.docstrings.python.source import Function, body_of, own


@dataclass(frozen=True, slots=True)
class If:
    """A test that decides.

    Attributes:
        test: The expression.
        holds: Whether it has to be true; otherwise false.
        nested: Whether the exit stands in that branch; otherwise a branch before it left the function.
    """

    test: ast.expr
    holds: bool
    nested: bool = True


@dataclass(frozen=True, slots=True)
class Caught:
    """An exception was caught.

    Attributes:
        type: Its name as written; empty for any.
        tried: The statements it came from.
    """

    type: str
    tried: tuple[ast.stmt, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """A loop's turn."""

    target: ast.expr
    values: ast.expr


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A place whose condition is not read: a ``match`` case, a ``while`` loop, an ``else`` of a loop or a try.

    Attributes:
        again: Whether it may be come by more than once.
    """

    again: bool = False


Guard = If | Caught | Each | Somewhere


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out.

    Attributes:
        node: The statement, or the ``yield``.
        guards: What has to hold, outermost first.
    """

    node: ast.Return | ast.Raise | ast.Yield | ast.YieldFrom
    guards: tuple[Guard, ...]

    @property
    def again(self) -> bool:
        """Whether it may be come by more than once, as far as the form shows."""
        return any(isinstance(each, Each) or (isinstance(each, Somewhere) and each.again) for each in self.guards)


def exits(function: Function) -> tuple[Exit, ...]:
    """Every way out of a function, in the order of the text."""
    return tuple(_walk(body_of(function), ()))


def falls_through(statements: Sequence[ast.stmt]) -> bool:
    """Whether what follows the statements can be reached, as far as their form shows."""
    if not statements:
        return True
    last = statements[-1]
    match last:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return False
        case ast.If():
            return falls_through(last.body) or falls_through(last.orelse)
        case ast.With() | ast.AsyncWith():
            return any(map(_suppresses, last.items)) or falls_through(last.body)
        case ast.Try():
            if last.finalbody and not falls_through(last.finalbody):
                return False
            return falls_through(last.orelse or last.body) or any(falls_through(each.body) for each in last.handlers)
        case ast.While(test=ast.Constant(value=value)) if value:
            return any(isinstance(each, ast.Break) for each in own(last))
        case ast.Match():
            return not any(_catches_all(case) for case in last.cases) or any(
                falls_through(case.body) for case in last.cases
            )
        case _:
            return True


def _walk(statements: Sequence[ast.stmt], guards: tuple[Guard, ...]) -> Iterator[Exit]:
    for statement in statements:
        match statement:
            case ast.Return() | ast.Raise():
                yield from _yields(statement, guards)
                yield Exit(statement, guards)
            case ast.If():
                yield from _yields(statement.test, guards)
                yield from _walk(statement.body, (*guards, If(statement.test, True)))
                yield from _walk(statement.orelse, (*guards, If(statement.test, False)))
                if not falls_through(statement.body) and not statement.orelse:
                    guards = (*guards, If(statement.test, False, nested=False))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case _:
                yield from _compound(statement, guards)


def _compound(statement: ast.stmt, guards: tuple[Guard, ...]) -> Iterator[Exit]:
    """Exits in a statement that holds others, or in none."""
    match statement:
        case ast.For() | ast.AsyncFor():
            yield from _yields(statement.iter, guards)
            yield from _walk(statement.body, (*guards, Each(statement.target, statement.iter)))
            yield from _walk(statement.orelse, (*guards, Somewhere()))
        case ast.While():
            yield from _yields(statement.test, guards)
            yield from _walk(statement.body, (*guards, Somewhere(again=True)))
            yield from _walk(statement.orelse, (*guards, Somewhere()))
        case ast.With() | ast.AsyncWith():
            yield from _walk(statement.body, guards)
        case ast.Try() | ast.TryStar():
            yield from _tried(statement, guards)
        case ast.Match():
            for case in statement.cases:
                yield from _walk(case.body, (*guards, Somewhere()))
        case _:
            yield from _yields(statement, guards)


def _tried(statement: ast.Try | ast.TryStar, guards: tuple[Guard, ...]) -> Iterator[Exit]:
    yield from _walk(statement.body, guards)
    for handler in statement.handlers:
        caught = Caught(ast.unparse(handler.type) if handler.type else "", tuple(statement.body))
        yield from _walk(handler.body, (*guards, caught))
    yield from _walk(statement.orelse, guards)
    yield from _walk(statement.finalbody, guards)


def _yields(node: ast.AST, guards: tuple[Guard, ...]) -> Iterator[Exit]:
    nodes: Iterable[ast.AST] = (node, *own(node))
    return (Exit(each, guards) for each in nodes if isinstance(each, ast.Yield | ast.YieldFrom))


def _suppresses(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name == "suppress"
    return False


def _catches_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
