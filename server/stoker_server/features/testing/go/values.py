"""Values that fit a Go type: by the literals that the function compares with, by names, by what a type is made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from stoker_analyzers.go.functions import Part
from stoker_server.features.testing.ecma.texts import TEXTS_BY_KIND, TEXTS_BY_WORD
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.hints import kind_of_name
from stoker_server.features.testing.target import snake

_TEXTS = ("hello world", "Foo-bar_baz", "", "a", "  padded  ", "42", "a,b,c", "héllo, 世界", "a/b/../c", "key=value")
_ODD_TEXTS = ('"a\\xffb"', '"\\xe4\\xb8"')
"""Texts that are not valid UTF-8."""

_INTEGERS = ("3", "0", "1", "-2", "10", "100")
_FLOATS = ("1.5", "0.0", "-2.25", "10.0", "100.0")
_RUNES = ("'a'", "'Z'", "'5'", "' '", "'é'", "'-'", "'世'", "'😀'", "-1", "0xD800", "0x110000")
_ERROR = 'errors.New("boom")'
_KNOWN = {
    "error": ("nil", _ERROR),
    "any": ("3", '"a"', "nil", "1.5", "true"),
    "interface{}": ("3", '"a"', "nil", "1.5", "true"),
    "context.Context": ("context.Background()",),
    "time.Duration": (
        "90 * time.Second",
        "time.Duration(0)",
        "1500 * time.Millisecond",
        "-time.Hour",
        "25 * time.Hour",
    ),
    "time.Time": ("time.Date(2024, 2, 29, 12, 30, 0, 0, time.UTC)", "time.Time{}", "time.Unix(0, 0).UTC()"),
    "time.Month": ("time.March",),
    "io.Reader": ('strings.NewReader("hello world\\n")', 'strings.NewReader("")'),
    "io.Writer": ("new(bytes.Buffer)",),
    "*bytes.Buffer": ("new(bytes.Buffer)", 'bytes.NewBufferString("hello")'),
    "*strings.Builder": ("new(strings.Builder)",),
    "fmt.Stringer": ("3 * time.Second",),
    "*time.Location": ("time.UTC",),
    "reflect.Type": ("reflect.TypeOf(3)", 'reflect.TypeOf("")'),
    "*regexp.Regexp": ('regexp.MustCompile("o+")', 'regexp.MustCompile("[a-c]")'),
    "[]any": ('[]any{1, "a"}', "nil"),
}
"""Values of types that everybody uses."""

STANDARD = {
    **{
        name: name
        for name in ("errors", "context", "time", "strings", "bytes", "reflect", "regexp", "math", "fmt", "io")
    },
    "unicode": "unicode",
    "url": "net/url",
    "http": "net/http",
    "httptest": "net/http/httptest",
    "big": "math/big",
    "netip": "net/netip",
}
"""The imports that values may need, by the name that stands before the dot."""

_DEEPEST, _MOST_FIELDS, _MOST_LITERALS, _PER_FIELD, _OUTER, _SMALL = 3, 40, 12, 6, 2, 4
_COMPARED = re.compile(r"(?:==|!=|<=?|>=?|case|HasPrefix\(\w+,|HasSuffix\(\w+,|Index\(\w+,|Contains\(\w+,|,)\s*$")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_RUNE = re.compile(r"'(?:[^'\\\n]|\\[^\n]{1,9}?)'")
_NUMBER = re.compile(r"(?<![\w.'\"])\d+(?![\w.'\"])")
_LIMITS = re.compile(r"([A-Za-z_]\w*)?\s*(?:==|!=|<=?|>=?)\s*([A-Za-z_]\w*)?")
_FUNCTION = re.compile(r"^func\((.*?)\)\s*(.*)$", re.DOTALL)


def values_for(target: GoTarget, each: Part) -> list[str]:
    """Values for one parameter, the usual one first; none where it takes what can't be made."""
    if not each.variadic:
        return list(dict.fromkeys(_of(target, each.type, each.name, 0)))
    return list(dict.fromkeys(_of(target, f"[]{each.type}", each.name, 0)))


def values_of(target: GoTarget, said: str, name: str = "") -> list[str]:
    """Values of a type."""
    return list(dict.fromkeys(_of(target, said, name, 1)))


