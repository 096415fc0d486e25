"""Opens the ground for a Go module, with Go and the downloaded modules lent to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

from stoker_server.proving.go.toolchain import find_go
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.interpreter import own_interpreter


@contextlib.asynccontextmanager
async def open_go(terms: Terms) -> AsyncIterator[Ground]:
    """Where Go builds and runs.

    Raises:
        ProvingError: Go is missing, or the folder's code may not be run.
    """
    go = await asyncio.to_thread(find_go)
    async with open_ground(terms, python=own_interpreter()) as ground:
        yield replace(ground, lent=go.lent())
