"""Turns tests, whoever wrote them, into a draft: placed in the suite, titled by what they rest on."""

from __future__ import annotations

from collections.abc import Sequence

from stoker_server.features.base import Draft
from stoker_server.features.testing.bench import Bench, Existing
from stoker_server.features.testing.placing import PINNED, Piece, Placed, place
from stoker_server.features.testing.python_bench import PythonBench
from stoker_server.features.testing.writing import WrittenTest
from stoker_wire.usage import Usage


def place_tests(bench: PythonBench, existing: Existing, piece: Piece) -> Placed:
    """Find the place of some tests in the suite."""
    target, terms = bench.target, bench.ground.terms
    return place(bench.ground.scratch, target.path, target.name.module, terms.testing.folder, existing.files, piece)


def piece_of(bench: PythonBench, tests: Sequence[WrittenTest]) -> Piece:
    """Tests that were written from facts, as a piece of a suite."""
    target = bench.target
    pinned = [each for each in tests if each.pins]
    documented = len(pinned) < len(tests)
    rest = ' The ones named "as documented" check the documentation\'s own examples.' if documented and pinned else ""
    what = (
        f"T{PINNED} did when they were written: they guard a change, and do not show\nthat the code is right.{rest}"
        if pinned
        else "They check the documentation's own examples."
    )
    docstring = f"Tests of {target.name.module}.\n\n{what}\n"
    by_name: dict[str, str] = {}
    for statement in (statement for each in tests for statement in each.imports):
        by_name.setdefault(statement.split()[-1], statement)  # a class may be had from two modules
    imports = tuple(dict.fromkeys(by_name.values()))
    sources = tuple((each.name, each.source) for each in tests)
    return Piece(imports, (), sources, docstring, _comment(bool(pinned)))


def _comment(pinned: bool) -> str:
    if not pinned:
        return ""
    return f"The t{PINNED} does today: they guard a change, and do not show that it is right."


def draft_of(bench: Bench, placed: Placed, tests: int, kinds: str, usage: Usage, notes: Sequence[str]) -> Draft:
    """The draft for placed tests.

    Args:
        bench: The request's.
        placed: The tests.
        tests: How many there are.
        kinds: What they rest on, in a few words.
        usage: What drafting cost.
        notes: What the user should read with them.
    """
    where = placed.path.relative_to(bench.ground.scratch.original).as_posix()
    summary = f"{tests} {'test' if tests == 1 else 'tests'} for {bench.qualified} in {where}"
    return Draft(placed.edit, f"{summary} ({kinds})" if kinds else summary, usage, tuple(notes))
