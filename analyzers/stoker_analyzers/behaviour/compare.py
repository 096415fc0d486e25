"""Compares two versions of a file, and says in a sentence where they may differ."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from stoker_analyzers.behaviour.machine import Change, Machine
from stoker_analyzers.behaviour.scopes import Function
from stoker_analyzers.behaviour.statements import Statements, definition_text
from stoker_analyzers.behaviour.values import CannotShowError, Record, Table, Value
from stoker_analyzers.python_ast import parse_python

_LONGEST = 60
"""Characters of code that a sentence quotes."""


def difference(before: str, after: str, change: Change) -> str | None:
    r"""Why two versions may not do the same; ``None`` where they do.

    Args:
        before: The old text, with ``\n`` for every line end.
        after: The new one.
        change: What differs on purpose.

    Raises:
        SyntaxError: One is not valid Python.
        ValueError: One holds a null byte.
    """
    counts = [len(_named(text, change.function)) for text in (before, after)]
    name = change.function if counts[0] != counts[1] else ""  # else a variable has the name
    same = _definitions(before, name) & _definitions(after, name)
    change = replace(change, function=name, is_new=counts[1] > counts[0], same=same)
    table = Table()
    try:
        old, new = (_followed(table, text, change) for text in (before, after))
    except CannotShowError as error:
        return str(error)
    except RecursionError:
        return "the code is nested too deeply to be compared"
    if name and not (new if change.is_new else old).is_called:
        return f"{name} is called nowhere"
    if old.definition and not old.owner and name in _used(after):
        return f"{name} is still used"
    outside = [(machine.rebound, machine.top.outcome()) for machine in (old, new)]
    return None if outside[0] == outside[1] else _sentence(old, new)


def _definitions(text: str, function: str) -> frozenset[str]:
    """The texts of definitions that call nothing of what is new or gone."""
    word = re.compile(rf"\b{re.escape(function)}\b") if function else None
    lines = text.split("\n")
    every = (each for each in ast.walk(parse_python(text)) if isinstance(each, Function | ast.ClassDef))
    texts = (definition_text(lines, each) for each in every)
    return frozenset(each for each in texts if not (word and word.search(each)))


def _named(text: str, name: str) -> list[ast.AST]:
    return [each for each in ast.walk(parse_python(text)) if isinstance(each, Function) and each.name == name]


def _used(text: str) -> frozenset[str]:
    return frozenset(each.id for each in ast.walk(parse_python(text)) if isinstance(each, ast.Name))


def _followed(table: Table, text: str, change: Change) -> Statements:
    tree = parse_python(text)
    machine = Statements(table, tree, text.split("\n"), change)
    machine.block(tree.body)
    return machine


def _sentence(old: Machine, new: Machine) -> str:
    """What may differ, at the first place where it shows, in the innermost function."""
    left, right = _first(old, new)
    for number, (one, other) in enumerate(zip(left.steps, right.steps, strict=False)):
        if one != other:
            return _about(left.nodes[number])
    longer = max(left, right, key=lambda each: len(each.steps))
    if len(left.steps) != len(right.steps):
        return _about(longer.nodes[min(len(left.steps), len(right.steps))])
    lost = [node for value, node in left.looks.items() if value not in right.looks]
    lost += [node for value, node in right.looks.items() if value not in left.looks]
    if lost:
        return _about(lost[0])
    names = {value.key[3] for value, _ in left.reached() ^ right.reached() if isinstance(value, Value)}
    if names:
        return f"it can't be shown that {min(map(str, names))} would still have the same value wherever it is read"
    return "an object would be made more or less often"


def _first(old: Machine, new: Machine) -> tuple[Record, Record]:
    """The records of the first function that differs."""
    for left, right in zip(old.records[1:], new.records[1:], strict=False):
        if left.name == right.name and left.outcome() != right.outcome():
            return left, right
    return old.top, new.top


def _about(node: ast.AST) -> str:
    code = ast.unparse(node).split("\n")[0] if isinstance(node, ast.expr | ast.stmt) else ""
    code = f"{code[:_LONGEST]}..." if len(code) > _LONGEST else code
    line = getattr(node, "lineno", 0)
    return f"it can't be shown that {code or 'the code'} (line {line}) would still do the same at the same time"
