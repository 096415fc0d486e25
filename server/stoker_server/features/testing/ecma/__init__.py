"""Tests of JavaScript and TypeScript functions, run by vitest, jest or Node's own runner."""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from stoker_analyzers.ecma.exports import Export
from stoker_analyzers.ecma.routes import is_inline
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.features.testing.ecma.bench import EcmaBench, bench_of
from stoker_server.features.testing.ecma.dialect import EcmaDialect
from stoker_server.features.testing.ecma.end_to_end import asked, how_to_run
from stoker_server.features.testing.ecma.facts import EcmaFacts
from stoker_server.features.testing.ecma.integration import CallerTarget, caller_target
from stoker_server.features.testing.ecma.target import EcmaTarget, code_in, export_of, find_symbol, owner_of
from stoker_server.features.testing.ecma.timing import need_benchmarks
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.language import Prepared, whole_file
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.ecma.opening import open_ecma_ground, playwright_in, toolchain_of
from stoker_server.proving.ecma.toolchain import Toolchain
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground, Terms


class EcmaTests:
    """JavaScript and TypeScript."""

    def find_symbol(self, snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
        """The innermost function at a place, or the named one."""
        return find_symbol(snapshot, span, name)

    def open_ground(self, terms: Terms) -> AbstractAsyncContextManager[Ground]:
        """Where code is run, with the installed packages lent to it."""
        return open_ecma_ground(terms)

    async def set_up(self, snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> Prepared:
        """Set up for a function."""
        target = await _target(snapshot, ground, symbol, kind)
        if kind is TestKind.PERFORMANCE:
            need_benchmarks(target.tools)
        if kind is TestKind.END_TO_END:
            bench, pages = await asked(target, ground)
            return Prepared(bench, pages or EcmaFacts(bench), EcmaDialect(bench), partial(how_to_run, bench))
        bench = await bench_of(ground, target, kind)
        return Prepared(bench, EcmaFacts(bench), EcmaDialect(bench), partial(_how_to_run, bench))


def _how_to_run(bench: EcmaBench, trial: Trial) -> list[str]:
    """What benchmarks took; the project's own runner finds the tests by their names."""
    where = os.path.relpath(trial.path, bench.target.tools.package.folder)
    return [
        f"A call took {bench.took[name]} here ({name}); run it with `npx vitest bench {where}`"
        for name in trial.names
        if name in bench.took
    ]


async def _target(snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> EcmaTarget:
    """The function and how its project runs tests.

    Raises:
        ProvingError: It can't be imported, its file has a syntax error, or the project's runner can't be used.
    """
    path = whole_file(snapshot, "it can't be imported")
    owner = owner_of(snapshot, symbol)
    export, code = export_of(snapshot, symbol, owner), code_in(snapshot, symbol)
    if export is None and kind is not TestKind.END_TO_END:
        asks = ": end-to-end tests ask the application" if is_inline(symbol) else ""
        raise ProvingError(f"{owner.name if owner else symbol.name} is not exported, so no test can import it{asks}")
    if code is None:
        raise ProvingError(f"{symbol.qualified} is nothing that a test can call")
    path = ground.scratch.outside(ground.scratch.inside(path))
    tools = await _tools(ground, path, kind)
    export = export or Export(symbol.name, symbol.name)
    target = EcmaTarget(snapshot, symbol, path, code, export, owner, tools, ground.scratch.original)
    if kind is TestKind.INTEGRATION:
        return await asyncio.to_thread(_called, target, ground)
    return target


async def _tools(ground: Ground, path: Path, kind: TestKind) -> Toolchain:
    """How the project of a file runs its tests; tests of pages can do without what others need.

    Raises:
        ProvingError: It has another runner, or none that is installed.
    """
    try:
        return await toolchain_of(ground, path)
    except ProvingError:
        browser = await playwright_in(ground, path) if kind is TestKind.END_TO_END else None
        if browser is None:
            raise
        return browser


def _called(target: EcmaTarget, ground: Ground) -> CallerTarget:
    """The function through one that calls it.

    Raises:
        ProvingError: None does.
    """
    found = caller_target(target, ground.scratch.root)
    if found is None:
        raise ProvingError(
            f"no exported function of another file of this folder calls {target.symbol.qualified} by its name"
        )
    return found
