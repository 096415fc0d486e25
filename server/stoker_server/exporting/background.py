"""Exports beside the editor's work, now and then, in a thread. Without an address it does nothing and imports nothing."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stoker_server.exporting.claiming import claim
from stoker_server.settings import Settings

if TYPE_CHECKING:
    from stoker_server.exporting.telling import Teller

logger = logging.getLogger(__name__)
FIRST_SECONDS = 5.0
"""From the start to the first look: the first completions come first."""
EVERY_SECONDS = 15.0
"""Between two looks."""
NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def wrong_with(endpoint: str) -> str:
    """Why nothing can be exported to an address, as a sentence; empty where something can, or where there is none."""
    if not endpoint:
        return ""
    parts = urlsplit(endpoint)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        return f"monitoring.otlp is {endpoint!r}; it is an address such as http://127.0.0.1:4318"
    missing = [each for each in NEEDED if not _is_there(each)]
    return f"monitoring.otlp needs {missing[0]}; install it by `pip install 'stoker[otel]'`" if missing else ""


class Export:
    """The way to a collector, opened when there is something to tell."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._endpoint = ""
        self._teller: Teller | None = None
        self._problem = ""

    def run(self, endpoint: str) -> None:
        """Tell what has happened since the last time. Waits for disk and network: keep off the event loop."""
        if problem := wrong_with(endpoint):
            self._say(problem)
        if problem or not endpoint:
            return
        if endpoint != self._endpoint:
            self.close()
            self._endpoint = endpoint
        if not (events := claim(self._database)):
            return
        if self._teller is None:
            from stoker_server.exporting.telling import Teller

            self._teller = Teller(endpoint)
        self._teller.tell(events)

    def close(self) -> None:
        """End what was opened."""
        if self._teller:
            self._teller.close()
            self._teller = None

    def _say(self, problem: str) -> None:
        """Log a problem once."""
        if problem != self._problem:
            logger.warning("%s", problem)
            self._problem = problem


async def keep_exporting(database: Path, settings: Callable[[], Settings]) -> None:
    """Export until cancelled.

    Args:
        database: The local database.
        settings: Gives the settings in force.
    """
    export = Export(database)
    try:
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            if endpoint := settings().monitoring.otlp:
                await asyncio.to_thread(export.run, endpoint)
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        export.close()


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
