"""Makes the candidates' calls in the project's own runner and keeps those that a test can rely on."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stoker_analyzers.ecma.layout import Style
from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.ecma.bench import EcmaBench
from stoker_server.features.testing.ecma.importing import further_imports, import_of, specifier, wants_modules
from stoker_server.features.testing.ecma.placing import beside
from stoker_server.features.testing.ecma.requests import RequestTarget, call_of
from stoker_server.features.testing.ecma.target import EcmaTarget
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.plans import LISTED, Observation, Plan
from stoker_server.proving.ecma.runs import CANARY, program_of
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.runs import together

_CHANGEABLE = re.compile(r"^(?:\[|\{|new (?:Map|Set|Date|Uint8Array))")
_ACCIDENT = re.compile(
    r"^(?:Cannot (?:read|set|destructure|convert|use|mix|access)|.* is not (?:a function|iterable|defined|a constructor)|"
    r"Invalid (?:array|string|typed array|count|time|Date)|.*(?:object is not|is read-only|Maximum call stack)|"
    r"Reduce of empty|undefined is not|The number .* cannot be converted|.* called on null or undefined|"
    r"Class constructor|stoker:|Method .* called on incompatible)"
)
"""What the engine itself says where code is used as nobody meant it."""

_EMPTY = re.compile(r"body: \{\} \}$|text: \"(?:[\[{].*)?\" \}$")
_THROWN = 20
_SECONDS_OF_WORK = 20
"""For all calls with all mutants."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one call did in one run.

    Attributes:
        data: As the observer tells it.
    """

    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.data.get("kind", "unfit"))

    def said(self, key: str) -> str:
        return str(self.data.get(key, ""))

    def like(self, other: _Seen, text: str) -> bool:
        """Whether both did the same, dates written one way: ``text`` or ``local``."""
        keys = (text, "kind", "type", "awaited", "listed", "changed", "printed")
        return all(self.data.get(key) == other.data.get(key) for key in keys)


async def observe(bench: EcmaBench, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
    """Make every call in two processes, in other surroundings the second time, and with each mutant in the first.

    Returns:
        What can be relied on, and what can't but would have been worth a test.

    Raises:
        NoVerdictError: The file could not be imported, or another was imported in its place.
    """
    plans = [plan(bench.target, each) for each in candidates]
    wanted = [number for number, each in enumerate(plans) if each.candidate.wanted]
    test = await asyncio.to_thread(beside, bench)
    count, mutants = len(plans) + len(wanted), len(bench.mutants)
    programs = [_program(bench, test, plans, wanted, most) for most in (CANARY + mutants, 0)]
    runs = await together(
        bench.runs.observe(test, programs[0], count, mutants + CANARY),
        bench.runs.observe(test, programs[1], count, 0, elsewhere=True),
    )
    first, second = (_reported(run, count) for run in runs)
    expected = {number: first[len(plans) + place] for place, number in enumerate(wanted)}
    places = tuple(str(each.folder) for each in (bench.ground, bench.runs.probed))
    kept, dropped, known = list[Kept](), list[Dropped](), set[object]()
    for number, each in enumerate(plans):
        seen, again = first[number], second[number]
        reason = _unfit(bench.target, each, seen, again, expected.get(number), places)
        if reason:
            dropped.append(Dropped(each, reason))
        if reason is not None:
            continue
        observation = _observation(seen, again)
        shows = (observation.behaviour, observation.lines)
        if observation.lines and shows not in known:
            known.add(shows)
            killed = frozenset(int(mutant) - CANARY - 1 for mutant in runs[0]["kills"][number])
            kept.append(Kept(_weighed(each, observation), observation, killed - {-1}))
    return kept, dropped


def plan(target: EcmaTarget, candidate: Candidate) -> Plan:
    """Write a candidate down as code; values that a call may change get names."""
    if isinstance(target, RequestTarget):
        asked = call_of(candidate)
        return Plan(candidate, (), (), asked, asked, (), ())
    taken = {target.name}
    setup, codes, watched = list[str](), list[str](), list[str]()
    if candidate.receiver:
        setup.append(f"const {target.receiver} = {candidate.receiver}")
        taken.add(target.receiver)
    made = tuple(setup)
    for each in candidate.arguments:
        if _CHANGEABLE.match(each.code):
            watched.append(_free(each.name, taken))
            setup.append(f"const {watched[-1]} = {each.code}")
        codes.append(watched[-1] if _CHANGEABLE.match(each.code) else each.code)
    call, plain = (
        f"{target.call}({', '.join(codes)})",
        f"{target.call}({', '.join(e.code for e in candidate.arguments)})",
    )
    if target.code.accessor == "get":
        call = plain = f"{target.call}"
    return Plan(candidate, (), tuple(setup), call, plain, made, tuple(watched))


def _weighed(each: Plan, seen: Observation) -> Plan:
    """A call that throws is worth a test only where nothing else shows the same: any wrong argument would throw."""
    if seen.kind != "raises":
        return each
    return replace(each, candidate=replace(each.candidate, oddity=each.candidate.oddity + _THROWN))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _program(bench: EcmaBench, test: Path, plans: Sequence[Plan], wanted: Sequence[int], mutants: int) -> str:
    """The test file that makes the calls, and evaluates what the documentation says of some."""
    target = bench.target
    modules = wants_modules(target, bench.own_tests)
    module = specifier(target, test, bench.own_tests or [target.snapshot.text])
    calls = [_call(each) for each in plans]
    calls += [
        f"{{ set: () => ({{}}), call: () => ({plans[number].candidate.wanted}), watch: [] }}" for number in wanted
    ]
    milliseconds = int(min(_SECONDS_OF_WORK, bench.ground.terms.testing.seconds / 3) * 1000)
    listed = ",\n".join(calls)
    order = f"{{ milliseconds: {milliseconds}, watch: true, mutants: {mutants}, calls: [\n{listed}\n] }}"
    further = further_imports(target, Style(), modules=modules)
    imports = [import_of(target, module, Style(), modules=modules), *further]
    return program_of(imports, order, target.tools.framework, modules=modules)


def _call(each: Plan) -> str:
    names = [found[1] for statement in each.setup if (found := re.match(r"const ([\w$]+) = ", statement))]
    listed, setup = ", ".join(names), "".join(f"{statement}; " for statement in each.setup)
    made = f"set: () => {{ {setup}return {{ {listed} }}; }}"
    return f"{{ {made}, call: ({{ {listed} }}) => {each.call}, watch: {json.dumps(list(each.observe))} }}"


def _reported(run: Mapping[str, Any], count: int) -> list[_Seen]:
    """What each call did.

    Raises:
        NoVerdictError: The report is none: the code had its hands on it.
    """
    calls = run.get("calls")
    if not isinstance(calls, list) or len(calls) != count or not all(isinstance(each, dict) for each in calls):
        raise NoVerdictError("a run's report can't be read")
    return [_Seen(each) for each in calls]


def _observation(seen: _Seen, again: _Seen) -> Observation:
    steady = "text" if seen.like(again, "text") else "local"
    return Observation(
        seen.kind,
        seen.said(steady),
        seen.said("type"),
        form=LISTED if seen.data.get("listed") else "",
        printed="",
        changed={str(name): str(text) for name, text in seen.data.get("changed", {}).items()},
        lines=frozenset(map(int, seen.data.get("lines", ()))),
        awaited=bool(seen.data.get("awaited")),
    )


def _unfit(
    target: EcmaTarget, each: Plan, seen: _Seen, again: _Seen, wanted: _Seen | None, places: Sequence[str]
) -> str | None:
    """Why a call gives no test; empty where that is not worth telling, ``None`` where it gives one."""
    if seen.kind in ("unfit", "late"):
        return ""
    if (
        wanted is not None
        and wanted.kind == "value"
        and not seen.like(wanted, "local")
        and seen.said("local") != wanted.said("local")
    ):
        return f"its documentation says {each.candidate.wanted}, the code {_shown(seen)}"
    if isinstance(target, RequestTarget):
        if _EMPTY.search(seen.said("text")) or seen.kind != "value":
            return ""  # what is no JSON has a text instead, and the other way round
    elif seen.said("impure"):
        return f"it depends on {seen.said('impure')}, so on the moment or the machine"
    if not (seen.like(again, "text") or seen.like(again, "local")):
        return "it does something else each time, or elsewhere"
    if any(place in text for text in (seen.said("text"), *seen.data.get("changed", {}).values()) for place in places):
        return "it tells where it was run"
    if seen.kind == "raises":
        meant = not _ACCIDENT.match(seen.said("text")) and seen.said("text")
        return None if meant or each.candidate.origin is Origin.DOCUMENTATION else ""
    if seen.data.get("changed"):
        return None
    gives = target.symbol.signature is not None and target.symbol.signature.returns_value
    return "" if seen.kind == "opaque" or (seen.said("text") == "undefined" and not gives) else None


def _shown(seen: _Seen) -> str:
    return (
        f"throws {seen.said('type')}"
        if seen.kind == "raises"
        else f"gives {seen.said('local')[:60] or seen.said('type')}"
    )
