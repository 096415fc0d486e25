"""Finds imports that nothing uses. Whether one has effects of its own can't be seen, so one goes only where it has none."""

from __future__ import annotations

import ast
import re
import sys

from stoker_server.features.refactor.inlining import span_of
from stoker_server.features.refactor.removing import Dead, Elsewhere, Source

_LOUD = frozenset({"antigravity", "readline", "rlcompleter", "sitecustomize", "this", "usercustomize"})
"""Modules of the standard library that are imported for what that does."""


def unused_imports(tree: ast.Module, source: Source, elsewhere: Elsewhere) -> tuple[list[Dead], list[tuple[int, str]]]:
    """The imports that surely do nothing, and those that may, each with its offset and the reason why it stays."""
    found: list[Dead] = []
    left: list[tuple[int, str]] = []
    used = _mentioned(tree, source)
    aside = {id(each) for node in ast.walk(tree) if isinstance(node, ast.Try) for each in ast.walk(node)}
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or id(node) in aside or source.says_keep(node):
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue
        unused = [each for each in node.names if _bound(each) not in used and each.name != "*"]
        unused = [each for each in unused if each.asname != each.name and not elsewhere(_bound(each))]
        if not unused:
            continue
        at = span_of(source.text, node)[0]
        quiet = _has_no_effect(node, unused)
        lines = source.whole(node)
        if not quiet or not lines:
            why = "importing it may have an effect" if lines else "other statements share its line"
            left.append((at, f"{', '.join(map(_bound, unused))} (line {node.lineno}): {why}"))
            continue
        kept = [each for each in node.names if each not in unused]
        new = _written(source, node, kept) if kept else ""
        words = ", ".join(f"import {_bound(each)}" for each in unused)
        found.append(Dead(lines, new, f"{words} (line {node.lineno})", ",".join(map(_bound, unused))))
    return found, left


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _mentioned(tree: ast.Module, source: Source) -> frozenset[str]:
    """The names that a file reads, sets again or deletes, or has in a text other than a docstring, or in a type comment."""
    found: set[str] = set()
    prose = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name):
                found.add(name)
            case ast.Constant(value=str() as text) if id(node) not in prose:
                found.update(re.findall(r"[^\W\d]\w*", text))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update(names)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
    for line in source.lines:
        if "type:" in line:
            found.update(re.findall(r"[^\W\d]\w*", line.partition("type:")[2]))
        if ">>>" in line or "..." in line:
            found.update(re.findall(r"[^\W\d]\w*", line))  # an example in a docstring runs with the module's names
    imported = [
        _bound(each) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for each in node.names
    ]
    return frozenset(found) | {each for each in imported if imported.count(each) > 1}


def _has_no_effect(node: ast.Import | ast.ImportFrom, unused: list[ast.alias]) -> bool:
    """Whether the module would do nothing else without these: it is the standard library's, or is imported all the same."""
    if isinstance(node, ast.Import):
        modules = [each.name for each in unused]
    elif node.level or not node.module:
        modules = ["."]
    else:
        modules = [node.module]
    plain = all(each.partition(".")[0] in sys.stdlib_module_names - _LOUD for each in modules)
    classes = all(re.match(r"_?[A-Z]", each.name) for each in unused)  # a lower-case name may be a module
    stays = isinstance(node, ast.ImportFrom) and len(unused) < len(node.names) and classes
    return plain or stays


def _written(source: Source, node: ast.Import | ast.ImportFrom, kept: list[ast.alias]) -> str:
    """The import with what is kept of it: lines of their own stay, else it is written anew."""
    code = source.text[slice(*span_of(source.text, node))]
    names = [f"{each.name} as {each.asname}" if each.asname else each.name for each in kept]
    lines = source.lines[node.lineno - 1 : node.end_lineno]
    if len(lines) > 1 and len({each.lineno for each in node.names}) == len(node.names):
        gone = {each.lineno for each in node.names if each not in kept}
        stay = [line for number, line in enumerate(lines, node.lineno) if number not in gone or number == node.lineno]
        return "\n".join(stay) + "\n"
    head = code[: re.search(r"\bimport\b", code).end()]  # type: ignore[union-attr]  # every import has the word
    comment = f"  #{lines[-1].partition('#')[2]}" if "#" in lines[-1] and len(lines) == 1 else ""
    joined = ", ".join(names)
    if len(lines) > 1 and "(" in code and len(f"{head} {joined}") > 79:
        listed = "".join(f"    {each},\n" for each in names)
        return f"{head} (\n{listed})\n"
    return f"{head} {joined}{comment}\n"
