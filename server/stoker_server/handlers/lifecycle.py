"""From ``initialize`` to ``exit``."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stoker_analyzers.index.entries import IGNORE_FILES
from stoker_analyzers.index.modules import ENDINGS
from stoker_server.capabilities import initialize_result
from stoker_server.exporting.background import keep_exporting
from stoker_server.handlers.base import Handler
from stoker_server.handlers.configuration import SETTINGS_FILES, fetch_settings
from stoker_server.handlers.offering import offer_local_server
from stoker_server.proving.sweeping import scratch_place, sweep
from stoker_server.session import Session
from stoker_server.sync.background import keep_in_sync
from stoker_server.uris import path_of

logger = logging.getLogger(__name__)

WATCHED = tuple(
    f"**/{name}" for name in (*SETTINGS_FILES, *IGNORE_FILES, f"*.{{{','.join(sorted(each[1:] for each in ENDINGS))}}}")
)
"""What the editor is asked to watch: settings, ignore files and everything that is indexed."""


def initialize(session: Session, params: dict[str, Any]) -> dict[str, Any]:
    """Learn what the editor can do and which folders are open."""
    result = initialize_result(params)
    session.protocol.is_initialized = True
    known = _understood(session, params)
    session.client = known.capabilities
    session.process_id = known.process_id
    session.documents.encoding = result["capabilities"]["positionEncoding"]
    if session.own_client:
        session.workspace.set_startup(known.initialization_options)
    else:  # whoever can connect to a socket is not the user yet
        session.workspace.set_editor(known.initialization_options)
    for folder in known.workspace_folders or _root(known):
        if path := path_of(folder.uri):
            session.workspace.add(path)
    session.workspace.reload()
    return result


async def initialized(session: Session, _: Any) -> None:
    """Ask the editor for what only a running conversation can give: settings and file watching."""
    if session.can("workspace", "did_change_watched_files", "dynamic_registration"):
        watchers = [types.FileSystemWatcher(glob) for glob in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        watching = types.Registration("stoker-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        try:
            await session.editor.client_register_capability_async(types.RegistrationParams([watching]))
        except JsonRpcException as error:
            logger.warning("the editor does not watch files: %s", error)
    await fetch_settings(session)
    session.protocol.in_background("looking for model servers", offer_local_server(session))
    workspace = session.workspace
    syncing = keep_in_sync(workspace.paths.database, lambda: workspace.resolved(None).settings, workspace.environ)
    session.protocol.in_background("the sync with a backend", syncing)
    exporting = keep_exporting(workspace.paths.database, lambda: workspace.resolved(None).settings)
    session.protocol.in_background("the export to a collector", exporting)
    session.protocol.in_background("removing what a killed process left", asyncio.to_thread(sweep, scratch_place()))


async def shutdown(session: Session, _: Any) -> None:
    """Stop all work; after this only ``exit`` is taken."""
    session.protocol.is_shut_down = True
    await session.jobs.close()


def leave(session: Session, _: Any) -> None:
    """End the conversation."""
    session.ended.set()


def _understood(session: Session, params: Any) -> types.InitializeParams:
    """The params in lsprotocol's types; those of a client with no capabilities where they are not of LSP's form."""
    try:
        typed = session.protocol.structure_message(
            {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
        )
    except JsonRpcException:
        logger.warning("the editor's initialize is not of LSP's form; its capabilities are taken for none")
        return types.InitializeParams(types.ClientCapabilities())
    understood: types.InitializeParams = typed.params
    return understood


def _root(params: types.InitializeParams) -> list[types.WorkspaceFolder]:
    uri = params.root_uri
    return [types.WorkspaceFolder(uri, uri)] if uri else []


HANDLERS = (
    Handler(types.INITIALIZE, initialize, raw=True),
    Handler(types.INITIALIZED, initialized),
    Handler(types.SHUTDOWN, shutdown),
    Handler(types.EXIT, leave),
)
