"""Values that fit a Java type, the usual one first, as source. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_analyzers.java.methods import MethodCode, Parameter, TypeCode
from stoker_analyzers.languages.base import words
from stoker_server.features.testing.java.target import JavaTarget

_MOST = 12
_DEEPEST = 2
_RECEIVERS = 3
_WHOLE = words("int Integer short Short byte Byte long Long")
_REAL = words("double Double float Float Number")
_TEXTS = ("hello", "", "a", "Hello World", " b c ", "42", "a,b;c", "ÄÖ")
_BY_WORD = {
    "url": ("https://example.com/a/b?x=1", "not a url"),
    "path": ("src/main/App.java", "/usr/lib/x.tar.gz", "../up"),
    "file": ("report.tar.gz", "src/main/App.java"),
    "email": ("ada@example.com", "not an email"),
    "version": ("1.2.3", "2.0.0-beta"),
    "date": ("2024-02-29", "not a date"),
    "separator": (", ", "-", ""),
    "delimiter": (", ", "-"),
    "pattern": ("a.c", "[a-z]+"),
    "regex": ("[a-z]+", "\\\\d"),
    "hex": ("ff8800", "zz"),
    "number": ("42", "-1.5", "x"),
    "name": ("Ada Lovelace", "x"),
    "html": ("<b>bold & new</b>", "plain"),
    "json": ('{\\"a\\": [1]}', "x"),
    "roman": ("XIV", "IIII", "Q"),
    "text": ("one two  three", "hello, world"),
    "words": ("one two  three",),
}
_SIMPLE = {
    "boolean": ("true", "false"),
    "Boolean": ("true", "false"),
    "char": ("'a'", "' '", "'Z'", "'5'", "'-'"),
    "Character": ("'a'", "' '", "'Z'", "'5'"),
    "BigDecimal": ('new BigDecimal("1.50")', "BigDecimal.ZERO", 'new BigDecimal("-2")'),
    "BigInteger": ("BigInteger.TEN", "BigInteger.ZERO", 'new BigInteger("-7")'),
    "StringBuilder": ('new StringBuilder("hello")', "new StringBuilder()"),
    "Locale": ("Locale.ROOT", "Locale.GERMANY"),
    "Charset": ("StandardCharsets.UTF_8",),
    "LocalDate": ("LocalDate.of(2024, 2, 29)", "LocalDate.of(2023, 12, 31)"),
    "LocalTime": ("LocalTime.of(23, 59, 30)",),
    "LocalDateTime": ("LocalDateTime.of(2024, 2, 29, 12, 30)",),
    "Instant": ("Instant.EPOCH",),
    "Duration": ("Duration.ofMinutes(90)", "Duration.ZERO", "Duration.ofDays(-2)"),
    "UUID": ("new UUID(1L, 2L)",),
    "Object": ('"hello"', "1"),
    "Serializable": ('"hello"', "1"),
    "Runnable": ("() -> {}",),
    "Reader": (
        'new StringReader("a,b\\nc d\\n")',
        'new StringReader("\\"x y\\", 1\\r\\n# z")',
        'new StringReader("")',
    ),
    "InputStream": ("new ByteArrayInputStream(new byte[] {104, 105, 10})", "new ByteArrayInputStream(new byte[0])"),
    "OutputStream": ("new ByteArrayOutputStream()",),
    "Writer": ("new StringWriter()",),
    "Appendable": ("new StringBuilder()",),
    "Pattern": ('Pattern.compile("[a-z]+")',),
    "TimeUnit": ("TimeUnit.SECONDS", "TimeUnit.MILLISECONDS"),
    "DayOfWeek": ("DayOfWeek.MONDAY", "DayOfWeek.SUNDAY"),
    "Month": ("Month.FEBRUARY",),
    "IntPredicate": ("each -> each > 1",),
    "IntUnaryOperator": ("each -> each + 1",),
    "UnaryOperator": ("each -> each",),
    "BinaryOperator": ("(one, other) -> one",),
    "Function": ("each -> each", "each -> null"),
    "Predicate": ("each -> true", "each -> false"),
    "Comparator": ("Comparator.naturalOrder()", "Comparator.reverseOrder()"),
    "Consumer": ("each -> {}",),
    "BiFunction": ("(one, other) -> one",),
}
_LISTS = words("List Collection Iterable ArrayList LinkedList")
_SETS = words("Set HashSet LinkedHashSet SortedSet TreeSet")
_MAPS = words("Map HashMap LinkedHashMap SortedMap TreeMap")
_PRIMITIVES = words("int short byte long double float char boolean")
_CHANGES = (
    r"\b{}\.(?:add|addAll|remove|removeIf|set|sort|put|putAll|clear|replaceAll|retainAll|push|poll|compute\w*|merge)\("
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value.

    Attributes:
        code: As source.
        oddity: How far it is from the usual.
    """

    code: str
    oddity: int = 0


