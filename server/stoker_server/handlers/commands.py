"""``workspace/executeCommand``: whatever calls a model or runs code. Answers at once; the work goes on as a job."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from stoker_analyzers.edits import Span, StaleEditError
from stoker_server.features.base import Feature, FeatureRequest, NoOffer, Offer
from stoker_server.handlers import next_edit_command, telling
from stoker_server.handlers.base import Handler
from stoker_server.handlers.consent import consented
from stoker_server.handlers.convert import workspace_edit
from stoker_server.jobs import Report
from stoker_server.positions import Positions
from stoker_server.protocol import INVALID_PARAMS, Refused
from stoker_server.session import Session

FEATURES: Mapping[str, str] = {
    "stoker.document": "docstring",
    "stoker.test": "test",
    "stoker.refactor": "refactor",
}
"""Each command's feature. A command takes one argument: {uri, range, options}."""

OWN: Mapping[str, Callable[..., Any]] = {**next_edit_command.COMMANDS, **telling.COMMANDS}
"""The commands that are answered at once, each with what its one argument is given to."""


def execute(session: Session, params: dict[str, Any]) -> Any:
    """Start a command's work on the document as it is now."""
    if own := OWN.get(params["command"]):
        return own(session, *(params.get("arguments") or [{}]))
    name = FEATURES.get(params["command"])
    if name is None:
        raise Refused(INVALID_PARAMS, f"there is no command {params['command']}")
    (argument,) = params.get("arguments") or [{}]
    feature, uri = session.feature(name), argument["uri"]
    positions = session.positions(session.documents[uri])
    span = positions.span(_range(argument["range"]))
    options = {key: str(value) for key, value in (argument.get("options") or {}).items()}
    options.pop("unsandboxed", None)  # only the user may say that, who is asked each time
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
    if await consented(session, feature.name, services):
        options = {**options, "unsandboxed": "yes"}
    result = await feature.propose(FeatureRequest(positions.snapshot, span, services, options, report))
    session.ledger.add(result.receipt)
    outcome: dict[str, Any] = {"receipt": result.receipt.to_json(), "applied": False}
    if isinstance(result, NoOffer):
        session.show(f"no result: {result.reason}")
        return {**outcome, "offer": None, "reason": result.reason}
    outcome["offer"] = {"title": result.title, "notes": list(result.notes)}
    try:
        outcome["applied"] = await _apply(session, positions, uri, result)
    except (StaleEditError, JsonRpcException) as error:
        outcome["reason"] = str(error)
        session.show(f"the edit was not applied: {error}", types.MessageType.Warning)
    return outcome


async def _apply(session: Session, positions: Positions, uri: str, offer: Offer) -> bool:
    edit = await workspace_edit(session, positions, uri, offer.edit)
    label = f"Stoker: {offer.title} (receipt {offer.receipt.id})"
    answer = await session.editor.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
    if not answer.applied:
        session.show(f"the editor did not apply the edit: {answer.failure_reason or 'no reason given'}")
    return answer.applied


def _range(value: Mapping[str, Any]) -> types.Range:
    """A range from a command's argument.

    Raises:
        KeyError: A field is missing.
    """
    start, end = value["start"], value["end"]
    return types.Range(
        types.Position(start["line"], start["character"]),
        types.Position(end["line"], end["character"]),
    )


HANDLERS = (Handler(types.WORKSPACE_EXECUTE_COMMAND, execute, raw=True),)
