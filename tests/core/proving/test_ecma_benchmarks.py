"""Files of benchmarks as tests, and what vitest's report tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_server.proving.ecma.benchmarks import as_tests, is_benchmark, outcomes, timings
from stoker_server.proving.errors import NoVerdictError

FILE = "/home/ann/src/prices.bench.ts"
RAN = {"name": "for 3", "mean": 0.25, "sampleCount": 2_000, "rank": 1}
REPORT = {"files": [{"filepath": FILE, "groups": [{"fullName": "src/prices.bench.ts > group", "benchmarks": [RAN]}]}]}


@pytest.mark.parametrize(("name", "expected"), [("a.bench.ts", True), ("a.benchmark.mjs", True), ("a.test.ts", False)])
def test_files_of_benchmarks_are_known_by_their_names(name: str, expected: bool) -> None:
    assert is_benchmark(Path(name)) is expected


def test_the_runners_own_function_is_left_out_and_no_line_moves() -> None:
    before = (
        "import { bench, describe, expect } from 'vitest'\nimport { bench as mine } from './bench'\n\nbench('a', f)\n"
    )
    once, after = as_tests(before)
    assert "\n" not in once
    assert after.splitlines() == [
        "import { describe, expect } from 'vitest'",
        "import { bench as mine } from './bench'",
        "",
        "bench('a', f)",
    ]


def test_a_benchmark_without_times_failed_with_what_the_runner_said() -> None:
    group = {"fullName": "src/prices.bench.ts", "benchmarks": [RAN, {"name": "bad", "rank": 2}]}
    report = {"files": [{"filepath": FILE, "groups": [group]}]}
    found = outcomes(report, "RUN\n  AssertionError: expected 3 to be 4\n  at x")[Path(FILE)]
    assert found["for 3"].passed
    assert (found["bad"].failed, found["bad"].message) == (True, "AssertionError: expected 3 to be 4")
    assert timings(report) == {"for 3": 0.25}


def test_names_have_the_suites_around_them() -> None:
    assert timings(REPORT) == {"group > for 3": 0.25}


def test_what_is_no_report_gives_no_verdict() -> None:
    with pytest.raises(NoVerdictError):
        outcomes({"files": [{"groups": [{}]}]}, "")
