"""Splits a statement that does several things into several: an import, an assignment, an ``if a and b``, a ``with a, b``.

What a statement with a clear seam is made of is what splitting means here; a long function is split by extracting.
Whether the code then does the same is for a check to say.
"""

from __future__ import annotations

import ast

from stoker_analyzers.behaviour.canonical import separable
from stoker_analyzers.indentation import indent_of, text_lines
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import span_of
from stoker_server.workers import RefusedError

_STEP = "    "


def split(text: str, start: int) -> tuple[str, str]:
    r"""The text with the statement split, and what was split in a few words.

    Args:
        text: The file, with ``\n`` for every line end.
        start: Where the statement begins.

    Raises:
        RefusedError: It can't be, and why.
    """
    node = _statement(parse_python(text), text, start)
    match node:
        case ast.Import(names=[_, _, *_]) | ast.ImportFrom(names=[_, _, *_]):
            return _in_place(text, node, _imports(node)), "the import"
        case ast.Assign() if separable(node):
            return _in_place(text, node, _assignments(text, node)), "the assignment"
        case ast.Assign():
            raise RefusedError("the assignments depend on each other, or share what they assign")
        case ast.If(test=ast.BoolOp(op=ast.And(), values=[first, *rest]), body=body, orelse=[]):
            tests = [_condition(text, first), _conditions(text, rest)]
            return _nested(text, node, body, [f"if {each}:" for each in tests]), "the condition"
        case ast.With(items=[_, *_] as items, body=body) if len(items) > 1:
            return _nested(text, node, body, [f"with {_item(text, each)}:" for each in items]), "the with statement"
    raise RefusedError("this statement does not do several things that could be told apart")


def _statement(tree: ast.Module, text: str, start: int) -> ast.stmt:
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and span_of(text, node)[0] == start:
            return node
    raise RefusedError("no statement begins here")


def _imports(node: ast.Import | ast.ImportFrom) -> list[str]:
    head = f"from {'.' * node.level}{node.module or ''} import" if isinstance(node, ast.ImportFrom) else "import"
    return [f"{head} {each.name}{f' as {each.asname}' if each.asname else ''}" for each in node.names]


def _assignments(text: str, node: ast.Assign) -> list[str]:
    def written(each: ast.expr) -> str:
        return text[slice(*span_of(text, each))]

    if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
        pairs = zip(node.targets[0].elts, node.value.elts, strict=True)
        return [f"{written(target)} = {written(value)}" for target, value in pairs]
    return [f"{written(target)} = {written(node.value)}" for target in node.targets]


def _in_place(text: str, node: ast.stmt, parts: list[str]) -> str:
    """The text with a simple statement as several lines; what follows it on its line stays behind the last one."""
    start, end = span_of(text, node)
    line = text.rfind("\n", 0, start) + 1
    indent, before, after = indent_of(text[line:start] + "x"), text[line:start], text[end : text.find("\n", end)]
    if before.strip() or after.strip().startswith(";") or "#" in text[start:end]:
        raise RefusedError("other statements, or comments, are on its lines; put them on lines of their own first")
    return f"{text[:start]}{f'{chr(10)}{indent}'.join(parts)}{text[end:]}"


def _condition(text: str, node: ast.expr) -> str:
    code = text[slice(*span_of(text, node))]
    return f"({code})" if "\n" in code else code


def _conditions(text: str, nodes: list[ast.expr]) -> str:
    if len(nodes) == 1:
        return _condition(text, nodes[0])
    parts = []
    for each in nodes:
        code = _condition(text, each)
        wraps = isinstance(each, ast.BoolOp | ast.IfExp | ast.Lambda | ast.NamedExpr) and "\n" not in code
        parts.append(f"({code})" if wraps else code)
    return " and ".join(parts)


def _item(text: str, item: ast.withitem) -> str:
    code = text[slice(*span_of(text, item.context_expr))]
    if isinstance(item.context_expr, ast.Yield | ast.YieldFrom | ast.NamedExpr):
        code = f"({code})"
    return code + (f" as {text[slice(*span_of(text, item.optional_vars))]}" if item.optional_vars else "")


def _nested(text: str, node: ast.If | ast.With, body: list[ast.stmt], headers: list[str]) -> str:
    """The text with one header as several, each deeper than the last."""
    start, stop = span_of(text, node)[0], text.find("\n", _header_end(text, node))
    head, line = text[start:stop], text.rfind("\n", 0, start) + 1
    indent = text[line:start]
    if indent.strip() or not head.rstrip().endswith(":") or "#" in head or "\\\n" in head:
        raise RefusedError("its header has comments, a backslash or the body on its lines; write it plainly first")
    lines, inside = text.split("\n"), text_lines(text)
    first, last = text.count("\n", 0, start) + 1, node.end_lineno or node.lineno
    begun = text.count("\n", 0, stop) + 2
    step = lines[body[0].lineno - 1][len(indent) : body[0].col_offset] or _STEP
    deeper = (len(headers) - 1) * step
    moved = [
        each if number in inside or not each.strip() else deeper + each
        for number, each in enumerate(lines[begun - 1 : last], begun)
    ]
    made = [f"{indent}{number * step}{each}" for number, each in enumerate(headers)]
    return "\n".join([*lines[: first - 1], *made, *moved, *lines[last:]])


def _header_end(text: str, node: ast.If | ast.With) -> int:
    """The end of the last expression in a header."""
    if isinstance(node, ast.If):
        return span_of(text, node.test)[1]
    last = node.items[-1]
    return span_of(text, last.optional_vars or last.context_expr)[1]
