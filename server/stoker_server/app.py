"""Builds the server from its parts and runs it over a transport. The only place that knows them all."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import secrets
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import converters
from pygls.lsp.server import LanguageServer

from stoker_server.features.base import Feature
from stoker_server.features.completion import CompletionFeature
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.fix import FixFeature
from stoker_server.features.generate import GenerateFeature
from stoker_server.features.next_edit import NextEditFeature
from stoker_server.features.refactor import RefactorFeature
from stoker_server.features.testing import TestFeature
from stoker_server.framing import frame
from stoker_server.greeting import Opening
from stoker_server.handlers import HANDLERS
from stoker_server.logs import log_to
from stoker_server.paths import find_paths
from stoker_server.protocol import Protocol, Route
from stoker_server.session import Session
from stoker_server.state.ledger import Ledger
from stoker_server.transport import (
    PipeWriter,
    SocketWriter,
    StreamWriter,
    framed,
    read_pipe,
    read_stream,
    serve_tcp,
    serve_websocket,
)
from stoker_server.version import __version__
from stoker_server.watching import parent_gone
from stoker_server.workspace import Workspace

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

FEATURES: tuple[Feature, ...] = (
    CompletionFeature(),
    NextEditFeature(),
    DocstringFeature(),
    TestFeature(),
    RefactorFeature(),
    FixFeature(),
    GenerateFeature(),
)
"""Everything a user can ask for."""

LEAVING_SECONDS = 2.0
"""How long the server waits for its own work to stop before it ends anyway."""

TOKEN_VARIABLE = "STOKER_WS_TOKEN"  # noqa: S105  # the variable's name, not a token


def build_session(writer: Any, *, headers: bool = True) -> Session:
    """A session that writes to a client, ready to take its messages.

    Args:
        writer: Takes bytes by ``write``.
        headers: Whether the transport needs LSP's header before each message.
    """
    paths = find_paths(os.environ)
    editor = LanguageServer("stoker", __version__, protocol_cls=Protocol, converter_factory=converters.get_converter)
    editor.protocol.set_writer(writer, include_headers=headers)
    session = Session(editor, Workspace(paths, os.environ), FEATURES, Ledger(paths.database))
    session.protocol.start({each.method: Route(partial(each.call, session), each.raw) for each in HANDLERS})
    return session


def run_stdio(source: int, sink: int, opening: Opening) -> int:
    """Serve the editor on the other end of two descriptors, whose ``initialize`` was answered already.

    Returns:
        The exit status.
    """
    log_to(find_paths(os.environ).log_file)
    writer = PipeWriter(sink)

    async def serve() -> int:
        session = build_session(writer)
        session.own_client = True
        session.protocol.greeted = json.loads(opening.initialize)["id"]
        _tidy_memory()
        first = frame(opening.initialize) + opening.rest
        status = await _serve(session, read_pipe(source, first, session.protocol.receive))
        writer.close()
        logging.shutdown()
        os._exit(status)  # a thread that still waits, for a keyring's prompt say, must not keep the server alive

    return asyncio.run(serve())


def run_tcp(port: int) -> int:
    """Serve every connection to a loopback port, each by a session of its own."""

    async def connected(reader: asyncio.StreamReader, stream: asyncio.StreamWriter) -> None:
        writer = StreamWriter(stream)
        session = build_session(writer)
        await _serve(session, read_stream(reader, session.protocol.receive), watch_parent=False)
        writer.close()

    log_to(find_paths(os.environ).log_file)
    return _until_interrupted(serve_tcp(port, connected))


def run_websocket(port: int, origins: Sequence[str]) -> int:
    """Serve every WebSocket connection to a loopback port that brings the token, each by a session of its own."""

    async def connected(socket: ServerConnection) -> None:
        writer = SocketWriter(socket)
        session = build_session(writer, headers=False)

        async def read() -> None:
            async for message in socket:
                session.protocol.receive(framed(message))

        await _serve(session, read(), watch_parent=False)
        writer.close()

    log_to(find_paths(os.environ).log_file)
    token = os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(24)
    return _until_interrupted(serve_websocket(port, token, tuple(origins), connected))


async def _serve(session: Session, reading: Any, *, watch_parent: bool = True) -> int:
    """Take messages until the client leaves, its stream ends or its process dies.

    Returns:
        0 after an orderly shutdown, 1 otherwise, as LSP has it.
    """
    ends = [asyncio.ensure_future(reading), asyncio.ensure_future(session.ended.wait())]
    if watch_parent:
        ends.append(asyncio.ensure_future(parent_gone(session)))
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    try:
        async with asyncio.timeout(LEAVING_SECONDS):
            await session.close()
    except TimeoutError:
        logging.getLogger(__name__).warning("some work did not stop within %g s", LEAVING_SECONDS)
    return 0 if session.protocol.is_shut_down else 1


def _until_interrupted(serving: Any) -> int:
    try:
        asyncio.run(serving)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"stoker: the port can't be used: {error.strerror}; choose another", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _tidy_memory() -> None:
    """Keep what was imported out of every later garbage collection: it never becomes garbage."""
    gc.collect()
    gc.freeze()
