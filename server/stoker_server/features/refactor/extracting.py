"""Judges an extracted function: no value that is used later may be lost on the way, none may be missing.

rope follows values line by line, so it loses one that only some branches set.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.flow import Function, Names, is_shared, live_after, set_before, stored, surely_set
from stoker_server.workers import RefusedError


def refuse_lost_values(text: str, new: str, start: int, end: int, name: str) -> None:
    """Refuse an extraction that changes which values the rest of the function sees.

    Args:
        text: The file before.
        new: The file after.
        start: Where the extracted statements begin in ``text``.
        end: Where they end.
        name: The new function.

    Raises:
        RefusedError: A value is lost, or may be missing.
    """
    first, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    outer = _around(parse_python(text), first, last)
    inner = next(
        (each for each in ast.walk(parse_python(new)) if isinstance(each, Function) and each.name == name), None
    )
    if outer is None or inner is None:
        return
    extracted = [each for each in ast.walk(outer) if isinstance(each, ast.stmt) and _within(each, first, last)]
    refuse_suspensions(extracted, inner)
    sets = stored(extracted)
    if shared := is_shared(outer, sets):
        raise RefusedError(f"{min(shared)} belongs to another scope; a new function would set one of its own")
    returned = _returned(inner)
    leaves = surely_set(inner.body, frozenset()) is None and not returned
    lost = (sets & live_after(outer, first, last)) - returned
    if lost and not leaves:
        raise RefusedError(f"{min(lost)} is set in some cases only, and used later; a function could not give it back")
    taken = _parameters(inner)
    loose = (taken & stored(outer.body)) - set_before(outer.body, first, _parameters(outer))
    if loose:
        raise RefusedError(f"{min(loose)} is not set in every case before this; a function could not be given it")
    known = surely_set(inner.body[:-1], taken)
    missing = returned - (known or frozenset())
    if missing and known is not None:
        raise RefusedError(f"{min(missing)} is not set in every case, so a function could not give it back")


def refuse_changed_texts(text: str, new: str) -> None:
    """Refuse where a text that spans lines came out with other blanks: rope indents and joins lines within them too.

    Raises:
        RefusedError: A literal has changed.
    """
    if _literals(text) != _literals(new):
        raise RefusedError("it would change a text that spans several lines")


def refuse_suspensions(extracted: Sequence[ast.stmt], inner: Function) -> None:
    """Refuse what only works in the function that it stands in.

    Raises:
        RefusedError: It yields, or waits in a function that can't.
    """
    inside = [node for statement in extracted for node in ast.walk(statement)]
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in inside):
        raise RefusedError("extracted piece cannot have yield statements")
    waits = any(isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith) for node in inside)
    if waits and not isinstance(inner, ast.AsyncFunctionDef):
        raise RefusedError("rope can't extract what awaits")


def refuse_wrong_method(text: str, new: str, start: int, name: str) -> None:
    """Refuse where what rope took for a method is none, and where its call does not fit.

    Raises:
        RefusedError: The call would fail.
    """
    line = text.count("\n", 0, start) + 1
    outer = _around(parse_python(text), line, line)
    tree = parse_python(new)
    inner = next((each for each in ast.walk(tree) if isinstance(each, Function) and each.name == name), None)
    if outer is None or inner is None:
        return
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        match call.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=found) if found == name:
                if not inner.decorator_list and owner not in ("self", "mcs", "cls"):
                    raise RefusedError(
                        f"{outer.name} may be called without an object, as its first argument is {owner}"
                    )
                static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in inner.decorator_list)
                if len(call.args) != len(inner.args.args) - (not static):
                    raise RefusedError("rope can't extract from this kind of method")


def _literals(text: str) -> Counter[str | bytes]:
    nodes = (node for node in ast.walk(parse_python(text)) if isinstance(node, ast.Constant))
    return Counter(node.value for node in nodes if isinstance(node.value, str | bytes))


def _parameters(function: Function) -> Names:
    return frozenset(each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg))


def _around(tree: ast.Module, first: int, last: int) -> Function | None:
    """The innermost function around some lines."""
    found: Function | None = None
    for each in ast.walk(tree):
        if isinstance(each, Function) and each.lineno < first and last <= (each.end_lineno or 0):
            found = each  # a breadth-first walk meets inner functions later
    return found


def _within(node: ast.stmt, first: int, last: int) -> bool:
    return first <= node.lineno and (node.end_lineno or 0) <= last


def _returned(function: Function) -> Names:
    """The variables that the last statement of a function returns."""
    match function.body[-1]:
        case ast.Return(value=ast.Name(id=name)):
            return frozenset({name})
        case ast.Return(value=ast.Tuple(elts=parts)):
            return frozenset(part.id for part in parts if isinstance(part, ast.Name))
    return frozenset()


def spaced(text: str, new: str, name: str) -> str:
    """The new text with as many blank lines round a new function of the module as the file has between others."""
    lines = new.split("\n")
    at = next(
        (number for number, line in enumerate(lines) if re.match(rf"(async )?def {re.escape(name)}\(", line)), None
    )
    if at is None:
        return new
    below = r"(?=@|def |async def |class )"
    one, two = (len(re.findall(rf"\S\n{blank}{below}", text)) for blank in ("\n", "\n\n"))
    blank = [""] * (1 if one > two else 2)
    end = next((number for number in range(at + 1, len(lines)) if re.match(r"[^\s)]", lines[number])), len(lines))
    before, body, after = lines[:at], lines[at:end], lines[end:]
    for part in (before, body):
        while part and not part[-1].strip():
            part.pop()
    return "\n".join([*before, *blank, *body, *([*blank, *after] if any(after) else [""])])
