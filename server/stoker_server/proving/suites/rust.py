"""A Rust crate's own tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.results import SuiteRun
from stoker_server.proving.rust.building import CargoGround, builder_for
from stoker_server.proving.rust.opening import open_cargo
from stoker_server.proving.rust.runs import Chosen, Runs
from stoker_server.proving.suites.base import ProjectSuite


class RustSuite(ProjectSuite):
    """Rust: the tests in the files' own crate, and those in its folder ``tests``."""

    suffixes = (".rs",)
    broken = 'compile_error!("must fail");\n'

    def open(self, terms: Terms) -> contextlib.AbstractAsyncContextManager[Ground]:
        """Where its code is built and run."""
        return open_cargo(terms)

    async def tests(self, ground: Ground, files: Sequence[Path]) -> tuple[Path, ...]:
        """The first file: which tests its crate has is known when it is built."""
        return tuple(files[:1])

    async def run(self, ground: Ground, path: Path, tests: Sequence[Path], *, seconds: float) -> SuiteRun:
        """Run all tests of a file's crate."""
        if not isinstance(ground, CargoGround) or ground.tools is None:
            raise NoVerdictError("the ground was not opened for cargo")
        builder = await builder_for(ground, ground.tools, path)
        text = await asyncio.to_thread(ground.scratch.read, path)
        build = await builder.build(text, list(builder.crate.suites.values()))
        if build.faults:
            return SuiteRun("done", problems=(build.why,))
        runs = Runs(builder)
        chosen = [
            Chosen(program, {each: f"{name or builder.crate.name}::{each}" for each in await runs.tests_of(program)})
            for name, program in build.programs.items()
        ]
        found = await runs.run([each for each in chosen if each.nodes], seconds=seconds)
        return replace(found, served=True)
