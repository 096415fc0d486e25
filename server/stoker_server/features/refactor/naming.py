"""Names for what is extracted, taken from the code itself, and never one that means something already."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import textwrap

from stoker_analyzers.python_ast import parse_python

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_LEADS = frozenset(
    {"get", "fetch", "load", "read", "create", "make", "build", "compute", "calculate", "find", "parse", "to"}
)
"""First words of functions' names whose rest names the result."""
_METHODS = {
    **dict.fromkeys(("strip", "lstrip", "rstrip", "lower", "upper", "replace", "format", "copy", "resolve"), ""),
    **dict.fromkeys(("split", "rsplit", "splitlines", "partition", "rpartition"), "parts"),
    "join": "joined",
    "get": "value",
    "pop": "value",
    "read": "content",
    "encode": "data",
    "decode": "text",
}
"""Methods that say less than their result's name; an empty one is named after the object."""
_BUILTINS = {
    **dict.fromkeys(("tuple", "list", "set", "frozenset"), "items"),
    **dict.fromkeys(("int", "float", "round", "abs"), "number"),
    **dict.fromkeys(("str", "repr", "format"), "text"),
    "dict": "mapping",
    "input": "answer",
    "len": "count",
    "max": "largest",
    "min": "smallest",
    "open": "stream",
    "sorted": "ordered",
    "sum": "total",
}
"""What the results of built-in functions are called."""
_LONGEST = 4
"""Words of a name taken from a text or a comment."""
_COMMENT = re.compile(r"(?!\s*#+\s*\S+://)\s*#+\s*(.+)")


def variable_name(expression: str, context: str, taken: frozenset[str]) -> str:
    """A name for an expression.

    Args:
        expression: The code.
        context: What stands before it on its line: a keyword argument's name is a good one.
        taken: Identifiers that must not be used.
    """
    keyword_argument = re.search(r"[(,]\s*(\w+)=\s*\Z", context)
    name = keyword_argument[1] if keyword_argument else _of_expression(_parsed(expression))
    return free(name or "value", taken)


def function_name(code: str, taken: frozenset[str]) -> str:
    """A private name for statements, or for an expression that becomes a function."""
    comment = _COMMENT.match(code)
    words = _WORD.findall(comment[1].split(".")[0].replace("'", "")) if comment else []
    if 0 < len(words) <= _LONGEST + 1:
        return free(f"_{_snake(words)}", taken)
    tree = _parsed(code)
    if isinstance(tree, ast.Module) and tree.body:
        return free(f"_{_of_statements(tree.body)}", taken)
    return free(f"_compute_{_of_expression(tree) or 'value'}", taken)


def free(name: str, taken: frozenset[str]) -> str:
    """The name, or the first numbered form of it that is free."""
    name = name if name.isidentifier() else f"value_{name}" if f"value_{name}".isidentifier() else "value"
    candidates = [name, *(f"{name}_{number}" for number in range(2, len(taken) + 3))]
    return next(
        each for each in candidates if each not in taken and not keyword.iskeyword(each) and not hasattr(builtins, each)
    )


def identifiers(text: str) -> frozenset[str]:
    """The names that a file uses, attributes apart; every word of it where this interpreter can't parse it."""
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return frozenset(re.findall(r"[^\W\d]\w*", text))
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=str() as name):
                found.add(name)
            case ast.alias():
                found.add((node.asname or node.name).partition(".")[0])
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
    return frozenset(found)


def _parsed(code: str) -> ast.expr | ast.Module | None:
    """An expression, or statements; ``None`` for what this interpreter can't parse."""
    for mode, text in (("eval", code.strip()), ("exec", textwrap.dedent(code))):
        try:
            tree = parse_python(text, mode=mode)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
        if isinstance(tree, ast.Expression):
            return tree.body
        if isinstance(tree, ast.Module):
            return tree
    return None


def _of_expression(node: ast.AST | None) -> str:
    """A name for what an expression gives; empty where nothing suggests one."""
    match node:
        case ast.Await(value=value) | ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=value):
            return _of_expression(value)
        case ast.Call(func=ast.Name(id=name)) if name in _BUILTINS:
            return _BUILTINS[name]
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _METHODS:
            return _METHODS[name] or _of_expression(value)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            words = words_of(name)
            return _snake(words[1:] if len(words) > 1 and words[0] in _LEADS else words)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return _snake(words_of(name))
        case ast.Subscript(slice=ast.Constant(value=str() as text)):
            return _snake(words_of(text)[:_LONGEST])
        case ast.Subscript(value=value):
            return f"{_of_expression(value)}_item".lstrip("_")
        case ast.BoolOp(values=[*_, last]):
            return _of_expression(last)
        case ast.Compare() | ast.UnaryOp():
            return "condition"
        case ast.Constant(value=str() as text):
            words = words_of(text)
            return _snake(words) if 0 < len(words) <= _LONGEST else "text"
        case ast.JoinedStr():
            return "text"
        case (
            ast.ListComp(generators=[first, *_])
            | ast.SetComp(generators=[first, *_])
            | ast.GeneratorExp(generators=[first, *_])
        ):
            return f"{_of_expression(first.target)}_list".lstrip("_") if isinstance(first.target, ast.Name) else "items"
        case ast.BinOp():
            return "result"
    return ""


def _of_statements(body: list[ast.stmt]) -> str:
    """A verb phrase for statements: what they set last, else what they call first."""
    inside = [node for statement in body for node in ast.walk(statement)]
    for node in reversed(inside):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
                | ast.Return(value=ast.Name(id=name))
            ):
                return f"compute_{_snake(words_of(name))}"
    for node in inside:
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                return f"do_{_snake(words_of(name))}"
    return "part"


def words_of(name: str) -> list[str]:
    """The words that a name is made of."""
    return _WORD.findall(name)


def _snake(words: list[str]) -> str:
    return "_".join(word.lower() for word in words)
