"""What a file imports, binds and reads at its top, and texts with one import more or less. Decides nothing."""

from __future__ import annotations

import ast
import re

from stoker_analyzers.behaviour.scopes import COMPREHENSIONS, own, stored
from stoker_server.features.refactor.imports import Use, absolute
from stoker_server.features.refactor.inlining import Function, span_of
from stoker_server.workers import RefusedError


def without(text: str, use: Use) -> str:
    """The text without one name of an import, or without the import."""
    assert isinstance(use.node, ast.ImportFrom)  # noqa: S101  # only those have names
    kept = [each for each in use.node.names if each is not use.alias]
    start, end = span_of(text, use.node)
    if not kept:
        line_end = text.find("\n", end)
        return text[: text.rfind("\n", 0, start) + 1] + (text[line_end + 1 :] if line_end >= 0 else "")
    code = text[start:end]
    if "#" in code:
        raise RefusedError("an import has comments between its names; put it on a line of its own first")
    head = code[: re.search(r"\bimport\b", code).end()]  # type: ignore[union-attr]  # every import has the word
    names = [f"{each.name} as {each.asname}" if each.asname else each.name for each in kept]
    indent = re.match(r"[ \t]*", text[text.rfind("\n", 0, start) + 1 : start])[0]  # type: ignore[index]  # matches anything
    if "\n" in code and len(f"{indent}{head} {', '.join(names)}") > 79:
        listed = "".join(f"{indent}    {each},\n" for each in names)
        return f"{text[:start]}{head} (\n{listed}{indent}){text[end:]}"
    return f"{text[:start]}{head} {', '.join(names)}{text[end:]}"


def with_import(text: str, line: str) -> str:
    """The text with one more import: among those from the same module, else behind the last one at its head."""
    tree = ast.parse(text)
    head: ast.stmt | None = None
    for number, each in enumerate(tree.body):
        docstring = number == 0 and isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        if isinstance(each, ast.Import | ast.ImportFrom) or docstring:
            head = each
        if isinstance(each, Function | ast.ClassDef):
            break
    if line in text.split("\n"):
        return text
    lines = text.split("\n")
    if head is None:
        at = 0
        while at < len(lines) and lines[at].startswith("#"):
            at += 1
        return "\n".join([*lines[:at], line, *(["", ""] if lines[at].strip() else []), *lines[at:]])
    at = head.end_lineno or head.lineno
    gap = [] if isinstance(head, ast.Import | ast.ImportFrom) else [""]
    return "\n".join([*lines[:at], *gap, line, *lines[at:]])


def imports_of(tree: ast.Module) -> dict[str, tuple[str, str, str | None]]:
    """What a module imports at its top, by the name that it binds: the ``from``, the name there and the other name."""
    found: dict[str, tuple[str, str, str | None]] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            source = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            for each in node.names:
                found[each.asname or each.name.partition(".")[0]] = (source, each.name, each.asname)
    return found


def bound(tree: ast.Module) -> frozenset[str]:
    """The names that a module has."""
    return stored(*tree.body)


def gets_it(tree: ast.Module, package: str, module: str, name: str) -> bool:
    """Whether a module imports a name from another one, under that name."""
    found = imports_of(tree).get(name)
    return found is not None and absolute(package, found[0]) == module and found[1] == name


def times_bound(tree: ast.Module, name: str) -> int:
    """How many statements and parameters of a file bind a name."""
    count = sum(each.arg == name for each in ast.walk(tree) if isinstance(each, ast.arg))
    for node in ast.walk(tree):
        for block in ("body", "orelse", "finalbody"):
            inner = getattr(node, block, None)
            count += (
                sum(name in stored(each) for each in inner if not _has_blocks(each)) if isinstance(inner, list) else 0
            )
            count += sum(getattr(each, "name", "") == name for each in inner) if isinstance(inner, list) else 0
    return count


def _has_blocks(node: ast.AST) -> bool:
    return hasattr(node, "body")


def is_rebound(tree: ast.Module, name: str) -> bool:
    """Whether a function may set a variable of the module."""
    return any(isinstance(each, ast.Global) and name in each.names for each in ast.walk(tree))


def read_names(tree: ast.Module) -> frozenset[str]:
    """The names of the module, or of nobody, that code reads; also in types that are written as texts."""
    found: set[str] = set()
    pending: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while pending:
        node, local = pending.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store) and node.id not in local:
            found.add(node.id)
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            found |= _in_texts(node.annotation)
        if isinstance(node, Function) and node.returns is not None:
            found |= _in_texts(node.returns)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, *COMPREHENSIONS)):
            inner = local | own(node)
            outside = [*getattr(node, "decorator_list", []), getattr(node, "returns", None)]
            if not isinstance(node, COMPREHENSIONS):
                outside += [*node.args.defaults, *node.args.kw_defaults]
                outside += [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
            pending += [(each, local) for each in outside if each is not None]
            pending += [(each, inner) for each in ast.iter_child_nodes(node) if each not in outside]
            continue
        pending += [(each, local) for each in ast.iter_child_nodes(node)]
    return frozenset(found)


def _in_texts(annotation: ast.expr) -> set[str]:
    texts = [
        each.value for each in ast.walk(annotation) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return {name for text in texts for name in re.findall(r"(?<![\w.])[^\W\d]\w*", text)}
