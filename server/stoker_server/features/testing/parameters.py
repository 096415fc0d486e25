"""The parameters of functions. Runs nothing."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a test may pass.

    Attributes:
        node: Its name and annotation.
        default: Its default; ``None`` where it has to be passed.
        by_name: Whether a test passes it by name: it has to, or it is optional and others before it may be left out.
        many: Whether it takes any number of values (``*args``).
    """

    node: ast.arg
    default: ast.expr | None = None
    by_name: bool = False
    many: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.arg

    @property
    def required(self) -> bool:
        """Whether a call without it fails."""
        return self.default is None and not self.many


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef, *, bound: bool) -> list[Parameter]:
    """What a caller may pass; ``**kwargs`` is left out, for its names are unknown.

    Args:
        function: The definition.
        bound: Whether the first parameter is passed by Python itself.
    """
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [*[None] * missing, *arguments.defaults]
    unnamed = len(arguments.posonlyargs)
    found = [
        Parameter(node, default, by_name=number >= max(missing, unnamed))
        for number, (node, default) in enumerate(zip(positional, defaults, strict=True))
        # Of optional ones without a name only the first can be passed while those before it are left out.
        if number >= bound and (number <= missing or number >= unnamed)
    ]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg, many=True))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*found, *(Parameter(node, default, by_name=True) for node, default in named)]


def is_literal(node: ast.expr) -> bool:
    """Whether an expression's value stands in it."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):  # those that it is documented to raise
        return False
    return True