def _of(target: GoTarget, said: str, name: str, depth: int) -> Iterator[str]:
    said = said.strip()
    if depth > _DEEPEST:
        return
    if said in _KNOWN:
        yield from _KNOWN[said]
    elif said == "string":
        yield from _texts(target, name)
    elif said == "bool":
        yield from ("true", "false")
    elif said in ("rune", "int32") and (said == "rune" or _RUNE.search(target.body)):
        yield from dict.fromkeys((_RUNES[0], *_constants(target), *_literals(target, _RUNE), *_RUNES[1:]))
    elif said == "byte":
        yield from (each for each in (_RUNES[0], *_literals(target, _RUNE), *_RUNES[1:4]) if each.isascii())
    elif re.fullmatch(r"u?int(?:8|16|32|64|ptr)?", said):
        yield from _integers(target, said)
    elif said in ("float64", "float32"):
        near = [f"{each}.0" for each in _literals(target, _NUMBER)]
        yield from dict.fromkeys((_FLOATS[0], *near, *_FLOATS[1:]))
    elif said.startswith("[]"):
        yield from _lists(target, said, name, depth)
    elif found := re.match(r"^\[(\w+)\](.*)$", said):
        yield from (f"{said}{{{', '.join(items)}}}" for items in _few(_inner(target, found[2], name, depth), found[1]))
    elif said.startswith("map["):
        yield from _maps(target, said, name, depth)
    elif said.startswith("*"):
        yield from (f"&{each}" for each in _of(target, said[1:], name, depth) if each.startswith(f"{said[1:]}{{"))
    elif found := _FUNCTION.match(said):
        yield from _functions(target, found[1], found[2], depth)
    elif said in target.package.types:
        yield from _declared(target, said, name, depth)


def _declared(target: GoTarget, said: str, name: str, depth: int) -> Iterator[str]:
    """Values of a type of the package's own: by its fields, by its constructor, or converted from what it is made of."""
    made_of = target.package.types[said]
    if said in target.package.fields:
        yield from _structs(target, said, depth)
    elif made_of.startswith("interface"):
        return
    elif made_of.startswith(("[", "map[")):
        yield from (f"{said}{each[len(made_of) :]}" for each in _of(target, made_of, name, depth) if "{" in each)
    else:
        yield from (f"{said}({each})" for each in _of(target, made_of, name, depth))


def _structs(target: GoTarget, said: str, depth: int) -> Iterator[str]:
    """A struct with all its fields, then with each of them another way, and the zero one."""
    known = {
        each.name: values
        for each in target.package.fields[said][:_MOST_FIELDS]
        if each.name != "_" and (values := list(_of(target, each.type, each.name, depth + 1)))
    }
    read = [name for name in known if re.search(rf"\.{re.escape(name)}\b", target.body)]
    if len(known) > _SMALL:  # of a large one only what the function reads is worth a reader's time
        known = {name: known[name] for name in read}
    usual = {name: values[0] for name, values in known.items()}

    def made(fields: dict[str, str]) -> str:
        return f"{said}{{{', '.join(f'{name}: {code}' for name, code in fields.items())}}}"

    yield made(usual)
    yield f"{said}{{}}"
    for number in range(1, _PER_FIELD if depth < _OUTER else 2):
        yield from (made({**usual, name: known[name][number]}) for name in read or known if number < len(known[name]))


def _lists(target: GoTarget, said: str, name: str, depth: int) -> Iterator[str]:
    if said == "[]byte":
        yield from (f"[]byte({each})" for each in _texts(target, name))
        return
    items = _inner(target, said[2:], name, depth)
    if not items:
        return
    for chosen in ([*items[:3]], [], items[:1], [*items[:2], items[0]], items[:4][::-1], items[:6]):
        yield f"{said}{{{', '.join(chosen)}}}"
    yield "nil"
    yield from (f"{said}{{{each}}}" for each in items[2:8])


def _maps(target: GoTarget, said: str, name: str, depth: int) -> Iterator[str]:
    key, _, value = said[4:].partition("]")
    keys = values_of(target, key) if depth else list(_of(target, key, "key", depth + 1))
    items = _inner(target, value, name, depth)
    if keys and items:
        for count in (2, 0, 1, 3):
            pairs = [f"{one}: {items[number % len(items)]}" for number, one in enumerate(keys[:count])]
            yield f"{said}{{{', '.join(pairs)}}}"
        yield "nil"


