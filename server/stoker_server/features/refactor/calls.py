"""Inlines functions whose body is one returned expression.

rope finds the calls; it is not left to replace them, because it pastes arguments as text, applies one call's defaults to
the next, and repeats a line that holds two calls. Whether the code then does the same is for a check to say.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import CLOSE, OPEN, Function, finish, span_of
from stoker_server.workers import RefusedError


def inline_function(text: str, name: str, line: int, calls: Sequence[int], owner: str | None) -> str:
    """The text with every call replaced by what it computes, and without the function.

    Args:
        text: The only file that uses it.
        name: The function.
        line: The line in which its definition begins, from 1.
        calls: Offsets of its name where it is called.
        owner: The class of a method: calls pass the object before the dot as the first argument.

    Raises:
        RefusedError: The function, or a call, has no form that could be replaced.
    """
    node = _definition(parse_python(text), name, line)
    value = _value(node)
    body = text[slice(*span_of(text, value))]
    replaced = text
    for offset in sorted(calls, reverse=True):  # from the end: what stands before keeps its place
        tree = parse_python(replaced)
        call = _call(tree, replaced, offset + len(name))
        given = _arguments(node, text, replaced, call, owner)
        start, end = span_of(replaced, call)
        replaced = f"{replaced[:start]}{_pasted(body, value, given)}{replaced[end:]}"
    return finish(_without(replaced, name))


def _definition(tree: ast.Module, name: str, line: int) -> ast.FunctionDef:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name and node.lineno == line:
            if node.decorator_list:
                raise RefusedError(f"{name} is decorated; what it does is not in its body alone")
            return node
    raise RefusedError(f"{name} is no plain function; only those can be inlined")


def _value(node: ast.FunctionDef) -> ast.expr:
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    match body:
        case [ast.Return(value=ast.expr() as value)]:
            names = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
            waits = any(
                isinstance(each, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for each in ast.walk(value)
            )
            if node.name in names or waits or node.args.vararg or node.args.kwarg:
                raise RefusedError(
                    f"{node.name} calls itself, waits or takes any number of arguments; it can't be inlined"
                )
            return value
    raise RefusedError(f"{node.name} does more than return one expression; inlining it is not safe")


def _call(tree: ast.Module, text: str, end: int) -> ast.Call:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and span_of(text, node.func)[1] == end:
            return node
    raise RefusedError("one of the calls is written in a way that can't be replaced safely")


def _arguments(
    node: ast.FunctionDef, text: str, replaced: str, call: ast.Call, owner: str | None
) -> dict[str, tuple[ast.expr, str]]:
    """What each parameter stands for in a call, as a tree and as text."""

    def written(source: str, value: ast.expr) -> tuple[ast.expr, str]:
        return value, source[slice(*span_of(source, value))]

    positional = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    values = [*_receiver(call, owner), *call.args]
    if len(values) > len(positional) or any(isinstance(each, ast.Starred) for each in values):
        raise RefusedError(f"a call of {node.name} passes its arguments in a way that can't be followed")
    given = {name: written(replaced, value) for name, value in zip(positional, values, strict=False)}
    given |= {each.arg: written(replaced, each.value) for each in call.keywords if each.arg}
    count = len(node.args.defaults)
    defaults = dict(zip(positional[len(positional) - count :], node.args.defaults, strict=True))
    defaults |= {
        each.arg: value for each, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
    }
    for name, default in defaults.items():
        given.setdefault(name, written(text, default))
    if set(given) != {*positional, *(each.arg for each in node.args.kwonlyargs)}:
        raise RefusedError(f"a call of {node.name} does not pass what it takes")
    return given


def _receiver(call: ast.Call, owner: str | None) -> list[ast.expr]:
    """The object that a method is called on; none where it is called through its class."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name)) if name == owner:
            return []
        case ast.Attribute(value=value) if owner:
            return [value]
    return []


def _pasted(body: str, value: ast.expr, given: dict[str, tuple[ast.expr, str]]) -> str:
    """The expression with the arguments in their parameters' places, all in marked brackets."""
    module = parse_python(f"({body})", mode="eval")  # its own positions, whatever line it came from
    source = f"({body})"
    uses = [each for each in ast.walk(module) if isinstance(each, ast.Name) and each.id in given]
    for each in sorted(uses, key=lambda use: span_of(source, use), reverse=True):
        start, end = span_of(source, each)
        source = f"{source[:start]}{OPEN}{given[each.id][1]}{CLOSE}{source[end:]}"
    return f"{OPEN}{source[1:-1]}{CLOSE}"


def _without(text: str, name: str) -> str:
    """The text without the function's definition and the blank lines below it."""
    for parent in ast.walk(parse_python(text)):
        body = parent.body if isinstance(parent, ast.Module | ast.ClassDef | Function | ast.If | ast.Try) else []
        found = next((each for each in body if isinstance(each, ast.FunctionDef) and each.name == name), None)
        if found is None:
            continue
        if len(body) == 1 and not isinstance(parent, ast.Module):
            raise RefusedError(f"nothing would be left where {name} is defined")
        lines = text.split("\n")
        end = found.end_lineno or found.lineno
        while end < len(lines) and not lines[end].strip():
            end += 1
        return "\n".join([*lines[: found.lineno - 1], *lines[end:]])
    raise RefusedError(f"the definition of {name} can't be taken out where it stands")
