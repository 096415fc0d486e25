"""Opens the ground for a Java project: the JDK, Maven and what it fetched lent to it, and a place for what is kept."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.interpreter import own_interpreter
from stoker_server.proving.java.asking import JavaGround
from stoker_server.proving.java.project import find_programs
from stoker_server.proving.kept import kept_place
from stoker_server.proving.sandbox import shown


@contextlib.asynccontextmanager
async def open_java(terms: Terms) -> AsyncIterator[Ground]:
    """Where Java is compiled and run.

    Raises:
        ProvingError: There is no JDK, or the folder's code may not be run.
    """
    programs = await asyncio.to_thread(find_programs)
    async with open_ground(terms, python=own_interpreter()) as ground:
        with kept_place(ground.scratch, "maven") as kept:
            lent = tuple(shown(programs.needs))
            yield JavaGround(
                ground.scratch, ground.sandbox, ground.python, ground.terms, lent, programs=programs, kept=kept
            )
