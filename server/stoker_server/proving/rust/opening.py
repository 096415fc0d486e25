"""Opens the ground for a Rust project: cargo's places, and the memory that compilers need."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.interpreter import own_interpreter
from stoker_server.proving.kept import kept_place
from stoker_server.proving.rust.building import DRIVER, CargoGround
from stoker_server.proving.rust.toolchain import toolchain_for
from stoker_server.proving.sandbox import shown

_MEMORY_MB = 4096
"""What compilers and linkers need at least; see also ``testing.memory_mb``."""


@contextlib.asynccontextmanager
async def open_cargo(terms: Terms) -> AsyncIterator[Ground]:
    """Where cargo builds.

    Raises:
        ProvingError: Cargo is missing, or the folder's code may not be run.
    """
    memory = max(terms.testing.memory_mb, _MEMORY_MB)
    roomy = replace(terms, testing=replace(terms.testing, memory_mb=memory))
    async with open_ground(roomy, python=own_interpreter()) as ground:
        with kept_place(ground.scratch, "cargo") as kept:
            isolates, lent = ground.sandbox.isolates, tuple(shown([DRIVER.parent]))
            tools = await asyncio.to_thread(toolchain_for, ground.scratch, kept, isolates=isolates)
            yield CargoGround(ground.scratch, ground.sandbox, ground.python, ground.terms, lent, tools=tools)
