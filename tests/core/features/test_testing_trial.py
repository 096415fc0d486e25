"""What running a draft showed of each of its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_server.features.testing.checks import BLIND, VACUOUS, shortcoming
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


def test_what_a_test_lacks_is_told() -> None:
    passed = CaseOutcome(passed=True, failed=False, message="", detail="")

    def run(**outcomes: CaseOutcome) -> SuiteRun:
        return SuiteRun("done", {f"tests/test_x.py::test_{name}": each for name, each in outcomes.items()}, served=True)

    fine = run(good=passed, blind=passed, idle=passed, flaky=passed)
    once = run(good=passed, blind=passed, idle=passed, flaky=FELL)
    names = ("test_good", "test_blind", "test_idle", "test_flaky")
    canary, mutant = run(good=FELL, idle=FELL), run(good=FELL, idle=FELL, flaky=FELL)
    trial = Trial(Path("tests/test_x.py"), names, (fine, once, fine), canary, (mutant,), run(idle=passed))
    assert {name: shortcoming(trial, name) for name in names} == {
        "test_good": "",
        "test_blind": BLIND,
        "test_idle": VACUOUS,
        "test_flaky": "it passed 2 of 3 times: ",
    }
    assert shortcoming(Trial(trial.path, names, (fine,)), "test_blind") == ""


def test_a_mutant_that_was_not_reached_was_not_tried() -> None:
    runs = (SuiteRun("done"), SuiteRun("late"), SuiteRun("missing"), SuiteRun("missing"))
    assert Trial(Path("tests/test_x.py"), ("test_a",), (), mutated=runs).tried == 2
