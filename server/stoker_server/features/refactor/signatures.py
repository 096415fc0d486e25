"""Reads what a list of parameters means for a function: add with a default, remove what is unused, rename, reorder.

Writes nothing: see ``resigning``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from stoker_analyzers.behaviour.arguments import Function, Signature
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.inlining import span_of
from stoker_server.workers import RefusedError

_KINDS = frozenset({"staticmethod", "classmethod"})


@dataclass(frozen=True)
class Change:
    """How a function's parameters change.

    Attributes:
        node: The definition as it is.
        bound: Whether Python passes the first argument.
        old: The parameters before.
        new: The parameters after.
        listed: The new parameters as they are written, without the object of a method.
        renamed: Old names with the new ones.
        gone: The names that are removed.
    """

    node: Function
    bound: bool
    old: Signature
    new: Signature
    listed: str
    renamed: dict[str, str]
    gone: frozenset[str]

    @property
    def only_adds(self) -> bool:
        """Whether every call stays right as it is: nothing but optional parameters at the end is new."""
        same = self.new.positional[: len(self.old.positional)] == self.old.positional and self.new.only == self.old.only
        return same and not self.renamed and not self.gone and set(self.old.named) <= set(self.new.named)


def planned(text: str, name: str, line: int, wanted: str) -> Change:
    """What a list of parameters means for a function.

    Args:
        text: The file that defines it.
        name: The function.
        line: The line in which its definition begins, from 1.
        wanted: The new parameters, e.g. ``path, mode->flags, timeout=30``.

    Raises:
        RefusedError: The list can't be read, or the function can't take it.
    """
    node, bound = _definition(parse_python(text), name, line)
    own, listed = _own(text, node, bound), _listed(text, node, bound)
    parts, kept, renamed = _chosen(wanted, listed)
    gone = frozenset(listed) - set(kept)
    _refuse_used(node, gone, renamed)
    whole = ", ".join([*own, *parts])
    try:
        changed = parse_python(f"def {node.name}({whole}): pass\n").body[0]
    except (SyntaxError, ValueError) as error:
        raise RefusedError(f"({whole}) is no list of parameters: {error}") from error
    assert isinstance(changed, ast.FunctionDef)  # noqa: S101  # it was written so
    old_one, new_one = Signature.of(node, bound=bound), Signature.of(changed, bound=bound)
    change = Change(node, bound, old_one, new_one, whole, renamed, gone)
    if whole == ", ".join([*own, *listed.values()]):
        raise RefusedError("it would change nothing")
    if (node.args.vararg or node.args.kwarg) and not change.only_adds:
        raise RefusedError(f"{name} takes any number of arguments, so which one is for which parameter can't be told")
    return change


def _own(text: str, node: Function, bound: bool) -> list[str]:
    """What the parameters say that the call's object is bound to."""
    return [text[slice(*_span(text, each))] for each in [*node.args.posonlyargs, *node.args.args][:bound]]


def _listed(text: str, node: Function, bound: bool) -> dict[str, str]:
    """What each other parameter says, with its annotation and default, by its name; ``*`` and ``**`` are part of that."""
    given, listed = node.args, dict[str, str]()
    order = [*given.posonlyargs, *given.args]
    late = dict(zip([each.arg for each in order][len(order) - len(given.defaults) :], given.defaults, strict=True))
    late |= {each.arg: value for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value}
    for each in (*order[bound:], *given.kwonlyargs):
        default = late.get(each.arg)
        sign = " = " if each.annotation else "="
        written = text[slice(*_span(text, each))]
        listed[each.arg] = written + (f"{sign}{text[slice(*span_of(text, default))]}" if default is not None else "")
    for star, many in (("*", given.vararg), ("**", given.kwarg)):
        if many:
            listed[f"{star}{many.arg}"] = star + text[slice(*_span(text, many))]
    return listed


