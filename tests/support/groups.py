"""The last lines of a test run: what each group did, and what would enable what was skipped.

With ``STOKER_REQUIRE=all`` a skipped test is a failure: nothing is left out in silence. ``STOKER_FAILED`` names a file for
the tests that failed, a line each, where nothing else is wrong with the run.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

GROUPS = {
    "core": "make test-core",
    "editors": "make test-editors",
    "cloud": "make test-cloud",
    "model": "make test-model",
}
"""Each group is a folder of tests; the command runs it alone."""

REQUIRE = "STOKER_REQUIRE"
FAILED = "STOKER_FAILED"
_XDIST_GROUP = re.compile(r"@\w+$")
"""What pytest-xdist adds to the name of a test that one worker runs with others."""

_OUTCOMES = ("passed", "failed", "error", "skipped")


class Groups:
    """Counts outcomes by group."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print a line for each group."""
        self._count(terminalreporter)
        terminalreporter.section("groups")
        for group, command in GROUPS.items():
            counts = self._counts[group]
            if not counts:
                terminalreporter.line(f"{group:8} not run (`{command}` runs it)")
                continue
            failed = counts["failed"] + counts["error"]
            line = f"{group:8} {counts['passed']} passed, {failed} failed, {counts['skipped']} skipped"
            terminalreporter.line(line, red=bool(failed), green=not failed)
            for reason, number in self._reasons[group].items():
                terminalreporter.line(f"{'':8} {number} skipped: {reason}", yellow=True)
        if self._must_not_skip():
            terminalreporter.line(f"{REQUIRE}=all: a skipped test is a failure", red=True)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run where something was skipped that may not be."""
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            return
        if reporter.stats.get("skipped") and os.environ.get(REQUIRE) == "all":
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        elif (file := os.environ.get(FAILED)) and session.exitstatus == pytest.ExitCode.TESTS_FAILED:
            reports = (*reporter.stats.get("failed", ()), *reporter.stats.get("error", ()))
            names = dict.fromkeys(_XDIST_GROUP.sub("", each.nodeid) for each in reports)
            Path(file).write_text("".join(f"{each}\n" for each in names), encoding="utf-8")

    def _must_not_skip(self) -> bool:
        return os.environ.get(REQUIRE) == "all" and any(counts["skipped"] for counts in self._counts.values())

    def _count(self, reporter: pytest.TerminalReporter) -> None:
        for outcome in _OUTCOMES:
            for report in reporter.stats.get(outcome, []):
                group = report.nodeid.split("/")[1] if report.nodeid.startswith("tests/") else "core"
                self._counts[group][outcome] += 1
                if outcome == "skipped":
                    self._reasons[group][_reason(report)] += 1


def _reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, as its author wrote it."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
