"""Keeps an index of every open folder: one builder process each, which ends with the server and never holds it up.

The server only reads what the builders write, also while they are at it; nothing is written into a workspace.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from stoker_analyzers.index.entries import MAX_BYTES
from stoker_analyzers.index.excludes import VARIABLES
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.index.store import database_of, remove
from stoker_server import workers
from stoker_server.workspace import Workspace

logger = logging.getLogger(__name__)

DELAY = 3.0
"""Seconds after which building begins: what the user asks for first comes first."""
ATTEMPTS = 3
"""How often a builder is started for a folder before it is given up."""
_KB = 1000


class Indexing:
    """The indexes of a session's folders."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._indexes: dict[Path, _Index] = {}
        self._begun = asyncio.Event()

    def of(self, folder: Path | None) -> IndexQuery | None:
        """The index of an open folder; ``None`` before it is begun and where the settings want none.

        It may still be being built: ``ready`` says so.
        """
        index = self._indexes.get(folder) if folder else None
        if index is None:
            return None
        index.mend()
        return index.query

    async def follow_soon(self) -> None:
        """Wait a little, then have an index for each open folder, and none for others."""
        await asyncio.sleep(DELAY)
        await self.follow()

    async def follow(self) -> None:
        """Have an index for each open folder, and none for others."""
        wanted = {folder for folder in self._workspace.folders if self._settings(folder).enabled}
        gone = [self._indexes.pop(folder) for folder in set(self._indexes) - wanted]
        for folder in wanted - set(self._indexes):
            max_bytes = min(self._settings(folder).max_file_kb * _KB, MAX_BYTES)
            self._indexes[folder] = _Index(folder, self._workspace.paths.cache, max_bytes)
        self._begun.set()
        await asyncio.gather(*(index.close() for index in gone))

    async def settled(self, folder: Path, seconds: float) -> bool:
        """Wait until a folder's index is in step with its files, so many seconds at most; whether it is.

        Before the first indexes are begun that is waited for, too, but not where the settings want none.
        """
        if not self._settings(folder).enabled:
            return False
        try:
            async with asyncio.timeout(seconds):
                await self._begun.wait()
                index = self._indexes.get(folder)
                if index is not None:
                    await index.settled.wait()
        except TimeoutError:
            return False
        return index is not None

    def changed(self, path: Path) -> None:
        """Tell the builder of a file or a folder that changed, came or went."""
        folder = self._workspace.folder_of(path)
        if folder in self._indexes and folder:
            self._indexes[folder].tell({"changed": path.relative_to(folder).as_posix()})

    async def close(self) -> None:
        """End all builders."""
        indexes, self._indexes = list(self._indexes.values()), {}
        await asyncio.gather(*(index.close() for index in indexes))

    def _settings(self, folder: Path) -> Any:
        return self._workspace.resolved(folder / "file").settings.index


class _Index:
    """One folder's index and the process that keeps it in step."""

    def __init__(self, folder: Path, cache: Path, max_bytes: int) -> None:
        self._folder = folder
        self._database = database_of(folder, cache)
        self._max_bytes = max_bytes
        self._process: asyncio.subprocess.Process | None = None
        self.query = IndexQuery(self._database)
        self.settled = asyncio.Event()
        """Set once the builder has gone through the whole folder."""
        self._task = asyncio.ensure_future(self._run())

    def tell(self, command: dict[str, Any]) -> None:
        """Send the builder a command; before it runs there is nothing it would not find itself."""
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(command).encode() + b"\n")

    def mend(self) -> None:
        """Where reading met damage, have the index made anew."""
        if self.query.damage:
            self._kill()

    async def close(self) -> None:
        """End the builder and let go of the database."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.query.close()

    async def _run(self) -> None:
        for _ in range(ATTEMPTS):
            try:
                if self.query.damage:
                    logger.warning("the index of %s is damaged and made anew: %s", self._folder, self.query.damage)
                    self.query.close()
                    await asyncio.to_thread(remove, self._database)
                status = await self._build()
            except OSError as error:
                logger.warning("%s is not indexed: %s", self._folder, error)
                return
            logger.warning("the builder of the index of %s ended with status %s", self._folder, status)

    async def _build(self) -> int:
        """Run a builder to its end, which comes only by a failure.

        Raises:
            OSError: It can't be started.
        """
        arguments = (str(self._folder), str(self._database), "--max-bytes", str(self._max_bytes))
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", "stoker_analyzers.index", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=workers.environment() | {each: os.environ[each] for each in VARIABLES if each in os.environ},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert process.stdout  # noqa: S101  # it is a pipe
        try:
            async for line in process.stdout:
                self._hear(json.loads(line))
            return await process.wait()
        finally:
            self._kill()
            await asyncio.shield(asyncio.ensure_future(process.wait()))

    def _hear(self, message: dict[str, Any]) -> None:
        logger.info("the index of %s: %s", self._folder, message)
        if message.get("state") == "ready":
            self.settled.set()
        if message.get("state") == "failed":
            logger.warning("the index of %s: %s", self._folder, message.get("why"))
            self.query.close()  # on Windows it could not be removed while it is open here

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()  # what it had not finished is undone when the database is opened next
