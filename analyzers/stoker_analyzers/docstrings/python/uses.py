"""What a function does with one of its arguments, where that is plain to see."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stoker_analyzers.docstrings.python.source import Function, body_of, is_none
from stoker_analyzers.docstrings.python.variables import Variables

_SHORT = 40
"""Characters of an expression that can be shown within a sentence."""


@dataclass(frozen=True, slots=True)
class NoneMeans:
    """``None`` is replaced by an expression."""

    code: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Stored as it is in an attribute of the object."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Compared with literals."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """Passed on as it is.

    Attributes:
        to: What is called, as written.
        keyword: The keyword under which; empty for a positional argument.
    """

    to: str
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """Called itself, as written."""

    code: str


@dataclass(frozen=True, slots=True)
class Iterated:
    """Gone through in a loop or comprehension."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Asked for literal keys."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attributes:
    """Asked for attributes; a method's name ends with brackets."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Part of a short expression."""

    code: str


Use = NoneMeans | Kept | Compared | Passed | Called | Iterated | Keys | Attributes | Within


def uses(function: Function, name: str, variables: Variables) -> tuple[Use, ...]:
    """What happens to an argument, the most telling first, one of each sort."""
    return tuple(_Uses(function, name, variables).found())


class _Uses:
    """Where one argument occurs."""

    def __init__(self, function: Function, name: str, variables: Variables) -> None:
        self._function = function
        self._name = name
        self._variables = variables
        self._places = [
            (parent, node)
            for statement in body_of(function)
            for parent, node in _pairs(statement)
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
            if variables.is_given(node)
        ]

    def found(self) -> Iterator[Use]:
        """One use of each sort."""
        sorts: tuple[Callable[[], Use | None], ...] = (
            self._none_means,
            self._kept,
            self._compared,
            self._passed,
            self._called,
            self._iterated,
            self._keys,
            self._attributes,
            self._within,
        )
        return (use for sort in sorts if (use := sort()))

    def _none_means(self) -> Use | None:
        for node in ast.walk(self._function):
            match node:
                case ast.If(test=test, body=[ast.Assign(targets=[target], value=value)], orelse=[]):
                    if self._is(target) and self._is_none_test(test, ast.Is):
                        return self._short(value, NoneMeans)
                case ast.IfExp(test=test, body=value, orelse=other) if self._is(other) and self._is_none_test(
                    test, ast.Is
                ):
                    return self._short(value, NoneMeans)
                case ast.IfExp(test=test, body=other, orelse=value) if self._is(other) and self._is_none_test(
                    test, ast.IsNot
                ):
                    return self._short(value, NoneMeans)
        return None

    def _is_none_test(self, test: ast.expr, operator: type[ast.cmpop]) -> bool:
        match test:
            case ast.Compare(left=left, ops=[used], comparators=[right]):
                return self._is(left) and isinstance(used, operator) and is_none(right)
        return False

    def _kept(self) -> Use | None:
        for node in ast.walk(self._function):
            match node:
                case (
                    ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)], value=value)
                    | ast.AnnAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=attribute), value=value)
                ) if value is not None and self._is(value):
                    return Kept(attribute)
        return None

    def _compared(self) -> Use | None:
        values: dict[str, None] = {}
        for parent, node in self._places:
            if not (isinstance(parent, ast.Compare) and parent.left is node and len(parent.ops) == 1):
                continue
            right = parent.comparators[0]
            several = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else [right]
            if isinstance(parent.ops[0], ast.Eq | ast.In) and all(_is_text(each) for each in several):
                values |= dict.fromkeys(ast.unparse(each) for each in several)
        return Compared(tuple(values)) if values else None

    def _passed(self) -> Use | None:
        passed: list[Passed] = []
        raised = {id(node.exc) for node in ast.walk(self._function) if isinstance(node, ast.Raise)}
        calls = (node for node in ast.walk(self._function) if isinstance(node, ast.Call) and id(node) not in raised)
        for call in calls:
            to = self._variables.code(call.func, _SHORT)
            plain = [each.value if isinstance(each, ast.Starred) else each for each in call.args]
            if to and to not in _SAYS_LITTLE:
                passed += [Passed(to) for each in plain if self._is(each)]
                passed += [Passed(to, keyword.arg or "") for keyword in call.keywords if self._is(keyword.value)]
        return passed[0] if len({each.to for each in passed}) == 1 else None

    def _called(self) -> Use | None:
        calls = [parent for parent, node in self._places if isinstance(parent, ast.Call) and parent.func is node]
        return self._short(calls[0], Called) if calls else None

    def _iterated(self) -> Use | None:
        for parent, node in self._places:
            if isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension) and parent.iter is node:
                return Iterated()
            if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _GOES_THROUGH:
                return Iterated()
        return None

    def _keys(self) -> Use | None:
        keys: dict[str, None] = {}
        for node in ast.walk(self._function):
            match node:
                case (
                    ast.Subscript(value=value, slice=ast.Constant(value=str() as key))
                    | ast.Call(func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=str() as key), *_])
                ) if self._is(value):
                    keys[key] = None
        return Keys(tuple(keys)) if keys else None

    def _attributes(self) -> Use | None:
        called = {id(node.func) for node in ast.walk(self._function) if isinstance(node, ast.Call)}
        names = {
            f"{parent.attr}()" if id(parent) in called else parent.attr: None
            for parent, _ in self._places
            if isinstance(parent, ast.Attribute)
        }
        return Attributes(tuple(names)) if names and not any(name.startswith("_") for name in names) else None

    def _within(self) -> Use | None:
        for parent, _ in self._places:
            if isinstance(parent, ast.BinOp | ast.Subscript):
                return self._short(parent, Within)
        return None

    def _short(self, node: ast.expr, make: Callable[[str], Use]) -> Use | None:
        code = self._variables.code(node, _SHORT)
        return make(code) if code else None

    def _is(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Name) or node.id != self._name:
            return False
        return isinstance(node.ctx, ast.Store) or self._variables.is_given(node)


_GOES_THROUGH = frozenset(
    {"enumerate", "iter", "list", "map", "reversed", "set", "sorted", "sum", "tuple", "zip", "any", "all"}
)
"""Functions that go through what they are given."""
_SAYS_LITTLE = _GOES_THROUGH | {
    *(
        "bool",
        "callable",
        "cast",
        "delattr",
        "float",
        "getattr",
        "hasattr",
        "hash",
        "id",
        "int",
        "isinstance",
        "issubclass",
    ),
    *("len", "max", "min", "next", "print", "repr", "setattr", "str", "super", "type", "typing.cast"),
}
"""Functions that do something to whatever they are given."""


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _pairs(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every node below one with its parent."""
    for child in ast.iter_child_nodes(node):
        yield node, child
        yield from _pairs(child)
