"""What a run of pytest showed, read from the report of the program in the sandbox. Runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from stoker_server.proving.errors import NoVerdictError


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """How one test ended.

    Attributes:
        passed: Whether it ran and held.
        failed: Whether it ran and did not hold; a skipped test neither passed nor failed.
        message: The first line of what it said.
        detail: All it said, for whoever is to mend it.
        expected: Whether it ran and failed as its mark (``xfail``) says.
    """

    passed: bool
    failed: bool
    message: str
    detail: str
    expected: bool = False


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run of pytest.

    Attributes:
        state: ``done``, ``late`` (stopped for its time), ``died``, or ``missing`` (it never reported).
        tests: The outcomes by test.
        problems: What kept files from being collected.
        lines: The watched function's lines that each test ran.
        served: Whether the file under test was imported with the text that was meant.
        instead: The file that was imported under its name, where that is known.
        found: Whether the interpreter finds the file by itself, without the folder being put on the module path.
        hung: The test that took most of the time of a run that was stopped for it, where that is known.
        said: The last line it wrote, where it made no report; empty where that is not known.
        seconds: How long all of the process took.
    """

    state: str
    tests: Mapping[str, CaseOutcome] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    served: bool = False
    instead: str | None = None
    found: bool = False
    hung: str = ""
    said: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> frozenset[str]:
        """The tests that held."""
        return frozenset(name for name, each in self.tests.items() if each.passed)

    @property
    def failed(self) -> frozenset[str]:
        """The tests that did not hold."""
        return frozenset(name for name, each in self.tests.items() if each.failed)

    @property
    def green(self) -> bool:
        """Whether at least one test held, and none failed or could not be collected."""
        return self.state == "done" and bool(self.passed) and not self.failed and not self.problems

    @property
    def covered(self) -> frozenset[int]:
        """The watched function's lines that any test ran."""
        return frozenset(chain.from_iterable(self.lines.values()))

    def why_not_green(self) -> str:
        """One sentence on what is wrong."""
        if self.state != "done":
            return self._why_not_done()
        if self.problems:
            return _last_line(self.problems[0])
        if not self.failed:
            return "no test ran"
        first = min(self.failed)
        return f"{first}: {self.tests[first].message}"

    def _why_not_done(self) -> str:
        if self.state == "late":
            return "the tests did not end in time"
        said = self.said.strip() or next(filter(None, map(_last_line, self.problems)), "")
        return f"the tests could not be run: {said or 'their process ended and said nothing'}"


def _last_line(problem: str) -> str:
    """What pytest's account of a problem comes down to."""
    return (problem.strip().splitlines() or [""])[-1].removeprefix("E ").strip()


def read_report(report: dict[str, Any] | None, seconds: float) -> SuiteRun:
    """Take what the program in the sandbox reported.

    Args:
        report: Its report; ``None`` where it made none.
        seconds: How long the process took.

    Raises:
        NoVerdictError: It is no report.
    """
    if report is None:
        return SuiteRun("missing", seconds=seconds)
    try:
        return _read_suite_run(report, seconds)
    except (KeyError, TypeError, AttributeError, ValueError) as error:  # the tests had their hands on it
        raise NoVerdictError("a run's report can't be read") from error


def _read_suite_run(report: dict[str, Any], seconds: float) -> SuiteRun:
    if report["state"] != "done":
        problems, hung = tuple(report.get("problems", ())), str(report.get("hung", ""))
        return SuiteRun(str(report["state"]), problems=problems, hung=hung, seconds=seconds)
    tests = {
        name: CaseOutcome(
            each["outcome"] == "passed",
            each["outcome"] == "failed",
            each["message"],
            each["detail"],
            each["outcome"] == "expected",
        )
        for name, each in report["outcomes"].items()
    }
    lines = {name: frozenset(map(int, each)) for name, each in report["lines"].items()}
    problems = tuple(map(str, report["problems"]))
    served, found = bool(report["served"]), bool(report["found"])
    return SuiteRun("done", tests, problems, lines, served, report["instead"], found, seconds=seconds)


def unnoticed(canary: SuiteRun, what: str) -> str:
    """Why nothing follows from tests that did not fail with the mutant that must fail.

    Args:
        canary: Their run with it.
        what: What was made to do nothing but raise.
    """
    if canary.state == "late":
        return f"with {what} made to do nothing but raise, the tests did not end in time"
    return f"no test notices when {what} does nothing but raise"
