"""What the requests for next edits have in common: how a hop is asked for, noted as shown, and said in LSP's words."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import changed_range
from stoker_server.capabilities import NEXT_EDIT_ACCEPTED
from stoker_server.documents import Document
from stoker_server.elsewhere import OtherFiles
from stoker_server.features.base import FeatureRequest
from stoker_server.features.next_edit.plan import Hop, Plan
from stoker_server.handlers.suggesting import is_paused
from stoker_server.positions import Positions
from stoker_server.session import Session
from stoker_server.uris import path_of
from stoker_wire.events import Shown

INDEX_SECONDS = 20.0
"""How long what follows elsewhere waits for the index of its folder: an editor asks once, and the first edit may come first."""

_WORD = re.compile(r"\w*")
_WORD_BEFORE = re.compile(r"\w*\Z")


async def next_hop(
    session: Session, document: Document, position: types.Position, *, model: bool = True
) -> tuple[Hop, Plan] | None:
    """The next hop in a document, noted as shown; ``None`` where there is none.

    Args:
        session: The conversation.
        document: The document.
        position: The cursor.
        model: Whether the model may be asked where nothing follows mechanically.
    """
    if not session.follows(document):
        return None
    began = time.perf_counter()
    request = request_for(session, document, position)
    found = await session.next_edits.ask(request, model=model and not is_paused(session, request))
    if found:
        note_hop(session, document, *found, time.perf_counter() - began)
    return found


async def hop_elsewhere(session: Session, *, every: bool = False) -> tuple[Document, Hop, Plan] | None:
    """The next hop in another document than the one that was changed, noted as shown; its document need not be open.

    Args:
        session: The conversation.
        every: Whether all other files are to be known, and not only as many as it takes to find one hop.
    """
    began = time.perf_counter()
    newest = tuple(dict.fromkeys(each.uri for each in session.recent_edits.latest()))
    found = None if every else await session.next_edits.elsewhere(newest, lambda uri: _asked(session, uri))
    if found is None:
        folders = {session.workspace.folder_of(session.path(uri)) for uri in newest}
        await asyncio.gather(*(session.indexing.settled(each, INDEX_SECONDS) for each in folders if each))
        found = await session.next_edits.elsewhere(newest, lambda uri: _asked(session, uri))
    if found is None:
        return None
    uri, hop, plan = found
    document = await document_of(session, uri, plan)
    if document is None:
        return None
    note_hop(session, document, hop, plan, time.perf_counter() - began)
    return document, hop, plan


async def document_of(session: Session, uri: str, plan: Plan) -> Document | None:
    """The document that a plan is for, read from disk where it is not open; ``None`` where its lines have changed since."""
    document = session.documents.get(uri) or await asyncio.to_thread(_closed_document, session, uri)
    if document is None or not all(each.stands(document.lines) for each in plan.hops):
        session.next_edits.closed(uri)  # it has changed on disk since
        return None
    return document


def _closed_document(session: Session, uri: str) -> Document | None:
    """A file that is not open, as a document without a version; ``None`` where it can't be read."""
    path = path_of(uri)
    language = by_path(path) if path else None
    try:
        text = path.read_bytes().decode("utf-8") if path else None
    except (OSError, UnicodeDecodeError):
        return None
    identifier = language.id if language else "plaintext"
    return None if text is None else Document(uri, identifier, None, text, session.documents.encoding)


def _asked(session: Session, uri: str) -> tuple[FeatureRequest, OtherFiles] | None:
    """The request for a changed document, and what its folder holds besides; ``None`` for one outside any."""
    document, path = session.documents.get(uri), session.path(uri)
    folder = session.workspace.folder_of(path)
    if document is None or path is None or folder is None or not session.follows(document):
        return None
    latest = next((each for each in session.recent_edits.latest() if each.uri == uri), None)
    request = request_for(session, document, types.Position(latest.line - 1 if latest else 0, 0))
    followed = {
        place: each.snapshot() for each in session.documents if (place := path_of(each.uri)) and session.follows(each)
    }
    own, index = path.relative_to(folder).as_posix(), session.indexing.of(folder)
    return request, OtherFiles(folder, own, index, followed, session.workspace.private.reason)


def request_for(session: Session, document: Document, position: types.Position) -> FeatureRequest:
    """What the feature is asked at a cursor in a document as it is now."""
    positions = session.positions(document)
    services = session.workspace.services(session.path(document.uri))
    services = dataclasses.replace(services, recent=session.recent_edits.latest())
    offset = positions.offset(position)
    return FeatureRequest(positions.snapshot, Span(offset, offset), services)


def note_hop(session: Session, document: Document, hop: Hop, plan: Plan, seconds: float) -> None:
    """Remember that a hop was sent to the editor so many seconds after it was asked for; a plan counts once."""
    if not session.next_edits.show(document.uri, plan, hop):
        return
    session.ledger.note(plan.receipt)
    author, text = plan.receipt.author.partition("/")[0], "".join(hop.after)
    milliseconds = round(1_000 * seconds)
    session.ledger.add(Shown(plan.receipt.id, document.language_id, author, len(text), len(hop.after), milliseconds))


def replacement_of(positions: Positions, hop: Hop) -> Replacement:
    """What changes in a hop's lines, widened to whole words: that is what an editor draws."""
    old, new = "".join(hop.before), "".join(hop.after)
    was, now = changed_range(old, new)
    head = len(_WORD_BEFORE.search(old, 0, was.start)[0])  # type: ignore[index]  # it matches everywhere
    tail = len(_WORD.match(old, was.end)[0])  # type: ignore[index]  # it matches everywhere
    start = positions.snapshot.line_starts[hop.line]
    span = Span(start + was.start - head, start + was.end + tail)
    return Replacement(span, new[now.start - head : now.end + tail])


def text_edit_of(positions: Positions, hop: Hop) -> types.TextEdit:
    """A hop as an editor makes it."""
    change = replacement_of(positions, hop)
    return types.TextEdit(positions.range(change.span), change.text)


def as_json(session: Session, document: Document, hop: Hop, plan: Plan) -> dict[str, Any]:
    """An edit in Copilot's shape, with what it is and its receipt."""
    edit = session.protocol.plain(text_edit_of(session.positions(document), hop))
    command = {
        "title": "Next edit",
        "command": NEXT_EDIT_ACCEPTED,
        "arguments": [{"uri": document.uri, "line": hop.line}],
    }
    return {
        "text": edit["newText"],
        "range": edit["range"],
        "textDocument": {"uri": document.uri, "version": document.version},
        "command": command,
        "title": plan.title,
        "receipt": plan.receipt.id,
    }


def position_of(value: Mapping[str, Any]) -> types.Position:
    """A position from JSON.

    Raises:
        KeyError: A field is missing.
    """
    return types.Position(int(value["line"]), int(value["character"]))
