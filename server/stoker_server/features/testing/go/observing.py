"""Makes the candidates' calls in a test binary of the package and keeps those that a test can rely on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stoker_analyzers.go.switched import CANARY, VARIABLE
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.go.bench import OBSERVER, GoBench
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.go.values import STANDARD
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.go.runs import Ran, Step
from stoker_server.proving.go.toolchain import INSIDE

RECEIVER = "receiver"
"""What the object is called that a method is called on."""

_ROUNDS = 6
_CALL_SECONDS, _ALL_SECONDS, _MUTANT_SECONDS = 3.0, 40.0, 8.0
_LEAST_SECONDS, _TIMES, _PATIENCE = 0.5, 10, 3
"""What calls with a mutant have: so many times what they take without, and a little, for a mutant may never end; and
how many of them may do so."""

_CHANGEABLE = ("[]", "map[", "*")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}|goroutine \d+")
_QUALIFIER = re.compile(r"(?<![\w.])([a-zA-Z_]\w*)\.")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\'(?:[^\'\\]|\\.)+\'')


async def observe(bench: GoBench, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
    """Make every call twice, in other surroundings the second time, and with each mutant.

    Returns:
        What can be relied on, and what can't but would have been worth a test.

    Raises:
        NoVerdictError: The calls could not be compiled or run.
    """
    plans = [_plan(bench.target, each) for each in candidates]
    program, plans = await _built(bench, plans)
    count = len(plans)
    if not count:
        return [], []
    alone = [
        Step(("TestStokerObserve",), _CALL_SECONDS, {"STOKER_ONLY": str(number)}, cover=True, calls=1)
        for number in range(count)
    ]
    most = min(_ALL_SECONDS, bench.ground.terms.testing.seconds)
    runs = bench.runs
    first = await runs.run(bench.second, program, alone, seconds=most)
    (again,) = await runs.run(
        bench.second,
        program,
        [Step(("TestStokerObserve",), _MUTANT_SECONDS, calls=count)],
        seconds=most,
        elsewhere=True,
    )
    limit = min(_MUTANT_SECONDS, _LEAST_SECONDS + _TIMES * again.seconds)
    steps = [
        Step(("TestStokerObserve",), limit, {VARIABLE: str(number)}, calls=count, patience=_PATIENCE)
        for number in (CANARY, *bench.numbers)
    ]
    mutated = await runs.run(bench.second, program, steps, seconds=most)
    return _judged(bench, plans, first, again, mutated)


def _judged(
    bench: GoBench, plans: Sequence[Plan], first: Sequence[Ran], again: Ran, mutated: Sequence[Ran]
) -> tuple[list[Kept], list[Dropped]]:
    kept, dropped, known = list[Kept](), list[Dropped](), set[object]()
    for number, (each, ran) in enumerate(zip(plans, first, strict=True)):
        seen = _told(ran, 0)
        reason = _unfit(bench.target, seen, _told(again, number))
        if reason:
            dropped.append(Dropped(each, reason))
        if reason is not None or seen is None:
            continue
        observation = _observation(seen, bench.lines_of(ran))
        others = [_told(run, number) for run in mutated]
        if others[0] is not None and _same(others[0], seen):
            continue  # it never came to the function
        killed = frozenset(at for at, other in enumerate(others[1:]) if other is not None and not _same(other, seen))
        shows = (observation.behaviour, observation.lines, killed)
        if observation.lines and shows not in known:
            known.add(shows)
            kept.append(Kept(each, observation, killed))
    return kept, dropped


def _plan(target: GoTarget, candidate: Candidate) -> Plan:
    """A candidate as code, each argument in a variable of its parameter's type."""
    setup, watched, names = list[str](), list[str](), list[str]()
    call = target.function.name
    if target.function.receiver is not None:
        setup.append(f"{RECEIVER} := {candidate.receiver}")
        if _is_pointer(target, candidate.receiver):
            watched.append(RECEIVER)
        call = f"{RECEIVER}.{call}"
    for number, (each, argument) in enumerate(zip(target.inputs, candidate.arguments, strict=True)):
        said = f"[]{each.type}" if each.variadic else each.type
        setup.append(f"var w{number} {said} = {argument.code}")
        names.append(f"w{number}" + ("..." if each.variadic else ""))
        if said.startswith(_CHANGEABLE) or target.package.types.get(said, "").startswith(_CHANGEABLE):
            watched.append(f"w{number}")
    return Plan(
        candidate,
        (),
        tuple(setup),
        target.called(f"{call}{explicit(target)}", names),
        _plain(target, candidate),
        (),
        tuple(watched),
    )


def _is_pointer(target: GoTarget, receiver: str) -> bool:
    made = target.package.functions.get(receiver.partition("(")[0])
    return receiver.startswith("&") or bool(made and made.results and made.results[0].type.startswith("*"))


