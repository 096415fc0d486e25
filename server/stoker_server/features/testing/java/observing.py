"""Makes the candidates' calls in virtual machines and keeps those that a test can rely on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.java.bench import JavaBench
from stoker_server.features.testing.java.target import JavaTarget
from stoker_server.features.testing.java.values import declared
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.proving.errors import NoVerdictError

_CLASS = "StokerCalls"
_ROUNDS = 5
_THROWN = 20
_CHANGEABLE = re.compile(
    r"^new (?:\w+\[\]|\w*(?:List|Set|Map|Deque|Queue)<>|StringBuilder|StringWriter|ByteArrayOutputStream)"
)
_WRITTEN = re.compile(r"^new (?:StringBuilder|StringWriter|ByteArrayOutputStream)\b")
_IMPURE = re.compile(
    r"\.now\(\)|currentTimeMillis|nanoTime|new Date\(\)|randomUUID|Math\.random|new Random\(\)|ThreadLocalRandom|"
    r"System\.getenv|identityHashCode"
)
_ACCIDENT = re.compile(
    r"^(?:NullPointerException:\"?Cannot |NullPointerException:$|ClassCastException:|StackOverflowError|OutOfMemoryError|"
    r"NegativeArraySizeException|ArrayStoreException|UnsupportedOperationException:$|NoClassDefFoundError|"
    r"ArithmeticException:\"/ by zero|\w*IndexOutOfBoundsException:\"(?:Index|begin|Range|index|offset|start|length|String)|"
    r"NoSuchElementException:|PatternSyntaxException|ExceptionInInitializerError|IllegalFormat|MissingFormat|.*Endless)"
)
"""What the platform itself says where code is used as nobody meant it."""

_IDENTITY = re.compile(r"@[0-9a-f]{5,8}\b|\$\$Lambda")
_IMPORTED = (
    *("java.util", "java.util.function", "java.util.regex", "java.math", "java.time", "java.nio.charset"),
    *("java.util.concurrent", "java.io"),
)
_SAME = ("kind", "text", "type", "form", "changed")


async def observe(bench: JavaBench, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
    """Make every call in two processes, in other surroundings the second time, and with each mutant in the first.

    Returns:
        What can be relied on, and what can't but would have been worth a test.

    Raises:
        NoVerdictError: No call could be made.
    """
    target = bench.target
    if found := _IMPURE.search(target.body):
        raise NoVerdictError(f"{target.qualified} depends on the moment or the machine ({found.group().strip('.')})")
    plans = [plan(target, each) for each in candidates]
    out, made = await _compiled(bench, plans)
    name = f"{target.package}.{_CLASS}".removeprefix(".")
    first = await bench.runs.calls(name, out, made, probed=True)
    second = await bench.runs.calls(name, out, made[::-1], probed=False, elsewhere=True)
    kept, dropped, known = list[Kept](), list[Dropped](), set[object]()
    for number, each in enumerate(plans):
        seen, again, wanted = first.get(number), second.get(number), first.get(number + len(plans))
        if seen is None or again is None:
            continue
        checked = _documented(each, wanted)
        reason = _unfit(target, checked, seen, again, wanted)
        if reason:
            dropped.append(Dropped(checked, reason))
        if reason is not None:
            continue
        observation = _observation(seen)
        shows = (observation.behaviour, observation.lines)
        numbers = frozenset(map(int, seen["kills"]))
        if observation.lines and shows not in known and not bench.is_vacuous(numbers):
            known.add(shows)
            kills = frozenset(index for one in numbers if (index := bench.index_of(one)) is not None)
            kept.append(Kept(_weighed(checked, observation), observation, kills))
    return kept, dropped


def plan(target: JavaTarget, candidate: Candidate) -> Plan:
    """Write a candidate down as code; values that a call may change get names."""
    setup, codes, watched, taken = list[str](), list[str](), list[str](), {target.receiver}
    if candidate.receiver and not re.fullmatch(r"[\w.]+", candidate.receiver):
        diamond = "<>" in candidate.receiver
        variables = ", ".join(declared(target, name) for name, _ in target.owner.variables)
        type_ = f"{target.owner.name}<{variables}>" if diamond and variables else target.owner.name
        setup.append(f"{type_} {target.receiver} = {candidate.receiver}")
        if any(each.name == "toString" and not each.parameters for each in target.owner.methods):
            watched.append(f"{target.receiver}.toString()")
    made = tuple(setup)
    types = {each.name: declared(target, each.type) for each in target.code.parameters}
    for each in candidate.arguments:
        if not _CHANGEABLE.match(each.code):
            codes.append(each.code)
            continue
        name = each.name
        while name in taken:
            name += "_"
        taken.add(name)
        setup.append(f"{types[each.name]} {name} = {each.code}")
        watched.append(f"{name}.toString()" if _WRITTEN.match(each.code) else name)
        codes.append(name)
    callee = target.call
    if candidate.receiver and not made:  # an enum's constant
        callee = f"{candidate.receiver}.{target.code.name}"
    call = f"{callee}({', '.join(codes)})"
    plain = f"{callee}({', '.join(each.code for each in candidate.arguments)})"
    return Plan(candidate, (), tuple(setup), call, plain, made, tuple(watched))


async def _compiled(bench: JavaBench, plans: Sequence[Plan]) -> tuple[str, list[int]]:
    """Compile the calls without those that the compiler refuses; where, and the numbers of the others."""
    target = bench.target
    lines = {number: _call(target, number, each) for number, each in enumerate(plans)}
    for number, each in enumerate(plans, len(plans)):
        if each.candidate.wanted:
            wanted = each.candidate.wanted.rstrip(";. ")
            lines[number] = (
                f"static void c{number}(stoker_inside.Seen s_) throws Throwable {{ s_.began(); s_.gave({wanted}); }}"
            )
    head = [f"package {target.package};" if target.package else "", *(" ".join(e.split()) for e in target.imports)]
    head += [*(f"import {each}.*;" for each in _IMPORTED), f"final class {_CLASS} {{"]
    first = ""
    for _ in range(_ROUNDS):
        if not lines:
            break
        order = list(lines)
        text = "\n".join([*head, *(lines[number] for number in order), "}"])
        out, complaints = await bench.runs.compiled({f"{_CLASS}.java": text})
        if not complaints:
            return out, order
        first = first or complaints[0].message
        at = [each.line - len(head) - 1 for each in complaints]
        if not all(0 <= each < len(order) for each in at):
            raise NoVerdictError(f"calls of {target.qualified} can't be compiled: {complaints[0].message}")
        for place in set(at):
            del lines[order[place]]
    raise NoVerdictError(f"no call of {target.qualified} that could be thought of compiles: {first}" if first else "")


def _call(target: JavaTarget, number: int, each: Plan) -> str:
    setup = "".join(f"{statement}; " for statement in each.setup)
    before = "".join(f's_.before("{_key(name)}", {name}); ' for name in each.observe)
    after = "".join(f's_.after("{_key(name)}", {name}); ' for name in each.observe)
    call = f"{each.call}; s_.done();" if target.code.returns == "void" else f"s_.gave({each.call});"
    inner = f"try {{ {call} }} finally {{ {after}}}" if after else call
    return f"static void c{number}(stoker_inside.Seen s_) throws Throwable {{ {setup}{before}s_.began(); {inner} }}"


def _key(name: str) -> str:
    return name.replace('"', "")


def _documented(each: Plan, wanted: Mapping[str, Any] | None) -> Plan:
    """The plan; one whose documented result is no expression is just a call that somebody wrote."""
    if each.candidate.wanted and (wanted is None or wanted.get("kind") != "value"):
        return replace(each, candidate=replace(each.candidate, origin=Origin.CALL_SITE, wanted=None))
    return each


def _unfit(
    target: JavaTarget, each: Plan, seen: Mapping[str, Any], again: Mapping[str, Any], wanted: Mapping[str, Any] | None
) -> str | None:
    """Why a call gives no test; empty where that is not worth telling, ``None`` where it gives one."""
    kind, text = str(seen["kind"]), str(seen.get("text", ""))
    if kind in ("unfit", "opaque"):
        return ""
    if not seen["steady"] or any(seen.get(key) != again.get(key) for key in _SAME):
        return "it does something else each time, or elsewhere"
    if any(_IDENTITY.search(one) for one in (text, *map(str, seen["changed"].values()))):
        return ""
    if each.candidate.wanted and wanted is not None and wanted.get("text") != text:
        shows = f"throws {seen['type']}" if kind == "raises" else f"gives {text[:60]}"
        return f"its documentation says {each.candidate.wanted}, the code {shows}"
    if kind == "raises":
        return "" if _ACCIDENT.match(f"{str(seen['type']).rpartition('.')[2]}:{text}") else None
    if "" in seen["changed"].values():
        return ""
    return "" if target.code.returns == "void" and not seen["changed"] else None


def _observation(seen: Mapping[str, Any]) -> Observation:
    return Observation(
        str(seen["kind"]),
        str(seen.get("text", "")),
        str(seen.get("type", "")),
        form=str(seen.get("form", "")),
        imports=tuple(map(str, seen.get("imports", ()))),
        changed={str(name): str(text) for name, text in seen["changed"].items()},
        lines=frozenset(map(int, seen["lines"])),
    )


def _weighed(each: Plan, seen: Observation) -> Plan:
    """A call that throws is worth a test only where nothing else shows the same: any wrong argument would throw."""
    if seen.kind != "raises":
        return each
    return replace(each, candidate=replace(each.candidate, oddity=each.candidate.oddity + _THROWN))
