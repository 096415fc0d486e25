"""Tests of Python functions, run by pytest."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from itertools import chain

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_providers.base import Chat
from stoker_server.features.base import FeatureRequest
from stoker_server.features.subject import file_name
from stoker_server.features.testing import answers
from stoker_server.features.testing.attempts import Attempt
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.django_urls import django_setup, site_of
from stoker_server.features.testing.drafting import place_tests
from stoker_server.features.testing.facts import FactsAuthor
from stoker_server.features.testing.going_through import objection
from stoker_server.features.testing.integration import callers
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.language import Prepared
from stoker_server.features.testing.pages import BROWSER_SECONDS, has_playwright, with_browsers
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.features.testing.prompt import compose
from stoker_server.features.testing.python_bench import PythonBench
from stoker_server.features.testing.target import Target, find_owner, find_symbol
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.layout import finds_modules, import_name
from stoker_server.proving.source import Module
from stoker_server.uris import path_of


class PythonTests:
    """Python, with pytest and unittest."""

    def find_symbol(self, snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
        """The innermost function at a place, or the named one."""
        return find_symbol(snapshot, span, name)

    def open_ground(self, terms: Terms) -> AbstractAsyncContextManager[Ground]:
        """Where code is run, with the project's interpreter."""
        return open_ground(terms)

    async def set_up(self, snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> Prepared:
        """Set up for a function."""
        browses = kind is TestKind.END_TO_END and has_playwright(ground)
        if browses:
            ground = await asyncio.to_thread(with_browsers, ground)
        bench = await asyncio.to_thread(bench_of, snapshot, ground, symbol)
        bench.start_seconds = BROWSER_SECONDS if browses else bench.start_seconds
        bench.timed = kind is TestKind.PERFORMANCE
        if kind is TestKind.END_TO_END:
            before = await asyncio.to_thread(_before, bench)
            bench.subject = dataclasses.replace(bench.subject, before=before)
        asks = kind is TestKind.INTEGRATION
        through = await asyncio.to_thread(callers, bench.target, ground.scratch.root) if asks else []
        outside = [dataclasses.replace(each, path=ground.scratch.outside(each.path)) for each in through]
        dialect = PythonDialect(bench, outside)
        return Prepared(bench, FactsAuthor(bench, kind), dialect, partial(_how_to_run, bench), bool(through))


class PythonDialect:
    """How a model is asked for a module of tests."""

    field = answers.FIELD

    def __init__(self, bench: PythonBench, through: Sequence[Target] = ()) -> None:
        """Ask about the function of a workbench.

        Args:
            bench: The workbench.
            through: The functions of other modules that integration tests call in its place; none for unit tests.
        """
        self._bench = bench
        self._through = through

    def compose(self, request: FeatureRequest, existing: Existing, last: Attempt | None) -> Chat:
        """The whole prompt."""
        return compose(request, self._bench, existing, last, self._through)

    def code_of(self, answer: str) -> str:
        """The module in an answer."""
        return answers.code_of(answer)

    def without_end(self, code: str) -> str:
        """A module that was cut off, without what its end left incomplete."""
        return answers.without_end(code)

    def piece_of(self, code: str) -> Piece:
        """The module, taken apart; of integration tests those that go through a caller and replace nothing."""
        piece = answers.piece_of(code, self._bench.target)
        if not self._through:
            return piece
        why = {each: objection(each[1], piece, self._through, self._bench.target) for each in piece.tests}
        kept = tuple(each for each in piece.tests if not why[each])
        refused = tuple((name, why[name, source]) for name, source in piece.tests if why[name, source])
        return dataclasses.replace(piece, tests=kept, refused=refused)

    def place(self, existing: Existing, piece: Piece) -> Placed:
        """Find the place of tests in the suite."""
        return place_tests(self._bench, existing, piece)


def bench_of(snapshot: Snapshot, ground: Ground, symbol: Symbol) -> PythonBench:
    """The workbench for a function.

    Raises:
        ProvingError: The file can't be imported or parsed.
    """
    target = _target(snapshot, ground, symbol)
    ground.scratch.write(target.path, snapshot.text)
    return PythonBench(ground, target)


def _before(bench: PythonBench) -> tuple[str, ...]:
    """What has to run before a view of Django's can be imported; nothing for what is none."""
    site = site_of(bench.target, bench.ground.scratch.root)
    return tuple(chain(*django_setup(site.settings, sqlite=site.sqlite))) if site else ()


def _target(snapshot: Snapshot, ground: Ground, symbol: Symbol) -> Target:
    """The function as ``ast`` has it, and by what name its file is imported.

    Raises:
        ProvingError: The file can't be imported or parsed.
    """
    path = path_of(snapshot.uri)
    if path is None or path.suffix != ".py":
        raise ProvingError(f"{file_name(snapshot)} is not a Python file on this machine, so it can't be imported")
    scratch = ground.scratch
    name = import_name(scratch.root, scratch.inside(path))
    if name is None:
        raise ProvingError(f"{path.name} can't be imported by its name, so no test can reach it")
    try:
        module = Module.parse(snapshot.text)
        function = module.function(symbol.qualified, snapshot.line_of(symbol.name_span.start) + 1)
        if function is None:
            raise ProvingError(f"{symbol.qualified} is defined inside another function, so no test can call it")
        function.executable_lines  # noqa: B018 - what can be parsed but not compiled is found out here
    except SyntaxError as error:
        raise ProvingError(f"{path.name} has a syntax error in line {error.lineno}: mend it first") from error
    name = dataclasses.replace(name, root=scratch.outside(name.root))
    return Target(snapshot, symbol, path, function, find_owner(module, symbol.qualified), name)


def _how_to_run(bench: PythonBench, trial: Trial) -> list[str]:
    """A word for projects in which plain ``pytest`` would not find the file."""
    scratch, root = bench.ground.scratch, bench.target.name.root
    if trial.runs[0].found or finds_modules(scratch.root, scratch.inside(root), scratch.inside(trial.path)):
        return []
    if root == scratch.original:
        return ["Run them with `python -m pytest`: plain `pytest` does not look for modules in this folder."]
    place = root.relative_to(scratch.original).as_posix()
    return [f'pytest has to be told where the modules are: set `pythonpath = ["{place}"]` in its settings.']
