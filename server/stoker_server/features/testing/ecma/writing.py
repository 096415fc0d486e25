"""Writes an observed call down as a test that a person would accept in a review. Runs nothing."""

from __future__ import annotations

import json
import re

from stoker_analyzers.ecma.layout import WIDTH, Style, laid_out, quoted, restyled
from stoker_server.features.testing.candidates import Origin
from stoker_server.features.testing.ecma.target import EcmaTarget
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.writing import WrittenTest
from stoker_server.proving.ecma.project import Framework

PINS = "pins what the code does today"
_AS_DOCUMENTED = "does as documented"
_BUILT_IN = frozenset({"TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"})
_ASKED = re.compile(r"^(request\(.*\))\.then\(\(\{ status, (\w+) \}\) => \(\{ status, \w+ \}\)\)$", re.DOTALL)
"""A request, and what is looked at of its answer; see ``requests.call_of``."""

_PRIMITIVE = re.compile(r'^(?:"|-?[\d.]|-?Infinity$|NaN$|true$|false$|null$|undefined$)')


def write_test(target: EcmaTarget, plan: Plan, seen: Observation, style: Style) -> WrittenTest:
    """A test that fails where the call does something else than was seen.

    Args:
        target: The function.
        plan: The call.
        seen: What it did.
        style: How the project writes.
    """
    pins = plan.candidate.origin is not Origin.DOCUMENTATION
    title = _title(target, plan, seen, style)
    columns = len(style.indent) * (2 if style.nested else 1)
    body = "\n".join(f"{style.indent}{line}" if line else "" for line in _body(target, plan, seen, style, columns))
    waits = "async " if seen.awaited else ""
    shown = quoted(json.dumps(title, ensure_ascii=False), style)
    source = f"{style.verb}({shown}, {waits}() => {{\n{body}\n}}){style.end}\n"
    return WrittenTest(title, source, (), pins)


def _title(target: EcmaTarget, plan: Plan, seen: Observation, style: Style) -> str:
    said = PINS if plan.candidate.origin is not Origin.DOCUMENTATION else _AS_DOCUMENTED
    raises = ": it throws" if seen.kind == "raises" and said == PINS else ""
    words = plan.candidate.words
    of = "" if style.nested else f"{target.qualified} "
    return f"{of}{said}{raises}" + (f" for {words}" if words else "")


def _body(target: EcmaTarget, plan: Plan, seen: Observation, style: Style, columns: int) -> list[str]:
    setup, call = (plan.setup, plan.call) if seen.changed else (plan.plain_setup, plan.plain)
    lines = []
    for statement in setup:
        head, _, value = statement.partition(" = ")
        shown = laid_out(value, style, indent="", before=columns + len(head) + 3, after=1)
        lines += f"{head} = {shown}{style.end}".split("\n")
    if lines:
        lines.append("")
    node = target.tools.framework is Framework.NODE
    if seen.kind == "raises":
        lines += _throws(seen, call, style, columns, node)
    elif seen.kind == "opaque" or (seen.text == "undefined" and seen.changed):
        lines += f"{'await ' if seen.awaited else ''}{restyled(call, style)}{style.end}".split("\n")
    else:
        lines += _equal(seen, call, style, columns, node)
    if seen.changed:
        lines.append("")
    for name, text in seen.changed.items():
        lines += asserted(name, text, style, columns, node)
    return lines


def _equal(seen: Observation, call: str, style: Style, columns: int, node: bool) -> list[str]:
    if found := _ASKED.match(call):
        sent = laid_out(found[1], style, indent="", before=columns + 32, after=1)
        answer = f"const {{ status, {found[2]} }} = await {sent}{style.end}".split("\n")
        return [*answer, *asserted(f"{{ status, {found[2]} }}", seen.text, style, columns, node)]
    given = f"[...{call}]" if seen.listed else f"await {call}" if seen.awaited else call
    flat = asserted(given, seen.text, style, columns, node)
    if len(flat) == 1 and len(flat[0]) + columns <= WIDTH:
        return flat
    shown = laid_out(given, style, indent="", before=columns + len("const result = "), after=1)
    named = f"const result = {shown}{style.end}".split("\n")
    return [*named, "", *asserted("result", seen.text, style, columns, node)]


def asserted(given: str, text: str, style: Style, columns: int, node: bool) -> list[str]:
    """The lines that compare an expression with a value.

    Args:
        given: The expression.
        text: The value's source.
        style: How the project writes.
        columns: Columns before the lines.
        node: Whether by Node's ``assert``, not by ``expect``.
    """
    plain = _PRIMITIVE.match(text) is not None
    given = restyled(given, style)
    if node:
        head = f"assert.{'strictEqual' if plain else 'deepStrictEqual'}({given}, "
    else:
        head = f"expect({given}).{'toBe' if plain else 'toEqual'}("
        if text == "undefined":
            return [f"expect({given}).toBeUndefined(){style.end}"]
        if text == "null":
            return [f"expect({given}).toBeNull(){style.end}"]
    shown = laid_out(text, style, indent="", before=columns + len(head), after=2)
    return f"{head}{shown}){style.end}".split("\n")


def _throws(seen: Observation, call: str, style: Style, columns: int, node: bool) -> list[str]:
    message = seen.text.splitlines()[0] if seen.text else ""
    shown = restyled(call, style)
    if node:
        parts = [f"name: {json.dumps(seen.type)}"] if seen.type in _BUILT_IN else []
        parts += [f"message: {json.dumps(seen.text, ensure_ascii=False)}"] if message else []
        expected = laid_out(f"{{ {', '.join(parts)} }}", style, indent="", before=columns + len(shown) + 24, after=2)
        verb = "await assert.rejects" if seen.awaited else "assert.throws"
        return f"{verb}(() => {shown}, {expected}){style.end}".split("\n")
    expected = restyled(json.dumps(message, ensure_ascii=False), style) if message else seen.type
    if seen.awaited:
        return [f"await expect({shown}).rejects.toThrow({expected}){style.end}"]
    return [f"expect(() => {shown}).toThrow({expected}){style.end}"]