def _chosen(wanted: str, listed: Mapping[str, str]) -> tuple[list[str], list[str], dict[str, str]]:
    """What the new parameters say, which old ones are among them, and new names by old ones.

    Raises:
        RefusedError: The list can't be read.
    """
    parts, kept, renamed = list[str](), list[str](), dict[str, str]()
    for part in parts_of(wanted):
        found = re.fullmatch(r"(\w+)\s*->\s*(\w+)", part)
        old = found[1] if found else part
        if old in listed:
            kept.append(old)
            parts.append(re.sub(rf"\A{old}\b", found[2], listed[old]) if found else listed[old])
            if found:
                renamed[found[1]] = found[2]
        elif part in ("*", "/"):
            parts.append(part)
        elif found or not re.match(r"\w+\s*(:[^=]+)?=", part):
            known = ", ".join(listed) or "its parameters"
            raise RefusedError(f"{part!r} is none of {known}; a new one needs a default (`name=value`)")
        else:
            parts.append(part)
    if len(set(kept)) < len(kept):
        raise RefusedError("a parameter is listed twice")
    return parts, kept, renamed


def parameters_without(tree: ast.Module, name: str, line: int, gone: str) -> str:
    """The list of a function's parameters without one.

    Raises:
        RefusedError: That one is the object of a method, or there is no such function.
    """
    node, bound = _definition(tree, name, line)
    given = node.args
    own = [each.arg for each in (*given.posonlyargs, *given.args)][:bound]
    if gone in own:
        raise RefusedError(f"{gone} is what the method is called on")
    parts = [each.arg for each in given.posonlyargs[bound:]]
    parts = [each for each in parts if each != gone]
    parts += ["/"] if parts else []
    skipped = max(bound - len(given.posonlyargs), 0)
    parts += [each.arg for each in given.args[skipped:] if each.arg != gone]
    named = [each.arg for each in given.kwonlyargs if each.arg != gone]
    parts += [f"*{given.vararg.arg}"] if given.vararg else ["*"] if named else []
    return ", ".join([*parts, *named, *([f"**{given.kwarg.arg}"] if given.kwarg else [])])


def _definition(tree: ast.Module, name: str, line: int) -> tuple[Function, bool]:
    for node in ast.walk(tree):
        for each in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            if isinstance(each, Function) and each.name == name and each.lineno == line:
                kinds = {ast.unparse(one) for one in each.decorator_list}
                if kinds - _KINDS:
                    raise RefusedError(f"{name} is decorated; what its callers pass is not in its parameters alone")
                return each, isinstance(node, ast.ClassDef) and "staticmethod" not in kinds
    raise RefusedError(f"{name} is no function of this workspace")


def _span(text: str, node: ast.arg) -> tuple[int, int]:
    return span_of(text, node)  # type: ignore[arg-type]  # it has a place as expressions have


def parts_of(wanted: str) -> list[str]:
    """A list of parameters in its parts: commas inside brackets and texts separate nothing."""
    found, depth, quote, part = [], 0, "", ""
    for each in wanted:
        if quote:
            quote = "" if each == quote else quote
        elif each in "'\"":
            quote = each
        depth += (each in "([{") - (each in ")]}") if not quote else 0
        if each == "," and not depth and not quote:
            found.append(part.strip())
            part = ""
        else:
            part += each
    return [each for each in (*found, part.strip()) if each]


def _refuse_used(node: Function, gone: frozenset[str], renamed: dict[str, str]) -> None:
    names = [each for each in ast.walk(ast.Module(node.body, [])) if isinstance(each, ast.Name)]
    for each in names:
        if each.id in {name.lstrip("*") for name in gone}:
            raise RefusedError(f"{each.id} is used in line {each.lineno}; it can't be removed")
        if each.id in renamed.values():
            raise RefusedError(f"{each.id} means something already in line {each.lineno}; choose another name")
    inner = [each.arg for statement in node.body for each in ast.walk(statement) if isinstance(each, ast.arg)]
    others = {name for each in ast.walk(node) if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
    if clash := (set(inner) | others) & (set(renamed) | set(renamed.values())):
        raise RefusedError(f"{min(clash)} is another one in a function inside {node.name}")
    if any(each.id in ("locals", "vars", "eval", "exec") for each in names) and (gone or renamed):
        raise RefusedError(f"{node.name} looks at its own variables by name")
