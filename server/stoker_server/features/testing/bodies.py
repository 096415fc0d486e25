"""What a request carries, told from the code of its route: by pydantic's models, and by the keys that a handler looks up.

Runs nothing. What no value is known for is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stoker_server.features.testing.foreign import Imported

_DEPTH = 4
"""Models within models that are filled in."""
_SCALARS: Mapping[str, tuple[Any, ...]] = {
    "str": ("one", "two"),
    "int": (3, 42),
    "float": (1.5, 20.25),
    "Decimal": (1.5, 20.25),
    "bool": (True, False),
    "bytes": ("one", "two"),
    "Any": ("one", 3),
    "date": ("2024-02-29", "2023-01-01"),
    "datetime": ("2024-02-29T12:30:00", "2023-01-01T00:00:00"),
    "UUID": ("12345678-1234-5678-1234-567812345678",) * 2,
    "EmailStr": ("ann@example.com", "bob@example.com"),
    "HttpUrl": ("https://example.com/one", "https://example.com/two"),
    "PositiveInt": (3, 42),
    "PositiveFloat": (1.5, 20.25),
}
"""Values of a type, one for each of two requests: what differs between them shows what depends on it."""
_LISTS = frozenset({"list", "List", "Sequence", "set", "Set", "tuple", "Tuple", "Iterable", "frozenset"})
_MAPS = frozenset({"dict", "Dict", "Mapping"})
_LIMITS = ("gt", "ge", "lt", "le", "min_length", "max_length")
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Carried:
    """What one request carries.

    Attributes:
        words: What it is, for a test's name; empty where it carries nothing.
        query: Names and values of the address.
        body: The JSON body; ``None`` for none.
        form: Names and values of a form; empty for none.
    """

    words: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, Any] = field(default_factory=dict)


def by_signature(function: ast.FunctionDef | ast.AsyncFunctionDef, around: Imported, path: str) -> Iterator[Carried]:
    """What a function of FastAPI asks for by its parameters: all of it, what is required, and too little.

    Args:
        function: The route's function.
        around: Its file.
        path: The route's path, whose parameters are no part of it.
    """
    parameters = list(_parameters(function, path))
    models = [(name, node, _model(node, around)) for name, node, _ in parameters]
    bodies = [(name, node) for name, node, model in models if model]
    asked = [(name, node, default) for name, node, default in parameters if name not in {each for each, _ in bodies}]
    for number, words in enumerate(("all values", "the required values")):
        whole = number == 0
        values = {name: _value(node, around, number, whole=whole) for name, node in bodies}
        query = {
            name: _limited(_value(node, around, number, whole=whole), default, number)
            for name, node, default in asked
            if whole or default is None or _required(default)
        }
        if _UNKNOWN in (*values.values(), *query.values()):
            continue
        single = len(bodies) == 1 and not _embedded(function)
        body = next(iter(values.values())) if single else values or None
        if body is not None or query:
            yield Carried(words, query, body)


def by_keys(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Carried]:
    """What a handler looks up in its request: in the JSON, the form and the address, by the names that it uses."""
    found: dict[str, dict[str, None]] = {"json": {}, "form": {}, "query": {}}
    names = {
        target.id: source
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and (source := _source(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        match node:
            case ast.Subscript(value=owner, slice=ast.Constant(value=str() as key)):
                pass
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant(value=str() as key), *_]):
                pass
            case _:
                continue
        source = names.get(owner.id, "") if isinstance(owner, ast.Name) else _source(owner)
        if source:
            found[source][key] = None
    if not any(found.values()):
        return
    for words, values in (("numbers", (3, 42, 7, 1)), ("texts", ("one", "two", "three", "four"))):
        given = {
            source: {key: values[number % len(values)] for number, key in enumerate(keys)}
            for source, keys in found.items()
        }
        yield Carried(words, given["query"], given["json"] or None, given["form"])


def _source(node: ast.expr) -> str:
    """Where an expression has its values from, if that is a part of a request: Flask's, Starlette's and Django's words."""
    code = ast.unparse(node)
    if "request.get_json(" in code or code in ("request.json", "await request.json()") or "request.body" in code:
        return "json" if code.startswith(("request", "await request", "json.loads(")) else ""
    if code in ("request.form", "await request.form()", "request.POST"):
        return "form"
    return "query" if code in ("request.args", "request.query_params", "request.GET") else ""


