"""Values to try for a parameter, each with words for what is special about it. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from stoker_server.features.testing.hints import Hint, Kind

_LONGEST_CONSTANT = 16
_MOST = 9


@dataclass(frozen=True, slots=True)
class Sample:
    """A value to try.

    Attributes:
        code: The value as source text.
        words: What is special about it; ``{name}`` stands for the parameter's name.
        names: Names of the file under test that the code uses.
        imports: Import statements that it needs.
    """

    code: str
    words: str
    names: frozenset[str] = frozenset()
    imports: tuple[str, ...] = ()


_SENTENCE = Sample('"The quick brown fox jumps over the lazy dog."', "a sentence as {name}")
_EMPTY_TEXT = Sample('""', "an empty {name}")
_POOLS: dict[Kind, tuple[Sample, ...]] = {
    Kind.TEXT: (
        Sample('"hello world"', "two words as {name}"),
        _EMPTY_TEXT,
        Sample('"hello"', "one word as {name}"),
        Sample('"Hello, World! 42"', "a {name} with capitals and digits"),
        Sample('"  spaced  out  "', "a {name} with spaces around it"),
        Sample('"it\'s a \\"quoted\\" word"', "a {name} with quotes"),
        Sample('"naïve café"', "a {name} with accents"),
        Sample('"one\\ntwo"', "a {name} of two lines"),
    ),
    Kind.LINES: (
        _SENTENCE,
        _EMPTY_TEXT,
        Sample('"    one\\n      two\\n    three\\n"', "indented lines"),
        Sample('"  one\\nnot indented\\n"', "lines of which one is indented"),
        Sample('"first paragraph\\n\\n   \\nsecond paragraph\\n"', "lines that are blank"),
        Sample('"\\tone\\n\\t  two\\n"', "lines that begin with a tab"),
        Sample('"an-exceptionally-long-hyphenated-word and others"', "a long word"),
        Sample('"  one\\n\\ttwo\\n"', "spaces and a tab"),
    ),
    Kind.PATTERN: (
        Sample('"*.py"', "a star in {name}"),
        Sample('"file?.txt"', "a question mark in {name}"),
        Sample('"[a-c]*"', "a range in {name}"),
        Sample('"[!x]y"', "a negated set in {name}"),
        Sample('"plain"', "a plain {name}"),
        _EMPTY_TEXT,
        Sample('"a[b"', "an open bracket in {name}"),
    ),
    Kind.TEMPLATE: (
        Sample('"$one and ${two} for $$5"', "dollar placeholders in {name}"),
        Sample('"{one} and {two}"', "braces in {name}"),
        Sample('"%(one)s and %(two)s"', "percent placeholders in {name}"),
        Sample('"no placeholder"', "a {name} without placeholders"),
        _EMPTY_TEXT,
    ),
    Kind.PATH: (
        Sample('"docs/report.txt"', "a relative {name}"),
        Sample('"report.tar.gz"', "a {name} with two endings"),
        Sample('"/usr/lib/"', "a {name} that ends with a slash"),
        _EMPTY_TEXT,
    ),
    Kind.CHARACTER: (
        Sample('"> "', "a {name}"),
        Sample('","', "a comma as {name}"),
        _EMPTY_TEXT,
        Sample('"--"', "two dashes as {name}"),
    ),
    Kind.BYTES: (Sample('b"hello"', "bytes"), Sample('b""', "no bytes"), Sample('b"\\x00\\xff"', "bytes beyond ASCII")),
    Kind.INTEGER: tuple(
        Sample(str(each), f"{{name}} {str(each).replace('-', 'minus ')}") for each in (3, 0, 1, 10, -1, 2, 25)
    ),
    Kind.NUMBER: tuple(
        Sample(str(each), f"{{name}} {str(each).replace('-', 'minus ').replace('.', ' point ')}")
        for each in (10, 2.5, 0, 1, -1.5, 100)
    ),
    Kind.FLOAT: tuple(
        Sample(str(each), f"{{name}} {str(each).replace('-', 'minus ').replace('.', ' point ')}")
        for each in (2.5, 0.0, 1.0, -1.5, 10.0, 100.0)
    ),
    Kind.FRACTION: tuple(
        Sample(str(each), f"{{name}} {str(each).replace('.', ' point ')}") for each in (0.25, 0.75, 0.5, 0.0, 1.0)
    ),
    Kind.FLAG: (Sample("True", "{name}"), Sample("False", "no {name}")),
    Kind.LIST: (
        Sample("[3, 1, 2]", "three items"),
        Sample("[]", "no items"),
        Sample('["b", "a", "b"]', "items that repeat"),
        Sample("[1]", "one item"),
        Sample("[[1, 2], [3]]", "nested lists"),
    ),
    Kind.NUMBERS: (
        Sample("[1, 2, 3, 4]", "four numbers"),
        Sample("[]", "no numbers"),
        Sample("[3, 1, 2]", "numbers out of order"),
        Sample("[7]", "one number"),
        Sample("[1, 2, 2, 3]", "numbers that repeat"),
        Sample("[2.5, 0.5, -1.0]", "numbers with decimals"),
    ),
    Kind.TEXTS: (
        Sample('["one", "two", "three"]', "three texts"),
        Sample("[]", "no texts"),
        Sample('["b c", "a"]', "texts with a space"),
        Sample('[""]', "an empty text among them"),
    ),
    Kind.PAIRS: (Sample("[[1, 2], [3, 4]]", "two pairs"), Sample("[]", "no pairs")),
    Kind.MAPPING: (
        Sample('{"one": 1, "two": 2}', "two keys"),
        Sample("{}", "an empty {name}"),
        Sample('{"outer": {"inner": 1}}', "a nested {name}"),
    ),
    Kind.SET: (Sample("{1, 2, 3}", "three members"), Sample("set()", "an empty {name}")),
    Kind.STREAM: (
        Sample('io.StringIO("one,two\\n1,2\\n")', "two lines in {name}", imports=("import io",)),
        Sample("io.StringIO()", "an empty {name}", imports=("import io",)),
    ),
    Kind.BYTE_STREAM: (
        Sample('io.BytesIO(b"one,two\\n1,2\\n")', "two lines in {name}", imports=("import io",)),
        Sample("io.BytesIO()", "an empty {name}", imports=("import io",)),
    ),
    Kind.FUNCTION: (
        Sample("len", "len as {name}"),
        Sample("str.upper", "str upper as {name}"),
        Sample("lambda value: value > 1", "a comparison as {name}"),
        Sample("abs", "abs as {name}"),
        Sample('lambda text: "o" in text', "a search as {name}"),
    ),
    Kind.NOTHING: (Sample("None", "no {name}"),),
    Kind.DATE: (
        Sample("date(2024, 2, 29)", "a leap day", imports=("from datetime import date",)),
        Sample("date(2023, 12, 31)", "the last day of a year", imports=("from datetime import date",)),
    ),
    Kind.DATETIME: (
        Sample("datetime(2024, 2, 29, 12, 30)", "a moment", imports=("from datetime import datetime",)),
        Sample("datetime(2023, 12, 31, 23, 59, 59)", "the end of a year", imports=("from datetime import datetime",)),
    ),
    Kind.DURATION: (
        Sample("timedelta(hours=1, seconds=5)", "an hour and more", imports=("from datetime import timedelta",)),
        Sample("timedelta(0)", "no time at all", imports=("from datetime import timedelta",)),
        Sample("timedelta(days=2)", "two days", imports=("from datetime import timedelta",)),
    ),
    Kind.TIMEZONE: (
        Sample("timezone.utc", "the usual {name}", imports=("from datetime import timezone",)),
        Sample(
            "timezone(timedelta(hours=5, minutes=30))",
            "a {name} ahead of the usual one",
            imports=("from datetime import timedelta", "from datetime import timezone"),
        ),
    ),
    Kind.DECIMAL: (
        Sample('Decimal("12.50")', "a {name}", imports=("from decimal import Decimal",)),
        Sample('Decimal("0")', "a {name} of zero", imports=("from decimal import Decimal",)),
    ),
    Kind.PATH_OBJECT: (Sample('Path("docs/report.txt")', "a relative {name}", imports=("from pathlib import Path",)),),
}
_BY_WORD = {
    "version": '"1.2.3"',
    "url": '"https://example.com/a/b?c=d#e"',
    "uri": '"https://example.com/a/b?c=d#e"',
    "email": '"ada@example.com"',
    "host": '"example.com"',
    "ip": '"192.0.2.1"',
    "color": '"#ff8800"',
    "colour": '"#ff8800"',
    "date": '"2024-02-29"',
    "time": '"12:30:05"',
    "json": "'{\"one\": [1, 2]}'",
    "html": '"<p>one <b>two</b></p>"',
    "xml": '"<one><two/></one>"',
    "encoding": '"utf-8"',
    "mode": '"r"',
    "query": '"a=1&b=2"',
    "regex": '"a+b"',
    "number": '"42"',
}
"""What texts of such a name look like."""

_UNKNOWN = (Kind.TEXT, Kind.INTEGER, Kind.NUMBERS, Kind.LIST, Kind.MAPPING, Kind.BYTES)
_TEXTUAL = frozenset({Kind.TEXT, Kind.LINES, Kind.PATTERN, Kind.TEMPLATE, Kind.CHARACTER, Kind.PATH})
_NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.FLOAT, Kind.FRACTION})


def samples(name: str, hints: tuple[Hint, ...], body: list[ast.stmt], *, broad: bool = False) -> list[Sample]:
    """Values to try, the usual one first; empty for a class of the file, which the caller has to build.

    Args:
        name: The parameter's name.
        hints: What it may take.
        body: The statements that use it: what they compare it with is where behaviour changes.
        broad: Whether to try values of every usual sort, as nothing that fits the hints was of use.
    """
    kinds: list[Kind] = [each.kind for each in hints if each.kind is not Kind.EXPRESSION]
    kinds += [each for each in _UNKNOWN if each not in kinds] if broad or not hints else []
    pools = [list(_POOLS[kind]) for kind in kinds]
    usual = [pool.pop(0) for pool in pools if pool]
    word = name.lower().rpartition("_")[2]
    if usual and word in _BY_WORD and _TEXTUAL & set(kinds):
        usual.insert(0, Sample(_BY_WORD[word], "a usual {name}"))
    special = list(_of_constants(name, kinds, body))
    rest = [sample for group in _interleaved(pools) for sample in group]
    found = [*usual[:1], *special[:4], *usual[1:], *rest]
    return list({each.code: each for each in reversed(found)}.values())[::-1][: _MOST + 2 * len(usual)]


def _interleaved(pools: list[list[Sample]]) -> Iterator[list[Sample]]:
    for number in range(max(map(len, pools), default=0)):
        yield [pool[number] for pool in pools if number < len(pool)]


def _of_constants(name: str, kinds: list[Kind], body: list[ast.stmt]) -> Iterator[Sample]:
    """Values at and beside the constants that the code compares the parameter with."""
    textual, numeric = _TEXTUAL & set(kinds), _NUMERIC & set(kinds)
    for node in (inner for statement in body for inner in ast.walk(statement)):
        match node:
            case ast.Compare(left=ast.Name(id=left), comparators=[right]) if left == name:
                yield from _beside(right, bool(numeric))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=owner), attr="startswith" | "endswith" as method),
                args=[ast.Constant(value=str() as text), *_],
            ) if owner == name:
                begins = method == "startswith"
                words = f"a {{name}} that {'begins with' if begins else 'ends in'} {_spoken(text)}"
                yield _text(f"{text}abc" if begins else f"abc{text}", words)
            case ast.Compare(comparators=[ast.Constant(value=str() as text)]) if textual and 0 < len(text) <= 2:
                yield _text(f"a{text}b", f"{{name}} with {_spoken(text)}")
            case ast.Constant(value=bytes() as piece) if Kind.BYTES in kinds and 0 < len(piece) <= _LONGEST_CONSTANT:
                yield Sample(repr(b"one" + piece + b"two" + piece), f"{{name}} with {_spoken(piece.decode('latin-1'))}")
                yield Sample(repr(piece), f"{_spoken(piece.decode('latin-1'))} as {{name}}")


def _beside(node: ast.expr, numeric: bool) -> Iterator[Sample]:
    match node:
        case ast.Constant(value=bool() | None):
            return
        case ast.Constant(value=int() as value) if numeric:
            for number in (value, value + 1, value - 1):
                yield Sample(str(number), f"{{name}} {str(number).replace('-', 'minus ')}")
        case ast.Constant(value=float() as value) if numeric:
            yield Sample(repr(value), f"{{name}} {repr(value).replace('.', ' point ')}")
        case ast.Constant(value=str() as text) if len(text) <= _LONGEST_CONSTANT:
            yield _text(text, f"{text if text.isidentifier() else _spoken(text)} as {{name}}")
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            for element in elements:
                yield from _beside(element, numeric)


def _text(value: str, words: str) -> Sample:
    quoted = repr(value)
    return Sample(f'"{quoted[1:-1]}"' if quoted[0] == "'" and '"' not in quoted else quoted, words)


_SPOKEN = {
    "*": "a star", "?": "a question mark", "[": "a bracket", "]": "a closing bracket", "!": "an exclamation mark",
    "-": "a dash", ".": "a dot", ",": "a comma", ":": "a colon", ";": "a semicolon", "/": "a slash", " ": "a space",
    "\n": "a line break", "\t": "a tab", "'": "a quote", '"': "a double quote", "\\": "a backslash", "#": "a hash",
    "$": "a dollar", "%": "a percent sign", "&": "an ampersand", "+": "a plus", "=": "an equals sign", "@": "an at sign",
    "_": "an underscore", "|": "a bar", "~": "a tilde", "<": "a less than", ">": "a greater than", "(": "a parenthesis",
    ")": "a closing parenthesis", "{": "a brace", "}": "a closing brace", "^": "a caret", "`": "a backtick",
}  # fmt: skip


def _spoken(text: str) -> str:
    if text.strip("._-").isalnum():
        return text.strip("._-")
    return _SPOKEN.get(text, f"{len(text)} characters" if text else "nothing")
