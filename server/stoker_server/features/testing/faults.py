"""Suspected faults as tests that are expected to fail, where the user asks for them: they hold the fault until someone decides.

``strict`` has such a test fail once the code does what is said of it, so that the mark is taken away then. The exception that
is expected is named: a test that fails for another reason is no proof.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import dataclasses
import json
import textwrap
from collections.abc import Sequence

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.errors import ProviderError
from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.bench import RUNS
from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.drafting import draft_of, place_tests
from stoker_server.features.testing.formatting import WIDTH, layout, requote
from stoker_server.features.testing.model import ModelAuthor
from stoker_server.features.testing.placing import Piece, unique
from stoker_server.features.testing.plans import Observation, plan
from stoker_server.features.testing.python_bench import PythonBench
from stoker_server.features.testing.sessions import hoisted
from stoker_server.features.testing.suspects import Fault, find_faults
from stoker_server.features.testing.target import Target
from stoker_server.features.testing.trial import Trial
from stoker_server.features.testing.unittests import uses_unittest
from stoker_server.features.testing.writing import asserted
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_wire.receipts import FACTS, Suspect
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

_INDENT = 4
NOTE = "They are expected to fail (strict): once the code is right they fail for passing, and the mark has to go."
_DOCSTRING = "Each test here shows a suspected fault: what is said of the code\nand what it does differ."
_NO_RAISE = "pytest.fail.Exception"


class FaultsAuthor:
    """Writes the suspected faults down: those of the docstring's examples, else those that a model's tests come upon."""

    def __init__(self, bench: PythonBench, model: ModelAuthor | None) -> None:
        """Write about the function of a workbench.

        Args:
            bench: The request's.
            model: Asked where the docstring's own examples show nothing.
        """
        self._bench, self._model = bench, model
        self.name = FACTS
        self.suspects: tuple[Suspect, ...] = ()
        self.obstacle = ""

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The tests of all faults that can be written down; they come out the same each time."""
        del report
        bench = self._bench
        existing = await bench.existing()
        if uses_unittest(bench.ground.scratch.read(each) for each in existing.files):
            self.obstacle = "the tests here are unittest's, whose expected failures hold no reason"
            return None
        request.progress("running the documentation's examples")
        try:
            faults = await find_faults(bench.ground, bench.target, bench.subject)
        except NoVerdictError as error:
            self.obstacle = str(error)
            return None
        self.suspects = tuple(each.suspect for each in faults)
        piece, usage = await asyncio.to_thread(_piece, bench.target, faults), Usage()
        if not piece.tests and self._model:
            try:
                usage = (await self._model.draft(request, ())).usage
            except ProviderError as error:
                self.obstacle = error.said
                return None
            piece = _marked(self._model.faults, self._model.suspects)
            self.name, self.suspects = self._model.name, (*self.suspects, *self._model.suspects)
        if not piece.tests:
            return None
        placed = await asyncio.to_thread(place_tests, bench, existing, piece)
        kinds = f"expected to fail: {counted(len(piece.tests), 'suspected fault')}"
        return draft_of(bench, placed, len(piece.tests), kinds, usage, [NOTE])


