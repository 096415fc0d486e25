"""Chooses a few of the observed calls: together they reach every line and kill every mutant that any of them does."""

from __future__ import annotations

from collections.abc import Sequence

from stoker_server.features.testing.candidates import Origin
from stoker_server.features.testing.observing import Kept

MOST = 8
"""Tests that are offered at once: what a person reads before accepting."""

ENOUGH = 3
"""Tests that are offered even if fewer would kill the same mutants, as long as each shows something else."""

_TRIVIAL = frozenset({"None", "''", "b''", "[]", "()", "{}", "set()", "0", "0.0", "False"}) | {
    "undefined",
    "null",
    "false",
    '""',
    "NaN",
}
_TRIVIAL_COST = 150

_ORIGIN_COST, _ODDITY_COST, _EXCEPTION_COST = 60, 8, 10


def choose(calls: Sequence[Kept], wanted_lines: frozenset[int], wanted_mutants: frozenset[int]) -> list[Kept]:
    """The calls to write tests of, in an order that reads well.

    Args:
        calls: All that can be relied on.
        wanted_lines: The lines that no existing test runs.
        wanted_mutants: The mutants that no existing test kills.
    """
    telling = [each for each in calls if each.kills]
    lines, mutants = set(wanted_lines), set(wanted_mutants)
    chosen: list[Kept] = []
    for pool in ([each for each in telling if _is_documented(each)], telling):
        while len(chosen) < MOST:
            rest = [each for each in pool if each not in chosen]
            best = max(rest, key=lambda each: (_gain(each, lines, mutants), -_cost(each)), default=None)
            if best is None or not _gain(best, lines, mutants):
                break
            chosen.append(best)
            lines -= best.seen.lines
            mutants -= best.kills
    needed = _without_redundant(chosen, wanted_lines, wanted_mutants)
    return sorted(
        [*needed, *_others(telling, needed)],
        key=lambda each: (each.seen.kind == "raises", each.plan.candidate.origin, each.plan.candidate.oddity),
    )


def _is_documented(each: Kept) -> bool:
    """Whether somebody said what shall come of a call; what a test of it shows is more than that nothing changed."""
    return each.plan.candidate.origin is Origin.DOCUMENTATION


def _others(calls: Sequence[Kept], chosen: Sequence[Kept]) -> list[Kept]:
    """More calls where there are few, each passing something that none of the others passes."""
    if not chosen:
        return []
    passed = {name for each in chosen for name in _varied(each)}
    results = {each.seen.behaviour for each in chosen}
    found: list[Kept] = []
    for each in sorted(calls, key=lambda each: (each.seen.kind == "raises", _cost(each))):
        if len(chosen) + len(found) >= ENOUGH:
            break
        if not is_trivial(each) and _varied(each) - passed and each.seen.behaviour not in results:
            found.append(each)
            passed |= _varied(each)
            results.add(each.seen.behaviour)
    return found


def is_trivial(each: Kept) -> bool:
    """Whether a call gives what many calls give that do nothing, and changes nothing."""
    return each.seen.text in _TRIVIAL and not each.seen.changed and not each.seen.printed


def _varied(each: Kept) -> frozenset[str]:
    """The parameters that a call passes a value for, and how its object is made."""
    candidate = each.plan.candidate
    return frozenset({*(argument.name for argument in candidate.arguments), candidate.receiver})


def _gain(each: Kept, lines: set[int], mutants: set[int]) -> int:
    """A killed mutant counts twice a line: lines can run without anything being asserted of them."""
    return len(each.seen.lines & lines) + 2 * len(each.kills & mutants)


def _cost(each: Kept) -> int:
    """What makes a test hard to read; of two that show the same, the documented and the shorter one is taken."""
    result = len(each.seen.text) + sum(map(len, each.seen.changed.values()))
    return (
        each.plan.candidate.length
        + result
        + _ODDITY_COST * each.plan.candidate.oddity
        + _ORIGIN_COST * each.plan.candidate.origin
        + _EXCEPTION_COST * (each.seen.kind == "raises")
        + _TRIVIAL_COST * is_trivial(each)
    )


def _without_redundant(chosen: list[Kept], lines: frozenset[int], mutants: frozenset[int]) -> list[Kept]:
    """Without those whose share the others have already; what the documentation says stays."""
    kept = list(chosen)
    for each in (one for one in chosen if not _is_documented(one)):
        others = [other for other in kept if other is not each]
        run = frozenset[int]().union(*(other.seen.lines for other in others))
        killed = frozenset[int]().union(*(other.kills for other in others))
        if not (each.seen.lines & lines) - run and not (each.kills & mutants) - killed:
            kept = others
    return kept
