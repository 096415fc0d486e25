"""What a parameter takes, as far as its annotation, its default, its uses and its name tell. Runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stoker_analyzers.python_ast import parse_python


class Kind(StrEnum):
    """Sorts of values that a parameter may take."""

    TEXT = "text"
    LINES = "lines"
    PATTERN = "pattern"
    TEMPLATE = "template"
    PATH = "path"
    CHARACTER = "character"
    BYTES = "bytes"
    INTEGER = "integer"
    NUMBER = "number"
    FLOAT = "float"
    FRACTION = "fraction"
    FLAG = "flag"
    LIST = "list"
    NUMBERS = "numbers"
    TEXTS = "texts"
    PAIRS = "pairs"
    MAPPING = "mapping"
    SET = "set"
    STREAM = "stream"
    BYTE_STREAM = "byte stream"
    FUNCTION = "function"
    NOTHING = "nothing"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    TIMEZONE = "time zone"
    DECIMAL = "decimal"
    PATH_OBJECT = "path object"
    EXPRESSION = "expression"


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that a parameter may take.

    Attributes:
        kind: The sort of value.
        code: The value itself, or the name of a class of the file, where the source names one.
    """

    kind: Kind
    code: str = ""


_BY_ANNOTATION = {
    "str": Kind.TEXT,
    "AnyStr": Kind.TEXT,
    "bytes": Kind.BYTES,
    "int": Kind.INTEGER,
    "float": Kind.FLOAT,
    "complex": Kind.NUMBER,
    "bool": Kind.FLAG,
    "None": Kind.NOTHING,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "timedelta": Kind.DURATION,
    "tzinfo": Kind.TIMEZONE,
    "timezone": Kind.TIMEZONE,
    "Decimal": Kind.DECIMAL,
    "Path": Kind.PATH_OBJECT,
    "PurePath": Kind.PATH_OBJECT,
    "Callable": Kind.FUNCTION,
    **dict.fromkeys(("BinaryIO", "BytesIO", "RawIOBase", "BufferedIOBase", "BufferedReader"), Kind.BYTE_STREAM),
    **dict.fromkeys(("TextIO", "IO", "StringIO", "TextIOBase", "TextIOWrapper"), Kind.STREAM),
    **dict.fromkeys(("set", "frozenset", "Set", "AbstractSet", "MutableSet", "FrozenSet"), Kind.SET),
    **dict.fromkeys(("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"), Kind.MAPPING),
    **dict.fromkeys(
        ("list", "List", "tuple", "Tuple", "Sequence", "MutableSequence", "Iterable", "Iterator", "Collection"),
        Kind.LIST,
    ),
}
_OF_ELEMENTS = {Kind.TEXT: Kind.TEXTS, Kind.INTEGER: Kind.NUMBERS, Kind.FLOAT: Kind.NUMBERS, Kind.LIST: Kind.PAIRS}

_BY_NAME: tuple[tuple[Kind, str], ...] = (
    (Kind.LINES, "text paragraph content contents source body document doc docstring markdown html code input block"),
    (Kind.PATTERN, "pattern pat regex regexp glob"),
    (Kind.TEMPLATE, "template tmpl format fmt"),
    (Kind.PATH, "path filename file filepath dir directory folder pathname root"),
    (
        Kind.CHARACTER,
        "sep separator delimiter delim prefix suffix indent char ch c fillchar quote placeholder margin pad",
    ),
    (Kind.TEXTS, "words names lines strings texts keys tokens chunks parts labels columns fields argv tags"),
    (Kind.NUMBERS, "numbers nums values data xs ys samples scores weights heap a array arr points prices amounts"),
    (Kind.LIST, "items seq sequence iterable iterables list lst elements elems rows entries objects things collection"),
    (
        Kind.MAPPING,
        "mapping dict d options config headers params kwargs kwds attrs attributes settings counts table env",
    ),
    (Kind.FUNCTION, "func function fn callback predicate transform mapper callable handler"),
    (Kind.STREAM, "stream fp fileobj output out buffer"),
    (Kind.FLAG, "flag verbose strict reverse inclusive recursive ascending descending enabled force quiet"),
    (
        Kind.INTEGER,
        "n i j k count size width height length limit maximum minimum index start stop end lo hi depth level num step max",
    ),
    (
        Kind.INTEGER,
        "min port age year month day hour minute second total tabsize offset position pos page times repeat base",
    ),
    (Kind.FRACTION, "ratio rate fraction probability alpha p r g b h v l q"),
    (Kind.NUMBER, "x y z number amount price factor scale weight score temperature distance radius angle mu sigma t"),
    (
        Kind.TEXT,
        "string str s line word name title message msg description label key token char sentence email url uri tag",
    ),
)
_NAMES = {name: kind for kind, names in _BY_NAME for name in names.split()}

