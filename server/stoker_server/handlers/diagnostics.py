"""Diagnostics, asked for by editors that ask and sent to those that don't."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types

from stoker_analyzers.edits import StaleEditError
from stoker_server.diagnosing import Finding, Weight, diagnose
from stoker_server.handlers.base import Handler
from stoker_server.positions import Positions
from stoker_server.proving.judging import OWN
from stoker_server.session import Session

_SEVERITIES = {
    Weight.ERROR: types.DiagnosticSeverity.Error,
    Weight.WARNING: types.DiagnosticSeverity.Warning,
    Weight.HINT: types.DiagnosticSeverity.Hint,
}
QUIET_SECONDS = 0.3
"""A document is looked at when no edit came for so long: marks that change at every key distract."""


async def _report(session: Session, uri: str, positions: Positions) -> list[types.Diagnostic]:
    settings = session.workspace.resolved(session.path(uri)).settings.diagnostics
    findings = await asyncio.to_thread(diagnose, positions.snapshot, settings)
    return [_diagnostic(positions, each) for each in findings if positions.holds(each.span)]


def pull(session: Session, params: types.DocumentDiagnosticParams) -> Coroutine[Any, Any, Any]:
    """Answer with the findings in a document as it is now."""
    uri = params.text_document.uri
    return _answer(session, uri, session.documents[uri].version, session.positions(session.documents[uri]))


async def _answer(session: Session, uri: str, version: int | None, positions: Positions) -> Any:
    found = await _report(session, uri, positions)
    document = session.documents.get(uri)
    if document is None or document.version != version:
        raise StaleEditError(f"{uri} has changed meanwhile")
    return types.RelatedFullDocumentDiagnosticReport(found)


def publish_soon(session: Session, uri: str) -> None:
    """Send the findings when the document has been quiet for a while, to an editor that does not ask."""
    if session.can("text_document", "diagnostic"):
        return
    if waiting := session.publishing.pop(uri, None):
        waiting.cancel()
    session.publishing[uri] = asyncio.get_running_loop().call_later(QUIET_SECONDS, _begin, session, uri)


def withdraw(session: Session, uri: str) -> None:
    """Take back what was sent for a document that is closed."""
    if waiting := session.publishing.pop(uri, None):
        waiting.cancel()
    if not session.can("text_document", "diagnostic"):
        session.editor.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def _begin(session: Session, uri: str) -> None:
    session.publishing.pop(uri, None)
    session.protocol.in_background("publishing diagnostics", _publish(session, uri))


async def _publish(session: Session, uri: str) -> None:
    document = session.documents.get(uri)
    if document is None:
        return
    version = document.version
    found = await _report(session, uri, session.positions(document))
    if session.documents.get(uri) is document and document.version == version:
        session.editor.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))


def _diagnostic(positions: Positions, finding: Finding) -> types.Diagnostic:
    return types.Diagnostic(
        positions.range(finding.span), finding.message, _SEVERITIES[finding.weight], finding.code, source=OWN
    )


HANDLERS = (Handler(types.TEXT_DOCUMENT_DIAGNOSTIC, pull),)
