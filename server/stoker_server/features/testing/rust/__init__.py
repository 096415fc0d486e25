"""Tests of Rust functions, built and run by cargo."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial

from stoker_analyzers.edits import Span
from stoker_analyzers.rust.functions import function_of
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.language import Prepared, whole_file
from stoker_server.features.testing.rust.bench import RustBench, bench_of
from stoker_server.features.testing.rust.benchmarks import RustBenchmarks
from stoker_server.features.testing.rust.callers import callers
from stoker_server.features.testing.rust.dialect import RustDialect
from stoker_server.features.testing.rust.facts import RustFacts
from stoker_server.features.testing.rust.outside import OutsideBench, need_library
from stoker_server.features.testing.rust.routed import need_axum, routers_of
from stoker_server.features.testing.rust.target import RustTarget, find_symbol
from stoker_server.features.testing.rust.timing import TimedBench, need_criterion
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.rust.building import CargoGround, builder_for
from stoker_server.proving.rust.opening import open_cargo
from stoker_server.proving.scratch import copy_again


class RustTests:
    """Rust."""

    def find_symbol(self, snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
        """The innermost function at a place, or the named one."""
        return find_symbol(snapshot, span, name)

    def open_ground(self, terms: Terms) -> AbstractAsyncContextManager[Ground]:
        """Where cargo builds, with the memory that compilers need."""
        return open_cargo(terms)

    async def set_up(self, snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> Prepared:
        """Set up for a function."""
        target = _target(snapshot, ground, symbol, kind)
        tools = ground.tools if isinstance(ground, CargoGround) else None
        if tools is None:
            raise ProvingError("the ground was not opened for cargo")
        second = replace(ground, scratch=await copy_again(ground.scratch))
        builder = await builder_for(second, tools, target.path)
        if kind is TestKind.PERFORMANCE:
            need_criterion(builder.crate)
            timed = await bench_of(ground, builder, target, TimedBench)
            return Prepared(timed, RustBenchmarks(timed), RustDialect(timed), partial(_how_to_time, timed))
        if kind is TestKind.INTEGRATION:
            need_library(builder)
            outside = await bench_of(ground, builder, target, OutsideBench)
            around = await asyncio.to_thread(callers, target, ground.scratch)
            await outside.choose([*([target] if target.public else []), *around])
            return Prepared(outside, RustFacts(outside), RustDialect(outside))
        if kind is TestKind.END_TO_END:
            need_axum(builder.crate)
            need_library(builder)
            routers = await asyncio.to_thread(routers_of, target, ground.scratch)
            asked = await bench_of(ground, builder, target, OutsideBench)
            await asked.choose(routers)
            return Prepared(asked, RustFacts(asked), RustDialect(asked))
        bench = await bench_of(ground, builder, target, RustBench)
        return Prepared(bench, RustFacts(bench), RustDialect(bench))


def _how_to_time(bench: TimedBench, trial: Trial) -> list[str]:
    """Here each benchmark makes its call once, and without optimisation."""
    return [f"Nothing was timed here: `cargo bench --bench {bench.program_of(trial.path)}` does it."]


def _target(snapshot: Snapshot, ground: Ground, symbol: Symbol, kind: TestKind) -> RustTarget:
    """The function.

    Raises:
        ProvingError: Its file has a syntax error, or nothing that is written here can call it.
    """
    path = whole_file(snapshot, "cargo can't build it")
    function = function_of(snapshot, symbol)
    if function is None:
        raise ProvingError(f"{symbol.qualified} is nothing that a test can call")
    odd = function.modifiers & ({"unsafe"} if kind is TestKind.END_TO_END else {"async", "unsafe"})
    if odd:
        raise ProvingError(
            f"{symbol.qualified} is {min(odd)}, and tests are written for neither async nor unsafe functions, but for "
            "requests to async ones"
        )
    copy = ground.scratch.inside(path)
    return RustTarget(snapshot, symbol, ground.scratch.outside(copy), function, ground.scratch.root, copy)
