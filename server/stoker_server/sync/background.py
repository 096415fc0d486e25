"""Syncs beside the editor's work: soon after the start, then every minute, less and less often while the backend is away."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from stoker_server.settings import Settings

logger = logging.getLogger(__name__)

FIRST_SECONDS = 10.0
"""From the start to the first sync: it must not be on the way of the first completions."""
EVERY_SECONDS = 60.0
"""Between two syncs."""
LONGEST_SECONDS = 3600.0
"""Between two attempts, however long the backend is away."""
LAST, PROBLEM = "last", "problem"
"""Under these names the database remembers when a sync succeeded, and why the latest did not."""


async def keep_in_sync(database: Path, settings: Callable[[], Settings], environ: Mapping[str, str]) -> None:
    """Sync until cancelled. Does nothing, and imports nothing, while there is no backend in the settings.

    Args:
        database: The local database.
        settings: Gives the settings in force.
        environ: The environment.
    """
    await asyncio.sleep(FIRST_SECONDS)
    wait = EVERY_SECONDS
    while True:
        if settings().backend.url:
            problem = await sync_and_note(database, settings(), environ)
            wait = min(2 * wait, LONGEST_SECONDS) if problem else EVERY_SECONDS
        await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311  # so that a team's machines don't come together


async def sync_and_note(database: Path, settings: Settings, environ: Mapping[str, str]) -> str:
    """Sync once; why it did not come to an end, as a sentence, else nothing. `stoker sync status` tells it, too."""
    from stoker_server.sync.backend import BackendError
    from stoker_server.sync.once import Sync

    sync, problem = Sync(database, settings, environ), ""
    try:
        await sync.run()
    except BackendError as error:
        problem = str(error)
        logger.info("not synced: %s", problem)
    else:
        await asyncio.to_thread(sync.outbox.note, LAST, datetime.now(UTC).isoformat(timespec="seconds"))
    await asyncio.to_thread(sync.outbox.note, PROBLEM, problem)
    return problem
