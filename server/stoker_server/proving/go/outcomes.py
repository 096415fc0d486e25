"""Asks Go's runner for tests and benchmarks by their names, and reads what it says of them. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stoker_server.proving.results import CaseOutcome

_RESULT = re.compile(r"^\s*--- (PASS|FAIL|SKIP): (\S+)(?: \(|$)", re.MULTILINE)
_TIMED = re.compile(r"^(Benchmark\S*?)(?:-\d+)?\s+\d+\s+([\d.]+ ns/op)", re.MULTILINE)
_MESSAGE, _DETAIL = 300, 2_000


def is_benchmark(tests: Sequence[str]) -> bool:
    """Whether some tests, by their names, are benchmarks, which the runner runs apart."""
    return bool(tests) and all(each.startswith("Benchmark") for each in tests)


def pattern_of(tests: Sequence[str]) -> str:
    """The pattern by which the runner takes some tests, and whole tests of a table where several of its cases are asked for."""
    heads = dict.fromkeys(each.partition("/")[0] for each in tests)
    pattern = "^(" + "|".join(map(_quoted, heads)) + ")$"
    if len(heads) == 1:
        cases = [each.partition("/")[2] for each in tests]
        if all(cases) and not any("/" in each for each in cases):
            pattern += "/^(" + "|".join(map(_quoted, cases)) + ")$"
    return pattern


def _quoted(text: str) -> str:
    """A text as a pattern of Go's that means itself."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


def outcomes(tests: Sequence[str], said: str, state: str, status: int) -> dict[str, CaseOutcome]:
    """What each test did; one that brought the whole process down failed.

    Args:
        tests: Those that were asked for, by their full names.
        said: The runner's output.
        state: How it ended: ``done`` or ``late``.
        status: Its exit status.
    """
    found: dict[str, CaseOutcome] = {}
    for match in _RESULT.finditer(said):
        word, name = match.groups()
        name = re.sub(r"-\d+$", "", name) if is_benchmark([name]) else name
        message = _message(said, name) if word == "FAIL" else ""
        found[name] = CaseOutcome(word == "PASS", word == "FAIL", message, said[:_DETAIL] if message else "")
    found |= {name: CaseOutcome(True, False, "", "") for name in timings(said) if name not in found}
    if (state == "done" and status not in (0, 1)) or state == "late":
        why = "it never ended" if state == "late" else _panic(said)
        for name in tests:
            if name not in found:
                found[name] = CaseOutcome(False, True, why, said[:_DETAIL])
    return found


def timings(said: str) -> dict[str, str]:
    """What benchmarks took, by their names, as the runner reports it.

    Args:
        said: The runner's output.
    """
    return dict(_TIMED.findall(said))


def _message(said: str, name: str) -> str:
    """The line of a failure: what the test itself said, else what it died of."""
    lines = said.splitlines()
    start = next((at for at, line in enumerate(lines) if line.strip() == f"=== RUN   {name}"), -1)
    for line in lines[start + 1 :]:
        if re.match(r"\s+\S+\.go:\d+: ", line):
            return re.sub(r"^\s+\S+\.go:\d+: ", "", line)[:_MESSAGE]
    return _panic(said)


def _panic(said: str) -> str:
    found = re.search(r"^(?:panic|fatal error): .*", said, re.MULTILINE)
    lines = [line for line in said.splitlines() if line.strip()]
    return (found[0] if found else lines[-1] if lines else "its process ended and said nothing")[:_MESSAGE]
