"""A test that fails: which function is the likeliest cause, and whether a draft mends it and breaks no other.

The function is found by what tests run: the one that failing tests run and passing ones don't (Ochiai's coefficient, as in
Abreu, Zoeteweij and van Gemund, "On the accuracy of spectrum-based fault localization", 2007), then the one that the failure
names.
"""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Edit, Span
from stoker_analyzers.findings import Finding, Severity
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.features.fix.trouble import SourceText, Trouble
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground
from stoker_server.proving.layout import defined_names, import_name, is_test, suite_of
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import Subject, run_tests
from stoker_server.proving.scratch import copy_again
from stoker_wire.verdicts import Verdict, failed, passed
from stoker_wire.words import counted

SEEDS = (11, 12, 13)
"""String hashes of the runs in which the test has to pass; the one that fails runs with 0."""
FIRST = "first"
"""What is asked for where any test that fails will do."""


@dataclass(frozen=True)
class Failing:
    """A test that fails, with what is needed to run it again.

    Attributes:
        ground: Where tests are run.
        subject: The file that is to be mended, as it is.
        files: The test files that concern it.
        node: The test.
        before: How all of them ended with the file as it is.
        symbol: The function that is the likeliest cause.
    """

    ground: Ground
    subject: Subject
    files: tuple[Path, ...]
    node: str
    before: SuiteRun
    symbol: Symbol

    def trouble(self) -> Trouble:
        """What is to be mended."""
        outcome = self.before.tests[self.node]
        span = Span(self.symbol.name_span.start, self.symbol.name_span.end)
        finding = Finding("pytest", self.node, outcome.message or "it fails", span, Severity.ERROR)
        sources = tuple(_source_of(self.ground, self.node))
        return Trouble((finding,), f"The test's report:\n{outcome.detail}", sources)


async def find_failing(ground: Ground, path: Path, snapshot: Snapshot, wanted: str) -> Failing:
    """Run the tests that concern a file and find one that fails.

    Args:
        ground: Where.
        path: The file.
        snapshot: Its text.
        wanted: The test as pytest names it, or the end of that; ``FIRST`` for the first that fails.

    Raises:
        ProvingError: The tests can't be run, none fails, or the one that is wanted passes; the message says so.
    """
    if is_test(path):
        raise NoVerdictError(f"{path.name} is a test: name the file that it tests, and the test by its id")
    await asyncio.to_thread(ground.scratch.write, path, snapshot.text)
    name = await asyncio.to_thread(import_name, ground.scratch.root, ground.scratch.inside(path))
    files = await asyncio.to_thread(_files, ground, path, snapshot, wanted)
    if name is None or not files:
        raise NoVerdictError(f"no tests found that concern {path.name}")
    whole = (1, len(snapshot.line_starts))
    subject = Subject(path, snapshot.text, dataclasses.replace(name, root=ground.scratch.outside(name.root)), whole)
    before = await run_aside(ground, subject, files, 0)
    if before.state != "done" or not before.tests:
        raise NoVerdictError(before.why_not_green())
    node = _chosen(before, wanted)
    symbol = _likeliest(snapshot, before, node)
    if symbol is None:
        raise NoVerdictError(f"{node} runs no function of {path.name}: name the file that it is about")
    return Failing(ground, subject, files, node, before, symbol)


async def run_aside(ground: Ground, subject: Subject, files: Sequence[Path], seed: int) -> SuiteRun:
    """A run in a copy of its own: what tests leave behind would meet them in the next run."""
    aside = dataclasses.replace(ground, scratch=await copy_again(ground.scratch))
    return await run_tests(aside, subject, files, seconds=ground.terms.testing.seconds, seed=seed, writable=True)


