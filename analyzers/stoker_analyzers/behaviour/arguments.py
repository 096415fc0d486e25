"""Which parameter each argument of a call is for, before and after a function's parameters change. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

_QUIET = (ast.Name, ast.Constant, ast.Attribute, ast.expr_context, ast.UnaryOp, ast.unaryop)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a function.

    Attributes:
        positional: The names that may be passed by place; without the object of a method.
        only: How many of these can be passed by place only.
        named: The names that have to be passed by name.
        required: Those without a default.
        open: Whether it takes any number of arguments besides.
    """

    positional: tuple[str, ...]
    only: int
    named: tuple[str, ...]
    required: frozenset[str]
    open: bool

    @classmethod
    def of(cls, function: Function, *, bound: bool) -> Signature:
        """That of a definition.

        Args:
            function: It.
            bound: Whether Python passes the first argument.
        """
        given = function.args
        order = [each.arg for each in (*given.posonlyargs, *given.args)]
        late = order[len(order) - len(given.defaults) :]
        named = [each.arg for each in given.kwonlyargs]
        fixed = [each.arg for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value is None]
        required = frozenset([*order[bound : len(order) - len(late)], *fixed])
        only = max(len(given.posonlyargs) - bound, 0)
        return cls(tuple(order[bound:]), only, tuple(named), required, bool(given.vararg or given.kwarg))

    def passed(self, call: ast.Call) -> dict[str, ast.expr] | None:
        """The argument for each parameter in the order of evaluation; ``None`` where that can't be told."""
        starred = any(isinstance(each, ast.Starred) for each in call.args) or any(
            not each.arg for each in call.keywords
        )
        if starred or len(call.args) > len(self.positional):
            return None
        found = dict(zip(self.positional, call.args, strict=False))
        for each in call.keywords:
            if not each.arg or each.arg in found or each.arg not in (*self.positional[self.only :], *self.named):
                return None
            found[each.arg] = each.value
        return found if self.required <= found.keys() else None


def is_quiet(node: ast.expr) -> bool:
    """Whether computing an argument can have no effect that anybody relies on, so that it may go or change its place."""
    return all(isinstance(each, _QUIET) for each in ast.walk(node))


def called(node: ast.AST) -> str:
    """The last name of what a call calls; empty for other nodes."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


class Canonical(ast.NodeTransformer):
    """Brings a function's definition and calls into a form in which two versions of a file can be compared."""

    def __init__(self, name: str, signature: Signature, renamed: Mapping[str, str], gone: frozenset[str]) -> None:
        """Prepare for one version.

        Args:
            name: The function.
            signature: Its parameters in this version.
            renamed: This version's names of parameters, with the other version's.
            gone: Parameters that only this version has.
        """
        self._name, self._signature, self._renamed, self._gone = name, signature, renamed, gone

    def visit_Call(self, node: ast.Call) -> ast.AST:  # as ast calls it
        """A call, with every argument by name, and what must keep its order in that order."""
        self.generic_visit(node)
        given = self._signature.passed(node) if called(node) == self._name else None
        if given is None:
            return node
        kept = {self._renamed.get(each, each): value for each, value in given.items() if each not in self._gone}
        loud = [ast.dump(value) for value in given.values() if not is_quiet(value)]
        keywords = [ast.keyword(each, kept[each]) for each in sorted(kept)]
        return ast.Call(node.func, [ast.Constant(each) for each in loud], keywords)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # as above
        """The definition, without its parameters."""
        self.generic_visit(node)
        if node.name == self._name:
            node.args = ast.arguments([], [], None, [], [], None, [])
            for each in ast.walk(node):
                if isinstance(each, ast.Name) and each.id in self._renamed:
                    each.id = self._renamed[each.id]
        return node