def _parameters(
    function: ast.FunctionDef | ast.AsyncFunctionDef, path: str
) -> Iterator[tuple[str, ast.expr, ast.expr | None]]:
    """The annotated parameters that a request has to bring, with their defaults."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(arguments.defaults)), *arguments.defaults]
    for each, default in [
        *zip(plain, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]:
        if each.annotation is None or f"{{{each.arg}" in path:
            continue
        code = ast.unparse(each.annotation)
        brought = default is not None and ast.unparse(default).startswith(
            ("Depends(", "Header(", "Cookie(", "Security(")
        )
        if not brought and code.rpartition(".")[2] not in ("Request", "Response", "BackgroundTasks", "WebSocket"):
            yield each.arg, _plain(each.annotation), default


def _plain(annotation: ast.expr) -> ast.expr:
    """An annotation without ``Annotated``."""
    match annotation:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *_])):
            return inner
    return annotation


def _embedded(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        "embed=True" in ast.unparse(each) for each in (*function.args.defaults, *function.args.kw_defaults) if each
    )


def _required(default: ast.expr) -> bool:
    """Whether what stands as a default is none: ``Query(...)``, ``Field(gt=0)``."""
    if not isinstance(default, ast.Call) or ast.unparse(default.func).rpartition(".")[2] not in (
        "Field",
        "Query",
        "Body",
    ):
        return False
    first = default.args[0] if default.args else None
    named = {each.arg for each in default.keywords}
    return not named & {"default", "default_factory"} and (
        first is None or (isinstance(first, ast.Constant) and first.value is ...)
    )


def _model(annotation: ast.expr, around: Imported) -> tuple[Imported, ast.ClassDef] | None:
    """The model that an annotation names, with its file."""
    found = _class(annotation, around)
    return found if found and _is_model(*found) else None


def _class(annotation: ast.expr, around: Imported) -> tuple[Imported, ast.ClassDef] | None:
    if not isinstance(annotation, ast.Name):
        return None
    for node in around.tree.body:
        if isinstance(node, ast.ClassDef) and node.name == annotation.id:
            return around, node
    return around.definition(annotation.id)


def _is_model(around: Imported, node: ast.ClassDef, depth: int = _DEPTH) -> bool:
    for base in node.bases:
        if ast.unparse(base).rpartition(".")[2] == "BaseModel":
            return True
        found = _class(base, around) if depth else None
        if found and _is_model(*found, depth - 1):
            return True
    return False


def _value(annotation: ast.expr, around: Imported, number: int, *, whole: bool, depth: int = _DEPTH) -> Any:
    """A JSON value that an annotation takes; ``_UNKNOWN`` where none is known."""

    def inner(node: ast.expr) -> Any:
        return _value(node, around, number, whole=whole, depth=depth - 1)

    if depth < 0:
        return _UNKNOWN
    match annotation:
        case ast.Constant(value=str() as text):
            return inner(ast.parse(text, mode="eval").body) if text.isidentifier() else _UNKNOWN
        case ast.Constant(value=None):
            return None
        case ast.BinOp(left=left, op=ast.BitOr()):
            return inner(left)
        case ast.Attribute(attr=name):
            return _SCALARS[name][number] if name in _SCALARS else _UNKNOWN
        case ast.Name(id=name) if name in _SCALARS:
            return _SCALARS[name][number]
        case ast.Name(id=name) if name in _LISTS | _MAPS:
            return {} if name in _MAPS else []
        case ast.Name():
            found = _class(annotation, around)
            return _of_class(*found, number, whole=whole, depth=depth - 1) if found else _UNKNOWN
        case ast.Subscript(value=ast.Name(id="Optional" | "Union" as kind), slice=of):
            return inner(of.elts[0] if kind == "Union" and isinstance(of, ast.Tuple) else of)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=of):
            options = of.elts if isinstance(of, ast.Tuple) else [of]
            one = options[number % len(options)]
            return one.value if isinstance(one, ast.Constant) else _UNKNOWN
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[of, *limits])):
            return _limited(inner(of), next((each for each in limits if isinstance(each, ast.Call)), None), number)
        case ast.Subscript(value=ast.Name(id=name), slice=of) if name in _LISTS:
            one = inner(of.elts[0] if isinstance(of, ast.Tuple) else of)
            return _UNKNOWN if one is _UNKNOWN else [one]
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[_, of])) if name in _MAPS:
            one = inner(of)
            return _UNKNOWN if one is _UNKNOWN else {"one": one}
    return _UNKNOWN


def _of_class(around: Imported, node: ast.ClassDef, number: int, *, whole: bool, depth: int) -> Any:
    """A value of a class: a model's fields, or a member of an enumeration."""
    if not _is_model(around, node):
        members = [
            each.value for each in node.body if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
        ]
        is_enum = any("Enum" in ast.unparse(base) for base in node.bases)
        return members[number % len(members)].value if is_enum and members else _UNKNOWN
    values: dict[str, Any] = {}
    for base in node.bases:
        found = _class(base, around)
        inherited = _of_class(*found, number, whole=whole, depth=depth - 1) if found and depth > 0 else {}
        values |= inherited if isinstance(inherited, dict) else {}
    for each in node.body:
        match each:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=default) if (
                not name.startswith("_") and name != "model_config" and "ClassVar" not in ast.unparse(annotation)
            ):
                if default is not None and not _required(default) and not whole:
                    continue
                value = _limited(_value(annotation, around, number, whole=whole, depth=depth), default, number)
                if value is _UNKNOWN and (default is None or _required(default)):
                    return _UNKNOWN
                values |= {} if value is _UNKNOWN else {name: value}
    return values


def _limited(value: Any, declared: ast.expr | None, number: int) -> Any:
    """A value within the limits of ``Field`` or ``Query``, as far as they are numbers."""
    if not isinstance(declared, ast.Call) or value is _UNKNOWN:
        return value
    limits = {
        each.arg: each.value.value
        for each in declared.keywords
        if each.arg in _LIMITS and isinstance(each.value, ast.Constant) and isinstance(each.value.value, int | float)
    }
    if any(each.arg in ("pattern", "regex") for each in declared.keywords):
        return _UNKNOWN
    if isinstance(value, str) and limits:
        least, most = int(limits.get("min_length", 0)), int(limits.get("max_length", len(value) + 1_000))
        return (value * (least // max(len(value), 1) + 1))[: max(least, min(len(value), most))]
    if isinstance(value, int | float) and not isinstance(value, bool) and limits:
        return _between(value, limits, number)
    return value


def _between(value: float, limits: Mapping[str, float], number: int) -> float:
    lower, upper = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    strict = int("gt" in limits), int("lt" in limits)
    if lower is not None and value < lower + strict[0]:
        value = lower + strict[0] + number
    if upper is not None and value > upper - strict[1]:
        value = upper - strict[1]
    return value
