"""``textDocument/copilotInlineEdit`` and ``stoker.nextEdit``: what follows from an edit, wherever in the document it is.

The request has the shape that editors know from Copilot's server; they draw what it answers.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.snapshot import changed_range
from stoker_server.documents import Document
from stoker_server.features.base import FeatureRequest
from stoker_server.features.next_edit.plan import Hop, Plan
from stoker_server.handlers.base import Handler
from stoker_server.handlers.suggesting import is_paused
from stoker_server.jobs import Report
from stoker_server.positions import Positions
from stoker_server.session import Session
from stoker_wire.events import Shown

QUIET_SECONDS = 0.3
"""What follows mechanically is worked out when no edit came for so long: then the cursor's line has it at once."""
ACCEPTED = "stoker.nextEdit.accepted"
_WORD = re.compile(r"\w*")
_WORD_BEFORE = re.compile(r"\w*\Z")


def inline_edit(session: Session, params: dict[str, Any]) -> Coroutine[Any, Any, Any] | dict[str, Any]:
    """``textDocument/copilotInlineEdit`` {textDocument: {uri, version}, position}: at most one edit, the nearest."""
    item = params["textDocument"]
    document = session.documents[item["uri"]]
    if item.get("version") not in (None, document.version):
        return {"edits": []}
    return _edits(session, document, _position(params["position"]))


async def _edits(session: Session, document: Document, position: types.Position) -> dict[str, Any]:
    found = await _found(session, document, position)
    return {"edits": [_as_json(session, document, *found)] if found else []}


async def _found(session: Session, document: Document, position: types.Position) -> tuple[Hop, Plan] | None:
    """The next hop, noted as shown; ``None`` where there is none."""
    if not session.follows(document):
        return None
    began = time.perf_counter()
    request = _request(session, document, position)
    found = await session.next_edits.ask(request, model=not is_paused(session, request))
    if found:
        _note_shown(session, document, *found, time.perf_counter() - began)
    return found


def item_at(
    session: Session, document: Document, positions: Positions, params: types.InlineCompletionParams
) -> types.InlineCompletionItem | None:
    """What follows in the cursor's line, as ghost text: where that is known, and begins at the cursor or after it."""
    found = session.next_edits.at(document.uri, params.position.line)
    if found is None or params.context.selected_completion_info or not session.follows(document):
        return None
    change, offset = _replacement(positions, found[0]), positions.offset(params.position)
    if offset > change.span.start:
        return None
    _note_shown(session, document, *found, 0.0)
    text = positions.snapshot.text[offset : change.span.start] + change.text
    return types.InlineCompletionItem(text, range=positions.range(Span(offset, change.span.end)))


def prepare_soon(session: Session, uri: str) -> None:
    """Work out what follows mechanically once the document has been quiet for a while."""
    if waiting := session.preparing.pop(uri, None):
        waiting.cancel()
    session.preparing[uri] = asyncio.get_running_loop().call_later(QUIET_SECONDS, _prepare, session, uri)


def _prepare(session: Session, uri: str) -> None:
    session.preparing.pop(uri, None)
    document = session.documents.get(uri)
    if document and session.follows(document) and session.recent_edits.latest(1):
        request = _request(session, document, types.Position(0, 0))
        session.protocol.in_background("what follows from an edit", session.next_edits.ask(request, model=False))


def next_edit(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.nextEdit`` {uri, position}: go to the next edit, or make it where the cursor is in its lines already.

    With ``{"options": {"apply": true}}`` it is made at once, with ``{"all": true}`` all that follow are.
    """
    document = session.documents[argument["uri"]]
    position, options = _position(argument["position"]), argument.get("options") or {}

    def work(_: Report) -> Any:
        return _go(session, document, position, options)

    shown = session.can("window", "work_done_progress")
    return {"job": session.jobs.start("Stoker: next edit", work, shown=shown)}


async def _go(
    session: Session, document: Document, position: types.Position, options: Mapping[str, Any]
) -> dict[str, Any]:
    found = await _found(session, document, position)
    if found is None:
        return {"edit": None, "applied": False, "reason": "nothing follows from the latest changes"}
    hop, plan = found
    outcome = {"edit": _as_json(session, document, hop, plan), "applied": False, "jumped": False}
    positions = session.positions(document)
    if hop.distance(position.line) and not options.get("apply") and not options.get("all"):
        if session.can("window", "show_document"):
            place = positions.range(_replacement(positions, hop).span)
            shown = types.ShowDocumentParams(
                document.uri, take_focus=True, selection=types.Range(place.start, place.start)
            )
            outcome["jumped"] = (await session.editor.window_show_document_async(shown)).success
        return outcome
    edits = [_text_edit(positions, each) for each in (plan.hops if options.get("all") else [hop])]
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
    _note_shown(session, document, *hop_and_plan, 0.0)
    return {"edits": [_as_json(session, document, *hop_and_plan)]}


def _request(session: Session, document: Document, position: types.Position) -> FeatureRequest:
    positions = session.positions(document)
    services = session.workspace.services(session.path(document.uri))
    services = dataclasses.replace(services, recent=session.recent_edits.latest())
    offset = positions.offset(position)
    return FeatureRequest(positions.snapshot, Span(offset, offset), services)


def _note_shown(session: Session, document: Document, hop: Hop, plan: Plan, seconds: float) -> None:
    if not session.next_edits.show(document.uri, plan, hop):
        return
    session.ledger.note(plan.receipt)
    author, text = plan.receipt.author.partition("/")[0], "".join(hop.after)
    milliseconds = round(1_000 * seconds)
    session.ledger.add(Shown(plan.receipt.id, document.language_id, author, len(text), len(hop.after), milliseconds))


def _replacement(positions: Positions, hop: Hop) -> Replacement:
    """What changes in a hop's lines, widened to whole words: that is what an editor draws."""
    old, new = "".join(hop.before), "".join(hop.after)
    was, now = changed_range(old, new)
    head = len(_WORD_BEFORE.search(old, 0, was.start)[0])  # type: ignore[index]  # it matches everywhere
    tail = len(_WORD.match(old, was.end)[0])  # type: ignore[index]  # it matches everywhere
    start = positions.snapshot.line_starts[hop.line]
    span = Span(start + was.start - head, start + was.end + tail)
    return Replacement(span, new[now.start - head : now.end + tail])


def _text_edit(positions: Positions, hop: Hop) -> types.TextEdit:
    change = _replacement(positions, hop)
    return types.TextEdit(positions.range(change.span), change.text)


def _as_json(session: Session, document: Document, hop: Hop, plan: Plan) -> dict[str, Any]:
    """An edit in Copilot's shape, with what it is and its receipt."""
    edit = session.protocol.plain(_text_edit(session.positions(document), hop))
    command = {"title": "Next edit", "command": ACCEPTED, "arguments": [{"uri": document.uri, "line": hop.line}]}
    return {
        "text": edit["newText"],
        "range": edit["range"],
        "textDocument": {"uri": document.uri, "version": document.version},
        "command": command,
        "title": plan.title,
        "receipt": plan.receipt.id,
    }


def _position(value: Mapping[str, Any]) -> types.Position:
    """A position from JSON.

    Raises:
        KeyError: A field is missing.
    """
    return types.Position(int(value["line"]), int(value["character"]))


COMMANDS: Mapping[str, Callable[..., Any]] = {"stoker.nextEdit": next_edit, ACCEPTED: accepted}
"""The commands of this module, each with one argument."""
HANDLERS = (Handler("textDocument/copilotInlineEdit", inline_edit, raw=True),)