_METHODS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.TEXT,
        "strip lstrip rstrip split rsplit splitlines lower upper title startswith endswith replace format encode casefold",
    ),
    (Kind.TEXT, "partition rpartition expandtabs isalpha isdigit isspace isupper islower isidentifier join center"),
    (Kind.TEXT, "ljust rjust zfill translate capitalize swapcase removeprefix removesuffix isalnum"),
    (Kind.LIST, "append extend insert sort reverse"),
    (Kind.MAPPING, "items keys values get setdefault update popitem"),
    (Kind.STREAM, "write writelines read readline readlines seek"),
    (Kind.SET, "add discard union intersection difference issubset issuperset"),
)
_OF_METHOD = {name: kind for kind, names in _METHODS for name in names.split()}
_TAKING_TEXT = frozenset({"findall", "sub", "match", "search", "fullmatch", "finditer"})
_TAKING_NUMBERS = frozenset({"sum", "fsum", "mean", "sorted", "min", "max"})


def hints(
    argument: ast.arg, default: ast.expr | None, body: list[ast.stmt], classes: frozenset[str]
) -> tuple[Hint, ...]:
    """What a parameter may take, the likeliest first; none where nothing tells.

    Args:
        argument: The parameter.
        default: Its default.
        body: The statements that use it.
        classes: The names of the classes that the file defines.
    """
    annotated = tuple(_annotated(argument.annotation, classes)) if argument.annotation else ()
    if annotated:
        return tuple(dict.fromkeys(_sharpened(annotated, argument.arg)))
    found = [*_of_default(default), *_of_uses(argument.arg, body), *_of_name(argument.arg)]
    return tuple(dict.fromkeys(_sharpened(found, argument.arg)))


def _annotated(node: ast.expr, classes: frozenset[str]) -> Iterator[Hint]:
    match node:
        case ast.Constant(value=None):
            yield Hint(Kind.NOTHING)
        case ast.Constant(value=str() as text):
            try:
                yield from _annotated(parse_python(text, mode="eval").body, classes)
            except SyntaxError:
                return
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _annotated(left, classes)
            yield from _annotated(right, classes)
        case ast.Subscript(value=value, slice=inner):
            yield from _subscripted(_last(value), inner, classes)
        case ast.Name() | ast.Attribute():
            name = _last(node)
            if name in classes:
                yield Hint(Kind.EXPRESSION, name)
            elif name in _BY_ANNOTATION:
                yield Hint(_BY_ANNOTATION[name])


