"""Values that fit a parameter: by its type, by the literals that the function compares with, by its name. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from stoker_analyzers.ecma.types import ANY, Type, TypeKind
from stoker_server.features.testing.ecma.shapes import of_defaults
from stoker_server.features.testing.ecma.target import EcmaTarget, Input
from stoker_server.features.testing.ecma.texts import TEXTS_BY_KIND, TEXTS_BY_WORD
from stoker_server.features.testing.hints import Kind, kind_of_name
from stoker_server.features.testing.target import snake


@dataclass(frozen=True, slots=True)
class Value:
    """One value.

    Attributes:
        code: Its source.
        words: What is special about it, for the test's title; empty for the usual one.
        oddity: How far it is from the usual one.
    """

    code: str
    words: str = ""
    oddity: int = 0


_TEXTS = ("hello world", "Foo-bar_baz", "", "a", "  padded  ", "XMLHttpRequest 2", "42", "1.5", "true", "a,b,c", "é…")
_NUMBERS = ("3", "0", "-2", "1.5", "10", "100", "NaN", "Infinity")
_DATES = ("new Date(2024, 1, 29)", "new Date(2023, 11, 31, 23, 59, 30)", "new Date(2024, 5, 15, 12)", "new Date(NaN)")
_ITEMS = ("1", "2", "3", "2", '"b"', "null")
"""What a list of anything holds."""

_MOST_LITERALS = 10
_STRING = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"")
_NUMBER = re.compile(r"(?<![\w$.])-?\d+(?:\.\d+)?(?![\w.])")
_COMPARED = re.compile(r"""(?:===?|!==?|case|includes\(|startsWith\(|endsWith\(|indexOf\(|has\()\s*$""")

_BY_KIND: dict[Kind, TypeKind] = {
    **dict.fromkeys((Kind.TEXT, Kind.LINES, Kind.PATTERN, Kind.TEMPLATE, Kind.PATH, Kind.CHARACTER), TypeKind.STRING),
    **dict.fromkeys((Kind.INTEGER, Kind.NUMBER, Kind.FRACTION, Kind.FLOAT), TypeKind.NUMBER),
    Kind.FLAG: TypeKind.BOOLEAN,
    Kind.MAPPING: TypeKind.RECORD,
    Kind.FUNCTION: TypeKind.FUNCTION,
    Kind.LIST: TypeKind.ARRAY,
    Kind.NUMBERS: TypeKind.ARRAY,
    Kind.TEXTS: TypeKind.ARRAY,
    Kind.SET: TypeKind.SET,
    Kind.DATE: TypeKind.DATE,
}


def values_for(target: EcmaTarget, each: Input) -> list[Value]:
    """Values for one parameter, the usual one first; none where it takes what can't be made."""
    of = each.type
    if of.kind is TypeKind.ANY:
        of = _guessed(target, each)
    found = [*_of(target, of, each.name, 0), *_defaults(each)]
    unique: dict[str, Value] = {}
    for number, value in enumerate(found):
        unique.setdefault(value.code, Value(value.code, value.words, value.oddity or number))
    return list(unique.values())


def _defaults(each: Input) -> Iterator[Value]:
    """The default with a small change tells whether it is used; a flag's other value does."""
    if each.default in ("true", "false"):
        yield Value("false" if each.default == "true" else "true")
    elif re.fullmatch(r"\d+", each.default):
        yield Value(str(int(each.default) + 2))


def _of(target: EcmaTarget, of: Type, name: str, depth: int) -> Iterator[Value]:
    match of.kind:
        case TypeKind.STRING:
            yield from _texts(target, name)
        case TypeKind.NUMBER:
            yield from _numbers(target)
        case TypeKind.BOOLEAN:
            yield from (Value("true"), Value("false"))
        case TypeKind.BIGINT:
            yield from (Value("3n"), Value("0n"), Value("-2n"))
        case TypeKind.UNDEFINED | TypeKind.NULL:
            yield Value(of.kind.value, of.kind.value)
        case TypeKind.LITERAL:
            if re.match(r"""["'\d-]|true|false""", of.text):
                yield Value(_double(of.text), _double(of.text).strip('"'))
        case TypeKind.DATE:
            yield from map(Value, _DATES)
        case TypeKind.REGEXP:
            yield from map(Value, ("/o+/", "/[a-c]/g", "/^x/i"))
        case TypeKind.FUNCTION:
            yield from _functions(of)
        case TypeKind.ANY:
            yield from map(Value, ('"hello"', "3", "null", "undefined", "[1, 2]", "{ a: 1 }", "true", "NaN"))
        case TypeKind.UNION:
            yield from _mixed([[*_of(target, part, name, depth)] for part in of.parts])
        case _:
            yield from _made(target, of, name, depth)


def _made(target: EcmaTarget, of: Type, name: str, depth: int) -> Iterator[Value]:
    """Values of types that are made of others."""
    if depth > 3:
        return
    if of.kind is TypeKind.OBJECT:
        yield from _objects(target, of, depth)
        return
    inner = [
        list(_ITEMS)
        if part.kind is TypeKind.ANY
        else [each.code for each in _of(target, part, _singular(name), depth + 1)]
        for part in of.parts
    ]
    if not all(inner):
        return
    if of.kind is TypeKind.TUPLE:
        yield Value("[" + ", ".join(each[0] for each in inner) + "]")
        yield Value("[" + ", ".join(each[-1] for each in inner) + "]")
    elif of.kind in (TypeKind.ARRAY, TypeKind.SET):
        opening, closing = ("new Set([", "])") if of.kind is TypeKind.SET else ("[", "]")
        for items in _lists(inner[0]):
            yield Value(opening + ", ".join(items) + closing, "an empty list" if not items else "")
    elif of.kind in (TypeKind.RECORD, TypeKind.MAP):
        items = inner[-1][:3]
        if of.kind is TypeKind.MAP:
            pairs = ", ".join(f'["{key}", {value}]' for key, value in zip("abc", items, strict=False))
            yield from (Value(f"new Map([{pairs}])"), Value("new Map()"))
        else:
            keys = _used_fields(target, name) or ["a", "b", "c"]
            yield from _records(keys, items)


def _lists(items: list[str]) -> Iterator[list[str]]:
    yield items[:3]
    yield []
    yield items[:1]
    yield [*items[:2], items[0]]
    yield list(reversed(items[:4]))
    yield items[:6]
    yield from ([each] for each in items[2:8])


def _records(keys: list[str], items: list[str]) -> Iterator[Value]:
    pairs = [f"{key}: {items[number % len(items)]}" for number, key in enumerate(keys)]
    yield Value("{ " + ", ".join(pairs[:3]) + " }")
    yield Value("{}", "an empty object")
    for pair in pairs[:6]:
        yield Value("{ " + pair + " }", pair.partition(":")[0])


def _objects(target: EcmaTarget, of: Type, depth: int) -> Iterator[Value]:
    """An object with its required fields, and then with each of the others, and each field another way."""
    known = {name: [each.code for each in _of(target, part, name, depth + 1)] for name, _, part in of.fields}
    required = [name for name, may, _ in of.fields if not may]
    if any(not known[name] for name in required):
        return

    def made(chosen: dict[str, str]) -> str:
        return "{ " + ", ".join(f"{name}: {code}" for name, code in chosen.items()) + " }" if chosen else "{}"

    usual = {name: known[name][0] for name in required}
    whole = {name: known[name][0] for name, _, _ in of.fields if known[name]}
    yield Value(made(usual))
    yield Value(made(whole), "every field")
    for name, may, _ in of.fields:
        for code in known[name][0 if may else 1 : 3]:
            yield Value(made({**usual, name: code}), f"{name} {_plain(code)}".strip(), 2)


def _mixed(lists: list[list[Value]]) -> Iterator[Value]:
    """The first of each, then the second of each, and so on."""
    for number in range(max(map(len, lists), default=0)):
        yield from (each[number] for each in lists if number < len(each))


def _functions(of: Type) -> Iterator[Value]:
    gives = of.parts[0].kind if of.parts else TypeKind.ANY
    if gives is TypeKind.BOOLEAN:
        yield from (Value("(x) => x > 1"), Value("() => true"), Value("() => false"))
    elif gives is TypeKind.NUMBER and of.count > 1:
        yield from (Value("(a, b) => a - b"), Value("(a, b) => a + b"))
    elif of.count > 1:
        yield from (Value("(a, b) => a + b"), Value("(a) => a"), Value("(a, b) => b"))
    elif gives is TypeKind.STRING:
        yield from (Value("(x) => String(x)"), Value('() => "x"'))
    else:
        yield from (Value("(x) => x"), Value("(x) => x + 1"), Value("(x) => x > 1"))


def _texts(target: EcmaTarget, name: str) -> Iterator[Value]:
    words = snake(name).split("_")
    texts = next(
        (
            TEXTS_BY_WORD[each]
            for each in (*reversed(words), *snake(target.symbol.name).split("_"))
            if each in TEXTS_BY_WORD
        ),
        (),
    )
    kind = kind_of_name(snake(name))
    texts = texts or TEXTS_BY_KIND.get(kind, ()) if kind else texts
    literals = _literals(target, _STRING)
    for text in (*texts[:1], *literals, *texts[1:], *_TEXTS) if texts else (_TEXTS[0], *literals, *_TEXTS[1:]):
        yield Value(_as_literal(text), _plain(text) if text else "an empty text")


def _numbers(target: EcmaTarget) -> Iterator[Value]:
    literals = [each for each in _literals(target, _NUMBER) if len(each) < 8]
    near = [str(int(each) + step) for each in literals if re.fullmatch(r"-?\d+", each) for step in (1, -1)]
    for code in (_NUMBERS[0], *literals, *near[:6], *_NUMBERS[1:]):
        yield Value(code, {"-": "minus ", "": ""}["-" if code.startswith("-") else ""] + code.lstrip("-"))


def _literals(target: EcmaTarget, pattern: re.Pattern[str]) -> list[str]:
    """The literals of the function's body, those that something is compared with first."""
    body, found = target.body, list[tuple[bool, int, str]]()
    for match in pattern.finditer(body):
        text = next((each for each in match.groups() if each is not None), match[0]) if match.groups() else match[0]
        compared = _COMPARED.search(body[: match.start()]) is not None
        if len(text) <= 30 and "\\" not in text:
            found.append((not compared, len(found), text))
    return list(dict.fromkeys(text for *_, text in sorted(found)))[:_MOST_LITERALS]


def _guessed(target: EcmaTarget, each: Input) -> Type:
    """What a parameter without a type takes, by how it is used and what it is called."""
    name, body = re.escape(each.name), target.body
    if spread := of_defaults(each.name, body):
        known = {field for field, _, _ in spread.fields}
        more = [(field, True, ANY) for field in _used_fields(target, each.name) if field not in known]
        return replace(spread, fields=(*spread.fields, *more))
    used = _used(name, body)
    if used is not None:
        return used
    kind = kind_of_name(snake(each.name))
    if kind in (Kind.NUMBERS, Kind.LIST):
        return Type(TypeKind.ARRAY, (Type(TypeKind.NUMBER),))
    if kind is Kind.TEXTS:
        return Type(TypeKind.ARRAY, (Type(TypeKind.STRING),))
    if kind in _BY_KIND:
        return Type(_BY_KIND[kind], (ANY,))
    if _used_fields(target, each.name):
        return Type(TypeKind.RECORD, (ANY,))
    words = set(snake(each.name).split("_"))
    return Type(TypeKind.STRING) if words & set(TEXTS_BY_WORD) else ANY


def _used(name: str, body: str) -> Type | None:
    if re.search(
        rf"\b{name}\.(trim|toLowerCase|toUpperCase|split|charAt|charCodeAt|startsWith|padStart|normalize)\w*\(", body
    ):
        return Type(TypeKind.STRING)
    if re.search(
        rf"\b{name}\.(map|forEach|filter|reduce|push|sort|some|every|join)\(|\.\.\.{name}\b|\b{name}\[\w+\]|of {name}\b",
        body,
    ):
        return Type(TypeKind.ARRAY, (Type(TypeKind.NUMBER),))
    if re.search(rf"\b{name}\.(getTime|getFullYear|getMonth|getDate|setDate|toISOString)\(", body):
        return Type(TypeKind.DATE)
    if re.search(rf"(?<![\w.]){name}\(", body):
        return Type(TypeKind.FUNCTION, (ANY,), count=1)
    if re.search(
        rf"(?<![\w.]){name}\s*(?:[*/%]|<=?|>=?|-(?!-))\s*|[*/%<>-]=?\s*{name}\b(?![.\[(?])|Math\.\w+\({name}\b", body
    ):
        return Type(TypeKind.NUMBER)
    kind = re.search(rf"typeof {name}\s*[!=]==?\s*['\"](string|number|boolean|function)['\"]", body)
    if kind:
        return Type(TypeKind(kind[1]), (ANY,), count=1)
    return Type(TypeKind.STRING) if re.search(rf"\.(test|exec)\({name}\b|String\({name}\)", body) else None


def _used_fields(target: EcmaTarget, name: str) -> list[str]:
    """The fields that the function reads of a parameter."""
    found = re.findall(rf"(?<![\w.]){re.escape(name)}\??\.([A-Za-z_]\w*)(?!\w*\()", target.body)
    return list(dict.fromkeys(each for each in found if each not in ("length", "prototype", "constructor")))


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and len(name) > 3 else name


def _double(text: str) -> str:
    return _as_literal(text[1:-1]) if text[:1] == "'" else text


def _as_literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"') if "\\" not in text else text.replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _plain(code: str) -> str:
    return " ".join(re.sub(r"""["'{}\[\]()]""", " ", code).split())[:30]
