"""Changes a function's parameters and all its calls, as ``signatures`` read it.

rope finds the calls; each is then written anew here, because rope pastes arguments as text and changes the order in which they
are computed. Runs in a worker process only.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_analyzers.behaviour.arguments import Function, is_quiet
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import span_of
from stoker_server.features.refactor.signatures import Change, parts_of, planned
from stoker_server.workers import RefusedError

_WIDTH = 79
"""Columns above which what was on several lines stays on several: PEP 8's."""


def redefined(text: str, change: Change, calls: Sequence[int], wanted: str) -> str:
    """The text of the file that defines the function, with its calls and then its definition as they should be."""
    made = with_calls(text, change, calls)
    if made == text:
        return with_definition(text, change)
    same = [
        each.lineno
        for each in ast.walk(parse_python(made))
        if isinstance(each, Function) and each.name == change.node.name
    ]
    before = [
        each.lineno
        for each in ast.walk(parse_python(text))
        if isinstance(each, Function) and each.name == change.node.name
    ]
    line = same[before.index(change.node.lineno)]  # a call above it may take other lines now
    return with_definition(made, planned(made, change.node.name, line, wanted))


def with_definition(text: str, change: Change) -> str:
    """The text with the new parameters, and their new names in the body."""
    node = change.node
    at = text.index("(", text.index(node.name, text.index("def", span_of(text, node)[0]) + 3))
    spots = [
        span_of(text, each)
        for each in ast.walk(ast.Module(node.body, []))
        if isinstance(each, ast.Name) and each.id in change.renamed
    ]
    made = text
    for start, end in sorted(spots, reverse=True):
        made = f"{made[:start]}{change.renamed[text[start:end]]}{made[end:]}"
    close = _closing(text, at)
    if "#" in text[at:close]:
        raise RefusedError("comments stand between its parameters; put them elsewhere first")
    if "\n" in text[at:close] and len(change.listed) > _WIDTH - at + text.rfind("\n", 0, at):
        line = text[text.rfind("\n", 0, at) + 1 : at]
        indent = line[: len(line) - len(line.lstrip())]
        listed = "".join(f"{indent}    {each},\n" for each in parts_of(change.listed))
        return f"{made[: at + 1]}\n{listed}{indent}{made[close:]}"
    return f"{made[: at + 1]}{change.listed}{made[close:]}"


def _closing(text: str, at: int) -> int:
    depth, quote = 0, ""
    for offset in range(at, len(text)):
        each = text[offset]
        if quote:
            quote = "" if each == quote else quote
        elif each in "'\"":
            quote = each
        depth += (each in "([{") - (each in ")]}") if not quote else 0
        if not depth:
            return offset
    raise RefusedError("its parameters have no end")


def with_calls(text: str, change: Change, calls: Sequence[int]) -> str:
    """The text with every call as the new parameters want it.

    Args:
        text: A file.
        change: What changes.
        calls: Offsets of the function's name where it is called.
    """
    for offset in sorted(calls, reverse=True):
        end = offset + len(change.node.name)
        node = next(
            (
                each
                for each in ast.walk(parse_python(text))
                if isinstance(each, ast.Call) and span_of(text, each.func)[1] == end
            ),
            None,
        )
        if node is None:
            raise RefusedError("one of the calls is written in a way that can't be followed")
        text = _rewritten(text, change, node)
    return text


def _rewritten(text: str, change: Change, node: ast.Call) -> str:
    where = f"the call in line {node.lineno}"
    given = change.old.passed(node)
    if given is None:
        raise RefusedError(f"{where} passes its arguments in a way that can't be followed")
    for name in change.gone & given.keys():
        if not is_quiet(given[name]):
            raise RefusedError(f"{where} computes something for {name}, which may be wanted")
    kept = {change.renamed.get(name, name): value for name, value in given.items() if name not in change.gone}
    plain = {change.renamed.get(each, each) for each in list(given)[: len(node.args)]}
    quiet = all(map(is_quiet, kept.values()))
    ordered = [each for each in change.new.positional if each in kept] if quiet else list(kept)
    written, by_place = [], True
    rest = [each for each in kept if each not in ordered]
    for number, name in enumerate([*ordered, *rest]):
        fits = number < len(change.new.positional) and change.new.positional[number] == name
        by_place = by_place and fits and name in plain
        code = text[slice(*span_of(text, kept[name]))]
        if not by_place and name in change.new.positional[: change.new.only]:
            raise RefusedError(f"{where} can't pass {name} by name")
        written.append(code if by_place else f"{name}={code}")
    start, end = span_of(text, node.func)[1], span_of(text, node)[1]
    if "#" in text[start:end]:
        raise RefusedError(f"{where} has comments between its arguments; put them elsewhere first")
    before = [text[slice(*span_of(text, each))] for each in node.args]
    before += [f"{each.arg}={text[slice(*span_of(text, each.value))]}" for each in node.keywords]
    if written == before:
        return text
    joined = ", ".join(written)
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if "\n" in text[start:end] and len(line) + len(joined) > _WIDTH:
        indent = line[: len(line) - len(line.lstrip())]
        listed = "".join(f"{indent}    {each},\n" for each in written)
        return f"{text[:start]}(\n{listed}{indent}){text[end:]}"
    return f"{text[:start]}({joined}){text[end:]}"
