"""Makes the candidates' calls in the sandbox and keeps those that a test can rely on."""

from __future__ import annotations

import ast
import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.contradictions import contradicted
from stoker_server.features.testing.plans import Observation, Plan, plan
from stoker_server.features.testing.target import Target, own_nodes
from stoker_server.proving.ground import Ground
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.runs import Subject, call_mutants, run_calls, together
from stoker_server.proving.sandbox import INSIDE

SEEDS = range(5)
"""The string hashes under which each call is made, each time in a process of its own. What is drafted of it is run under three
others: the order of two members holds under all eight of them in one case of 128."""

_TWICE, _ELSEWHERE = SEEDS[1], SEEDS[-1]
"""The runs in which each call is made again at once, and in which the surroundings are other ones."""

_MOST_WITH_MUTANTS = 120


@dataclass(frozen=True, slots=True)
class Kept:
    """A call that does the same each time.

    Attributes:
        plan: The call.
        seen: What it did.
        kills: The numbers of the mutants with which it does something else.
    """

    plan: Plan
    seen: Observation
    kills: frozenset[int]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A call that no test can be made of.

    Attributes:
        plan: The call.
        reason: Why, in a few words.
        contradicts: Whether it is that the documentation says something else.
    """

    plan: Plan
    reason: str
    contradicts: bool = False


async def observe(
    ground: Ground, target: Target, subject: Subject, candidates: Sequence[Candidate], mutants: Sequence[Mutant]
) -> tuple[list[Kept], list[Dropped]]:
    """Make every call several times, and those that are steady once with each mutant.

    The order of the calls changes from run to run, and one makes each of them twice: what a call leaves behind for the next
    is found out. A call that runs nothing of the function is left out: its name stands for something else by then.

    Returns:
        What can be relied on, and what can't but would have been worth a test.

    Raises:
        NoVerdictError: The file could not be imported, or another was imported in its place.
    """
    plans = await asyncio.to_thread(lambda: [plan(target, each) for each in candidates])
    specs = [each.spec() for each in plans]
    began = time.perf_counter()
    first = await run_calls(ground, subject, specs, seed=SEEDS[0], watch=True)
    usual = time.perf_counter() - began
    seen = [[Observation.read(each)] for each in first]
    worth = [number for number, (each,) in enumerate(seen) if each.kind not in ("unfit", "late") and not each.impure]
    more = await together(*(_made_again(ground, subject, specs, worth, seed) for seed in SEEDS[1:])) if worth else []
    for number in worth:
        seen[number] += [each for run in more for each in run[number]]
    places = [str(each) for each in (ground.folder, ground.python.executable, INSIDE)]
    steady, dropped = await asyncio.to_thread(_sorted, target, plans, seen, places)
    mutated = await call_mutants(ground, subject, [each.spec() for each, _ in steady], mutants, usual=usual)
    kept = [
        Kept(each, seen, frozenset(mutant for mutant, calls in enumerate(mutated) if _differs(seen, calls, number)))
        for number, (each, seen) in enumerate(steady)
    ]
    return kept, dropped


async def _made_again(
    ground: Ground, subject: Subject, specs: Sequence[Mapping[str, Any]], worth: Sequence[int], seed: int
) -> dict[int, list[Observation]]:
    """What some of the calls did in one more run, by number; every other run makes the last one first."""
    numbers = [each for each in worth for _ in range(1 + (seed == _TWICE))][:: -1 if seed % 2 else 1]
    run = await run_calls(
        ground, subject, [specs[number] for number in numbers], seed=seed, elsewhere=seed == _ELSEWHERE
    )
    found: dict[int, list[Observation]] = {number: [] for number in worth}
    for number, each in zip(numbers, run, strict=True):
        found[number].append(Observation.read(each))
    return found


def _sorted(
    target: Target, plans: Sequence[Plan], seen_by_plan: Sequence[list[Observation]], places: Sequence[str]
) -> tuple[list[tuple[Plan, Observation]], list[Dropped]]:
    """The calls that did the same each time, no two of them showing the same; and those that did not, with the reason."""
    steady, dropped, known = [], [], set[object]()
    for each, seen in zip(plans, seen_by_plan, strict=True):
        reason = _unfit(target, each, seen, places)
        shows = (seen[0].behaviour, seen[0].lines)
        if reason:
            dropped.append(Dropped(each, reason, contradicted(each.candidate, seen[0]) is not None))
        elif reason is None and seen[0].lines and shows not in known:
            known.add(shows)
            steady.append((each, seen[0]))
    return steady[:_MOST_WITH_MUTANTS], dropped


def _differs(seen: Observation, calls: list[dict[str, object]], number: int) -> bool:
    return number < len(calls) and Observation.read(calls[number]).behaviour != seen.behaviour


def _unfit(target: Target, each: Plan, seen: list[Observation], places: Sequence[str]) -> str | None:
    """Why a call gives no test; empty where that is not worth telling, ``None`` where it gives one."""
    first = seen[0]
    if first.kind not in ("unfit", "late") and (contradiction := contradicted(each.candidate, first)):
        # An example may lean on names that only its author knows; that says nothing of the code. A request was made up.
        if each.candidate.origin is not Origin.DOCUMENTATION:
            return ""
        return "" if "NameError" in contradiction.came else contradiction.words
    if first.kind in ("unfit", "late"):
        return ""
    if any(other.kind in ("unfit", "late") for other in seen[1:]):
        return "it took too long in one of several runs"
    if any(other.behaviour != first.behaviour for other in seen[1:]):
        return "it does something else each time"
    if first.impure:
        return f"it depends on {first.impure}, so on the moment or the machine"
    if any(place in text for text in first.texts for place in places):
        return "it tells where it was run"
    if first.kind == "raises":
        return None if each.candidate.origin is Origin.DOCUMENTATION or _is_meant(target, first) else ""
    if first.changed or first.printed or first.kind == "steps":
        return None
    if first.kind == "opaque" or (first.text == "None" and not _gives_values(target)):
        return ""
    return None


def _gives_values(target: Target) -> bool:
    """Whether some ``return`` carries a value, so that ``None`` says something."""
    nodes = own_nodes(target.function.node)
    return any(isinstance(each, ast.Return) and each.value is not None for each in nodes)


def _is_meant(target: Target, seen: Observation) -> bool:
    """Whether an exception is part of what the function does: a ``raise`` of the file's own, or one that is documented."""
    raises = (each for each in ast.walk(target.module.tree) if isinstance(each, ast.Raise))
    if any(each.lineno <= seen.raised_at <= (each.end_lineno or each.lineno) for each in raises):
        return True
    said = ast.get_docstring(target.function.node) or ""
    return seen.type in {word.strip("`:.,;()") for word in said.split()}