def _inner(target: GoTarget, said: str, name: str, depth: int) -> list[str]:
    one = name[:-1] if name.endswith("s") and len(name) > 3 else name
    return list(dict.fromkeys(_of(target, said, one, depth + 1)))


def _few(items: list[str], count: str) -> Iterator[list[str]]:
    if items and count.isdigit() and int(count) <= len(items) * 4:
        for shift in (0, 1):
            yield [items[(number + shift) % len(items)] for number in range(int(count))]


def _functions(target: GoTarget, takes: str, gives: str, depth: int) -> Iterator[str]:
    """Functions that give what they are given where that fits, compare, or always give the same."""
    types = [each.strip().rpartition(" ")[2] if " " in each.strip() else each.strip() for each in takes.split(",")]
    types = [each for each in types if each]
    if "func" in takes or "..." in takes or "(" in gives:
        return
    names = [f"{chr(97 + number)} {each}" for number, each in enumerate(types)]
    head = f"func({', '.join(names)}) {gives}".rstrip()
    if not gives:
        yield f"{head} {{}}"
        return
    if len(types) == 2 and gives == "bool" and types[0] == types[1]:
        yield f"{head} {{ return a < b }}"
    if len(types) == 2 and gives == "int" and types[0] == types[1] == "int":
        yield f"{head} {{ return a - b }}"
    if gives in types:
        yield f"{head} {{ return {chr(97 + types.index(gives))} }}"
    if gives == "bool" and types:
        tried = list(_of(target, types[0], "", depth + 1))
        yield from (f"{head} {{ return a == {each} }}" for each in tried[:2] if "{" not in each)
    yield from (f"{head} {{ return {each} }}" for each in list(_of(target, gives, "", depth + 1))[:2])


def _texts(target: GoTarget, name: str) -> Iterator[str]:
    known = (*reversed(snake(name).split("_")), *snake(target.function.name).split("_"), target.package.package)
    texts = next((TEXTS_BY_WORD[each] for each in known if each in TEXTS_BY_WORD), ())
    kind = kind_of_name(snake(name))
    texts = texts or (TEXTS_BY_KIND.get(kind, ()) if kind else ())
    usual = [_quoted(each) for each in (*texts, *_TEXTS)]
    literals = [f'"{each}"' for each in _literals(target, _STRING) if "%" not in each]
    runes = "".join(each[1:-1] for each in _literals(target, _RUNE) if each.isascii() and "\\" not in each)
    joined = [_quoted(f"a{each}b") for each in runes[:6]] + ([_quoted(runes)] if len(runes) > 1 else [])
    middle = len(texts) or 1
    yield from (*usual[:middle], *literals, *joined, *usual[middle:-2], *_ODD_TEXTS, *usual[-2:])


def _integers(target: GoTarget, said: str) -> Iterator[str]:
    literals = [each for each in _literals(target, _NUMBER) if len(each) < 7]
    near = [str(int(each) + step) for each in literals for step in (1, -1)]
    for each in dict.fromkeys((_INTEGERS[0], *literals, *near[:8], *_INTEGERS[1:])):
        small = int(each) < 128 if said in ("int8", "uint8") else True
        if small and not (said.startswith("u") and each.startswith("-")):
            yield each
    yield from _constants(target)


def _constants(target: GoTarget) -> Iterator[str]:
    """The package's constants that the function compares with, and what lies behind them."""
    known = target.package.names - set(target.package.types) - set(target.package.functions)
    names = [name for found in _LIMITS.finditer(target.body) for name in found.groups() if name in known]
    for name in list(dict.fromkeys(names))[:_MOST_LITERALS]:
        yield from (name, f"{name} + 1")


def _literals(target: GoTarget, pattern: re.Pattern[str]) -> list[str]:
    """The literals of the function's body, those that something is compared with first."""
    body, found = target.body, list[tuple[bool, int, str]]()
    for match in pattern.finditer(body):
        text = match[1] if pattern.groups else match[0]
        if len(text) <= 30:
            found.append((_COMPARED.search(body[: match.start()]) is None, len(found), text))
    return list(dict.fromkeys(text for *_, text in sorted(found)))[:_MOST_LITERALS]


def _quoted(text: str) -> str:
    return json.dumps(text.replace("\\\\", "\\"), ensure_ascii=False)
