"""What kind of thing a name is, and whether somebody outside the workspace relies on it. Asks rope."""

from __future__ import annotations

import ast
from typing import Any

from rope.base import evaluate, pynames  # type: ignore[import-untyped]  # rope has no types

from stoker_analyzers.behaviour.scopes import stored
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.refactor.mentions import ATTRIBUTE, GLOBAL, LOCAL, PARAMETER, Named
from stoker_server.workers import RefusedError

_MARKERS = frozenset({"Generic", "Protocol"})
"""Base classes that bring no attributes of their own."""


def named(name: str, pyname: Any) -> Named:
    """What a name stands for."""
    module, line = pyname.get_definition_location()
    if isinstance(pyname, pynames.ParameterName):
        return Named(name, PARAMETER, pyname.pyfunction.get_name())
    if owner := class_of(name, pyname):
        return Named(name, ATTRIBUTE, owner.get_name())
    inside = module.get_attributes().get(name)
    is_global = inside is not None and inside.get_definition_location() == (module, line)
    return Named(name, GLOBAL if is_global else LOCAL)


def members_in(text: str, name: str) -> list[ast.AST]:
    """Where a file gives some class an attribute with a name."""
    found: list[ast.AST] = []
    for node in ast.walk(parse_python(text)):
        match node:
            case ast.ClassDef(body=body):
                found += [each for each in body if name in stored(each)]
            case ast.Attribute(attr=attr, ctx=ast.Store() | ast.Del()) if attr == name:
                found.append(node)
    return found


def class_of(name: str, pyname: Any) -> Any:
    """Rope's class that a name is an attribute of; ``None`` for other names."""
    place = pyname.get_definition_location()
    scope = place[0].get_scope().get_inner_scope_for_line(place[1])
    while scope is not None:
        if scope.get_kind() == "Class":
            found = scope.pyobject.get_attributes().get(name)
            if found is not None and found.get_definition_location() == place:
                return scope.pyobject
        scope = scope.parent
    return None


def refuse_special(name: str, pyname: Any, project: Any) -> None:
    """Refuse names that the interpreter, or a class of somebody else's, gives their meaning.

    Raises:
        RefusedError: The name is such a one, or may be.
    """
    if name.startswith("__") and name.endswith("__"):
        raise RefusedError(f"{name} has a meaning of its own in Python")
    owner = class_of(name, pyname)
    pending, seen = [owner] if owner else [], []
    while pending:
        each = pending.pop()
        if each in seen:
            continue
        seen.append(each)
        module = each.get_module()
        resource = module.get_resource() if module else None
        if resource is not None and resource.project is project:
            pending += _bases(each, name)
        elif name in each.get_attributes():
            raise RefusedError(f"{name} is an attribute of {each.get_name()}, which is not defined in this workspace")


def _bases(each: Any, name: str) -> list[Any]:
    found = []
    for written in each.get_ast().bases:
        base = written.value if isinstance(written, ast.Subscript) else written
        if ast.unparse(base).rpartition(".")[2] in _MARKERS:
            continue
        pyname = evaluate.eval_node(each.parent.get_scope(), base)
        value = pyname.get_object() if pyname is not None else None
        if not hasattr(value, "get_superclasses"):
            raise RefusedError(f"{ast.unparse(base)} is not to be found, and {name} may be an attribute of it")
        found.append(value)
    return found