class FailsAsExpected:
    """Every drafted test reaches the function and fails as its mark says, each time, in fresh processes."""

    name = "expected-failure"

    def __init__(self, bench: PythonBench) -> None:
        self._bench = bench

    @property
    def budget(self) -> float:
        """Seconds: all that the user grants to a test command."""
        return self._bench.ground.terms.testing.seconds

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run the draft."""
        try:
            trial = await self._bench.try_expected(edit)
        except ProvingError as error:
            return undecided(self.name, str(error))
        if not trial.names:
            return failed(self.name, "the draft holds no test")
        for each in trial.names:
            if why := _unexpected(trial, each):
                return failed(self.name, f"{each}: {why}")
        number = counted(len(trial.names), "test")
        return passed(self.name, f"{number} failed as expected {RUNS} of {RUNS} times, in fresh processes")


def _unexpected(trial: Trial, name: str) -> str:
    """Why a test does not show its fault; empty where it does."""
    for run in trial.runs:
        if run.state != "done" or run.problems:
            return f"it could not be run: {run.why_not_green()}"
        found = [each for node, each in run.tests.items() if trial.test_of(node) == name]
        if not found or not all(each.expected for each in found):
            return next((each.message for each in found if each.message), "it does not fail")
    if not trial.runs[0].served:
        return trial.proves
    return "" if trial.lines(name) else "it does not call the function"


def _piece(target: Target, faults: Sequence[Fault]) -> Piece:
    """The faults of a docstring as tests."""
    imports, tests = list[str](), list[tuple[str, str]]()
    for each in faults:
        if written := _written(target, each):
            imports += written[1]
            tests.append((f"test_{target.words}_as_documented", written[0]))
    return Piece(tuple(dict.fromkeys(imports)), (), unique(tests), _docstring(target.name.module), "")


def _docstring(module: str) -> str:
    return f"Tests of {module}.\n\n{_DOCSTRING}\n"


def _written(target: Target, fault: Fault) -> tuple[str, list[str]] | None:
    """A fault as a marked test, and its imports; ``None`` where what is wanted can't be asserted in one line."""
    taken, wanted = hoisted(fault.steps[:-1]), _wanted(fault)
    if taken is None or wanted is None:
        return None
    steps, imports = taken
    lines = [f"    {line}" if line else "" for step in steps for line in requote(step.code).splitlines()]
    code = fault.steps[-1].code
    if wanted.printed:
        body = [*layout(code, _INDENT), *layout(repr(wanted.printed), _INDENT, "assert capsys.readouterr().out == ")]
    else:
        body = asserted(wanted, code, imports)
    names = frozenset[str]().union(*fault.names)
    made = plan(target, Candidate(Origin.DOCUMENTATION, "", steps=fault.steps, names=names)).imports
    fixture = "capsys" if wanted.printed else ""
    header = f"def test_{target.words}_as_documented({fixture}):"
    mark = _mark(fault.suspect, _expected(fault.seen, wanted.type))
    return "\n".join([*mark, header, *lines, *([""] if lines else []), *body]) + "\n", [
        *made,
        *imports,
        "import pytest",
    ]


def _wanted(fault: Fault) -> Observation | None:
    """What should be seen of the last statement; ``None`` where that can't be said of its value."""
    step = fault.steps[-1]
    wanted = (step.wanted or "").strip()
    if not step.shows or step.flags or "..." in wanted:
        return None
    if step.raises:
        kind, _, message = wanted.partition(": ")
        known = isinstance(getattr(builtins, kind, None), type)
        return Observation("raises", message, kind, "builtins") if known else None
    match step.tree.body:
        case [ast.Expr(value=ast.Call(func=ast.Name(id="print")))]:
            return Observation("value", "None", printed=f"{wanted}\n")
    try:
        ast.literal_eval(wanted)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        single = "\n" not in wanted and not fault.seen.printed
        return Observation("repr", wanted) if single and wanted else None
    return Observation("value", " ".join(wanted.splitlines()))


def _expected(seen: Observation, raises: str) -> str:
    """The exception that a test of a fault fails with; empty where it can't be named without an import.

    Args:
        seen: What the call does.
        raises: The exception that it should raise; empty where it should give something.
    """
    if seen.kind != "raises":
        return _NO_RAISE if raises else "AssertionError"
    if raises == seen.type:
        return "AssertionError"  # other words of the same exception fail in `match`
    return seen.type if seen.home == "builtins" else ""


def _mark(suspect: Suspect, expected: str) -> list[str]:
    """The decorator, laid out as formatters do."""
    said = f"{suspect.source} says it {suspect.wanted}; it {suspect.came}"
    reason = json.dumps(said, ensure_ascii=False)
    arguments = ["strict=True", *([f"raises={expected}"] if expected else [])]
    line = f"@pytest.mark.xfail({', '.join([*arguments, f'reason={reason}'])})"
    if len(line) <= WIDTH:
        return [line]
    pieces = textwrap.wrap(said, WIDTH - 2 * _INDENT - len('"",'), drop_whitespace=False, break_on_hyphens=False)
    quoted = [json.dumps(each, ensure_ascii=False) for each in pieces]
    if len(f"    reason={reason},") <= WIDTH:
        return ["@pytest.mark.xfail(", *(f"    {each}," for each in arguments), f"    reason={reason},", ")"]
    return [
        "@pytest.mark.xfail(",
        *(f"    {each}," for each in arguments),
        "    reason=(",
        *(f"        {each}" for each in quoted),
        "    ),",
        ")",
    ]


def _marked(piece: Piece, suspects: Sequence[Suspect]) -> Piece:
    """A model's tests of what it was told that the code does, each with the mark."""
    tests = []
    for (name, source), suspect in zip(piece.tests, suspects, strict=True):
        expected = _NO_RAISE if "DID NOT RAISE" in suspect.came else "AssertionError"
        tests.append((name, "\n".join([*_mark(suspect, expected), source])))
    imports = tuple(dict.fromkeys((*piece.imports, "import pytest")))
    return dataclasses.replace(piece, tests=tuple(tests), imports=imports)
