"""``stoker.nextEdit``: goes to what follows from the latest edit, and makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lsprotocol import types

from stoker_server.capabilities import NEXT_EDIT, NEXT_EDIT_ACCEPTED
from stoker_server.documents import Document
from stoker_server.features.next_edit.plan import Hop, Plan
from stoker_server.handlers.hops import (
    as_json,
    document_of,
    hop_elsewhere,
    next_hop,
    note_hop,
    position_of,
    replacement_of,
    text_edit_of,
)
from stoker_server.jobs import Report
from stoker_server.session import Session


def next_edit(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.nextEdit`` {uri, position}: go to the next edit, or make it where the cursor is in its lines already.

    With ``{"options": {"apply": true}}`` it is made at once, with ``{"all": true}`` all that follow are, in every file; with
    ``{"look": true}`` it is only told. What follows in the document comes first, then what follows in other files.
    """
    document = session.documents[argument["uri"]]
    position, options = position_of(argument["position"]), argument.get("options") or {}

    def work(_: Report) -> Any:
        return _go(session, document, position, options)

    shown = session.can("window", "work_done_progress") and not options.get("look")
    return {"job": session.jobs.start("Stoker: next edit", work, shown=shown)}


async def _go(
    session: Session, document: Document, position: types.Position, options: Mapping[str, Any]
) -> dict[str, Any]:
    found = await _found(session, document, position, options)
    if found is None:
        return {"edit": None, "applied": False, "reason": "nothing follows from the latest changes"}
    there, hop, plan = found
    outcome = {"edit": as_json(session, there, hop, plan), "applied": False, "jumped": False}
    if options.get("look"):
        return outcome
    away = there.uri != document.uri or hop.distance(position.line)
    if away and not options.get("apply") and not options.get("all"):
        if session.can("window", "show_document"):
            place = session.positions(there).range(replacement_of(session.positions(there), hop).span)
            start = types.Range(place.start, place.start)
            shown = types.ShowDocumentParams(there.uri, take_focus=True, selection=start)
            outcome["jumped"] = (await session.editor.window_show_document_async(shown)).success
        return outcome
    changed = [(there, plan, plan.hops if options.get("all") else [hop])]
    if options.get("all"):
        others = [each for each in await _others(session) if each[0].uri != there.uri]
        changed += [(each, its, its.hops) for each, its in others]
    label = f"Stoker: {plan.title} (receipt {plan.receipt.id})"
    change = _workspace_edit(session, changed)
    answer = await session.editor.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(change, label))
    for each, _, hops in changed:
        if answer.applied and session.documents.get(each.uri) is None:
            session.next_edits.made(each.uri, hops)
    return {**outcome, "applied": answer.applied, "files": len(changed)}


async def _found(
    session: Session, document: Document, position: types.Position, options: Mapping[str, Any]
) -> tuple[Document, Hop, Plan] | None:
    """What follows in the document, else in another one; the model is asked last."""
    here = await next_hop(session, document, position, model=False)
    if here is None and (elsewhere := await hop_elsewhere(session, every=bool(options.get("all")))):
        return elsewhere
    if here is None and not options.get("look"):
        here = await next_hop(session, document, position)
    return (document, *here) if here else None


async def _others(session: Session) -> list[tuple[Document, Plan]]:
    """All that follows in other files."""
    await hop_elsewhere(session, every=True)
    found = [(await document_of(session, uri, plan), plan) for uri, plan in session.next_edits.away()]
    return [(document, plan) for document, plan in found if document is not None]


def _workspace_edit(session: Session, changed: Sequence[tuple[Document, Plan, list[Hop]]]) -> types.WorkspaceEdit:
    edits = {
        document.uri: (document, [text_edit_of(session.positions(document), hop) for hop in hops])
        for document, _, hops in changed
    }
    if not session.can("workspace", "workspace_edit", "document_changes"):
        return types.WorkspaceEdit(changes={uri: made for uri, (_, made) in edits.items()})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, document.version), list(made))
            for uri, (document, made) in edits.items()
        ]
    )


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
