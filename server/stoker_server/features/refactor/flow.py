"""Where the values of local variables go: which are read after a stretch of code, and which are sure to be set by it.

The usual backward and forward analyses on structured code. Where the form of the code does not tell, a variable counts as
read and as not set.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

Names = frozenset[str]
Function = ast.FunctionDef | ast.AsyncFunctionDef
_NONE: Names = frozenset()
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def live_after(function: Function, first: int, last: int) -> Names:
    """The variables whose values, as they are after the lines from ``first`` to ``last``, may be read later on."""
    analysis = _Liveness(first, last)
    analysis.block(function.body, _NONE, _Jumps())
    return analysis.found


def stored(statements: Sequence[ast.stmt]) -> Names:
    """The variables that statements of a function set."""
    return frozenset().union(*(_names(statement, ast.Store) for statement in statements))


def is_shared(function: Function, names: Names) -> Names:
    """Those of the names that the function declares to belong to another scope."""
    declared = (each for each in ast.walk(function) if isinstance(each, ast.Global | ast.Nonlocal))
    return names & {name for each in declared for name in each.names}


@dataclass(frozen=True, slots=True)
class _Jumps:
    """What is live where control may jump to.

    Attributes:
        broken: After the loop.
        again: At the loop's head.
        raised: In the handlers and ``finally`` blocks around.
    """

    broken: Names = _NONE
    again: Names = _NONE
    raised: Names = _NONE


@dataclass(slots=True)
class _Liveness:
    """Backward through a function, noting what is live after the last statement within some lines."""

    first: int
    last: int
    found: Names = field(default=_NONE)
    within: bool = False

    def block(self, statements: Sequence[ast.stmt], after: Names, jumps: _Jumps) -> Names:
        """What is live before statements."""
        outside, noted = not self.within, False
        for statement in reversed(statements):
            after |= jumps.raised
            self.within = (self.first <= statement.lineno and (statement.end_lineno or 0) <= self.last) or not outside
            if self.within and outside and not noted:
                self.found, noted = after, True
            after = self.statement(statement, after, jumps)
        self.within = not outside
        return after

    def statement(self, node: ast.stmt, after: Names, jumps: _Jumps) -> Names:
        """What is live before one statement."""
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                return _reads(test) | self.block(body, after, jumps) | self.block(orelse, after, jumps)
            case ast.While(test=test):
                return self._loop(node, _reads(test), _NONE, after, jumps)
            case ast.For(target=target, iter=values) | ast.AsyncFor(target=target, iter=values):
                head = self._loop(node, _names(target, ast.Load), _names(target, ast.Store), after, jumps)
                return _reads(values) | head
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                inner = self.block(body, after, jumps)
                return frozenset().union(inner, *(_reads(item) for item in items))
            case ast.Try() | ast.TryStar():
                return self._try(node, after, jumps)
            case ast.Match(subject=subject, cases=cases):
                parts = (_guard(case) | self.block(case.body, after, jumps) for case in cases)
                return frozenset().union(_reads(subject), after, *parts)
            case ast.Return():
                return _reads(node) | jumps.raised
            case ast.Raise():
                return _reads(node) | jumps.raised
            case ast.Break():
                return jumps.broken | jumps.raised
            case ast.Continue():
                return jumps.again | jumps.raised
        return (after - _names(node, ast.Store)) | _reads(node)

    def _loop(
        self, node: ast.For | ast.AsyncFor | ast.While, reads: Names, sets: Names, after: Names, jumps: _Jumps
    ) -> Names:
        ended = self.block(node.orelse, after, jumps)
        head = reads | ended
        while True:
            inner = replace(jumps, broken=after, again=head)
            before = head | reads | (self.block(node.body, head, inner) - sets)
            if before == head:
                return head
            head = before

    def _try(self, node: ast.Try | ast.TryStar, after: Names, jumps: _Jumps) -> Names:
        final = self.block(node.finalbody, after, jumps)
        outer = replace(jumps, raised=jumps.raised | (final if node.finalbody else _NONE))
        handled = frozenset().union(
            *(
                (_reads(each.type) if each.type else _NONE) | self.block(each.body, final, outer)
                for each in node.handlers
            )
        )
        ended = self.block(node.orelse, final, outer)
        inner = replace(outer, raised=outer.raised | handled)
        return self.block(node.body, ended, inner) | handled


def _guard(case: ast.match_case) -> Names:
    return (_reads(case.guard) if case.guard else _NONE) | _reads(case.pattern)


def _reads(node: ast.AST) -> Names:
    """The names that a node reads, those in functions inside it among them; ``x += 1`` reads ``x``."""
    added = (each.target for each in ast.walk(node) if isinstance(each, ast.AugAssign))
    return _names(node, ast.Load) | {each.id for each in added if isinstance(each, ast.Name)}


def _names(node: ast.AST, context: type[ast.expr_context]) -> Names:
    return frozenset(_found(node, context))


def _found(node: ast.AST, context: type[ast.expr_context]) -> Iterator[str]:
    """Names in a context; what functions and comprehensions inside set is their own."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, context):
        yield node.id
    sets = context is ast.Store
    if sets and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    if sets and isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    if sets and isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    if sets and isinstance(node, (*_INNER, *_COMPREHENSIONS)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _found(child, context)


def surely_set(statements: Sequence[ast.stmt], before: Names) -> Names | None:
    """The variables that are set once statements have run to their end; ``None`` where they never do."""
    known: Names | None = before
    for statement in statements:
        if known is None:
            return None
        known = _set_by(statement, known)
    return known


def set_before(statements: Sequence[ast.stmt], line: int, before: Names) -> Names:
    """The variables that are set whenever control reaches a line within statements."""
    known = before
    for statement in statements:
        if statement.lineno >= line:
            break
        if (statement.end_lineno or 0) >= line:
            return _set_inside(statement, line, known)
        known = _set_by(statement, known) or known
    return known


def _set_inside(node: ast.stmt, line: int, before: Names) -> Names:
    """The same for a line within a compound statement."""
    known = before
    if isinstance(node, ast.For | ast.AsyncFor) and node.body[-1].lineno >= line:
        known |= _names(node.target, ast.Store)
    if isinstance(node, ast.With | ast.AsyncWith):
        known = known.union(*(_names(item, ast.Store) for item in node.items))
    parts: list[list[ast.stmt]] = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    parts += [handler.body for handler in getattr(node, "handlers", [])] + [
        case.body for case in getattr(node, "cases", [])
    ]
    part = next((each for each in parts if each and each[0].lineno <= line <= (each[-1].end_lineno or 0)), [])
    if isinstance(node, ast.Try) and part is node.orelse:
        known = surely_set(node.body, known) or known
    return set_before(part, line, known)


def _set_by(node: ast.stmt, before: Names) -> Names | None:
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return None
        case ast.If(body=body, orelse=orelse):
            return _either(surely_set(body, before), surely_set(orelse, before))
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            return surely_set(body, before.union(*(_names(item, ast.Store) for item in items)))
        case ast.Try() | ast.TryStar():
            tried = surely_set([*node.body, *node.orelse], before)
            for handler in node.handlers:
                tried = _either(tried, surely_set(handler.body, before))
            return tried if tried is None else surely_set(node.finalbody, tried)
        case ast.For() | ast.AsyncFor() | ast.While() | ast.Match():
            return before  # which turn or case is the last one, the form does not tell
    return before | _names(node, ast.Store)


def _either(left: Names | None, right: Names | None) -> Names | None:
    if left is None or right is None:
        return right if left is None else left
    return left & right
