"""``workspace/executeCommand``: whatever calls a model or runs code. Answers at once; the work goes on as a job."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stoker_analyzers.edits import Span, StaleEditError
from stoker_server.features.base import Feature, FeatureRequest, NoOffer, Offer
from stoker_server.features.taking_over import not_asked, why_from_facts
from stoker_server.handlers import explaining, next_edit_command, tasks, telling
from stoker_server.handlers.base import Handler
from stoker_server.handlers.consent import consented
from stoker_server.handlers.convert import workspace_edit
from stoker_server.handlers.hover import remember_edit
from stoker_server.handlers.places import place_of
from stoker_server.jobs import Report
from stoker_server.positions import Positions
from stoker_server.protocol import INVALID_PARAMS, Refused
from stoker_server.session import Session
from stoker_wire.receipts import Left
from stoker_wire.words import counted

FEATURES: Mapping[str, str] = {
    "stoker.document": "docstring",
    "stoker.test": "test",
    "stoker.refactor": "refactor",
    "stoker.fix": "fix",
    "stoker.generate": "generate",
}
"""Each command's feature. A command takes one argument: {uri, range, options}."""

_LEFT = 3
"""Findings that a message about what a fix left names."""

OWN: Mapping[str, Callable[..., Any]] = {
    **explaining.COMMANDS,
    **next_edit_command.COMMANDS,
    **telling.COMMANDS,
    **tasks.COMMANDS,
}
"""The commands that are answered at once, each with what its one argument is given to."""


def execute(session: Session, params: dict[str, Any]) -> Any:
    """Start a command's work on the document as it is now."""
    if own := OWN.get(params["command"]):
        return own(session, *(params.get("arguments") or [{}]))
    name = FEATURES.get(params["command"])
    if name is None:
        raise Refused(INVALID_PARAMS, f"there is no command {params['command']}")
    uri, positions, span, options = place_of(session, params["command"], params.get("arguments"))
    feature = session.feature(name)
    shown = session.can("window", "work_done_progress")

    def work(report: Report) -> Any:
        return _propose(session, feature, positions, uri, span, options, report)

    return {"job": session.jobs.start(f"Stoker: {feature.title}", work, shown=shown)}


async def _propose(
    session: Session,
    feature: Feature,
    positions: Positions,
    uri: str,
    span: Span,
    options: Mapping[str, str],
    report: Report,
) -> dict[str, Any]:
    """Ask the feature and apply what it offers."""
    services = await session.workspace.running_services(session.path(uri))
    services = dataclasses.replace(services, open=session.texts())
    session.complain()
    if await consented(session, feature.name, services, examples=options.get("examples") == "yes"):
        options = {**options, "unsandboxed": "yes"}
    result = await feature.propose(FeatureRequest(positions.snapshot, span, services, options, report))
    session.ledger.add(result.receipt)
    outcome: dict[str, Any] = {"receipt": result.receipt.to_json(), "applied": False}
    if isinstance(result, NoOffer):
        session.show(f"no result: {result.reason}")
        return {**outcome, "offer": None, "reason": result.reason}
    outcome["offer"] = {"title": result.title, "notes": list(result.notes)}
    texts = {document.uri: document.text for document in session.documents} | {
        positions.snapshot.uri: positions.snapshot.text
    }
    try:
        outcome["applied"] = await _apply(session, positions, uri, result)
    except (StaleEditError, JsonRpcException) as error:
        outcome["reason"] = str(error)
        session.show(f"the edit was not applied: {error}", types.MessageType.Warning)
    if outcome["applied"] and result.receipt.left:
        session.show(_said_left(result.receipt.left))
    why = why_from_facts(services.provider.name, result.receipt) if services.provider else ""
    if why and not not_asked(result.receipt):  # an outage is told once, by itself
        session.show(f"{why} This draft is from the facts of the code.")
    await _note(session, texts, uri, result, applied=outcome["applied"])
    return outcome


def _said_left(left: Sequence[Left]) -> str:
    """What a fix left as it is, in a message's few words; its receipt has the whole."""
    more = f"; and {len(left) - _LEFT} more, which the receipt names" if len(left) > _LEFT else ""
    return f"{counted(len(left), 'finding')} left: {'; '.join(each.told for each in left[:_LEFT])}{more}"


async def _note(session: Session, texts: dict[str, str], uri: str, offer: Offer, *, applied: bool) -> None:
    """Remember what was written, and look later whether it is kept; what the editor did not take is not."""
    if not applied:
        session.ledger.dropped(offer.receipt.id)
        return
    await remember_edit(session, texts, offer)
    document, part = session.documents.get(uri), offer.edit.of(uri)
    text = "\n".join(each.text for each in part.replacements) if part else ""
    if document and text.strip():
        watching = telling.watch_what_is_kept(session, document, offer.receipt.id, text)
        session.protocol.in_background("what is kept", watching)


async def _apply(session: Session, positions: Positions, uri: str, offer: Offer) -> bool:
    edit = await workspace_edit(session, positions, uri, offer.edit)
    label = f"Stoker: {offer.title} (receipt {offer.receipt.id})"
    answer = await session.editor.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
    if not answer.applied:
        session.show(f"the editor did not apply the edit: {answer.failure_reason or 'no reason given'}")
    return answer.applied


HANDLERS = (Handler(types.WORKSPACE_EXECUTE_COMMAND, execute, raw=True),)
