"""The workbench for a Python function: pytest runs its tests, and ``ast`` finds its mutants."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.bench import Bench, Series
from stoker_server.features.testing.target import Target
from stoker_server.features.testing.trial import pytest_name
from stoker_server.proving.ground import Ground
from stoker_server.proving.layout import defined_names, suite_of
from stoker_server.proving.mutants import does_nothing, must_fail, mutants_of
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.runs import Subject, run_series, run_tests, together

_MUTANTS = 30
"""Mutants of the function: a process that is warm tries some ten of them in a second."""

_SEEDS = (11, 12, 13)
"""Other string hashes than those under which calls were chosen."""


class PythonBench(Bench):
    """Everything that authors and checks of one request share.

    Attributes:
        target: The function.
        subject: The file under test, with the function's lines watched.
        canary: The mutant that must fail.
        idle: The mutant that does nothing.
    """

    def __init__(self, ground: Ground, target: Target) -> None:
        """Set up for a function; takes some tenths of a second for a long one.

        Args:
            ground: Where code is run; the copy holds the file as the editor has it.
            target: The function.
        """
        function, uri, text = target.function, target.snapshot.uri, target.snapshot.text
        mutants = mutants_of(function, uri, _MUTANTS)
        super().__init__(ground, target.path, function.qualified, text, mutants, function.executable_lines)
        self.target = target
        self.subject = Subject(target.path, text, target.name, function.lines)
        self.canary = must_fail(function, uri)
        self.idle = does_nothing(function, uri)

    def find_existing(self) -> tuple[Path, ...]:
        """The existing tests that concern the file, as paths of the user's folder."""
        scratch = self.ground.scratch
        copy = scratch.inside(self.target.path)
        found = suite_of(scratch.root, copy, defined_names(self.target.snapshot.text))
        return tuple(map(scratch.outside, found))

    def problem_in(self, text: str) -> str:
        """The first syntax error of a test file, with its line; empty where there is none."""
        try:
            parse_python(text)
        except (SyntaxError, ValueError) as error:
            return f"line {getattr(error, 'lineno', 1)}: {getattr(error, 'msg', error)}"
        return ""

    def test_names(self, text: str) -> Sequence[str]:
        """The tests of a file: functions and classes that pytest collects."""
        try:
            body = parse_python(text).body
        except (SyntaxError, ValueError):
            return ()
        return [
            each.name
            for each in body
            if (isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test"))
            or (isinstance(each, ast.ClassDef) and each.name.startswith("Test"))
        ]

    def name_of(self, node: str, names: Collection[str]) -> str:
        """The function or class that a pytest node belongs to."""
        return pytest_name(node, names)

    async def run_watched(self, files: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run test files once, and see which lines of the function each test runs."""
        return await run_tests(self.ground, self.subject, files, seconds=seconds, seed=_SEEDS[0])

    async def run_again(self, path: Path, names: Sequence[str], *, seconds: float, green: bool) -> tuple[SuiteRun, ...]:
        """Run a draft twice more: once its tests run twice, once in other surroundings, each with other string hashes."""
        ways: list[dict[str, Any]] = [{"seed": _SEEDS[1], "again": names}, {"seed": _SEEDS[2], "elsewhere": True}]
        runs = (run_tests(self.ground, self.subject, [path], seconds=seconds, **way) for way in ways)
        return tuple(await together(*runs))

    async def run_series(
        self, files: Sequence[Path], *, usual: float, seconds: float, only: Collection[str], drafted: bool
    ) -> Series:
        """Run tests with each mutant, the one that must fail first."""
        mutants = (*self.mutants, self.idle) if drafted else self.mutants
        canary, mutated = await run_series(
            self.ground,
            self.subject,
            files,
            self.canary,
            mutants,
            usual=usual,
            seconds=seconds,
            only=only,
            stop_early=not drafted,
        )
        count = len(self.mutants)
        return Series(canary, tuple(mutated[:count]), mutated[count] if drafted else None)
