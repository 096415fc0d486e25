"""What sort of values a function's parameters take: from annotations, defaults, calls that are seen, and its uses.

A sort is plain data, so that it can be sent to another process: a list of a word and further sorts, such as
``["list", ["int"]]``. Runs nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stoker_analyzers.python_ast import parse_python

Sort = list[Any]

_PLAIN = {"str": "str", "int": "int", "float": "float", "bool": "bool", "bytes": "bytes", "complex": "float"}
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "Collection", "MutableSequence", "Reversible"})
_SETS = frozenset({"set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet"})
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict", "Counter"})
_ANYTHING: Sort = ["or", ["str"], ["int"], ["list", ["int"]], ["list", ["str"]], ["dict", ["str"], ["int"]]]
"""Where nothing says what a parameter takes."""
_OF_TEXT = frozenset(name for name in dir(str) if not hasattr(list, name) and not hasattr(bytes, name)) | {
    *("split", "strip", "lower", "upper", "startswith", "endswith", "splitlines", "replace", "encode"),
}
_OF_LISTS = frozenset({"append", "extend", "insert", "sort"})
_OF_MAPPINGS = frozenset({"items", "keys", "values", "get", "setdefault"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a made-up call passes.

    Attributes:
        name: Its name.
        sort: What it takes.
        by_name: Whether it has to be passed by name.
        seen: Literals that calls in tests and examples pass, as code.
        sure: Whether its annotation, its default or a call says what it takes.
    """

    name: str
    sort: Sort
    by_name: bool
    seen: tuple[str, ...]
    sure: bool


def parameters(function: ast.FunctionDef, calls: Sequence[ast.Call]) -> list[Parameter] | None:
    """What to pass to a function; ``None`` where an annotation names something that can't be made up.

    Args:
        function: Its definition; ``*args`` and ``**kwargs`` get nothing.
        calls: Calls of it with literals as arguments.
    """
    arguments = function.args
    order = [*arguments.posonlyargs, *arguments.args]
    late = dict(zip(reversed([each.arg for each in order]), reversed(arguments.defaults), strict=False))
    late |= {each.arg: value for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value}
    found = []
    for number, each in enumerate((*order, *arguments.kwonlyargs)):
        seen = [value for call in calls for value in _passed(call, each.arg, number)]
        default = late.get(each.arg)
        values = [*seen, *([default] if default is not None else [])]
        sort = of_annotation(each.annotation) if each.annotation else _of_values(values)
        if sort is None and each.annotation is not None:
            return None
        only_none = sort == ["none"]
        sure = sort is not None and not only_none
        if sort is None or only_none:
            used = _of_uses(function, each.arg)
            sort = ["or", *([["none"]] if only_none else []), used]
        by_name = number >= len(order)
        found.append(Parameter(each.arg, sort, by_name, tuple(map(ast.unparse, seen)), sure))
    return found


def _passed(call: ast.Call, name: str, number: int) -> Iterator[ast.expr]:
    given = {each.arg: each.value for each in call.keywords}
    if name in given:
        yield given[name]
    elif number < len(call.args):
        yield call.args[number]


def literal_calls(text: str, name: str) -> list[ast.Call]:
    """The calls of a function in a file, and in the examples of its docstrings, that pass literals only."""
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    sources: list[ast.AST] = [tree]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ">>>" in node.value:
            for line in node.value.splitlines():
                if line.lstrip().startswith(">>> ") and name in line:
                    try:
                        sources.append(parse_python(line.lstrip()[4:]))
                    except (SyntaxError, ValueError):
                        continue  # an example over several lines
    return [each for source in sources for each in ast.walk(source) if _is_literal_call(each, name)]  # type: ignore[misc]  # see there


