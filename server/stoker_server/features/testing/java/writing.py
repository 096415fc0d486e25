"""Writes an observed call down as a test that a person would accept in a review. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stoker_analyzers.languages.base import words
from stoker_server.features.testing.candidates import Origin
from stoker_server.features.testing.java.style import WIDTH, Asserts, Style
from stoker_server.features.testing.java.target import JavaTarget
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.writing import WrittenTest

_MOST_WORDS = 4
_LONGEST_NAME = 40
_UTIL = words(
    "List Set Map Optional Arrays Collections ArrayList LinkedList HashSet LinkedHashSet TreeSet HashMap LinkedHashMap TreeMap "
    "Locale UUID Comparator Collection Objects"
)
_TIME = words("LocalDate LocalTime LocalDateTime Instant Duration Period DayOfWeek Month ZoneId Year")
_IO = words(
    "StringReader StringWriter ByteArrayInputStream ByteArrayOutputStream Reader Writer InputStream OutputStream"
)
_FUNCTION = words("Function Predicate Supplier Consumer UnaryOperator BinaryOperator BiFunction")
_KNOWN = {
    **{name: f"java.util.{name}" for name in _UTIL},
    **{name: f"java.time.{name}" for name in _TIME},
    **{name: f"java.util.function.{name}" for name in _FUNCTION},
    **{name: f"java.io.{name}" for name in _IO},
    "BigDecimal": "java.math.BigDecimal",
    "BigInteger": "java.math.BigInteger",
    "StandardCharsets": "java.nio.charset.StandardCharsets",
    "Pattern": "java.util.regex.Pattern",
    "TimeUnit": "java.util.concurrent.TimeUnit",
}
_STATIC = {
    Asserts.JUNIT: "org.junit.jupiter.api.Assertions",
    Asserts.ASSERTJ: "org.assertj.core.api.Assertions",
    Asserts.HAMCREST: "org.hamcrest.MatcherAssert",
}
_HAMCREST = ("is", "nullValue")


def write_test(target: JavaTarget, plan: Plan, seen: Observation, style: Style) -> WrittenTest:
    """A test that fails where the call does something else than was seen.

    Args:
        target: The method.
        plan: The call.
        seen: What it did.
        style: How the project writes.
    """
    pins = plan.candidate.origin is not Origin.DOCUMENTATION
    name = _name(target, plan, seen, pins=pins)
    changed = bool(seen.changed)
    setup, call = (plan.setup, plan.call) if changed else (plan.plain_setup, plan.plain)
    lines = [f"{statement};" for statement in setup]
    if seen.kind == "raises":
        lines += _throws(seen, call, style)
    elif target.code.returns == "void" or (changed and not seen.text):
        lines.append(f"{call};")
    else:
        lines += compared(call, seen, style)
    for expression, text in seen.changed.items():
        lines += _equal(expression, text, style, is_array=text.startswith("new ") and "[" in text.partition("{")[0])
    declares = target.code.throws or any(each.throws for each in target.owner.constructors)
    throws = " throws Exception" if declares and (seen.kind != "raises" or plan.plain_setup) else ""
    access = "public " if style.public else ""
    body = "".join(f"{style.indent}{line}\n" for line in lines)
    source = f"@Test\n{access}void {name}(){throws} {{\n{body}}}\n"
    return WrittenTest(name, source, tuple(imports_for(target, source, seen.imports, style)), pins)


def compared(call: str, seen: Observation, style: Style) -> list[str]:
    """What is asked of a call's result.

    Args:
        call: The call's code.
        seen: What it gave.
        style: How the project writes.
    """
    return _equal(seen.form.replace("{}", call) or call, seen.text, style, is_array=seen.type == "array")


def shown(plan: Plan) -> str:
    """The values that a call takes, as a part of a name."""
    parts = [each for each in re.findall(r"[A-Za-z]+|\d+", _shortened(plan.candidate.words)) if each != "new"]
    titled = (each.title() if each.isupper() else each[:1].upper() + each[1:] for each in parts[:_MOST_WORDS])
    return "".join(titled)[:_LONGEST_NAME]


def imports_for(target: JavaTarget, source: str, further: Iterable[str], style: Style) -> list[str]:
    """The import statements that a piece of a test needs, by the names in it."""
    code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', source)
    used = set(re.findall(r"(?<![\w.])(\w+)\b", code))
    found = {}
    for statement in target.imports:
        if (each := re.fullmatch(r"import\s+([\w.]+)\s*;", statement)) and (name := each[1].rpartition(".")[2]) in used:
            found[name] = each[1]
    for full in further:
        found.setdefault(full.rpartition(".")[2], full)
    for name in used & _KNOWN.keys():
        if name not in target.own_types:
            found.setdefault(name, _KNOWN[name])
    statements = [
        f"import {full};" for full in found.values() if full.rpartition(".")[0] != target.package and "." in full
    ]
    if "Test" in used:
        statements.append("import org.junit.jupiter.api.Test;")
    for name in sorted(used):
        if re.fullmatch(r"assert\w+", name):
            home = _STATIC[Asserts.JUNIT] if name == "assertThrows" else _STATIC[style.asserts]
            statements.append(f"import static {home}.{name};")
        elif style.asserts is Asserts.HAMCREST and name in _HAMCREST and f"{name}(" in code:
            statements.append(f"import static org.hamcrest.Matchers.{name};")
    return statements


def _name(target: JavaTarget, plan: Plan, seen: Observation, *, pins: bool) -> str:
    said = "DoesAsDocumented" if not pins else "PinsThrowing" if seen.kind == "raises" else "Pins"
    values = shown(plan)
    joint = "For" if values and said != "Pins" else ""
    return f"{target.title}{said}{joint}{values or ('Result' if said == 'Pins' else '')}"


def _shortened(values: str) -> str:
    """What of some values can stand in a name: no escapes, no packages, no calls that only make a list."""
    values = re.sub(r"\\u[0-9a-f]{4}|\\.|\.getBytes\(StandardCharsets\.UTF_8\)", " ", values)
    parts = re.split(r'("[^"]*")', values)
    bare = [each if each.startswith('"') else re.sub(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Za-z])", "", each) for each in parts]
    values = re.sub(r'""', " empty ", "".join(bare))
    values = re.sub(r"(?<![\w)])-(?=\d)", " minus ", values)
    return re.sub(r"\b(?:of|asList)\(|[<>]|\bnew \w+\[\]", " ", values)


def _equal(call: str, text: str, style: Style, *, is_array: bool) -> list[str]:
    if style.asserts is Asserts.ASSERTJ:
        plain = {"null": "isNull()", "true": "isTrue()", "false": "isFalse()"}
        return _broken(f"assertThat({call})", f".{plain.get(text, f'isEqualTo({text})')};", style)
    if style.asserts is Asserts.HAMCREST:
        return _call("assertThat", [call, "nullValue()" if text == "null" else f"is({text})"], style)
    if text in ("true", "false", "null"):
        return _call(f"assert{text.capitalize()}", [call], style)
    return _call("assertArrayEquals" if is_array else "assertEquals", [text, call], style)


def _throws(seen: Observation, call: str, style: Style) -> list[str]:
    if style.asserts is Asserts.ASSERTJ:
        lines = [f"assertThatThrownBy(() -> {call})", f"{style.indent * 2}.isInstanceOf({seen.type}.class)"]
        lines += [f"{style.indent * 2}.hasMessage({seen.text})"] if seen.text else []
        return [*lines[:-1], f"{lines[-1]};"]
    given = [f"{seen.type}.class", f"() -> {call}"]
    if not seen.text:
        return _call("assertThrows", given, style)
    name = "thrown"
    return [
        *_call(f"{seen.type} {name} = assertThrows", given, style),
        *_equal(f"{name}.getMessage()", seen.text, style, is_array=False),
    ]


def _call(name: str, given: list[str], style: Style) -> list[str]:
    line = f"{name}({', '.join(given)});"
    room = WIDTH - 2 * len(style.indent.expandtabs(4))
    if len(line) <= room:
        return [line]
    step = style.indent * 2
    joined = f"{step}{', '.join(given)});"
    if len(joined) <= room:
        return [f"{name}(", joined]
    return [f"{name}(", *(f"{step}{each}," for each in given[:-1]), f"{step}{given[-1]});"]


def _broken(head: str, tail: str, style: Style) -> list[str]:
    whole = head + tail
    return [whole] if len(whole) <= WIDTH - 2 * len(style.indent.expandtabs(4)) else [head, f"{style.indent * 2}{tail}"]