def values_for(target: JavaTarget, parameter: Parameter) -> list[Value]:
    """Values of a parameter; none where nothing is known of its type."""
    made = _Maker(target, parameter.name).of(parameter.type, 0)
    if parameter.variadic and made:
        made = [Value(_opened(each.code), each.oddity) for each in made]
    none = [each for each in made if each.code == "null"]
    return [*[each for each in made if each.code != "null"][: _MOST - 2], *none]


def receivers_for(target: JavaTarget) -> list[Value]:
    """Objects of the type around a method."""
    if target.static:
        return [Value("")]
    most = _RECEIVERS if target.code.parameters else 2 * _RECEIVERS
    return _Maker(target, "").made(target.owner, 0, most)[:most]


def declared(target: JavaTarget, type_: str) -> str:
    """A type as a variable of it is declared in a test: the method's type parameters stand for what is passed."""
    return _Maker(target, "").plain(type_)


def _opened(code: str) -> str:
    """The elements of an array, as a method with any number of arguments takes them."""
    found = re.fullmatch(r"new [\w.]+\[\] \{(.*)\}", code)
    return found[1] if found else code


def split_type(text: str) -> tuple[str, list[str]]:
    """A type's name and its arguments: ``Map<K, List<V>>`` gives ``Map`` and ``K``, ``List<V>``."""
    text = re.sub(r"@\w+\s*", "", text).strip()
    name, _, rest = text.partition("<")
    if not rest:
        return name.strip(), []
    parts, depth, current = [], 0, ""
    for each in rest.rpartition(">")[0]:
        depth += (each == "<") - (each == ">")
        if each == "," and not depth:
            parts.append(current.strip())
            current = ""
        else:
            current += each
    return name.strip(), [*parts, current.strip()]


