"""Objects that something was done to: what other methods of a class put into one, before the method under test is called.

Runs nothing; which of the states differ is found out by the calls.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from stoker_server.features.testing.classes import Classes
from stoker_server.features.testing.parameters import parameters
from stoker_server.features.testing.samples import Sample
from stoker_server.features.testing.target import Target

_MOST_STATES, _PER_METHOD = 12, 4
_OPERATORS = {"__iadd__": "{0} += {1}", "__setitem__": "{0}[{1}] = {2}", "__ior__": "{0} |= {1}"}
_WORDS = {"__iadd__": "more was added", "__setitem__": "an item was set", "__ior__": "more was joined"}
_TELLING = (
    "add",
    "append",
    "insert",
    "push",
    "put",
    "set",
    "update",
    "extend",
    "feed",
    "write",
    "receive",
    "load",
    "register",
)
"""How the names of methods begin that put something into an object."""


def states(target: Target, classes: Classes) -> list[tuple[Sample, ...]]:
    """Statements to make before the call, as samples: each is one way to change the object.

    Args:
        target: The method; for anything else there is none.
        classes: The classes of its file.
    """
    if not target.needs_instance or target.owner is None or target.function.node.name == "__init__":
        return []
    groups = [list(_of_method(target, each, classes)) for each in _changing(target, target.owner)]
    rounds = itertools.zip_longest(*groups)
    single = [each for group in rounds for each in group if each is not None]
    twice = list(itertools.pairwise(single))
    found = [(each,) for each in single[: _MOST_STATES - 2]]
    return [*found, *twice[: _MOST_STATES - len(found)]]


def _changing(target: Target, owner: ast.ClassDef) -> list[ast.FunctionDef]:
    """The other methods that change an attribute of the object; those first whose names say that they put something in."""
    found = [
        each
        for each in owner.body
        if isinstance(each, ast.FunctionDef)
        and each is not target.function.node
        and (not each.name.startswith("_") or each.name in _OPERATORS)
        and not each.decorator_list
        and _changes(each)
    ]
    return sorted(found, key=lambda each: not each.name.strip("_").startswith((*_TELLING, "i")))


def _changes(method: ast.FunctionDef) -> bool:
    """Whether a method assigns something of ``self``, or calls a method of something that ``self`` holds."""
    own = method.args.args[0].arg if method.args.args else ""
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()) if name == own:
                return True
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name)), ctx=ast.Store()) if name == own:
                return True
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=name)))) if name == own:
                return True
    return False


def _of_method(target: Target, method: ast.FunctionDef, classes: Classes) -> Iterator[Sample]:
    taken = [each for each in parameters(method, bound=True) if each.required]
    if not taken:
        yield _statement(target, method, [])
        return
    body = [*method.body, *target.function.body]  # what the method under test looks for is worth putting in
    values = [classes.values(each, body) for each in taken]
    for number in range(min(_PER_METHOD, max(map(len, values), default=0))):
        if all(values):
            yield _statement(target, method, [each[number % len(each)] for each in values])


def _statement(target: Target, method: ast.FunctionDef, values: list[Sample]) -> Sample:
    codes = [each.code for each in values]
    if method.name in _OPERATORS and len(codes) == _OPERATORS[method.name].count("{") - 1:
        code = _OPERATORS[method.name].format(target.receiver, *codes)
    else:
        code = f"{target.receiver}.{method.name}({', '.join(codes)})"
    words = f"after {_WORDS.get(method.name) or method.name.replace('_', ' ')}"
    names = frozenset[str]().union(*(each.names for each in values))
    imports = tuple(dict.fromkeys(statement for each in values for statement in each.imports))
    return Sample(code, words, names, imports)
