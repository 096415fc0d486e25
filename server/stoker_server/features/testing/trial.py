"""What running a draft of tests showed, and what follows from it. Runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from stoker_server.proving.results import SuiteRun, unnoticed


def pytest_name(node: str, _names: Collection[str] = ()) -> str:
    """The function or class of a test file that a pytest node belongs to."""
    return node.partition("::")[2].partition("::")[0].partition("[")[0]


@dataclass(frozen=True)
class Trial:
    """What running a draft showed.

    Attributes:
        path: The test file.
        names: The tests that the draft adds.
        runs: The runs without a mutant.
        canary: The run with the mutant that must fail; ``None`` where it was not worth it.
        mutated: The runs with the mutants.
        idle: The run with the mutant that does nothing.
        name_of: Which of some tests a runner's node belongs to.
    """

    path: Path
    names: tuple[str, ...]
    runs: tuple[SuiteRun, ...]
    canary: SuiteRun | None = None
    mutated: tuple[SuiteRun, ...] = ()
    idle: SuiteRun | None = None
    name_of: Callable[[str, Collection[str]], str] = pytest_name

    def test_of(self, node: str) -> str | None:
        """The drafted test that a runner's node belongs to."""
        name = self.name_of(node, self.names)
        return name if name in self.names else None

    def outcome(self, name: str) -> str:
        """Why a test can't be kept; empty where it passed each time."""
        for run in self.runs:
            if run.state != "done" or run.problems:
                return f"it could not be run: {run.why_not_green()}"
        counts = [sum(self.test_of(node) == name for node in run.passed) for run in self.runs]
        failures = [run.tests[node].message for run in self.runs for node in run.failed if self.test_of(node) == name]
        if not failures:
            return "" if all(counts) else "it was skipped or not collected"
        if len(failures) < len(self.runs) or any(counts):
            return f"it passed {len(self.runs) - len(failures)} of {len(self.runs)} times: {failures[0]}"
        return f"it fails: {failures[0]}"

    def contradiction(self, name: str) -> str:
        """The assertion that a test fails with, the same one each time; empty where it fails otherwise or passes."""
        said = {run.tests[node].message for run in self.runs for node in run.failed if self.test_of(node) == name} | {
            "" for run in self.runs for node in run.passed if self.test_of(node) == name
        }
        message = said.pop() if len(said) == 1 else ""
        return message if message.startswith(("assert", "AssertionError", "Failed: DID NOT RAISE")) else ""

    def lines(self, name: str) -> frozenset[int]:
        """The function's lines that a test runs."""
        first = self.runs[0]
        return frozenset[int]().union(*(lines for node, lines in first.lines.items() if self.test_of(node) == name))

    def kills(self, name: str) -> frozenset[int]:
        """The mutants that a test kills: it fails with them, or never ends. What stops every test is no test's own."""
        return frozenset(
            number
            for number, run in enumerate(self.mutated)
            if any(self.test_of(node) == name for node in (*run.failed, run.hung))
        )

    @property
    def tried(self) -> int:
        """How many mutants the tests were run with; the others were not reached in time."""
        return sum(each.state != "missing" for each in self.mutated)

    def is_vacuous(self, name: str) -> bool:
        """Whether a test passes though the function does nothing: then it looks at nothing that the function does."""
        return self.idle is not None and any(self.test_of(node) == name for node in self.idle.passed)

    @property
    def proves(self) -> str:
        """Why nothing follows from the runs; empty where something does."""
        first = self.runs[0]
        if not first.served:
            return f"the tests import {first.instead or 'something else'} and not the file under test"
        if self.canary is not None and not self.canary.failed:
            return unnoticed(self.canary, "the function")
        return ""