class _Maker:
    def __init__(self, target: JavaTarget, name: str) -> None:
        self._target = target
        self._name = name
        self._variables = {**dict(target.owner.variables), **dict(target.code.variables)}

    def plain(self, type_: str) -> str:
        """A type without wildcards and type parameters."""
        text = re.sub(r"\?\s*(?:extends|super)\s+", "", type_).replace("?", "String")
        for name, bound in self._variables.items():
            text = re.sub(rf"\b{name}\b", self._stands_for(bound), text)
        return text

    def _stands_for(self, bound: str) -> str:
        first, _ = split_type(bound.partition("&")[0])
        return first if first and first not in ("Comparable", "Object", "CharSequence", "Serializable") else "String"

    def of(self, type_: str, depth: int) -> list[Value]:
        type_ = self.plain(type_)
        if type_.endswith("[]"):
            return self._array(type_.removesuffix("[]").strip(), depth)
        name, parts = split_type(type_)
        name = name.removeprefix("java.lang.").removeprefix("java.util.")
        none = [] if name in _PRIMITIVES else [Value("null", 3)]
        if name in ("String", "CharSequence", "Comparable"):
            return [*self._texts(), *none]
        if name in _WHOLE | _REAL:
            return [*self._numbers(name), *none]
        if name == "Class":
            return [Value("String.class"), *none]
        if name == "Optional":
            inner = self.of((parts or ["String"])[0], depth + 1)
            return [*(Value(f"Optional.of({each.code})") for each in inner[:2]), Value("Optional.empty()", 1)]
        if name == "Supplier":
            return [Value(f"() -> {each.code}") for each in self.of((parts or ["String"])[0], depth + 1)[:2]]
        if name in _SIMPLE:
            return [*(Value(code, number > 0) for number, code in enumerate(_SIMPLE[name])), *none]
        if name in _LISTS | _SETS | _MAPS:
            return [*self._collections(name, parts, depth), *none]
        stands = self._target.subject if name.rpartition(".")[2] in self._target.kin else None
        if stands is not None and depth < _DEEPEST and (own := self.made(stands, depth)):
            return [*own, *none]
        found = self._target.find_type(name) if depth < _DEEPEST else None
        return [*self.made(found, depth), *none] if found else []

    def made(self, type_: TypeCode, depth: int, most: int = _RECEIVERS) -> list[Value]:
        """Objects of a project's type."""
        if "private" in type_.modifiers:
            return []
        if type_.constants:
            return [Value(f"{type_.name}.{each}", number > 0) for number, each in enumerate(type_.constants[:6])]
        made = [] if "abstract" in type_.modifiers or type_.inner else self._constructed(type_, depth, most)
        made += [Value(f"{type_.name}.{each}", number > 0) for number, each in enumerate(type_.instances[:3])]
        return made or self._given(type_, depth, most)

    def _constructed(self, type_: TypeCode, depth: int, most: int) -> list[Value]:
        found = []
        diamond = "<>" if type_.variables else ""
        for each in sorted(type_.constructors, key=lambda one: len(one.parameters)):
            if "private" not in each.modifiers:
                found += self._calls(f"new {type_.name}{diamond}", each, depth, most)
        return found

    def _given(self, type_: TypeCode, depth: int, most: int) -> list[Value]:
        """Objects that static methods give, other than the one that is called."""
        named = [each for each in type_.factories if each.span != self._target.code.span]
        return [value for each in named for value in self._calls(f"{type_.name}.{each.name}", each, depth, most)]

    def _calls(self, head: str, code: MethodCode, depth: int, most: int) -> list[Value]:
        given = [_Maker(self._target, one.name).of(one.type, depth + 1) for one in code.parameters]
        if not all(given):
            return []
        most = min(most, max(map(len, given), default=1))
        listed = [", ".join(values[min(shift, len(values) - 1)].code for values in given) for shift in range(most)]
        return [Value(f"{head}({each})", shift) for shift, each in enumerate(listed)]

    def _texts(self) -> list[Value]:
        body, name = self._target.body, f"{self._name} {self._target.code.name}".lower()
        spoken = [text for word, texts in _BY_WORD.items() if word in name for text in texts]
        written = re.findall(r'"((?:[^"\\\n]|\\.){1,24})"', re.sub(r"throw new[^;]*;", "", body))
        chars = re.findall(r"'((?:[^'\\\n]|\\.))'", body)
        plain = [each for each in chars if each not in ('"', "\\\\")]
        mixed = [f"a{each}b" for each in plain[:3]] + [f"{each}41{each}z" for each in plain[:1]]
        first = [*spoken, _TEXTS[0]]
        texts = dict.fromkeys([*first, *written[:4], *mixed, *_TEXTS])
        return [Value(f'"{text}"', number > 0) for number, text in enumerate(texts)]

    def _numbers(self, name: str) -> list[Value]:
        body = self._target.body
        written = list(dict.fromkeys(int(each) for each in re.findall(r"(?<![\w.])(\d{1,9})(?![\w.])", body)))[:4]
        near = [number for each in written if each > 1 for number in (each, each + 1, each - 1)]
        whole = dict.fromkeys([3, 0, 1, -2, 10, *near, 7])
        if name in _REAL:
            end = "f" if name.lower() == "float" else ""
            found = [f"{each}{end}" for each in ("2.5", "0.0", "-1.5", "100.0", *(f"{each}.0" for each in near[:3]))]
            return [Value(code, number > 0) for number, code in enumerate(found)]
        end = "L" if name.lower() == "long" else ""
        cast = f"({name.lower()}) " if name.lower() in ("short", "byte") else ""
        fits = [each for each in whole if name.lower() != "byte" or each < 128]
        box = {"int": "Integer", "long": "Long"}.get(name.lower(), name.capitalize())
        found = [f"{cast}{each}{end}" for each in fits]
        extremes = [f"{box}.MAX_VALUE", f"{box}.MIN_VALUE"]
        return [Value(code, min(number, 1)) for number, code in enumerate(found[: _MOST - 2])] + [
            Value(code, 2) for code in extremes
        ]

    def _array(self, inner: str, depth: int) -> list[Value]:
        found = self.of(inner, depth + 1)
        if not found or "<" in inner:
            return []
        codes = [each.code for each in found if each.code != "null" and "_VALUE" not in each.code]
        codes = [re.sub(r"^\((?:byte|short)\) ", "", each) for each in codes]
        plain = split_type(inner)[0]
        lists = [codes[:3], [], codes[:1], [codes[0], codes[0]], codes[1:6], codes[3::-1]]
        made = [Value(f"new {plain}[] {{{', '.join(each)}}}", number > 0) for number, each in enumerate(lists)]
        if plain == "byte" and not depth:
            texts = [each.code for each in self._texts() if each.code.isascii()]
            made[3:3] = [Value(f"{each}.getBytes(StandardCharsets.UTF_8)", 1) for each in texts[:6]]
        return [*made, Value("null", 3)]

    def _collections(self, name: str, parts: list[str], depth: int) -> list[Value]:
        inner = [self.of(each, depth + 1) for each in parts or ["String"]]
        if not all(inner) or (name in _MAPS and len(inner) < 2):
            return []
        codes = [[each.code for each in values if each.code != "null"] for values in inner]
        concrete = name not in ("List", "Collection", "Iterable", "Set", "Map")
        changing = re.search(_CHANGES.format(re.escape(self._name or "_")), self._target.body) is not None
        own = {
            "List": "ArrayList",
            "Collection": "ArrayList",
            "Iterable": "ArrayList",
            "Set": "HashSet",
            "Map": "HashMap",
        }
        own |= {"SortedSet": "TreeSet", "SortedMap": "TreeMap"}
        if name in _MAPS:
            pairs = [f"{key}, {value}" for key, value in zip(codes[0], codes[1] * 4, strict=False)]
            lists = [", ".join(pairs[:2]), "", ", ".join(pairs[:1])]
            literal = "Map.of"
        else:
            some = codes[0]
            orders = [some[:3], [], some[:1], some[1:5]]
            orders += [[some[0], some[0]], some[3::-1]] if name in _LISTS else []
            lists, literal = [", ".join(each) for each in orders], "List.of" if name in _LISTS else "Set.of"
        made = [f"{literal}({each})" for each in lists]
        if concrete or changing:
            made = [f"new {own.get(name, name)}<>({each})" for each in made]
        return [Value(code, number > 0) for number, code in enumerate(made)]
