"""The check that measures whether a rewritten function is faster: old and new in turn, in one process, on the same inputs."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.check import RunningCheck
from stoker_server.proving.differential import Pair, rewrites
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground
from stoker_server.proving.rewritten import Rewritten
from stoker_server.proving.sorts import as_payload
from stoker_server.workers import call
from stoker_wire.verdicts import Verdict, failed, passed
from stoker_wire.words import counted

ROUNDS = 15
"""Rounds in which each version is measured once; an odd number, so that there is a middle one."""
_AGREEING = 12
"""Rounds that must say the same: of 15 tosses of a coin, 12 come out alike in one case of 28, and 13 in one of 135."""
_LEAST_ROUNDS = 9
"""Rounds that have to be measured: 8 of 9 then say the same, which 9 tosses of a coin do in one case of 51."""
LEAST_GAIN = 0.1
"""The share of its time that a function has to save: less is lost in the noise, and no reason to change code."""
_SIZES = (10, 100, 1000)
_INPUTS = 4
_SECONDS = 20.0
_MAKING_SECONDS = 20.0


class Faster(RunningCheck):
    """In nearly every round a rewritten function takes a tenth less time on its largest inputs, and none a tenth more."""

    name = "measured-gain"

    async def _judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        async with rewrites(self._terms, snapshot, edit) as (ground, pair, functions):
            told = [await self._judge_one(ground, pair, each) for each in functions]
            names = [each.name for each in functions]
        said = "; ".join(each for _, each in told)
        if losses := [name for (ratios, _), name in zip(told, names, strict=True) if _is_loss(ratios)]:
            return failed(self.name, f"slower than before: {', '.join(losses)}: {said}")
        gained = any(_is_gain(ratios) for ratios, _ in told)
        return passed(self.name, said) if gained else failed(self.name, f"no measured gain: {said}")

    async def _judge_one(self, ground: Ground, pair: Pair, function: Rewritten) -> tuple[Sequence[float], str]:
        """How long it takes on its largest inputs, as shares of the time it took; and that in words."""
        sets = []
        for size in _SIZES:
            payload = {"parameters": as_payload(function.parameters), "size": size, "count": _INPUTS}
            made = (await call("stoker_server.proving.inputs:large", payload, _MAKING_SECONDS))["inputs"]
            sets.append([_arguments(function, each) for each in made])
        report = await _measure(ground, pair, function, sets, min(_SECONDS, self.budget / 2))
        begun = [(size, each) for size, each in zip(_SIZES, report, strict=False) if each["ratios"]]
        if not begun:
            raise NoVerdictError(f"{function.name} gives no result for any input that was made up to measure it")
        measured = [(size, each) for size, each in begun if len(each["ratios"]) >= _LEAST_ROUNDS]
        if not measured:
            most = counted(max(len(each["ratios"]) for _, each in begun), "round")
            raise NoVerdictError(
                f"{function.name} takes too long: {most} measured in time, and {_LEAST_ROUNDS} are needed"
            )
        size, largest = max(measured, key=lambda each: each[1]["seconds"])
        said = f"{function.name} takes {_shown(largest)} on inputs of {size}"
        others = [f"{statistics.median(each['ratios']):.2f} on {at}" for at, each in measured if at != size]
        return largest["ratios"], said + (f" ({', '.join(others)})" if others else "")


def _is_gain(ratios: Sequence[float]) -> bool:
    faster = sum(each < 1 for each in ratios)
    return statistics.median(ratios) <= 1 - LEAST_GAIN and faster * ROUNDS >= _AGREEING * len(ratios)


def _is_loss(ratios: Sequence[float]) -> bool:
    slower = sum(each > 1 for each in ratios)
    return statistics.median(ratios) >= 1 + LEAST_GAIN and slower * ROUNDS >= _AGREEING * len(ratios)


def _shown(measured: Mapping[str, Any]) -> str:
    """The ratio with its spread, and what it is a ratio of."""
    ratios = sorted(measured["ratios"])
    quarter = len(ratios) // 4
    low, high = ratios[quarter], ratios[-1 - quarter]
    return (
        f"{statistics.median(ratios):.2f} of the time it took ({low:.2f} to {high:.2f} in the middle half of "
        f"{len(ratios)} rounds; before {duration(measured['seconds'])} a call)"
    )


def duration(seconds: float) -> str:
    """A time as people say it, in three digits.

    Args:
        seconds: The time.
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _arguments(function: Rewritten, codes: list[str]) -> str:
    """What a call passes, as the code of a list and a dictionary."""
    pairs = list(zip(function.parameters, codes, strict=True))
    positional = ", ".join(code for each, code in pairs if not each.by_name)
    named = ", ".join(f"{each.name!r}: {code}" for each, code in pairs if each.by_name)
    return f"([{positional}], {{{named}}})"


async def _measure(
    ground: Ground, pair: Pair, function: Rewritten, sets: list[list[str]], seconds: float
) -> list[dict[str, Any]]:
    order = {
        **pair.old.order(ground),
        "new": pair.new.source,
        "function": function.name,
        "sets": sets,
        "rounds": ROUNDS,
        "seconds": seconds,
        "entries": [{"source": pair.old.source}],
    }
    done, reports = await ground.order("timing", order, seconds=seconds * 1.5)
    report = reports[0]
    if report is None:
        raise NoVerdictError(f"the time could not be measured: {done.last_line}")
    if problem := report.get("problem"):
        raise NoVerdictError(f"the time could not be measured: {problem}")
    return list(report["sets"])
