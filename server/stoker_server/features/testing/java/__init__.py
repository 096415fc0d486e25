"""Tests of Java methods, run by JUnit 5 and the project's own Maven."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from functools import partial

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.features.testing.java.bench import JavaBench, bench_of
from stoker_server.features.testing.java.benchmarks import JavaBenchmarks
from stoker_server.features.testing.java.dialect import JavaDialect
from stoker_server.features.testing.java.facts import JavaFacts
from stoker_server.features.testing.java.integration import ThroughFacts, callers
from stoker_server.features.testing.java.target import JavaTarget, code_of, find_symbol, obstacle
from stoker_server.features.testing.java.timing import TimedBench, how_to_run, need_jmh
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.language import Prepared, whole_file
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.java.asking import JavaGround, build_of
from stoker_server.proving.java.opening import open_java
from stoker_server.proving.java.project import module_of


class JavaTests:
    """Java."""

    def find_symbol(self, snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
        """The innermost method at a place, or the named one."""
        return find_symbol(snapshot, span, name)

    def open_ground(self, terms: Terms) -> AbstractAsyncContextManager[Ground]:
        """Where code is run, with the JDK, Maven and what Maven fetched lent to it."""
        return open_java(terms)

    async def set_up(self, snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> Prepared:
        """Set up for a method."""
        if kind is TestKind.END_TO_END:
            raise ProvingError(
                "end-to-end tests of Java are not written: ask for unit or integration tests, or benchmarks"
            )
        target = await asyncio.to_thread(_target, snapshot, ground, symbol)
        if kind is not TestKind.INTEGRATION and (reason := obstacle(target.owner, target.code)):
            raise ProvingError(reason)
        await asyncio.to_thread(ground.scratch.write, target.path, snapshot.text)
        if not isinstance(ground, JavaGround) or ground.programs is None or ground.kept is None:
            raise ProvingError("the ground was not opened for Java")
        found = await asyncio.to_thread(callers, target, ground.scratch) if kind is TestKind.INTEGRATION else ()
        build = await build_of(ground, ground.programs, target.module, ground.kept)
        if kind is TestKind.PERFORMANCE:
            processor = await asyncio.to_thread(need_jmh, build)
            timed = await bench_of(ground, target, build, TimedBench)
            timed.processor = processor
            return Prepared(timed, JavaBenchmarks(timed), JavaDialect(timed), partial(how_to_run, timed))
        bench = await bench_of(ground, target, build, JavaBench, [each.target for each in found])
        return Prepared(bench, ThroughFacts(bench, found) if found else JavaFacts(bench), JavaDialect(bench))


def _target(snapshot: Snapshot, ground: Ground, symbol: Symbol) -> JavaTarget:
    """The method and its module.

    Raises:
        ProvingError: It is nothing that a test can reach, its file has a syntax error, or Maven does not build it.
    """
    path = whole_file(snapshot, "it can't be compiled")
    found = code_of(snapshot, symbol)
    if found is None:
        raise ProvingError(f"{symbol.qualified} is nothing that a test can call")
    owner, code = found
    scratch = ground.scratch
    path = scratch.outside(scratch.inside(path))
    module = module_of(scratch.original, path)
    return JavaTarget(snapshot, symbol, path, code, owner, module, scratch.inside(module.main))