def _is_literal_call(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    values = [*node.args, *(each.value for each in node.keywords)]
    return called == name and all(_of_value(each) is not None for each in values) and all(k.arg for k in node.keywords)


def of_annotation(node: ast.expr) -> Sort | None:
    """The sort that a type names; ``None`` for one that can't be made up."""
    match node:
        case ast.Constant(value=None):
            return ["none"]
        case ast.Constant(value=str() as text):
            try:
                return of_annotation(parse_python(text, mode="eval").body)
            except (SyntaxError, ValueError):
                return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either([of_annotation(left), of_annotation(right)])
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _of_name(name)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _of_generic(name, parts)
    return None


def _of_name(name: str) -> Sort | None:
    if name in _PLAIN:
        return [_PLAIN[name]]
    if name in ("Any", "object", "T", "Hashable"):
        return _ANYTHING
    if name in _LISTS or name in ("tuple", "Tuple"):
        return ["list", ["int"]] if name not in ("tuple", "Tuple") else ["tuple", ["int"], ["int"]]
    if name in _SETS:
        return ["set", ["int"]]
    return ["dict", ["str"], ["int"]] if name in _MAPPINGS else ["float"] if name in ("Real", "Number") else None


def _of_generic(name: str, parts: Sequence[ast.expr]) -> Sort | None:
    if name == "Literal":
        return ["literal", *(ast.unparse(each) for each in parts)]
    if name in ("Final", "Annotated"):
        return of_annotation(parts[0])
    if name in ("tuple", "Tuple") and len(parts) == 2 and isinstance(parts[1], ast.Constant):
        inner = of_annotation(parts[0])
        return ["tuples", inner] if inner else None
    found = [of_annotation(each) for each in parts]
    if any(each is None for each in found):
        return None
    if name in ("Optional", "Union"):
        return _either([*found, *([["none"]] if name == "Optional" else [])])
    if name in ("tuple", "Tuple"):
        return ["tuple", *found]
    if name == "Counter":
        return ["dict", found[0], ["int"]]
    kinds = {**dict.fromkeys(_LISTS, "list"), **dict.fromkeys(_SETS, "set"), **dict.fromkeys(_MAPPINGS, "dict")}
    return [kinds[name], *found] if name in kinds else None


def _either(sorts: Sequence[Sort | None]) -> Sort | None:
    parts = [part for each in sorts if each for part in (each[1:] if each[0] == "or" else [each])]
    return ["or", *parts] if all(sorts) else None


def _of_values(values: Sequence[ast.expr]) -> Sort | None:
    found: list[Sort] = []
    for each in values:
        if (sort := _of_value(each)) and sort not in found:
            found.append(sort)
    return found[0] if len(found) == 1 else ["or", *found] if found else None


def _of_value(node: ast.expr) -> Sort | None:
    """The sort of a literal; ``None`` for other code."""
    match node:
        case ast.Constant(value=None):
            return ["none"]
        case ast.Constant(value=bool() | int() | float() | str() | bytes() as value):
            return [type(value).__name__]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as inner):
            return _of_value(inner)
        case ast.List(elts=parts):
            return ["list", _of_values(parts) or ["int"]] if all(map(_of_value, parts)) else None
        case ast.Set(elts=parts):
            return ["set", _of_values(parts) or ["int"]] if all(map(_of_value, parts)) else None
        case ast.Tuple(elts=parts):
            return ["tuple", *map(_of_value, parts)] if all(map(_of_value, parts)) else None
        case ast.Dict(keys=keys, values=values):
            known = [each for each in keys if each is not None and _of_value(each)]
            if len(known) < len(keys) or not all(map(_of_value, values)):
                return None
            return ["dict", _of_values(known) or ["str"], _of_values(values) or ["int"]]
    return None


def _of_uses(function: ast.FunctionDef, name: str) -> Sort:
    """What a parameter may take by what is done with it."""
    methods: set[str] = set()
    numeric = iterated = False
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=found), attr=attr) if found == name:
                methods.add(attr)
            case ast.BinOp(left=left, right=right) if not isinstance(node.op, ast.Add | ast.Mult | ast.Mod):
                numeric |= any(isinstance(each, ast.Name) and each.id == name for each in (left, right))
            case ast.Compare(left=ast.Name(id=found), comparators=[ast.Constant(value=int() | float())]) if (
                found == name
            ):
                numeric = True
            case ast.Call(func=ast.Name(id="range"), args=parts):
                numeric |= any(isinstance(each, ast.Name) and each.id == name for each in parts)
            case ast.For(iter=ast.Name(id=found)) | ast.comprehension(iter=ast.Name(id=found)) if found == name:
                iterated = True
    if methods & _OF_TEXT:
        return ["str"]
    if methods & _OF_MAPPINGS:
        return ["dict", ["str"], ["int"]]
    if methods & _OF_LISTS:
        return ["list", ["int"]]
    if numeric:
        return ["or", ["int"], ["float"]]
    return ["or", ["list", ["int"]], ["list", ["str"]], ["str"]] if iterated else _ANYTHING


def as_payload(taken: Sequence[Parameter]) -> list[Mapping[str, Any]]:
    """Parameters as plain data for another process."""
    return [{"name": each.name, "sort": each.sort, "seen": list(each.seen)} for each in taken]
