"""What is to be tested: one Python function or method, how it is imported and how it is called. Runs nothing."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.proving.layout import ImportName
from stoker_server.proving.source import Function, Module

SPECIAL = {
    "__init__": "vars({owner}({0}))",
    "__len__": "len({self})",
    "__repr__": "repr({self})",
    "__str__": "str({self})",
    "__bool__": "bool({self})",
    "__int__": "int({self})",
    "__float__": "float({self})",
    "__abs__": "abs({self})",
    "__neg__": "-{self}",
    "__iter__": "list({self})",
    "__contains__": "{0} in {self}",
    "__getitem__": "{self}[{0}]",
    "__eq__": "{self} == {0}",
    "__ne__": "{self} != {0}",
    "__lt__": "{self} < {0}",
    "__le__": "{self} <= {0}",
    "__gt__": "{self} > {0}",
    "__ge__": "{self} >= {0}",
    "__add__": "{self} + {0}",
    "__sub__": "{self} - {0}",
    "__mul__": "{self} * {0}",
    "__truediv__": "{self} / {0}",
    "__call__": "{self}({0})",
}
"""The special methods that a test can call as they are meant to be called, and how."""

_UNTESTABLE = frozenset({"overload", "abstractmethod", "abc.abstractmethod", "typing.overload"})


@dataclass(frozen=True)
class Target:
    """The function under test.

    Attributes:
        snapshot: The document.
        symbol: The function, as the outline has it.
        path: The document's file.
        function: The function, as ``ast`` has it.
        owner: The class around a method.
        name: By what name the file is imported.
    """

    snapshot: Snapshot
    symbol: Symbol
    path: Path
    function: Function
    owner: ast.ClassDef | None
    name: ImportName

    @property
    def module(self) -> Module:
        """The parsed file."""
        return self.function.module

    @property
    def imported(self) -> str:
        """The name that a test imports: the function, or the outermost class around it."""
        return self.function.qualified.partition(".")[0]

    @cached_property
    def decorators(self) -> frozenset[str]:
        """The names of the decorators."""
        nodes = (each.func if isinstance(each, ast.Call) else each for each in self.function.node.decorator_list)
        return frozenset(ast.unparse(each) for each in nodes)

    @property
    def is_property(self) -> bool:
        """Whether it is read and not called."""
        return bool(self.decorators & {"property", "cached_property", "functools.cached_property"})

    @property
    def needs_instance(self) -> bool:
        """Whether it is called on an object of its class."""
        return self.owner is not None and not self.decorators & {"staticmethod", "classmethod"}

    @property
    def is_async(self) -> bool:
        """Whether it gives a coroutine."""
        return isinstance(self.function.node, ast.AsyncFunctionDef) and not self.yields

    @cached_property
    def yields(self) -> bool:
        """Whether it is a generator."""
        return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in own_nodes(self.function.node))

    @property
    def receiver(self) -> str:
        """What an object of the class is called in a test: the last word of the class's name, or all where that is taken."""
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", self.owner.name if self.owner else "")
        names = (words[-1].lower(), snake(self.owner.name)) if words and self.owner else ()
        taken = self.defined.union(dir(builtins), keyword.kwlist)
        return next((each for each in names if each.isidentifier() and each not in taken), "instance")

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names that the file defines or imports at its top."""
        return frozenset(bound_names(self.module.tree.body))

    @cached_property
    def words(self) -> str:
        """The function's name as a test's name has it, e.g. ``text_wrapper_wrap``."""
        return snake(self.function.qualified.replace(".", "_"))


def find_symbol(snapshot: Snapshot, span: Span, name: str | None = None) -> Symbol | None:
    """The innermost Python function at a place; ``None`` where a test can't call it.

    Args:
        snapshot: The document.
        span: A place in it.
        name: A qualified name, which wins over the place.
    """
    if snapshot.language is None or snapshot.language.id != "python" or snapshot.tree is None:
        return None
    outline = snapshot.outline
    if name:
        symbol = outline.find(name)
    else:
        around = [each for each in outline.enclosing(span.start) if each.kind in CALLABLE]
        symbol = around[0] if around else None  # one inside another can't be called from outside
    if symbol is None or symbol.kind not in CALLABLE or symbol.body is None or symbol.name.startswith("test"):
        return None  # what is called so would be collected as a test
    if symbol.name.startswith("__") and symbol.name.endswith("__") and symbol.name not in SPECIAL:
        return None  # only Python itself calls these
    return symbol if _UNTESTABLE.isdisjoint(symbol.decorators) else None


def find_owner(module: Module, qualified: str) -> ast.ClassDef | None:
    """The class around a method, by the method's qualified name."""
    body, owner = module.tree.body, None
    for name in qualified.split(".")[:-1]:
        owner = next((each for each in body if isinstance(each, ast.ClassDef) and each.name == name), None)
        if owner is None:
            return None
        body = owner.body
    return owner


def own_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Every node of a body that is not part of an inner function or class."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack += ast.iter_child_nodes(node)


def bound_names(body: list[ast.stmt]) -> Iterator[str]:
    """The names that the statements of a module's top define, import or assign."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (each.asname or each.name.partition(".")[0] for each in names)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                yield from (
                    each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
                )
            case ast.If() | ast.Try():
                blocks = [node.body, node.orelse, *(each.body for each in getattr(node, "handlers", []))]
                yield from (name for block in blocks for name in bound_names(block))


def snake(name: str) -> str:
    """A name in lower case with underscores between its words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", "_", name)
    return re.sub(r"_+", "_", spaced.lower()).strip("_")
