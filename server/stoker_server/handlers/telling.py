"""What editors say of ghost text: ``textDocument/didShowCompletion`` and ``textDocument/didPartiallyAcceptCompletion``.

They are Copilot's, not LSP's: most editors send neither, and their edits are read instead. An item is known again by its
command, whose argument is the id of its receipt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from stoker_server.capabilities import ACCEPTED
from stoker_server.columns import column_of
from stoker_server.documents import Document
from stoker_server.features.completion.acceptance import percent_kept
from stoker_server.handlers.base import Handler
from stoker_server.handlers.hover import remember_text
from stoker_server.session import Session
from stoker_wire.events import Kept

DID_SHOW, DID_PARTIALLY_ACCEPT = "textDocument/didShowCompletion", "textDocument/didPartiallyAcceptCompletion"
KEPT_AFTER = (30, 300)
"""Seconds after which it is looked whether what was accepted still stands."""


def did_show(session: Session, params: dict[str, Any]) -> None:
    """Ghost text is on the screen."""
    session.completions.telling.shown(_identifier(params["item"]))


def did_partially_accept(session: Session, params: dict[str, Any]) -> None:
    """Some of it was taken: so many UTF-16 units from the beginning of the item's text, whatever the position encoding."""
    item = params["item"]
    text = item["insertText"] if isinstance(item["insertText"], str) else item["insertText"]["value"]
    note_accepted(session, _identifier(item), len(text) - column_of(text, int(params["acceptedLength"]), "utf-16"))


def note_accepted(session: Session, suggestion: str, left: int | None = None) -> None:
    """The editor says that a suggestion was accepted, but for its last characters; ``None`` where all of it was."""
    accepted = session.completions.accepted(suggestion, left)
    document = session.documents.get(accepted[0]) if accepted else None
    if accepted and document:
        follow(session, document, suggestion, accepted[1])


def follow(session: Session, document: Document, suggestion: str, text: str) -> None:
    """Ghost text was accepted: remember where it stands, and look later how much of it still does."""
    session.protocol.in_background("what was written", remember_text(session, document, suggestion, text))
    session.protocol.in_background("what is kept", watch_what_is_kept(session, document, suggestion, text))


def _identifier(item: dict[str, Any]) -> str:
    """The id that an item of ours carries.

    Raises:
        KeyError: It carries none.
    """
    (identifier,) = item["command"]["arguments"]
    return str(identifier)


async def watch_what_is_kept(session: Session, document: Document, suggestion: str, text: str) -> None:
    """Look after a while how much of what was accepted still stands: that says more than the acceptance does."""
    waited = 0
    for seconds in KEPT_AFTER:
        await asyncio.sleep(seconds - waited)
        waited = seconds
        if session.documents.get(document.uri) is not document:
            return
        percent = await asyncio.to_thread(percent_kept, document.text, text)
        session.ledger.add(Kept(suggestion, seconds, percent))


def _accepted(session: Session, suggestion: str) -> None:
    """``stoker.accepted``: the editor has inserted all of a suggestion."""
    note_accepted(session, suggestion)


COMMANDS: Mapping[str, Callable[..., Any]] = {ACCEPTED: _accepted}
"""The commands of this module, each with one argument."""

HANDLERS = (
    Handler(DID_SHOW, did_show, raw=True),
    Handler(DID_PARTIALLY_ACCEPT, did_partially_accept, raw=True),
)
