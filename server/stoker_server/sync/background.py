"""Syncs beside the editor's work: soon after the start, then every minute, less and less often while the backend is away."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stoker_server.settings import Settings
from stoker_server.state.outbox import Outbox

logger = logging.getLogger(__name__)

FIRST_SECONDS = 10.0
"""From the start to the first sync: it must not be on the way of the first completions."""
EVERY_SECONDS = 60.0
"""Between two syncs."""
LONGEST_SECONDS = 3600.0
"""Between two attempts, however long the backend is away."""
LAST, PROBLEM = "last", "problem"
"""Under these names the database remembers when a sync succeeded, and why the latest did not."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A sync that did not come to an end.

    Attributes:
        why: A sentence.
        after: The seconds after which the backend wants to be asked again; 0 where it says nothing of it.
    """

    why: str
    after: float


async def keep_in_sync(database: Path, settings: Callable[[], Settings], environ: Mapping[str, str]) -> None:
    """Sync until cancelled. While there is no backend in the settings it notes so, once, and imports nothing.

    Args:
        database: The local database.
        settings: Gives the settings in force.
        environ: The environment.
    """
    await asyncio.sleep(FIRST_SECONDS)
    wait, wanted = EVERY_SECONDS, True
    while True:
        earliest = 0.0
        if settings().backend.url:
            failed, wanted = await sync_and_note(database, settings(), environ), True
            wait = min(2 * wait, LONGEST_SECONDS) if failed else EVERY_SECONDS
            earliest = failed.after if failed else 0.0
        elif wanted:
            await asyncio.to_thread(Outbox(database).agree, ())  # what happens meanwhile is never sent
            wanted = False
        chance = random.uniform(0.8, 1.2)  # noqa: S311  # so that a team's machines don't come together
        await asyncio.sleep(max(wait * chance, earliest * (chance + 0.2)))


async def sync_and_note(database: Path, settings: Settings, environ: Mapping[str, str]) -> Failed | None:
    """Sync once; why it did not come to an end, if it did not. `stoker sync status` tells it, too."""
    from stoker_server.sync.backend import BackendError, OfflineError
    from stoker_server.sync.once import Sync

    sync, failed = Sync(database, settings, environ), None
    try:
        await sync.run()
    except BackendError as error:
        failed = Failed(str(error), error.after if isinstance(error, OfflineError) else 0.0)
        logger.info("not synced: %s", failed.why)
    else:
        await asyncio.to_thread(sync.outbox.note, LAST, datetime.now(UTC).isoformat(timespec="seconds"))
    await asyncio.to_thread(sync.outbox.note, PROBLEM, failed.why if failed else "")
    return failed
