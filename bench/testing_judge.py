"""Judges a file of tests: which lines of a function it runs, and which of its mutants it notices.

    python bench/testing_judge.py FOLDER FILE FIRST LAST TESTS < MUTANTS.json

Runs in an environment that has pytest and coverage. Each mutant is written over FILE and tried in a process of its own, forked
when pytest is loaded already; FILE is put back. Prints JSON: whether the tests
pass, the lines run, how many mutants were noticed.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import coverage
import pytest

SECONDS = 15
"""A mutant that runs longer is noticed: it hangs."""


def passes(tests: str, before: Callable[[], None] = lambda: None, after: Callable[[], None] = lambda: None) -> bool:
    """Whether the tests pass, in a forked process."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        with Path(os.devnull).open("w") as null, contextlib.redirect_stdout(null), contextlib.redirect_stderr(null):
            before()
            status = pytest.main(
                ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:asyncio", "-c", os.devnull, tests]
            )
            after()
        os._exit(int(status))
    return os.waitpid(child, 0)[1] == 0


def main() -> None:
    folder, file = Path(sys.argv[1]), Path(sys.argv[2])
    first, last, tests = int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    data = folder / ".coverage"
    measure = coverage.Coverage(data_file=str(data), include=[str(file)])

    def done() -> None:
        measure.stop()
        measure.save()

    good = passes(tests, measure.start, done)
    measure.load()
    lines = set(measure.get_data().lines(str(file)) or ()) & set(range(first, last + 1))
    _, executable, _, _, _ = measure.analysis2(str(file))
    wanted = {each for each in executable if first < each <= last}
    mutants, text, noticed = json.load(sys.stdin), file.read_text(encoding="utf-8"), 0
    try:
        for mutant in mutants if good else ():
            file.write_text(mutant, encoding="utf-8")
            noticed += not passes(tests)
    finally:
        file.write_text(text, encoding="utf-8")
        data.unlink(missing_ok=True)
    print(json.dumps({"passes": good, "lines": len(lines & wanted), "of": len(wanted), "noticed": noticed}))


main()
