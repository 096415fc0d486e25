"""Writes an observed call down as a pytest test that a person would accept in a review. Runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.candidates import Origin
from stoker_server.features.testing.formatting import WIDTH, layout, requote
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.sessions import Step
from stoker_server.features.testing.target import Target, snake

_SPECIAL = re.compile(r"([.^$*+?{}\[\]\\|()])")
_LONGEST_WORDS = 60
_LONG = 8
"""Lines of one assertion; with more of them it is worth to name the result, if that makes it shorter."""

_INDENT = 4
_PRINTED = "assert capsys.readouterr().out == "
_EXACT_DIGITS = 6
"""A float with more digits than that is compared approximately: other machines may round it differently."""


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One test.

    Attributes:
        name: The function's name.
        source: The whole function, ending in a line end.
        imports: Import statements that it needs, one name each.
        pins: Whether it records what the code does today; otherwise it says what the documentation says.
    """

    name: str
    source: str
    imports: tuple[str, ...]
    pins: bool


def write_test(target: Target, plan: Plan, seen: Observation, *, typed: bool) -> WrittenTest:
    """A test that fails where the call does something else than was seen.

    Args:
        target: The function.
        plan: The call.
        seen: What it did.
        typed: Whether the test's signature says that it returns nothing.
    """
    body, imports = _body(plan, seen)
    name = _name(target, plan, seen)
    printed = seen.printed or any(each.printed for each in seen.steps)
    fixture = ("capsys: pytest.CaptureFixture[str]" if typed else "capsys") if printed else ""
    if fixture and typed:
        imports.append("import pytest")
    header = f"def {name}({fixture}){' -> None' if typed else ''}:"
    source = "\n".join([header, *body]) + "\n"
    pins = plan.candidate.origin is not Origin.DOCUMENTATION
    return WrittenTest(name, source, (*plan.imports, *imports), pins)


def _name(target: Target, plan: Plan, seen: Observation) -> str:
    if plan.candidate.origin is Origin.DOCUMENTATION:
        return f"test_{target.words}_as_documented"
    does = f"that_it_raises_{snake(seen.type)}_today" if seen.kind == "raises" else "what_it_does_today"
    words = re.sub(r"\W+", "_", plan.candidate.words.lower(), flags=re.ASCII).strip("_")
    if len(words) > _LONGEST_WORDS:
        words = words[:_LONGEST_WORDS].rpartition("_")[0]
    joint = "_" if words.startswith("after_") else "_for_"
    return f"test_{target.words}_pins_{does}" + (f"{joint}{words}" if words else "")


def _body(plan: Plan, seen: Observation) -> tuple[list[str], list[str]]:
    """The lines of the body, and the imports that the assertions need."""
    imports: list[str] = []
    if seen.steps:
        return _session(plan.candidate.steps, seen.steps, imports), imports
    bound = {each.partition(" = ")[0] for each in plan.setup} - {each.partition(" = ")[0] for each in plan.plain_setup}
    named = bool(plan.candidate.expression) or any(_names(name) & bound for name in seen.changed)
    setup, call = (plan.setup, plan.call) if named else (plan.plain_setup, plan.plain)
    lines = [line for statement in setup for line in _statement(statement)]
    if lines:
        lines.append("")
    lines += asserted(seen, call, imports)
    if seen.changed and not lines[-1].lstrip().startswith(("assert", "]", ")", "}")):
        lines.append("")
    for name, text in seen.changed.items():
        lines += _attribute(name, text)
    if seen.printed:
        lines += layout(repr(seen.printed), _INDENT, _PRINTED)
    return lines, imports


def _names(expression: str) -> set[str]:
    return {each.id for each in ast.walk(parse_python(expression)) if isinstance(each, ast.Name)}


def asserted(seen: Observation, call: str, imports: list[str]) -> list[str]:
    """The call and what is asserted of its result."""
    imports += seen.imports
    call = seen.form.format(call) if seen.form else call
    if seen.kind == "raises":
        return _raises(seen, call, imports)
    if seen.kind == "attributes":
        held = ast.literal_eval(seen.text)
        asserts = (line for name, value in held.items() for line in _attribute(f"result.{name}", repr(value)))
        return [*layout(call, _INDENT, "result = "), "", *asserts]
    if seen.kind == "opaque" or (seen.text == "None" and (seen.changed or seen.printed)):
        return layout(call, _INDENT)
    return _equal(seen, call, imports)


def _attribute(name: str, text: str) -> list[str]:
    return layout(text, _INDENT, f"assert {name} {'is' if text in ('None', 'True', 'False') else '=='} ")


