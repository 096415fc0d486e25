"""Where a name is mentioned without being a name: in texts, as a keyword, as a part of a pattern. rope sees none of them.

What surely means the renamed thing is renamed too; the rest is listed for the user. Reads texts; writes nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import Function, span_of

_LISTS = ("__slots__", "__match_args__")
"""What a class names its attributes in."""
PARAMETER, ATTRIBUTE, GLOBAL, LOCAL = "parameter", "attribute", "global", "local"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a name.

    Attributes:
        name: What it is called.
        kind: ``parameter``, ``attribute``, ``global`` or ``local``.
        owner: The function of a parameter, the class of an attribute.
    """

    name: str
    kind: str
    owner: str = ""


@dataclass(slots=True)
class Mentions:
    """The mentions of a thing in one file.

    Attributes:
        sure: Where they mean it for sure, as offsets of the first and behind the last character.
        lines: Where they may mean it, from 1.
        fixed: Lines of texts over several lines that use it and that rope does not look into.
    """

    sure: list[tuple[int, int]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    fixed: list[int] = field(default_factory=list)


def word(name: str) -> re.Pattern[str]:
    """What finds a name as a whole word."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def beginning(name: str) -> re.Pattern[str]:
    """What finds a text that a name begins with, as in ``getattr(self, "visit_" + kind)``: it may be looked up by that."""
    heads = [name[: at + 1] for at, each in enumerate(name[:-1]) if each == "_" and name[: at + 1].strip("_")]
    texts = "|".join(map(re.escape, heads)) or r"(?!)"
    return re.compile(rf"""['"](?:{texts})(?:['"]|\{{|%)""")


def find_mentions(text: str, named: Named) -> Mentions:
    """The mentions of a thing in a file; none of a local variable, which nothing can mention."""
    found = Mentions()
    if named.kind == LOCAL or not word(named.name).search(text):
        return found
    tree = parse_python(text)
    sure = {id(node) for node in _sure_texts(tree, named)}
    silent = {id(node) for node in _prose(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and word(named.name).search(node.value):
            if id(node) in sure:
                found.sure += _within(text, node, named.name)
            elif id(node) not in silent and named.kind != PARAMETER:
                found.lines.append(node.lineno)
        found.lines += _keywords(node, named)
        found.sure += _patterns(text, node, named)
        if isinstance(node, ast.JoinedStr) and node.end_lineno != node.lineno and named.kind == ATTRIBUTE:
            found.fixed += [
                each.lineno for each in ast.walk(node) if isinstance(each, ast.Attribute) and each.attr == named.name
            ]
    return found


def _prose(tree: ast.Module) -> Iterator[ast.expr]:
    """Texts that nothing reads: docstrings and the like."""
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))


def _sure_texts(tree: ast.Module, named: Named) -> Iterator[ast.AST]:
    """Texts that hold the names of things: ``__all__``, ``__slots__``, types."""
    if named.kind == GLOBAL:
        for statement in tree.body:
            if any(isinstance(each, ast.Name) and each.id == "__all__" for each in ast.walk(statement)):
                yield from _equal(statement, named.name)
        for node in ast.walk(tree):
            types = [node.annotation] if isinstance(node, ast.arg | ast.AnnAssign) else []
            types += [node.returns] if isinstance(node, Function) else []
            for each in filter(None, types):
                if not any(isinstance(part, ast.Name) and part.id == "Literal" for part in ast.walk(each)):
                    yield from ast.walk(each)
    if named.kind == ATTRIBUTE:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == named.owner:
                for statement in node.body:
                    if any(isinstance(each, ast.Name) and each.id in _LISTS for each in ast.walk(statement)):
                        yield from _equal(statement, named.name)


def _equal(node: ast.AST, name: str) -> Iterator[ast.AST]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Constant) and each.value == name)


def _within(text: str, node: ast.expr, name: str) -> list[tuple[int, int]]:
    start, end = span_of(text, node)
    return [(start + each.start(), start + each.end()) for each in word(name).finditer(text[start:end])]


def _keywords(node: ast.AST, named: Named) -> list[int]:
    """Calls, and parameters of functions with the same name, that may mean it."""
    if isinstance(node, ast.Call) and named.kind in (PARAMETER, ATTRIBUTE):
        return [each.lineno for each in node.keywords if each.arg == named.name]
    if isinstance(node, Function) and named.kind == PARAMETER and node.name == named.owner:
        return [each.lineno for each in ast.walk(node.args) if isinstance(each, ast.arg) and each.arg == named.name]
    return []


def _patterns(text: str, node: ast.AST, named: Named) -> Iterator[tuple[int, int]]:
    """``case Owner(name=...)``."""
    if not isinstance(node, ast.MatchClass) or named.kind != ATTRIBUTE:
        return
    if ast.unparse(node.cls).rpartition(".")[2] != named.owner:
        return
    for attribute, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
        start, _ = span_of(text, pattern)
        before = re.search(rf"(?<!\w){re.escape(named.name)}(?=\s*=\s*\Z)", text[:start])
        if attribute == named.name and before:
            yield before.span()
