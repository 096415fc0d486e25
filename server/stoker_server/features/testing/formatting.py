"""Expressions as source text that reads well: double quotes, one item a line where a line would be too long."""

from __future__ import annotations

import ast
import io
import tokenize

from stoker_analyzers.python_ast import parse_python

WIDTH = 100
_INDENT = "    "


def requote(code: str) -> str:
    """The same code with double quotes, where that needs no escapes."""
    pieces, at = [], 0
    lines = code.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.STRING and '"' not in token.string and token.string.lstrip("bBrRuU")[:1] == "'":
            start = starts[token.start[0] - 1] + token.start[1]
            end = starts[token.end[0] - 1] + token.end[1]
            prefix, _, rest = token.string.partition("'")
            body = rest[:-1].replace("\\'", "'")
            if not rest.startswith("''"):
                pieces += [code[at:start], f'{prefix}"{body}"']
                at = end
    return "".join([*pieces, code[at:]])


def layout(code: str, indent: int, lead: str = "") -> list[str]:
    """A statement that ends in an expression, on one line where it fits, else with one item a line.

    Args:
        code: The expression.
        indent: Columns that the statement begins with.
        lead: The statement's text before the expression.

    Returns:
        The lines, indented.
    """
    node = parse_python(code, mode="eval").body
    return (" " * indent + lead + _laid_out(node, indent, indent + len(lead), 0)).split("\n")


def _laid_out(node: ast.expr, indent: int, column: int, tail: int) -> str:
    flat = requote(ast.unparse(node))
    texts = isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count("\n") > 1
    if column + len(flat) + tail <= WIDTH and "\n" not in flat and not (texts and len(flat) > WIDTH // 2):
        return flat
    inner, pad = indent + len(_INDENT), " " * indent
    match node:
        case ast.Constant(value=str() as text) if len(pieces := _pieces(text, WIDTH - inner - 2)) > 1:
            lines = [f"{pad}{_INDENT}{requote(repr(each))}" for each in pieces]
            return "(\n" + "\n".join(lines) + f"\n{pad})"
        case ast.List(elts=items) if items:
            return _block("[", [_laid_out(each, inner, inner, 1) for each in items], "]", indent)
        case ast.Tuple(elts=items) if items:
            return _block("(", [_laid_out(each, inner, inner, 1) for each in items], ")", indent)
        case ast.Set(elts=items):
            return _block("{", [_laid_out(each, inner, inner, 1) for each in items], "}", indent)
        case ast.Dict(keys=keys, values=values) if all(keys):
            named = [(requote(ast.unparse(key)), value) for key, value in zip(keys, values, strict=True) if key]
            items_ = [f"{key}: {_laid_out(value, inner, inner + len(key) + 2, 1)}" for key, value in named]
            return _block("{", items_, "}", indent)
        case ast.Call(func=function, args=arguments, keywords=keywords) if arguments or keywords:
            name = requote(ast.unparse(function))
            parts = [_laid_out(each, inner, inner, 1) for each in arguments]
            parts += [
                f"{each.arg}={_laid_out(each.value, inner, inner + len(each.arg or '') + 1, 1)}" for each in keywords
            ]
            return f"{name}{_block('(', parts, ')', indent)}"
    return flat


def _block(opening: str, items: list[str], closing: str, indent: int) -> str:
    pad = " " * indent
    return f"{opening}\n" + "".join(f"{pad}{_INDENT}{each},\n" for each in items) + f"{pad}{closing}"


def _pieces(text: str, width: int) -> list[str]:
    """A long text in parts: by its lines, and lines by words."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        part = ""
        for word in line.replace(" ", " \0").split("\0"):
            if part and len(repr(part + word)) > width:
                found.append(part)
                part = ""
            part += word
        found.append(part)
    return found