def _plain(target: GoTarget, candidate: Candidate) -> str:
    """The call as a person would write it."""
    head = f"{candidate.receiver}." if candidate.receiver else ""
    head = f"({candidate.receiver})." if candidate.receiver.startswith("&") else head
    given = [
        f"{argument.code}..." if each.variadic else argument.code
        for each, argument in zip(target.inputs, candidate.arguments, strict=True)
    ]
    return target.called(f"{head}{target.function.name}{explicit(target)}", given)


def explicit(target: GoTarget) -> str:
    """Type arguments, where no argument says them."""
    takes = " ".join(each.type for each in target.function.parameters)
    generics = target.function.generics
    if all(re.search(rf"\b{re.escape(each.name)}\b", takes) for each in generics):
        return ""
    return f"[{', '.join(target.bound[each.name] for each in generics)}]"


async def _built(bench: GoBench, plans: list[Plan]) -> tuple[Any, list[Plan]]:
    """The binary that makes the calls; those that don't compile are left out."""
    for _ in range(_ROUNDS):
        text, places = _program(bench.target, plans)
        binary = await bench.build_with(OBSERVER, text)
        if binary.program:
            return binary.program, plans
        bad = {
            max((at for at, place in enumerate(places) if place <= line), default=-1)
            for name, line, _ in binary.errors
            if name == OBSERVER
        } - {-1}
        if not bad:
            break
        plans = [each for number, each in enumerate(plans) if number not in bad]
    raise NoVerdictError(f"the calls could not be compiled: {binary.problem}")


def _program(target: GoTarget, plans: Sequence[Plan]) -> tuple[str, list[int]]:
    """The test file that makes the calls, and the line where each begins."""
    head = (INSIDE / "observer.go.txt").read_text(encoding="utf-8").replace("PACKAGE", target.package.package, 1)
    head = head.replace("ANYTHING", target.anything)
    codes = [target.helper, *(line for each in plans for line in (*each.setup, each.call))]
    own = "\n".join(f"import {name} {json.dumps(path)}" for path, name in imports_for(target, codes).items())
    head = head.replace("\nimport (", f"\n{own}\nimport (", 1)
    lines, places = [*head.splitlines(), "", *target.helper.splitlines(), "var stokerCalls = []func(*stokerSeen){"], []
    results = [f"r{number}" for number in range(len(target.results))]
    for each in plans:
        places.append(len(lines) + 1)
        lines += ["func(seen *stokerSeen) {", *(part for line in each.setup for part in line.split("\n"))]
        lines += [f'seen.watch("{name}", &{name})' for name in each.observe]
        if results:
            lines += [
                f"{', '.join(results)} := {each.call}",
                f"seen.gives({', '.join(f'&{name}' for name in results)})",
            ]
        else:
            lines.append(each.call)
        lines.append("},")
    text = "\n".join([*lines, "}", ""])
    # The package may have what sends requests from the tests of another function.
    helper = re.search(r"^func (\w+)", target.helper, re.MULTILINE)
    return re.sub(rf"\b{helper[1]}\(", f"stoker_{helper[1]}(", text) if helper else text, places


def imports_for(target: GoTarget, codes: Iterable[str]) -> dict[str, str]:
    """The imports that code needs: the name of each by its path."""
    used = {name for code in codes for name in _QUALIFIER.findall(_QUOTED.sub("''", code))}
    known = {**STANDARD, **target.package.imports}
    return {known[name]: name for name in sorted(used) if name in known}


def _told(ran: Ran, number: int) -> Mapping[str, Any] | None:
    return ran.told[number] if number < len(ran.told) else None


def _unfit(target: GoTarget, seen: Mapping[str, Any] | None, again: Mapping[str, Any] | None) -> str | None:
    """Why no test can be made of a call; empty where that is nobody's loss, ``None`` where one can."""
    if seen is None or seen["kind"] in ("died", "late"):
        return ""
    if again is None or not _same(seen, again):
        return "it does something else each time"
    if seen["kind"] == "raises":
        return "" if seen["runtime"] or _ADDRESS.search(seen["panic"]) else None
    results = seen["results"] or []
    if any(_ADDRESS.search(each["text"]) for each in results):
        return "its result holds an address"
    shown = [each for each in results if each["kind"] != "opaque"]
    return None if shown or seen["changed"] else ""


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    keys = ("kind", "results", "changed", "panic")
    return all(one.get(key) == other.get(key) for key in keys)


def _observation(seen: Mapping[str, Any], lines: frozenset[int]) -> Observation:
    if seen["kind"] == "raises":
        return Observation("raises", str(seen["panic"]), lines=lines)
    steps = tuple(
        Observation(each["kind"], each["text"], each["type"], echo="plain" * each["plain"])
        for each in seen["results"] or ()
    )
    text = ", ".join(each.text for each in steps)
    imports = tuple(f"{name} {path}" for path, name in sorted(seen["imports"].items()))
    return Observation("value", text, imports=imports, steps=steps, changed=dict(seen["changed"]), lines=lines)
