"""Runs pytest on the given files and reports every test's outcome, the lines each ran, and what was really imported."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import sys
from typing import Any

from . import series
from .elsewhere import move
from .lines import Lines
from .serving import Serving
from .warm import import_others, is_of_project

_MESSAGE, _DETAIL = 300, 2_000
"""Characters kept of a failure: its first line, and its whole text for whoever is to mend the test."""


_PAGE_MILLISECONDS = 100


def prepare(order: dict[str, Any]) -> None:
    """Import what every attempt needs; what belongs to the project itself is left alone, it is under test."""
    import pytest  # noqa: F401 - kept in memory for the attempts

    import_others(order)
    if os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        return
    for each in importlib.metadata.entry_points(group="pytest11"):
        if not is_of_project(each.module.partition(".")[0], order["folder"]):
            with contextlib.suppress(Exception):  # pytest itself will report what does not load
                each.load()
                if each.module.startswith("pytest_playwright"):
                    _hurry()


def _hurry() -> None:
    """Have what a mutant never shows waited for no longer than a page of the same process takes."""
    from playwright.sync_api import expect  # type: ignore[import-not-found,unused-ignore] # of the project's environment

    expect.set_options(timeout=_PAGE_MILLISECONDS)


def attempt(order: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """One run of pytest, with the entry's text in place of the file's."""
    import pytest

    if order.get("elsewhere"):
        move()
    serving = Serving(order["target"], entry["source"])
    serving.install()
    found = serving.is_found(order["module"])
    serving.make_importable(order["folder"], order["root"], order["module"])
    lines = Lines(serving, *order["lines"]) if order["lines"] else None
    reporter = _Reporter(order, lines)
    os.chdir(order["folder"])
    status = pytest.main([*_arguments(order), *order["files"]], plugins=[reporter])
    if order.get("again"):
        later = _Reporter(order, None, order["again"])
        pytest.main([*_arguments(order), *order["files"]], plugins=[later])
        reporter.take_over_failures(later)
    return {
        "state": "died" if reporter.crashed else "done",
        "status": int(status),
        "failed": bool(reporter.problems) or any(each["outcome"] == "failed" for each in reporter.outcomes.values()),
        "outcomes": reporter.outcomes,
        "problems": reporter.problems,
        "lines": lines.report() if lines else {},
        "served": serving.served,
        "found": found,
        "instead": getattr(sys.modules.get(order["module"]), "__file__", None),
    }


def _arguments(order: dict[str, Any]) -> list[str]:
    words = ["-p", "no:cacheprovider", "-q", "--tb=short", "--color=no", "--rootdir", order["folder"]]
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of plugins that were imported beforehand
    # What spreads, shuffles or measures tests would hide which test did what.
    for module, options in {
        "xdist": ["-n0"],
        "pytest_cov": ["--no-cov"],
        "pytest_randomly": ["-p", "no:randomly"],
        "pytest_benchmark": ["--benchmark-disable"],
    }.items():
        if not os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD") and importlib.util.find_spec(module):
            words += options
    return [*words, "-x"] if order.get("stop_early") else words


class _Reporter:
    """A pytest plugin."""

    def __init__(self, order: dict[str, Any], lines: Lines | None, again: list[str] | None = None) -> None:
        self._again = again
        self._order, self._lines = order, lines
        only = order.get("only")
        self._only = None if only is None else set(only)
        self.outcomes: dict[str, dict[str, Any]] = {}
        self.problems: list[str] = []
        self.crashed = False

    def take_over_failures(self, later: _Reporter) -> None:
        """Count what failed the second time only; a second time that did not come about says nothing."""
        if not later.problems:
            self.outcomes.update({name: each for name, each in later.outcomes.items() if each["outcome"] == "failed"})

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        if self._again is not None:
            items[:] = [each for each in reversed(items) if _name(each.nodeid) in self._again]
        if self._only is not None:
            config.hook.pytest_deselected(items=[each for each in items if each.nodeid not in self._only])
            items[:] = [each for each in items if each.nodeid in self._only]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.problems.append(_shorten(report.longreprtext, _DETAIL))

    def pytest_internalerror(self, excrepr: Any) -> None:
        self.crashed = True
        self.problems.append(_shorten(str(excrepr), _DETAIL))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        series.begin(self._order, nodeid)
        if self._lines:
            self._lines.start(nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if self._lines:
            self._lines.stop()

    def pytest_runtest_logreport(self, report: Any) -> None:
        known = self.outcomes.get(report.nodeid)
        if report.when == "call" or report.outcome != "passed" or known is None:
            if known and known["outcome"] == "failed":
                return
            crash = getattr(report.longrepr, "reprcrash", None)
            message = getattr(crash, "message", "") or (report.longreprtext if report.failed else "")
            self.outcomes[report.nodeid] = {
                "outcome": _outcome(report),
                "message": next(iter(message.splitlines()), "")[:_MESSAGE],
                "detail": _shorten(report.longreprtext, _DETAIL) if report.failed else "",
            }


def _outcome(report: Any) -> str:
    """A test that failed as its mark says neither passed nor failed; one that passed against its mark did neither."""
    if not hasattr(report, "wasxfail"):
        return str(report.outcome)
    return "expected" if report.outcome == "skipped" else "skipped"


def _name(node: str) -> str:
    """The function or class of a test file that a test belongs to."""
    return node.partition("::")[2].partition("::")[0].partition("[")[0]


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else "..." + text[-most:]
