"""What a run of pytest comes to is said in a sentence that says something."""

from __future__ import annotations

import pytest

from stoker_server.proving.results import SuiteRun, read_report, unnoticed

CRASH = {"state": "died", "problems": ["INTERNALERROR> Traceback\nINTERNALERROR> PermissionError: '/dev/null'"]}


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (read_report(CRASH, 0.1), "the tests could not be run: INTERNALERROR> PermissionError: '/dev/null'"),
        (read_report({"state": "died"}, 0.1), "the tests could not be run: their process ended and said nothing"),
        (read_report({"state": "died", "problems": [" \n"]}, 0.1), "their process ended and said nothing"),
        (read_report(None, 0.1), "the tests could not be run: their process ended and said nothing"),
        (SuiteRun("missing", said="Killed"), "the tests could not be run: Killed"),
        (read_report({"state": "late"}, 0.1), "the tests did not end in time"),
    ],
    ids=["pytest crashed", "it died", "it died with an empty problem", "no report", "no report but a word", "late"],
)
def test_a_run_that_did_not_come_to_an_end_says_why(run: SuiteRun, said: str) -> None:
    assert run.why_not_green().endswith(said)


def test_what_no_test_notices_is_told_once_for_all() -> None:
    assert unnoticed(SuiteRun("late"), "A.b") == "with A.b made to do nothing but raise, the tests did not end in time"
    assert unnoticed(SuiteRun("done"), "the function") == "no test notices when the function does nothing but raise"