def _session(steps: Sequence[Step], seen: Sequence[Observation], imports: list[str]) -> list[str]:
    """A session's statements as they stand, each with what was seen of it where its author says what that shall be."""
    lines: list[str] = []
    asserting = False
    for step, each in zip(steps, seen, strict=True):
        code = step.code
        if step.pins and not each.echo and each.kind != "raises":
            continue  # looked at for nothing
        if each.kind == "raises":
            found = _raising(each, step, imports)
        elif (step.wanted is not None or step.pins) and step.shows and each.echo and each.kind != "opaque":
            found = asserted(each, code, imports)
        else:
            found = [f"    {line}" if line else "" for line in requote(code).splitlines()]
            if max(map(len, found)) > WIDTH:
                found = _statement(code)
        asserts = _asserts(found) and (step.shows or each.kind == "raises")
        if lines and asserts != asserting:
            lines.append("")
        asserting = asserts or bool(each.printed)
        lines += found
        if each.printed:
            lines += layout(repr(each.printed), _INDENT, _PRINTED)
    return lines


def _asserts(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[-1].lstrip().startswith(("assert", "]", ")", "}"))


def _raising(seen: Observation, step: Step, imports: list[str]) -> list[str]:
    if step.shows:
        return _raises(seen, step.code, imports)
    manager = _raises(seen, "0", imports)[:-1]
    return [*manager, *(f"        {line}" if line else "" for line in requote(step.code).splitlines())]


def _statement(statement: str) -> list[str]:
    match parse_python(statement).body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=value)]:
            return layout(ast.unparse(value), _INDENT, f"{name} = ")
    return [f"    {line}" if line else "" for line in requote(statement).splitlines()]


def _equal(seen: Observation, call: str, imports: list[str]) -> list[str]:
    if seen.kind == "repr":
        return _compared(f"repr({call})", "==", repr(seen.text))
    if seen.home:
        imports.append(f"from {seen.home} import {seen.type.partition('.')[0]}")
        return _compared(call, "is", seen.text)
    if seen.text in ("None", "True", "False"):
        return _compared(call, "is", seen.text)
    if _is_inexact(seen.text):
        imports.append("import pytest")
        return _compared(call, "==", f"pytest.approx({seen.text})")
    return _compared(call, "==", seen.text)


def _compared(call: str, operator: str, expected: str) -> list[str]:
    """``assert call == expected``; with a name for the result where the call alone fills a line."""
    node = parse_python(call, mode="eval").body
    code = requote(ast.unparse(node))
    if not isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.ListComp | ast.List | ast.Name):
        code = f"({code})"  # comparisons would join into a chain
    whole = layout(expected, _INDENT, f"assert {code} {operator} ")
    named = [*layout(call, _INDENT, "result = "), "", *layout(expected, _INDENT, f"assert result {operator} ")]
    return whole if len(whole[0]) <= WIDTH and len(whole) < max(len(named), _LONG) else named


def _is_inexact(text: str) -> bool:
    """Whether a value is made of floats that need ``pytest.approx``, which takes numbers and flat collections of them."""
    try:
        value = ast.literal_eval(text)
    except ValueError:  # it holds a call
        return False
    items = [*value.values()] if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
    numbers = [each for each in items if isinstance(each, int | float)]
    long = any(isinstance(each, float) and len(repr(each)) > _EXACT_DIGITS for each in numbers)
    return long and len(numbers) == len(items)


def _raises(seen: Observation, call: str, imports: list[str]) -> list[str]:
    imports.append("import pytest")
    if seen.home != "builtins":
        imports.append(f"from {seen.home} import {seen.type.partition('.')[0]}")
    message = seen.text.splitlines()[0] if seen.text else ""
    pattern = _SPECIAL.sub(r"\\\1", message)
    quoted = requote(repr(message)) if pattern == message else f"r{_raw(pattern)}"
    match = f", match={quoted}" if message and "\\x" not in quoted else ""
    return [*_with(f"pytest.raises({seen.type}{match})"), *layout(call, 2 * _INDENT)]


def _with(manager: str) -> list[str]:
    line = f"    with {manager}:"
    if len(line) <= WIDTH:
        return [line]
    opening, inner = manager[:-1].split("(", 1)
    kind, match = inner.split(", ", 1)
    return [f"    with {opening}(", f"        {kind},", f"        {match},", "    ):"]


def _raw(pattern: str) -> str:
    return f'"{pattern}"' if '"' not in pattern else f"'{pattern}'" if "'" not in pattern else f'"""{pattern}"""'
