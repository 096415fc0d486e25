"""The workbench for criterion's benchmarks of a Rust function: programs of their own, which cargo builds from ``benches/``.

As a test such a program makes each call once (``--test``): that is how mutants are tried.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from stoker_server.features.testing.rust.programs import ProgramBench
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.rust.building import Build, Outside
from stoker_server.proving.rust.crates import Crate
from stoker_server.proving.rust.runs import Chosen

CRITERION = "criterion"
_NAMED = re.compile(r"""\.bench_function\(\s*"((?:[^"\\]|\\.)+)\"""")


def need_criterion(crate: Crate) -> None:
    """Make sure that a crate can have benchmarks.

    Raises:
        ProvingError: It can't.
    """
    if CRITERION not in crate.development:
        raise ProvingError(
            f"performance tests of Rust are written for criterion, and {crate.name} does not have it among its "
            "dev-dependencies (Rust's own `#[bench]` needs a nightly compiler)"
        )
    if not crate.library:
        raise ProvingError("benchmarks can call the functions of a library only, and this file belongs to a program")


class TimedBench(ProgramBench):
    """Everything that the author of benchmarks and checks share."""

    timed = True

    def find_existing(self) -> tuple[Path, ...]:
        """None: what the tests show is no matter for a benchmark."""
        return ()

    def test_names(self, text: str) -> Sequence[str]:
        """The benchmarks of a file."""
        return _NAMED.findall(text)

    def program_of(self, path: Path) -> str:
        """What cargo calls the program of a file of benchmarks."""
        return self.builder.crate.benches.get(self.ground.seen(path), path.stem)

    async def build_timed(self, text: str, path: Path, further: dict[Path, str] | None = None) -> Build:
        """Build a program of benchmarks.

        Args:
            text: The text of the file under test.
            path: The file of benchmarks.
            further: Texts of files that are not in the copy; those of the copy where there are none.
        """
        scratch = self.ground.scratch
        manifest = scratch.original / self.builder.crate.manifest.relative_to(self.ground.folder)
        texts = further or {each: await asyncio.to_thread(scratch.read, each) for each in (path, manifest)}
        return await self.builder.build(text, outside=Outside(self.program_of(path), texts))

    async def program(self, path: Path, text: str, names: Collection[str] | None = None) -> tuple[list[Chosen], Build]:
        """The benchmarks of a file, built with a text of the file under test."""
        build = await self.build_timed(text, path)
        where = path.relative_to(self.ground.scratch.original).as_posix()
        found = self.test_names(await asyncio.to_thread(self.ground.scratch.read, path))
        nodes = {each: f"{where}::{each}" for each in found if names is None or each in names}
        program = build.programs.get(self.program_of(path))
        return [Chosen(program, nodes, timed=True)] if program else [], build
