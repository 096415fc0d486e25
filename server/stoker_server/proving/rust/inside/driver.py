"""Starts cargo, or the test programs that it built, and writes down what they did. Runs in the sandbox.

A test program is started once for each mutant, so that what ends the whole process costs the tests after it nothing: the
program is started again with those.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_OUTCOME = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. (\w+)?", re.MULTILINE)
_SAID = re.compile(r"^---- (\S+) stdout ----\n(.*?)(?=^---- |\n\nfailures:|\Z)", re.MULTILINE | re.DOTALL)
_LONGEST = 2_000
_RESTARTS = 8


def main() -> int:
    """Do as the order says."""
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if order["mode"] == "build":
        return _build(order)
    deadline = time.monotonic() + order["seconds"]
    work = _test if order["mode"] == "test" else _observe
    report = {"runs": [work(each, deadline) for each in order["runs"]]}
    Path(order["report"]).write_text(json.dumps(report), encoding="utf-8")
    return 0


def _build(order: dict[str, Any]) -> int:
    with Path(order["report"]).open("wb") as report:
        return subprocess.run(order["argv"], stdout=report, stdin=subprocess.DEVNULL).returncode


def _started(argv: list[str], run: dict[str, Any], deadline: float) -> tuple[str, int | None]:
    """What a program wrote and its status; ``None`` where it took too long."""
    seconds = min(run["seconds"], deadline - time.monotonic())
    if seconds <= 0:
        return "", None
    environment = {**os.environ, **run["environment"]}
    try:
        done = subprocess.run(
            argv,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"").decode("utf-8", "replace"), None
    return done.stdout.decode("utf-8", "replace"), done.returncode


def _test(run: dict[str, Any], deadline: float) -> dict[str, Any]:
    """Run tests by their names: each in a process of its own, or all in one where none has to be told from the others."""
    tests: dict[str, list[str]] = {}
    lines: dict[str, list[int]] = {}
    hung = ""
    left = [[each] for each in run["tests"]] if run["watched"] else [run["tests"]]
    began = time.monotonic()
    while left and len(tests) + len(left) <= len(run["tests"]) + _RESTARTS:
        names = left.pop(0)
        if not names or time.monotonic() > deadline:
            continue
        place = Path(run["lines"])
        place.unlink(missing_ok=True)
        run["environment"]["STOKER_LINES"] = str(place) if run["watched"] else ""
        argv = [run["program"], "--exact", "--test-threads=1", *names]
        if run["timed"]:
            names, argv = names[:1], [run["program"], "--test", "^" + re.escape(names[0]) + "$"]
        output, status = _started(argv, run, deadline)
        found = _timed(names[0], output, status) if run["timed"] else _outcomes(output, status)
        if status is None:
            hung = next((name for name, each in found.items() if each[0] == "failed"), names[0])
        tests.update(found)
        if run["watched"]:
            text = place.read_text() if place.exists() else ""
            lines[names[0]] = sorted({int(each) for each in text.split() if each.isdigit()})
        rest = [each for each in names if each not in tests]
        if rest and len(rest) < len(names):
            left.insert(0, rest)
        elif rest:
            tests.update({each: ["failed", "it never began"] for each in rest if status not in (0, None)})
    return {"tests": tests, "lines": lines, "hung": hung, "seconds": time.monotonic() - began}


def _outcomes(output: str, status: int | None) -> dict[str, Any]:
    said = {name: text.strip()[:_LONGEST] for name, text in _SAID.findall(output)}
    found = {}
    for name, word in _OUTCOME.findall(output):
        if word == "ok":
            found[name] = ["passed", ""]
        elif word == "ignored":
            found[name] = ["skipped", ""]
        elif word == "FAILED":
            found[name] = ["failed", said.get(name, "")]
        else:
            ended = "it did not end in time" if status is None else f"its process ended with status {status}"
            found[name] = ["failed", ended]
    return found


def _timed(name: str, output: str, status: int | None) -> dict[str, Any]:
    """What one of criterion's benchmarks did; as a test it makes its call once."""
    if status == 0:
        return {name: ["passed", ""]} if f"Testing {name}" in output else {}
    return {name: ["failed", "it did not end in time" if status is None else output.strip()[-_LONGEST:]]}


def _observe(run: dict[str, Any], deadline: float) -> dict[str, Any]:
    """Make calls; one that ends the process, or never ends itself, is left out and the next one is begun with."""
    place, begun, first = Path(run["observed"]), -1, 0
    ended: dict[str, str] = {}
    for _ in range(_RESTARTS):
        place.unlink(missing_ok=True)
        run["environment"].update({"STOKER_OBSERVED": str(place), "STOKER_FROM": str(first)})
        argv = [run["program"], "--exact", "--nocapture", "--test-threads=1", run["test"]]
        output, status = _started(argv, run, deadline)
        text = place.read_text() if place.exists() else ""
        for line in text.splitlines():
            word, number, *rest = line.split(" ")
            if word == "begin":
                begun = int(number)
            elif rest:
                ended[number] = rest[0]
        if status == 0 or begun < first or time.monotonic() > deadline:
            break
        first = begun + 1
    return {"calls": ended, "said": output[-_LONGEST:] if not ended else ""}


if __name__ == "__main__":
    sys.exit(main())
