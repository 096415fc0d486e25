"""Who judges a file: the linters that are installed, and Stoker's own findings. One place for both, asked before and after."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from stoker_analyzers.docstrings.drift import drift
from stoker_analyzers.findings import Finding
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Terms
from stoker_server.proving.tools import Toolbox, open_toolbox

OWN = "stoker"
"""Who says what Stoker marks itself."""


class Judges:
    """The tools for one request.

    Attributes:
        obstacle: Why no tool can be run at all; empty where some can.
    """

    def __init__(self, toolbox: Toolbox | None, obstacle: str = "") -> None:
        self._toolbox = toolbox
        self.obstacle = obstacle

    @property
    def toolbox(self) -> Toolbox | None:
        """What runs the tools; ``None`` where none can be run."""
        return self._toolbox

    @property
    def ran(self) -> set[str]:
        """Names of the programs that have been run."""
        return self._toolbox.ran if self._toolbox else set()

    @property
    def failures(self) -> dict[str, str]:
        """Why a tool said nothing, by its name."""
        return self._toolbox.failures if self._toolbox else {}

    async def left_out(self, path: Path | None, snapshot: Snapshot) -> tuple[str, ...]:
        """Why tools that are installed are not run, a sentence each."""
        if self._toolbox is None or path is None:
            return (self.obstacle,) if self.obstacle else ()
        language = snapshot.language.id if snapshot.language else ""
        return (await asyncio.to_thread(self._toolbox.tools_for, path, language))[1]

    async def findings(self, path: Path | None, snapshot: Snapshot) -> tuple[Finding, ...]:
        """What all say of a text.

        Raises:
            ProvingError: A tool may not be run here after all.
        """
        marked = await asyncio.to_thread(drift, snapshot)
        own = tuple(Finding(OWN, "docstring-drift", each.message, each.span) for each in marked)
        if self._toolbox is None or path is None:
            return own
        return (*await self._toolbox.findings(path, snapshot), *own)


@contextlib.asynccontextmanager
async def open_judges(terms: Terms) -> AsyncIterator[Judges]:
    """The judges for a folder; where no copy of it can be made, Stoker's own findings alone."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            toolbox = await stack.enter_async_context(open_toolbox(terms))
        except ProvingError as error:
            yield Judges(None, str(error))
            return
        yield Judges(toolbox)
