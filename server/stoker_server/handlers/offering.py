"""Offers a model server that already runs on this machine: once, and never uses it unasked."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from lsprotocol import types

from stoker_providers.discovery import Found, find_local_servers
from stoker_server.files import write_private
from stoker_server.session import Session

DELAY = 5.0
"""Seconds after start: looking must not be on the way of the first completion."""

USE, LATER = "Use it", "Not now"


async def offer_local_server(session: Session) -> None:
    """Ask the user about a model server on loopback, where no provider is set and none was offered before."""
    workspace = session.workspace
    marker = workspace.paths.state / "offered"
    if "provider.name" in workspace.resolved(None).origins or await asyncio.to_thread(marker.exists):
        return
    await asyncio.sleep(DELAY)
    found = next((each for each in await find_local_servers() if each.models), None)
    if found is None:
        return
    await asyncio.to_thread(write_private, marker, found.name)
    answer = await session.editor.window_show_message_request_async(
        types.ShowMessageRequestParams(
            types.MessageType.Info,
            f"Stoker: {found.name} runs on this machine with {found.models[0]}. Let it draft? Nothing leaves the machine.",
            [types.MessageActionItem(USE), types.MessageActionItem(LATER)],
        )
    )
    if answer and answer.title == USE:
        session.show(await asyncio.to_thread(choose, workspace.paths.settings_file, found))
        await asyncio.to_thread(workspace.reload)
        await asyncio.to_thread(workspace.prepare)


def choose(file: Path, found: Found) -> str:
    """Write a model server into the user's settings.

    Returns:
        What was done, or what the user has to do, in a sentence.
    """
    # A JSON string is a TOML string: what a server calls its model can't end it and go on with settings of its own.
    quoted = (json.dumps(found.base_url), json.dumps(found.models[0]))
    table = '[provider]\nname = "compatible"\nbase_url = {}\nmodel = {}\n'.format(*quoted)
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    if "[provider" in before:
        return f"{file} has a [provider] table already; put this there: {table}"
    write_private(file, f"{before}\n{table}".lstrip())
    return f"{found.name} drafts from now on; {file} says so"
