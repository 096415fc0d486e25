"""Makes the candidates' calls in a test of the copy and keeps those that a test can rely on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stoker_analyzers.edits import Span
from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.rust.bench import RustBench
from stoker_server.features.testing.rust.candidates import plan
from stoker_server.features.testing.rust.writing import is_assertable, is_exact
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.runs import together

_MODULE = "__stoker_calls"
_TEST = "observe"
_ROUNDS = 6
_LONGEST = 400
"""Characters of a result that a test may say; nobody reviews more."""

_PANICKED = 20
_ACCIDENT = re.compile(
    r"^$|stoker: |attempt to |index out of bounds|range (?:start|end) index|slice index|begin <= end|"
    r".*(?:out of range|is not a char boundary|already (?:mutably )?borrowed)|called `(?:Option|Result)::|"
    r"capacity overflow|internal error: entered unreachable|not (?:yet )?implemented|byte index|assertion `?|assertion failed"
)
"""What the language and its library say where code is used as nobody meant it, overflow among them: in a release build
that is no panic."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one call did.

    Attributes:
        kind: ``debug``, ``display``, ``opaque`` or ``panic``.
        text: What is shown.
        of: The type.
        lines: The lines that ran.
        changed: What became of the values that it may change, with their types.
    """

    kind: str
    text: str
    of: str
    lines: frozenset[int]
    changed: tuple[str, ...]

    @property
    def behaviour(self) -> tuple[object, ...]:
        return (self.kind, self.text, self.changed)


async def observe(bench: RustBench, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
    """Make every call twice, the second time in other surroundings, and once with each mutant.

    Returns:
        What can be relied on, and what can't but would have been worth a test.

    Raises:
        NoVerdictError: No call could be made.
    """
    plans = dict(enumerate(plan(bench.target, each) for each in candidates))
    wanted = {len(plans) + number: each.candidate.wanted for number, each in plans.items() if each.candidate.wanted}
    runs, again = await _made(bench, plans, wanted)
    first, *mutated = runs
    kept, dropped, known = list[Kept](), list[Dropped](), set[object]()
    for number, each in plans.items():
        seen, twice = first.get(number), again.get(number)
        if seen is None:
            continue
        documented = first.get(len(candidates) + number)
        made = each
        if each.candidate.origin is Origin.DOCUMENTATION and documented is None:
            made = replace(each, candidate=replace(each.candidate, origin=Origin.CALL_SITE, wanted=None))
        reason = _unfit(bench, made, seen, twice, documented)
        if reason:
            dropped.append(Dropped(made, reason))
        if reason is not None:
            continue
        observation = _observation(made, seen)
        shows = (observation.behaviour, observation.lines)
        if seen.lines and shows not in known:
            known.add(shows)
            kills = frozenset(place for place, run in enumerate(mutated) if _differs(run.get(number), seen))
            if seen.kind == "panic":
                made = replace(made, candidate=replace(made.candidate, oddity=made.candidate.oddity + _PANICKED))
            kept.append(Kept(made, observation, kills))
    return kept, dropped


async def _made(
    bench: RustBench, plans: dict[int, Plan], wanted: dict[int, str]
) -> tuple[list[dict[int, _Seen]], dict[int, _Seen]]:
    """Build the calls without those that do not compile, and make them.

    Raises:
        NoVerdictError: None compiles, or the program could not be run.
    """
    whole, why = len(plans), ""
    for _ in range(_ROUNDS):
        code, spans = _program(bench, plans, wanted)
        text = bench.probed("", code)
        build = await bench.builder.build(text)
        if not build.faults:
            break
        why, at = build.why, text.find(code)
        faults = [Span(each.start - at, each.end - at) for fault in build.faults for each in fault.spans]
        bad = {number for number, span in spans.items() if any(span.touches(each.start) for each in faults)}
        for number in bad:
            plans.pop(number, None)
            wanted.pop(number, None)
            wanted.pop(whole + number, None)
        if not bad or not plans:
            raise NoVerdictError(f"no call of {bench.qualified} that could be thought of compiles: {why}")
    else:
        raise NoVerdictError(f"the calls of {bench.qualified} that could be thought of do not compile: {why}")
    crate, subject = bench.builder.crate, bench.subject
    module = (*crate.module_of(bench.ground.seen(bench.path)), *subject.function.modules, _MODULE, _TEST)
    program, seconds = build.programs[""], bench.ground.terms.testing.seconds
    name = "::".join(module)
    first, again = await together(
        bench.runs.observe(program, name, [0, *bench.observed_numbers], seconds=seconds),
        bench.runs.observe(program, name, [0], seconds=seconds, elsewhere=True),
    )
    if not first[0]:
        raise NoVerdictError(f"the tests of {bench.builder.crate.name} do not run what is in {bench.path.name}")
    return [_read(each) for each in first], _read(again[0])


def _program(bench: RustBench, plans: Mapping[int, Plan], wanted: Mapping[int, str]) -> tuple[str, dict[int, Span]]:
    """The module with the calls, and where each of them stands in it."""
    path = "super::" * (len(bench.subject.function.modules) + 1) + "__stoker"
    code = f"\n#[cfg(test)]\n#[allow(warnings, clippy::all)]\nmod {_MODULE} {{\nextern crate std as __std;\nuse super::*;\n"
    if bench.target is not bench.subject:
        inside = (
            "crate",
            *bench.builder.crate.module_of(bench.ground.seen(bench.target.path)),
            *bench.target.function.modules,
        )
        code += f"use {'::'.join(inside)}::*;\n"
    if bench.target.without_std:
        code += "use __std::{format, string::{String, ToString}, vec, vec::Vec};\nuse __std as std;\n"
    code += bench.target.helper
    code += f"use {path}::{{ByDebug, ByDisplay, Opaque, Shown}};\n"
    spans = {}
    for number, each in plans.items():
        shown = ", ".join(f"(&&&Shown(&{name})).show()" for name in each.observe)
        made = "".join(f"{statement} " for statement in each.setup)
        call = bench.target.observed(each.call)
        work = f"{made}let __s = match ({call}) {{ __r => (&&&Shown(&__r)).show() }}; (__s, __std::vec![{shown}])"
        line = f"fn c{number}() {{ {path}::call({number}, || {{ {work} }}) }}\n"
        spans[number] = Span(len(code), len(code) + len(line) - 1)
        code += line
    for number, said in wanted.items():
        work = f"let __s = match ({said}) {{ __r => (&&&Shown(&__r)).show() }}; (__s, __std::vec![])"
        line = f"fn c{number}() {{ {path}::call({number}, || {{ {work} }}) }}\n"
        spans[number] = Span(len(code), len(code) + len(line) - 1)
        code += line
    calls = " ".join(f"c{number}();" for number in (*plans, *wanted))
    return f"{code}#[test]\nfn {_TEST}() {{ {calls} }}\n}}\n", spans


def _read(run: Mapping[int, str]) -> dict[int, _Seen]:
    """What each call did.

    Raises:
        NoVerdictError: The report is none: the code had its hands on it.
    """
    found = {}
    try:
        for number, said in run.items():
            kind, text, of, lines, changed = said.split("|")
            pairs = (each.split(":") for each in changed.split(",") if each)
            became = tuple(f"{_unhex(shown)}\0{_unhex(kind_of)}" for shown, kind_of in pairs)
            ran = frozenset(int(each) for each in lines.split(",") if each)
            found[number] = _Seen(kind, _unhex(text), _unhex(of), ran, became)
    except ValueError as error:
        raise NoVerdictError("a run's report can't be read") from error
    return found


def _unhex(text: str) -> str:
    return bytes.fromhex(text).decode("utf-8", "replace")


def _differs(one: _Seen | None, other: _Seen) -> bool:
    return one is None or one.behaviour != other.behaviour


def _observation(each: Plan, seen: _Seen) -> Observation:
    changed = dict(zip(each.observe, seen.changed, strict=False)) if seen.kind != "panic" else {}
    return Observation(seen.kind, seen.text, seen.of, changed=changed, lines=seen.lines)


def _unfit(bench: RustBench, each: Plan, seen: _Seen, again: _Seen | None, wanted: _Seen | None) -> str | None:
    """Why a call gives no test; empty where that is not worth telling, ``None`` where it gives one."""
    if wanted is not None and wanted.text != seen.text and wanted.kind == "debug":
        does = "panics" if seen.kind == "panic" else f"gives {seen.text[:60]}"
        return f"its documentation says {each.candidate.wanted}, the code {does}"
    if seen.kind == "panic" and bench.target.is_async:
        return ""  # a request that the application does not handle is nobody's promise
    if seen.kind == "panic" and (_ACCIDENT.match(seen.text) or "\n" in seen.text):
        return ""
    if "*const " in seen.of or "*mut " in seen.of:
        return "its result is an address"
    if again is None or seen.behaviour != again.behaviour:
        return "it does something else each time, or elsewhere"
    if len(seen.text) + sum(map(len, seen.changed)) > _LONGEST:
        return ""
    if not is_assertable(_observation(each, seen), is_exact(bench.target)):
        return "its floats differ from one platform to another"
    effect = any(not text.endswith("\0") for text in seen.changed)
    return "" if (seen.kind == "opaque" or seen.of == "()") and not effect else None
