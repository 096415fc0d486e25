"""Gives a constant a name at the top of its module. Whether the code then does the same is for a check to say."""

from __future__ import annotations

import ast
import re

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import span_of
from stoker_server.features.refactor.naming import free, words_of
from stoker_server.workers import RefusedError

_LONGEST = 4
"""Words of a name that is taken from a text."""


def extracted(text: str, start: int, end: int, name: str, *, everywhere: bool) -> tuple[str, int]:
    r"""The text with a new constant, and how often it is used.

    Args:
        text: The file, with ``\n`` for every line end.
        start: Where the expression begins ...
        end: ... and ends.
        name: The constant's name.
        everywhere: Whether equal expressions of the same function become the constant, too.

    Raises:
        RefusedError: It can't be done, and why.
    """
    tree = parse_python(text)
    node = expression_at(tree, text, start, end)
    spans = [(start, end)]
    if everywhere:
        function = _function(tree, node)
        wanted = ast.dump(node)
        spans = [span_of(text, each) for each in expressions_of(function) if ast.dump(each) == wanted]
    made = text
    for first, last in sorted(spans, reverse=True):
        made = f"{made[:first]}{apart(made, first, last, name)}{made[last:]}"
    code = text[start:end]
    value = f"({code})" if "\n" in code and not code.startswith(("(", '"""', "'''")) else code
    return _with_constant(made, tree, node, f"{name} = {value}"), len(spans)


def constant_name(text: str, start: int, end: int, taken: frozenset[str]) -> str:
    """A private name for a constant, from what it is used for, what it says, or the function that uses it."""
    tree = parse_python(text)
    node = expression_at(tree, text, start, end)
    found = _used_for(tree, node) or _said(node)
    if not found:
        kind = "TEXT" if _is_text(node) else "ITEMS" if isinstance(node, ast.Tuple) else "NUMBER"
        found = [*words_of(_function(tree, node).name), kind]
    return free("_" + "_".join(each.upper() for each in found), taken)


def expression_at(tree: ast.Module, text: str, start: int, end: int) -> ast.expr:
    """The expression of a tree that a selection means."""
    around = {text.count("\n", 0, each) + 1 for each in (start, end)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.expr)
            and node.lineno in around
            and span_of(text, node)
            in (
                (start, end),
                (start - 1, end + 1),
            )
        ):
            return node
    raise RefusedError("the selection is no expression")


def _function(tree: ast.Module, node: ast.expr) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The innermost function with an expression."""
    found = None
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and any(inner is node for inner in ast.walk(each)):
            found = each
    if found is None:
        raise RefusedError("the expression is in no function")
    return found


def expressions_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """The expressions of a function's statements that stand for themselves."""
    silent: set[int] = set()
    for statement in function.body:
        for each in ast.walk(statement):
            if isinstance(each, ast.JoinedStr | ast.MatchValue | ast.arguments):
                silent |= {id(part) for part in ast.walk(each)}
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
                silent.add(id(each.value))
            if isinstance(each, ast.AnnAssign | ast.arg) and each.annotation:
                silent |= {id(part) for part in ast.walk(each.annotation)}
    nodes = (each for statement in function.body for each in ast.walk(statement))
    return [each for each in nodes if isinstance(each, ast.expr) and id(each) not in silent]


def _used_for(tree: ast.Module, node: ast.expr) -> list[str]:
    """The words of what a constant is assigned to, passed as, or compared with."""
    for each in ast.walk(tree):
        match each:
            case ast.keyword(arg=str() as name, value=value) if value is node:
                return words_of(name)
            case ast.Assign(targets=[target], value=value) if value is node:
                return _words(target)
            case ast.AnnAssign(target=target, value=value) if value is node:
                return _words(target)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if right is node and not _is_text(node):
                if isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) and (found := _words(left)):
                    return [*found, "limit"]
                if isinstance(op, ast.In | ast.NotIn) and (found := _words(left)):
                    return [*found, "choices"]
            case ast.Call(func=ast.Attribute(attr="get"), args=[key, value]) if value is node:
                return ["default", *_said(key)] if _said(key) else []
            case ast.Call(func=ast.Attribute() | ast.Name() as function, args=[only], keywords=[]) if only is node:
                return [*_words(function), "seconds"] if _words(function)[-1:] == ["sleep"] else []
    return []


def _words(node: ast.expr) -> list[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return words_of(name)
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            return [*_words(inner), "length"] if _words(inner) else []
    return []


def _said(node: ast.expr) -> list[str]:
    """The words of a text, if it is a few of them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = re.findall(r"[A-Za-z][a-z0-9]*|[A-Z0-9]+", node.value)
        plain = re.fullmatch(r"[\w .:/-]*", node.value, re.ASCII)
        return words if plain and words and len(words) <= _LONGEST else []
    return []


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def apart(text: str, start: int, end: int, name: str) -> str:
    """The name, with blanks where it would run into a word."""
    before = " " if re.match(r"\w", text[start - 1 : start]) else ""
    after = " " if re.match(r"\w", text[end : end + 1]) else ""
    return f"{before}{name}{after}"


def _with_constant(text: str, tree: ast.Module, node: ast.expr, line: str) -> str:
    """The text with the constant below the imports and the constants that follow them, and above its use."""
    lines = text.split("\n")
    head, is_constant = _head(tree, node)
    if head is None:
        at = next((each.lineno for each in tree.body), 1)
        first = tree.body[0]
        at = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", []))])
        while at > 1 and lines[at - 2].startswith("#") and not lines[at - 2].startswith("#!"):
            at -= 1
        return "\n".join([*lines[: at - 1], line, "", "", *lines[at - 1 :]])
    at = head.end_lineno or head.lineno
    if is_constant:
        return "\n".join([*lines[:at], line, *lines[at:]])
    rest = lines[at:]
    while rest and not rest[0].strip():
        rest.pop(0)
    follows = [""] if rest and re.match(r"[A-Za-z_]\w*\s*[:=]", rest[0]) else ["", ""]
    return "\n".join([*lines[:at], "", line, *follows, *rest])


def _head(tree: ast.Module, node: ast.expr) -> tuple[ast.stmt | None, bool]:
    """The last statement of a module's head above the use of an expression, and whether it is a constant."""
    found: ast.stmt | None = None
    is_constant = False
    for number, each in enumerate(tree.body):
        if any(inner is node for inner in ast.walk(each)):
            break
        docstring = number == 0 and isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        imports = isinstance(each, ast.Import | ast.ImportFrom | ast.If | ast.Try) and _imports(each)
        named = _is_named_constant(each)
        if docstring or imports or (named and found is tree.body[number - 1] and number):
            found, is_constant = each, named
    return found, is_constant


def _imports(node: ast.stmt) -> bool:
    """Whether a statement does nothing but import, or see what can be imported."""
    inner = [each for each in ast.walk(node) if isinstance(each, ast.stmt)]
    plain = (ast.Import, ast.ImportFrom, ast.If, ast.Try, ast.Pass, ast.Assign)
    return all(isinstance(each, plain) for each in inner) and any(
        isinstance(each, ast.Import | ast.ImportFrom) for each in inner
    )


def _is_named_constant(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name.isupper() and node.lineno == node.end_lineno
    return False
