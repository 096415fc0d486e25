"""Gives a constant that methods of one class share a name in that class; whether that does the same is for a check to say."""

from __future__ import annotations

import ast

from stoker_analyzers.checks.same_values import what_is_special
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.constants import apart, expression_at, expressions_of
from stoker_server.features.refactor.inlining import span_of
from stoker_server.workers import RefusedError

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def of_class(text: str, start: int, end: int, name: str) -> tuple[str, str, int]:
    r"""The text with a new constant of a class, the class's name, and how often the constant is used.

    Args:
        text: The file, with ``\n`` for every line end.
        start: Where the expression begins ...
        end: ... and ends.
        name: The constant's name.

    Raises:
        RefusedError: It can't be done, and why.
    """
    tree = parse_python(text)
    node = expression_at(tree, text, start, end)
    owner = _owner(tree, node)
    if why := what_is_special(tree, owner.name):
        raise RefusedError(why)
    wanted = ast.dump(node)
    places = [
        (span_of(text, each), _looked_up(owner, method))
        for method in _methods(owner)
        for each in expressions_of(method)
        if ast.dump(each) == wanted
    ]
    made = text
    for (first, last), access in sorted(places, reverse=True):
        made = f"{made[:first]}{apart(made, first, last, f'{access}.{name}')}{made[last:]}"
    return _with_line(made, owner, f"{name} = {_value(text[start:end])}"), owner.name, len(places)


def _value(code: str) -> str:
    return f"({code})" if "\n" in code and not code.startswith(("(", '"""', "'''")) else code


def _owner(tree: ast.Module, node: ast.expr) -> ast.ClassDef:
    """The class of the module whose method holds an expression."""
    for each in tree.body:
        if isinstance(each, ast.ClassDef) and any(
            inner is node for method in _methods(each) for inner in ast.walk(method)
        ):
            return each
    raise RefusedError("the expression is in no method of a class of the module")


def _methods(owner: ast.ClassDef) -> list[_Function]:
    return [each for each in owner.body if isinstance(each, _Function)]


def _looked_up(owner: ast.ClassDef, method: _Function) -> str:
    """How a method gets at its class: by its object, its class, or by name where it has neither or binds them anew."""
    first = method.args.args[0].arg if method.args.args else ""
    names = [each for each in ast.walk(method) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)]
    bound = [*(each.id for each in names), *(each.arg for each in ast.walk(method) if isinstance(each, ast.arg))]
    static = any(ast.unparse(each) == "staticmethod" for each in method.decorator_list)
    if first in ("self", "cls") and bound.count(first) == 1 and not static and method.name != "__new__":
        return first
    if owner.name in bound:
        raise RefusedError(f"{owner.name} means something else in {method.name}")
    return owner.name


def _with_line(text: str, owner: ast.ClassDef, line: str) -> str:
    """The text with a constant below a class's docstring and the constants that it has, above all else."""
    lines = text.split("\n")
    head: ast.stmt | None = None
    for number, each in enumerate(owner.body):
        documents = number == 0 and isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        if not documents and not _is_constant(each):
            break
        head = each
    indent = " " * owner.body[0].col_offset
    if head is None:
        at = min([owner.body[0].lineno, *(each.lineno for each in getattr(owner.body[0], "decorator_list", []))]) - 1
        return "\n".join([*lines[:at], f"{indent}{line}", "", *lines[at:]])
    at = head.end_lineno or head.lineno
    before = [] if _is_constant(head) else [""]
    after = [] if at < len(lines) and not lines[at].strip() else [""]
    return "\n".join([*lines[:at], *before, f"{indent}{line}", *after, *lines[at:]])


def _is_constant(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name.isupper()
    return False