class TestMended:
    """The test that failed passes each time, and none that passed fails."""

    __test__ = False
    name = "tests-pass"

    def __init__(self, failing: Failing) -> None:
        self._failing = failing

    @property
    def budget(self) -> float:
        """Seconds for all the runs."""
        return self._failing.ground.terms.testing.seconds * len(SEEDS)

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run the tests with the draft, each time in a fresh process and with other string hashes."""
        case, before = self._failing, self._failing.before
        subject = dataclasses.replace(case.subject, source=snapshot.after(edit).text, lines=None)
        for number, seed in enumerate(SEEDS, 1):
            try:
                run = await run_aside(case.ground, subject, case.files, seed)
            except NoVerdictError as error:
                return failed(self.name, str(error))
            if run.state != "done" or not run.served:
                return failed(self.name, run.why_not_green() if run.state != "done" else "the file was not imported")
            if case.node not in run.passed:
                said = run.tests[case.node].message if case.node in run.tests else "it did not run"
                return failed(self.name, f"{case.node} fails in run {number} of {len(SEEDS)}: {said}")
            if lost := before.passed - run.passed:
                return failed(self.name, f"{min(lost)} passed before and does not any more")
        others = counted(len(before.passed), "other test")
        return passed(
            self.name, f"{case.node} failed before and passes {len(SEEDS)} of {len(SEEDS)} times; {others} as before"
        )


def _files(ground: Ground, path: Path, snapshot: Snapshot, wanted: str) -> tuple[Path, ...]:
    """The test files to run, as paths of the user's folder: that of the test that is wanted first."""
    scratch = ground.scratch
    concerned = suite_of(scratch.root, scratch.inside(path), defined_names(snapshot.text))
    found = list(map(scratch.outside, concerned))
    if "::" in wanted:
        named = scratch.original / wanted.partition("::")[0]
        if not scratch.inside(named).is_file():
            raise NoVerdictError(f"there is no test file {wanted.partition('::')[0]} in {scratch.original}")
        found = [named, *(each for each in found if each != named)]
    return tuple(found)


def _chosen(run: SuiteRun, wanted: str) -> str:
    """The failing test that is meant.

    Raises:
        ProvingError: There is none.
    """
    if wanted == FIRST:
        if not run.failed:
            raise NoVerdictError(f"no test that concerns the file fails ({len(run.passed)} pass)")
        return min(run.failed)
    known = sorted(
        each for each in run.tests if each == wanted or each.partition("[")[0].endswith(wanted.partition("[")[0])
    )
    exact = [each for each in known if each == wanted or each.endswith(f"::{wanted}")]
    meant = exact or known
    if not meant:
        raise NoVerdictError(
            run.problems[-1].strip().splitlines()[-1] if run.problems else f"there is no test {wanted}"
        )
    node = next((each for each in meant if each in run.failed), None)
    if node is None:
        raise NoVerdictError(f"{meant[0]} passes as the file is")
    return node


def _likeliest(snapshot: Snapshot, run: SuiteRun, node: str) -> Symbol | None:
    """The function of the file that is the likeliest cause of a test's failure."""
    told = run.tests[node].detail
    candidates = []
    for symbol in snapshot.outline.walk():
        if symbol.kind not in CALLABLE or symbol.body is None:
            continue
        first, last = (snapshot.line_of(at) + 1 for at in (symbol.body.start, symbol.body.end))
        inside = frozenset(range(first, last + 1))
        hit = {test for test, lines in run.lines.items() if lines & inside}
        if node in hit:
            named = f"in {symbol.name}\n" in told or f"in {symbol.name}\r" in told or f"{symbol.name}(" in told
            candidates.append((_ochiai(hit, run), named, symbol.span.start, symbol))
    return max(candidates, key=lambda each: each[:3])[3] if candidates else None


def _ochiai(hit: set[str], run: SuiteRun) -> float:
    """How well "this function was run" agrees with "the test failed": 0 to 1."""
    failing = len(hit & run.failed)
    return failing / math.sqrt(len(run.failed) * len(hit)) if hit and run.failed else 0.0


def _source_of(ground: Ground, node: str) -> Sequence[SourceText]:
    """The test as it is written."""
    file, _, rest = node.partition("::")
    path = ground.scratch.original / file
    name = rest.rpartition("::")[2].partition("[")[0]
    try:
        text = ground.scratch.read(path)
        tree = parse_python(text)
    except (ProvingError, SyntaxError, ValueError):
        return ()
    functions = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    found = next((each for each in functions if each.name == name), None)
    source = ast.get_source_segment(text, found) if found else None
    return [SourceText(path, f"The test:\n{source}")] if source else ()
