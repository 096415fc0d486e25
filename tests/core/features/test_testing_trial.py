"""What running a draft showed of each of its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_server.features.testing.trial import Trial
from stoker_server.proving.results import CaseOutcome, SuiteRun

FELL = CaseOutcome(passed=False, failed=True, message="", detail="")


@pytest.mark.parametrize(
    ("run", "killed_by"),
    [
        (SuiteRun("late"), []),
        (SuiteRun("late", hung="tests/test_x.py::test_b"), ["test_b"]),
        (SuiteRun("done", problems=("ImportError: x",)), []),
        (SuiteRun("done", {"tests/test_x.py::test_a[1]": FELL}), ["test_a"]),
        (SuiteRun("done"), []),
        (SuiteRun("missing"), []),
    ],
)
def test_a_mutant_is_killed_by_the_test_that_noticed_it(run: SuiteRun, killed_by: list[str]) -> None:
    trial = Trial(Path("tests/test_x.py"), ("test_a", "test_b"), (), mutated=(run,))
    assert [name for name in trial.names if trial.kills(name)] == killed_by


def test_a_mutant_that_was_not_reached_was_not_tried() -> None:
    runs = (SuiteRun("done"), SuiteRun("late"), SuiteRun("missing"), SuiteRun("missing"))
    assert Trial(Path("tests/test_x.py"), ("test_a",), (), mutated=runs).tried == 2
