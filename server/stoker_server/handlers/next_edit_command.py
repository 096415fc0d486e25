"""``stoker.nextEdit``: goes to what follows from the latest edit, and makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lsprotocol import types

from stoker_server.capabilities import NEXT_EDIT, NEXT_EDIT_ACCEPTED
from stoker_server.documents import Document
from stoker_server.handlers.hops import as_json, next_hop, note_hop, position_of, replacement_of, text_edit_of
from stoker_server.jobs import Report
from stoker_server.session import Session


def next_edit(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.nextEdit`` {uri, position}: go to the next edit, or make it where the cursor is in its lines already.

    With ``{"options": {"apply": true}}`` it is made at once, with ``{"all": true}`` all that follow are.
    """
    document = session.documents[argument["uri"]]
    position, options = position_of(argument["position"]), argument.get("options") or {}

    def work(_: Report) -> Any:
        return _go(session, document, position, options)

    shown = session.can("window", "work_done_progress")
    return {"job": session.jobs.start("Stoker: next edit", work, shown=shown)}


async def _go(
    session: Session, document: Document, position: types.Position, options: Mapping[str, Any]
) -> dict[str, Any]:
    found = await next_hop(session, document, position)
    if found is None:
        return {"edit": None, "applied": False, "reason": "nothing follows from the latest changes"}
    hop, plan = found
    outcome = {"edit": as_json(session, document, hop, plan), "applied": False, "jumped": False}
    positions = session.positions(document)
    if hop.distance(position.line) and not options.get("apply") and not options.get("all"):
        if session.can("window", "show_document"):
            place = positions.range(replacement_of(positions, hop).span)
            shown = types.ShowDocumentParams(
                document.uri, take_focus=True, selection=types.Range(place.start, place.start)
            )
            outcome["jumped"] = (await session.editor.window_show_document_async(shown)).success
        return outcome
    edits = [text_edit_of(positions, each) for each in (plan.hops if options.get("all") else [hop])]
    versioned = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    change = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(versioned, list(edits))])
    if not session.can("workspace", "workspace_edit", "document_changes"):
        change = types.WorkspaceEdit(changes={document.uri: edits})
    label = f"Stoker: {plan.title} (receipt {plan.receipt.id})"
    answer = await session.editor.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(change, label))
    return {**outcome, "applied": answer.applied}


def accepted(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.nextEdit.accepted`` {uri, line}: the editor has made an edit; answers with the one that comes next, if known.

    That it was made is told from the document itself, so an editor need not send this.
    """
    document = session.documents.get(str(argument.get("uri")))
    hop_and_plan = session.next_edits.nearest(document.uri, int(argument.get("line", 0))) if document else None
    if document is None or hop_and_plan is None:
        return {"edits": []}
    note_hop(session, document, *hop_and_plan, 0.0)
    return {"edits": [as_json(session, document, *hop_and_plan)]}


COMMANDS: Mapping[str, Callable[..., Any]] = {NEXT_EDIT: next_edit, NEXT_EDIT_ACCEPTED: accepted}
"""The commands of this module, each with one argument."""
