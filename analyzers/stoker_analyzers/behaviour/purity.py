"""Whether a function only computes: then it can be run on made-up inputs, and two versions of it can be compared.

Judged by the tree and by lists of what the standard library has without effects; where in doubt, a function is not pure.
That it changes what it is given is no objection: whoever runs it looks at that, too.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from stoker_analyzers.behaviour.scopes import COMPREHENSIONS, Function, declared, own, stored
from stoker_analyzers.languages.base import words

_BUILTINS = words(
    """
    abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format frozenset
    getattr hasattr hex int isinstance issubclass iter len list map max min next oct ord pow range repr reversed round
    set slice sorted str sum tuple type zip
    """
)
_MODULES = words(
    """
    base64 binascii bisect cmath collections colorsys copy dataclasses decimal difflib enum fractions functools hashlib
    heapq html itertools json keyword math numbers operator re statistics string struct textwrap typing unicodedata zlib
    __future__
    """
)
"""Modules that compute and do nothing else, as far as their functions are usually called."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DECORATORS = frozenset({"cache", "lru_cache", "functools.cache", "functools.lru_cache"})
_PLAIN = (str, bytes, bytearray, list, dict, set, frozenset, tuple, int, float, complex)
_METHODS = frozenset(name for each in _PLAIN for name in dir(each)) | words(
    """
    appendleft popleft extendleft rotate most_common elements move_to_end search match fullmatch sub subn findall
    finditer group groups groupdict span start end
    """
)
"""Methods of the language's own objects, and of patterns, matches and collections."""
_CHANGING = words(
    """
    append appendleft add clear discard extend extendleft insert move_to_end pop popitem popleft remove reverse rotate
    setdefault sort update subtract
    """
)


def impurity(tree: ast.Module, name: str) -> str:
    """Why a function of a module can't be run on made-up inputs, in a few words; empty where it can.

    Args:
        tree: The module.
        name: The function; the module defines it at its top.
    """
    judge = _Judge(tree)
    pending, seen = [name], set[str]()
    while pending:
        each = pending.pop()
        if each in seen:
            continue
        seen.add(each)
        function = judge.functions.get(each)
        if function is None:
            return f"{each} is no function at the top of the file"
        for why in judge.faults(function):
            return why if each == name else f"it calls {each}, and there {why}"
        pending += judge.called(function)
    return ""


class _Judge:
    """Knows what the names of a module are."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions = {each.name: each for each in tree.body if isinstance(each, Function)}
        self._classes = {each.name for each in tree.body if isinstance(each, ast.ClassDef)}
        self._module = stored(*tree.body)
        self._allowed: set[str] = set()
        self._foreign: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._take(node)

    def _take(self, node: ast.Import | ast.ImportFrom) -> None:
        for each in node.names:
            module = each.name if isinstance(node, ast.Import) else ("." * node.level) + (node.module or "")
            bound = each.asname or each.name.partition(".")[0]
            (self._allowed if module.partition(".")[0] in _MODULES else self._foreign).add(bound)

    def called(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
        """The module's functions that a function names."""
        names = {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
        return sorted((names - own(function)) & self.functions.keys())

    def faults(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
        """What a function does besides computing."""
        if isinstance(function, ast.AsyncFunctionDef):
            yield "it is a coroutine"
        for each in function.decorator_list:
            written = ast.unparse(each.func if isinstance(each, ast.Call) else each)
            if written not in _DECORATORS:
                yield f"it is decorated with {written}"
        if changed := declared(ast.Global, function.body):
            yield f"it sets {min(changed)}, a variable of the module"
        scopes = (each for each in ast.walk(function) if isinstance(each, (*_SCOPES, *COMPREHENSIONS)))
        local = frozenset[str]().union(*map(own, scopes))
        raised = {id(each.exc) for each in ast.walk(function) if isinstance(each, ast.Raise)}
        for node in ast.walk(function):
            yield from self._fault(node, local, raised)

    def _fault(self, node: ast.AST, local: frozenset[str], raised: set[int]) -> Iterator[str]:
        """What a node does. Locals hold nothing but what was computed: no argument that is made up has effects."""
        match node:
            case ast.Name(id=name) if name not in local:
                if name in self._foreign or not (name in self._allowed | self._module or _is_quiet(name)):
                    yield f"it uses {name}"
            case ast.Call(func=ast.Name(id=name)) if name in self._classes - local and id(node) not in raised:
                yield f"it makes a {name}"
            case ast.Attribute(value=base, attr=attr, ctx=ast.Load()) if (root := _root(base)) and root not in local:
                if root in self._module - self._allowed and attr in _CHANGING:
                    yield f"it may change {root}, a variable of the module"
                elif root in self._module - self._allowed and attr not in _METHODS:
                    yield f"it uses {root}.{attr}"
            case ast.Attribute(value=base, ctx=ast.Store() | ast.Del()):
                yield "it sets an attribute"
            case ast.Subscript(value=base, ctx=ast.Store() | ast.Del()):
                if _root(base) not in local:
                    yield f"it changes {_root(base) or 'what it did not make'}"
            case ast.With() | ast.AsyncWith() | ast.Await() | ast.AsyncFor() | ast.ClassDef():
                yield f"it has {type(node).__name__.lower().replace('def', '')} in it"


def _is_quiet(name: str) -> bool:
    """Whether a built-in name stands for something that only computes."""
    found = getattr(builtins, name, None)
    error = isinstance(found, type) and issubclass(found, BaseException)
    return name in _BUILTINS or error or name in ("NotImplemented", "Ellipsis", "__debug__", "__name__", "object")


def _first(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def _root(node: ast.expr) -> str:
    first = _first(node)
    return first.id if isinstance(first, ast.Name) else ""
