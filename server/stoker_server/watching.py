"""Notices when the editor's process is gone: a server that outlives its editor is a leak."""

from __future__ import annotations

import asyncio

from stoker_server.session import Session

INTERVAL = 3.0
"""Seconds between two looks; the closed input tells sooner in most cases."""


async def parent_gone(session: Session) -> None:
    """Return when the editor's process has died; never where it gave none."""
    import psutil

    while True:
        await asyncio.sleep(INTERVAL)
        if session.process_id is not None and not psutil.pid_exists(session.process_id):
            return
