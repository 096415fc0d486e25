"""Settings, files and folders that change while the server runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stoker_server.handlers.base import Handler
from stoker_server.session import Session
from stoker_server.uris import path_of, uri_of

logger = logging.getLogger(__name__)

SECTION = "stoker"
SETTINGS_FILES = ("stoker.toml", "pyproject.toml")
"""Files in which a project may have settings."""


async def fetch_settings(session: Session) -> None:
    """Ask the editor for its settings where it can be asked: those for all, and each folder's own."""
    with session.settling.change():
        if session.can("workspace", "configuration"):
            await _ask_editor(session)
        await _read_files(session)
    await _begin(session)


async def _ask_editor(session: Session) -> None:
    folders = (None, *session.workspace.folders)
    items = [types.ConfigurationItem(uri_of(each) if each else None, SECTION) for each in folders]
    try:
        answers = await session.editor.workspace_configuration_async(types.ConfigurationParams(items))
        for folder, values in zip(folders, answers or (), strict=False):  # an editor may know of no folders
            session.workspace.set_editor(values, folder)
    except JsonRpcException as error:
        logger.warning("the editor has no settings for Stoker: %s", error)


async def refresh(session: Session) -> None:
    """Read the settings files again, make the model that they want, and tell the user what is wrong with any."""
    with session.settling.change():
        await _read_files(session)
    await _begin(session)


async def _read_files(session: Session) -> None:
    await asyncio.to_thread(session.workspace.reload)
    session.completions.forget()
    await asyncio.to_thread(session.workspace.prepare)
    session.complain()


async def _begin(session: Session) -> None:
    await session.workspace.warm()
    session.index_soon()


async def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Take new settings: pushed ones from editors that push, else by asking."""
    if isinstance(params.settings, dict) and isinstance(params.settings.get(SECTION), dict):
        session.workspace.set_editor(params.settings[SECTION])
    await fetch_settings(session)


def did_change_watched_files(
    session: Session, params: types.DidChangeWatchedFilesParams
) -> Coroutine[Any, Any, None] | None:
    """Bring the index in step; read the project's settings again where they are among what changed."""
    paths = [path for each in params.changes if (path := path_of(each.uri))]
    for path in paths:
        session.indexing.changed(path)
    return refresh(session) if any(path.name in SETTINGS_FILES for path in paths) else None


async def did_change_workspace_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Open and close folders."""
    for folder in params.event.removed:
        session.workspace.remove(path_of(folder.uri) or Path())
    for folder in params.event.added:
        if path := path_of(folder.uri):
            await asyncio.to_thread(session.workspace.add, path)
    await fetch_settings(session)


HANDLERS = (
    Handler(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration),
    Handler(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files),
    Handler(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders),
)
