"""What a class's constructor takes, as far as the class says it: ``__init__``, its fields, what it holds. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stoker_server.features.testing.parameters import Parameter, parameters

_HOLDING = {
    **dict.fromkeys(("dict", "OrderedDict", "UserDict"), "dict"),
    **dict.fromkeys(("list", "UserList", "deque"), "list"),
    **dict.fromkeys(("set", "frozenset"), "set"),
}
"""Classes whose constructor takes what they are to hold, and what that is."""
_HELD = {"dict": "mapping", "list": "items", "set": "members"}
"""What that is called where the class does not say."""
_FIELDED = frozenset({"dataclass", "define", "frozen", "mutable", "attrs"})
"""Decorators that make a constructor of a class's fields: those of dataclasses and attrs."""
_BY_NAME = frozenset({"BaseModel", "TypedDict"})
"""Bases that make a constructor of fields which takes them by name: pydantic's and typing's."""
_DEFAULTS = frozenset({"default", "default_factory", "factory"})


def written(owner: ast.ClassDef) -> tuple[list[Parameter], list[ast.stmt]] | None:
    """What the class's own ``__init__`` takes, and its statements."""
    held = _held_by(owner)
    for node in owner.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            taken = parameters(node, bound=True)
            return [_items(each.name, held) if held and each.many else each for each in taken], node.body
    return None


def has_fields(owner: ast.ClassDef) -> bool:
    """Whether a constructor is made of the class's fields."""
    decorators = (each.func if isinstance(each, ast.Call) else each for each in owner.decorator_list)
    bases = {last_name(each) for each in owner.bases}
    return any(last_name(each) in _FIELDED for each in decorators) or bool(bases & (_BY_NAME | {"NamedTuple"}))


def fields_of(owner: ast.ClassDef) -> Iterator[Parameter]:
    """The class's own fields that its constructor takes."""
    by_name = any(last_name(each) in _BY_NAME for each in owner.bases)
    for node in owner.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                if "ClassVar" not in ast.unparse(annotation) and not name.startswith("model_") and _is_taken(value):
                    yield Parameter(ast.arg(name, annotation), _default(value), by_name=by_name)


def held_items(owner: ast.ClassDef) -> list[Parameter]:
    """What a class that is a list, a set or a dictionary may be made of; nothing for others."""
    held = _held_by(owner)
    return [_items(_HELD[_HOLDING[held]], held)] if held else []


def _held_by(owner: ast.ClassDef) -> str:
    return next((last_name(base) for base in owner.bases if last_name(base) in _HOLDING), "")


def _items(name: str, held: str) -> Parameter:
    return Parameter(ast.arg(name, ast.Name(_HOLDING[held], ast.Load())), ast.Constant(None))


def _is_taken(value: ast.expr | None) -> bool:
    """Whether a field is passed: ``field(init=False)`` is not."""
    keywords = value.keywords if isinstance(value, ast.Call) else []
    return not any(each.arg == "init" and ast.unparse(each.value) == "False" for each in keywords)


def _default(value: ast.expr | None) -> ast.expr | None:
    """A field's default; ``None`` where it has to be passed, as with ``field(repr=False)`` or ``Field(gt=0)``."""
    match value:
        case ast.Call(func=function, args=args, keywords=keywords) if last_name(function).lower() in ("field", "ib"):
            given = next((each.value for each in keywords if each.arg in _DEFAULTS), args[0] if args else None)
            return None if given is None or ast.unparse(given) == "..." else given
    return value


def last_name(node: ast.expr) -> str:
    """The last part of what an annotation, a base or a decorator names; empty where it names nothing."""
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
