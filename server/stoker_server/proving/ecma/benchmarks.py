"""Files of benchmarks as vitest has them: read from its report, and turned into tests where mutants are tried. Runs nothing.

A benchmark calls many times. With mutants one call says as much, so there it is a test that calls once and looks at what
the benchmark itself looks at before and after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.results import CaseOutcome

MARKED = re.compile(r"[.\-_](?:bench|benchmark)$")
"""The end of the stem of a file that holds benchmarks, as vitest looks for them."""

_RUNNER = re.compile(r"""import\s*\{([^}]*)\}\s*from\s*(['"])vitest\2""")
_ONCE = (
    'import { test as __stokerTest } from "vitest";'
    "const bench = (name, call, how) => __stokerTest(name, async () => {"
    " await how?.setup?.(); await call(); await how?.teardown?.(); });"
    "bench.skip = bench.todo = () => {}; bench.only = bench;"
)
_MESSAGE = 300


def is_benchmark(path: Path) -> bool:
    """Whether a file holds benchmarks, by its name."""
    return MARKED.search(path.stem) is not None


def as_tests(text: str) -> tuple[str, str]:
    """A file of benchmarks as one of tests.

    Args:
        text: Its text.

    Returns:
        What has to stand before it, on one line, and the text without the runner's own ``bench``.
    """

    def without(found: re.Match[str]) -> str:
        names = [each.strip() for each in found[1].split(",") if each.strip() not in ("", "bench")]
        return f"import {{ {', '.join(names)} }} from {found[2]}vitest{found[2]}"

    return _ONCE, _RUNNER.sub(without, text)


def outcomes(report: Mapping[str, Any], said: str) -> dict[Path, dict[str, CaseOutcome]]:
    """What the benchmarks of a report did, by file and full name; one that has no times failed.

    Args:
        report: What ``vitest bench --outputJson`` wrote.
        said: The runner's output, for what is wrong.

    Raises:
        NoVerdictError: The report is none.
    """
    lines = [line.strip() for line in said.splitlines()]
    why = next((line for line in lines if re.match(r"(?:\w*Error|Error)\b.*: ", line)), "it did not run")[:_MESSAGE]
    found: dict[Path, dict[str, CaseOutcome]] = {}
    for name, file, each in _entries(report):
        ran = isinstance(each.get("mean"), int | float) and bool(each.get("sampleCount"))
        found.setdefault(file, {})[name] = CaseOutcome(ran, not ran, "" if ran else why, "" if ran else said)
    return found


def timings(report: Mapping[str, Any]) -> dict[str, float]:
    """Milliseconds that a call took on average, by the benchmark's full name.

    Args:
        report: As above.

    Raises:
        NoVerdictError: The report is none.
    """
    return {
        name: float(each["mean"]) for name, _, each in _entries(report) if isinstance(each.get("mean"), int | float)
    }


def _entries(report: Mapping[str, Any]) -> list[tuple[str, Path, Mapping[str, Any]]]:
    """Full name, file and figures of each benchmark."""
    try:
        return [
            (" > ".join([*str(group["fullName"]).split(" > ")[1:], str(each["name"])]), Path(file["filepath"]), each)
            for file in report["files"]
            for group in file["groups"]
            for each in group["benchmarks"]
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise NoVerdictError("a run's report can't be read") from error
