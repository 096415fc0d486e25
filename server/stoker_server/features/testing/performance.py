"""Tests that time a call with pytest-benchmark, where the project has it; what the call gives is asserted as well."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from stoker_server.features.testing.choosing import is_trivial
from stoker_server.features.testing.formatting import layout
from stoker_server.features.testing.observing import Kept
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.writing import WrittenTest, asserted
from stoker_server.proving.ground import Ground

_MOST = 2
_PLUGIN = "pytest_benchmark"
_INDENT = 4


def missing_plugin(ground: Ground) -> str:
    """What the project's environment lacks for tests of this kind; empty where nothing."""
    if any((each / _PLUGIN).is_dir() for each in ground.python.needs) and not ground.python.own:
        return ""
    return "performance tests need pytest-benchmark in the project's own environment (.venv), and it is not installed there"


def heaviest(calls: Sequence[Kept]) -> list[Kept]:
    """The calls that are worth timing: those that run most of the function and notice most mutants."""
    useful = [each for each in calls if each.kills and each.seen.kind == "value" and not each.plan.candidate.steps]
    useful = [each for each in useful if not each.seen.changed and not each.seen.printed]
    return sorted(useful, key=_weight, reverse=True)[:_MOST]


def _weight(each: Kept) -> tuple[bool, int, int, int]:
    return not is_trivial(each), len(each.seen.lines), len(each.kills), len(each.seen.text)


def timed(test: WrittenTest, plan: Plan, seen: Observation) -> WrittenTest:
    """A test with the call made by the ``benchmark`` fixture.

    Args:
        test: The test without it.
        plan: The call.
        seen: What it did.
    """
    call = seen.form.format(plan.plain) if seen.form else plan.plain
    setup = [f"    {line}" for statement in plan.plain_setup for line in statement.splitlines()]
    imports: list[str] = []
    asserts = asserted(dataclasses.replace(seen, form=""), "result", imports)
    name = test.name.replace("_pins_what_it_does_today", "_performance").replace("_as_documented", "_performance")
    lines = [
        f"def {name}(benchmark):",
        *setup,
        *layout(f"benchmark(lambda: {call})", _INDENT, "result = "),
        "",
        *asserts,
    ]
    return dataclasses.replace(test, name=name, source="\n".join(lines) + "\n")
