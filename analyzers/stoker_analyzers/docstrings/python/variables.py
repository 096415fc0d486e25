"""Which names in a body mean something outside it, and what the others stand for."""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Iterator

from stoker_analyzers.docstrings.python.rebinding import rebound
from stoker_analyzers.docstrings.python.source import Function, own

_SHORT = 40
"""Characters of a variable's value above which it is not put in the variable's place."""
_DEPTH = 3
"""Variables within variables that are looked through."""


class Variables:
    """The names of one function."""

    def __init__(self, function: Function) -> None:
        self.parameters = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
        self._values: dict[str, ast.expr | None] = {}
        self._rebound = rebound(function)
        for name, value in _bindings(function):
            known = name in self._values or name in self.parameters
            self._values[name] = None if known or value is None or _changes(value) else value

    def code(self, node: ast.expr, limit: int, allowed: frozenset[str] = frozenset()) -> str | None:
        """An expression as callers can understand it: local variables replaced by what they hold.

        Returns:
            The code; ``None`` where it is longer than ``limit``, spans lines, or uses a variable whose value is not plain.
        """
        resolver = _Resolver(self, self._values, allowed)
        shown: ast.AST = copy.deepcopy(node)
        for _ in range(_DEPTH):
            resolver.replaced = False
            shown = resolver.visit(shown)
            if not resolver.replaced:
                break
        text = ast.unparse(shown)
        if resolver.lost or len(text) > limit or "\n" in text or "`" in text:
            return None
        return text

    def is_given(self, node: ast.Name) -> bool:
        """Whether a name, where it stands in the body, is an argument as the caller passed it.

        ``None`` that is replaced by a default counts as passed.
        """
        place = (getattr(node, "lineno", sys.maxsize), getattr(node, "col_offset", 0))
        return node.id in self.parameters and place < self._rebound.get(node.id, (sys.maxsize, 0))

    def is_local(self, name: str) -> bool:
        """Whether the body itself binds a name."""
        return name in self._values

    def value(self, name: str) -> ast.expr | None:
        """What a variable is bound to, where it is bound once."""
        return self._values.get(name)


class _Resolver(ast.NodeTransformer):
    """Puts values in the place of local variables."""

    def __init__(self, variables: Variables, values: dict[str, ast.expr | None], allowed: frozenset[str]) -> None:
        self._variables = variables
        self._values = values
        self._allowed = allowed
        self._inner: set[str] = set()
        self.replaced = self.lost = False

    def visit(self, node: ast.AST) -> ast.AST:
        """Look at a node; what comprehensions and lambdas bind themselves is theirs."""
        if isinstance(node, ast.comprehension):
            self._inner |= {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            for generator in node.generators:
                self._inner |= {each.id for each in ast.walk(generator.target) if isinstance(each, ast.Name)}
        elif isinstance(node, ast.Lambda):
            self._inner |= {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        result: ast.AST = super().visit(node)
        return result

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Replace a local variable by its value, or note that it has none."""
        if node.id in self._allowed or node.id in self._inner or self._variables.is_given(node):
            return node
        if node.id not in self._values and node.id not in self._variables.parameters:
            return node
        value = self._values.get(node.id)
        if value is None or len(ast.unparse(value)) > _SHORT:
            self.lost = True
            return node
        self.replaced = True
        return copy.deepcopy(value)


def _changes(value: ast.expr) -> bool:
    """Whether a value may have changed by the time the variable is read: containers, iterators, new objects."""
    match value:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _MUTABLE or name[:1].isupper()
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp() | ast.GeneratorExp():
            return True
        case ast.Await() | ast.Yield() | ast.YieldFrom():
            return True
    return False


_MUTABLE = frozenset(
    {
        *("list", "dict", "set", "bytearray", "deque", "defaultdict", "iter", "reversed", "zip", "map", "filter"),
        *("open", "enumerate", "copy", "deepcopy", "next", "pop", "read", "readline"),
    }
)


def _bindings(function: Function) -> Iterator[tuple[str, ast.expr | None]]:
    """Every name that the body binds, with the value where it is a plain assignment."""
    plain: set[int] = set()
    for node in own(function):  # a statement comes before the names in it
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                plain.add(id(target))
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name) as target, value=ast.expr() as value):
                plain.add(id(target))
                yield name, value
            case ast.Name(id=name, ctx=ast.Store()) if id(node) not in plain:
                yield name, None
            case ast.ExceptHandler(name=str() as name):
                yield name, None
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, None
