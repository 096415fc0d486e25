"""Stoker's own requests: what a bug report needs, receipts, and the outcome of a command."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from stoker_analyzers.syntax import s_expression
from stoker_server.handlers.base import Handler
from stoker_server.protocol import INVALID_PARAMS, Refused
from stoker_server.session import Session
from stoker_server.status import status as status_of


def document(session: Session, params: dict[str, Any]) -> dict[str, Any]:
    """``stoker/document`` {uri}: the text, version and tree as the server has them."""
    snapshot = session.documents[params["uri"]].snapshot()
    return {
        "text": snapshot.text,
        "version": snapshot.version,
        "language": snapshot.language.id if snapshot.language else None,
        "tree": s_expression(snapshot),
    }


async def receipt(session: Session, params: dict[str, Any]) -> dict[str, Any]:
    """``stoker/receipt`` {id}: what was checked before something was offered."""
    found = await session.ledger.get(str(params["id"]))
    if found is None:
        raise Refused(INVALID_PARAMS, f"there is no receipt {params['id']}; receipts are kept for a while only")
    return found.to_json()


def receipts(session: Session, _: Any) -> list[dict[str, Any]]:
    """``stoker/receipts``: this session's latest receipts, newest first; ghost text can't carry its own."""
    return [each.to_json() for each in session.ledger.latest]


async def status(session: Session, params: dict[str, Any] | None) -> dict[str, Any]:
    """``stoker/status`` {uri?}: which models draft, which can't be asked and until when, what today cost.

    Besides, of a document: which setting keeps completions away, and whether its folder's code may be run. Of settings
    that are being changed it waits for the new ones.
    """
    await session.settling.over()
    uri = str((params or {}).get("uri") or "")
    path, document = session.path(uri) if uri else None, session.documents.get(uri)
    trusted = await asyncio.to_thread(session.workspace.trusts, session.workspace.folder_of(path))
    quiet = session.silence(document) if document else ""
    return {**status_of(session.workspace, path), "quiet": quiet or None, "trusted": trusted}


def outcome(session: Session, params: dict[str, Any]) -> Coroutine[Any, Any, Any]:
    """``stoker/outcome`` {job}: what a command came to, once it has ended."""
    name = str(params["job"])
    if name not in session.jobs:
        raise Refused(INVALID_PARAMS, f"there is no job {name}")
    return session.jobs.outcome(name)


def cancel_progress(session: Session, params: dict[str, Any]) -> None:
    """``window/workDoneProgress/cancel``: the user pressed the progress bar's button."""
    session.jobs.cancel(str(params["token"]))


HANDLERS = (
    Handler("stoker/document", document, raw=True),
    Handler("stoker/receipt", receipt, raw=True),
    Handler("stoker/receipts", receipts, raw=True),
    Handler("stoker/status", status, raw=True),
    Handler("stoker/outcome", outcome, raw=True),
    Handler("window/workDoneProgress/cancel", cancel_progress, raw=True),
)