def _subscripted(name: str, inner: ast.expr, classes: frozenset[str]) -> Iterator[Hint]:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name == "Literal":
        yield from (Hint(Kind.EXPRESSION, ast.unparse(each)) for each in parts)
    elif name in ("Optional", "Union", "Annotated"):
        for each in parts[:1] if name == "Annotated" else parts:
            yield from _annotated(each, classes)
        if name == "Optional":
            yield Hint(Kind.NOTHING)
    elif _BY_ANNOTATION.get(name) is Kind.LIST:
        within = next(_annotated(parts[0], classes), None)
        if within and within.kind is Kind.EXPRESSION:
            yield Hint(Kind.EXPRESSION, f"[{within.code}]")
        else:
            yield Hint(_OF_ELEMENTS.get(within.kind, Kind.LIST) if within else Kind.LIST)
    elif name == "IO":
        yield Hint(Kind.BYTE_STREAM if _last(inner) == "bytes" else Kind.STREAM)
    elif name in _BY_ANNOTATION:
        yield Hint(_BY_ANNOTATION[name])


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _of_default(default: ast.expr | None) -> Iterator[Hint]:
    match default:
        case ast.Constant(value=bool()):
            yield Hint(Kind.FLAG)
        case ast.Constant(value=int()):
            yield Hint(Kind.INTEGER)
        case ast.Constant(value=float()):
            yield Hint(Kind.NUMBER)
        case ast.Constant(value=bytes()):
            yield Hint(Kind.BYTES)
        case ast.Constant(value=str() as text):
            yield Hint(Kind.TEXT if text.isalnum() and len(text) > 1 else Kind.CHARACTER)
        case ast.Tuple() | ast.List():
            yield Hint(Kind.LIST)
        case ast.Dict():
            yield Hint(Kind.MAPPING)


def _of_uses(name: str, body: list[ast.stmt]) -> Iterator[Hint]:
    for node in (inner for statement in body for inner in ast.walk(statement)):
        match node:
            case ast.Call(func=ast.Name(id=called)) if called == name:
                yield Hint(Kind.FUNCTION)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method)) if owner == name:
                if method in _OF_METHOD:
                    yield Hint(_OF_METHOD[method])
            case ast.Call(func=ast.Attribute(attr=method), args=[*_, ast.Name(id=last)]) if last == name:
                if method in _TAKING_TEXT:
                    yield Hint(Kind.TEXT)
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=first), kinds]) if first == name:
                for each in kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]:
                    yield from _annotated(each, frozenset())
                yield from map(Hint, (Kind.TEXT, Kind.INTEGER))  # who asks may get something else
            case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=first), *_]) if first == name:
                if called in _TAKING_NUMBERS:
                    yield Hint(Kind.NUMBERS)
            case ast.Compare(left=ast.Name(id=left), comparators=[ast.Constant(value=value)]) if left == name:
                yield from _of_constant(value)
            case ast.BinOp(left=ast.Name(id=left), op=ast.Sub() | ast.Div() | ast.FloorDiv()) if left == name:
                yield Hint(Kind.NUMBER)
            case ast.BinOp(op=ast.Sub() | ast.Div() | ast.FloorDiv(), right=ast.Name(id=right)) if right == name:
                yield Hint(Kind.NUMBER)


def _of_constant(value: object) -> Iterator[Hint]:
    if isinstance(value, str):
        yield Hint(Kind.TEXT)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Hint(Kind.INTEGER if isinstance(value, int) else Kind.NUMBER)


def kind_of_name(name: str) -> Kind | None:
    """The sort of value that a name in snake case speaks of; ``None`` where it says nothing."""
    return next((each.kind for each in _of_name(name)), None)


def _of_name(name: str) -> Iterator[Hint]:
    words = re.split(r"_+", name.strip("_").lower())
    if words[0] in ("is", "has", "use", "allow", "ignore", "keep", "no", "with", "drop", "fix", "expand") and words[1:]:
        yield Hint(Kind.FLAG)
    for word in (words[-1], words[0]):
        if word in _NAMES:
            yield Hint(_NAMES[word])
            return


def _sharpened(found: tuple[Hint, ...] | list[Hint], name: str) -> Iterator[Hint]:
    """The name says which sort of text or number it is."""
    named = next(_of_name(name), None)
    sharper = {
        Kind.TEXT: (Kind.LINES, Kind.PATTERN, Kind.TEMPLATE, Kind.PATH, Kind.CHARACTER),
        Kind.LIST: (Kind.TEXTS, Kind.NUMBERS),
        Kind.NUMBER: (Kind.FRACTION,),
        Kind.FLOAT: (Kind.FRACTION,),
    }
    for each in found:
        yield named if named and named.kind in sharper.get(each.kind, ()) else each
