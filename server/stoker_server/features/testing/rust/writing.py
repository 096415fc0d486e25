"""Writes an observed call down as a test that a person would accept in a review. Runs nothing."""

from __future__ import annotations

import json
import re

from stoker_analyzers.rust.types import read_type
from stoker_server.features.testing.attempts import AS_DOCUMENTED
from stoker_server.features.testing.candidates import Origin
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.rust.rendering import expression, has_odd_float, is_empty_list
from stoker_server.features.testing.rust.target import RustTarget
from stoker_server.features.testing.rust.values import FLOATS
from stoker_server.features.testing.writing import WrittenTest

FORMS = 2
"""How a result can be asserted: as a value, or as the text that ``Debug`` shows. Which of them compiles is tried."""

_INEXACT = re.compile(r"\.(?:sin|cos|tan|asin|acos|atan2?|sinh|cosh|tanh|exp|exp2|ln|log|log2|log10|powf|cbrt|hypot)\(")
"""Functions whose last digits differ from one platform to another; IEEE 754 settles the others to the last bit."""

_QUOTING = re.compile(r'"(?:[^"\\#]|\\")*\\"(?:[^"\\#]|\\")*"')
"""A literal that says quotation marks and has no other escapes."""

_TOLERANCE = {"f64": 1e-12, "f32": 1e-5}


def write_test(target: RustTarget, plan: Plan, seen: Observation, form: int) -> WrittenTest:
    """A test that fails where the call does something else than was seen.

    Args:
        target: The function.
        plan: The call.
        seen: What it did.
        form: Which of the ``FORMS``.
    """
    pins = plan.candidate.origin is not Origin.DOCUMENTATION
    name = _name(target, plan, seen, pins=pins)
    lines = list(plan.setup)
    head = "#[tokio::test]\n" if target.is_async else "#[test]\n"
    if seen.kind == "panic":
        head += f"#[should_panic(expected = {_quoted(seen.text)})]\n"
        lines.append(f"{plan.call};" if not target.returns else f"let _ = {plan.call};")
    elif seen.kind == "opaque" or seen.type == "()":
        lines.append(f"{plan.call};")
    elif target.is_async:
        lines.append(f"let answer = {plan.call};")
        lines += [_raw(each) for each in _asserted("answer", seen.text, seen.type, form, seen.kind, exact=True)]
    else:
        lines += _asserted(
            plan.call, seen.text, seen.type, form, seen.kind, exact=not _INEXACT.search(target.snapshot.text)
        )
    for changed, text in seen.changed.items():
        shown, _, of = text.partition("\0")
        lines += _asserted(changed, shown, of, form, "debug", exact=True)
    body = "\n".join(f"    {line}" for line in lines)
    waits = "async " if target.is_async else ""
    return WrittenTest(name, f"{head}{waits}fn {name}() {{\n{body}\n}}\n", (), pins)


def _name(target: RustTarget, plan: Plan, seen: Observation, *, pins: bool) -> str:
    words = plan.candidate.words
    does = "_panics" if seen.kind == "panic" else ""
    of = f"_for_{words}" if words else ""
    return f"pins_{target.title}{does}{of}" if pins else f"{target.title}{does}{of}{AS_DOCUMENTED}"


def _asserted(given: str, text: str, of: str, form: int, kind: str, *, exact: bool) -> list[str]:
    if kind == "display":
        return [f"assert_eq!({given}.to_string(), {_quoted(text)});"]
    if text == "NaN" and of in FLOATS:
        return [f"assert!({given}.is_nan());"]
    if text == "-0.0" and of in FLOATS:
        return [f"assert_eq!({given}.to_bits(), (-0.0_{of}).to_bits());"]
    if form == 0 and not has_odd_float(text):
        if of == "bool":
            return [f"assert!({'' if text == 'true' else '!'}{given});"]
        if is_empty_list(text, of):
            return [f"assert!({given}.is_empty());"]
        wanted = expression(text, of)
        if wanted and of in FLOATS and not exact and "INFINITY" not in wanted and float(text):
            return [
                f"assert!(({given} - {_bracketed(wanted)}).abs() <= {_TOLERANCE[of]:e} * {_bracketed(wanted)}.abs());"
            ]
        if wanted and (exact or not FLOATS & set(re.findall(r"\w+", of))):
            return [f"assert_eq!({given}, {wanted});"]
    return [f'assert_eq!(format!("{{:?}}", {given}), {_quoted(text)});']


def _raw(line: str) -> str:
    """A line whose texts with quotation marks are raw, where nothing else in them is escaped."""
    return _QUOTING.sub(lambda found: "r#" + found[0].replace('\\"', '"') + "#", line)


def _bracketed(number: str) -> str:
    return f"({number}_f64)" if number.startswith("-") else f"{number}_f64"


def is_assertable(seen: Observation, exact: bool) -> bool:
    """Whether what was seen can be asserted on every platform."""
    return exact or not (FLOATS & set(re.findall(r"\w+", seen.type))) or read_type(seen.type).name in FLOATS


def is_exact(target: RustTarget) -> bool:
    """Whether the file's floats come out the same everywhere."""
    return _INEXACT.search(target.snapshot.text) is None


def _quoted(text: str) -> str:
    """A string literal."""
    shown = json.dumps(text, ensure_ascii=False)
    return re.sub(r"\\u([0-9a-f]{4})", r"\\u{\1}", shown).replace("\\b", "\\u{8}").replace("\\f", "\\u{c}")
