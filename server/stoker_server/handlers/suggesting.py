"""What ghost text and the popup have in common: how a suggestion is asked for, and that it was shown."""

from __future__ import annotations

from stoker_analyzers.edits import Span
from stoker_server.documents import Document
from stoker_server.features.base import FeatureRequest
from stoker_server.features.completion.suggestions import Rest
from stoker_server.positions import Positions
from stoker_server.session import Session
from stoker_wire.events import Shown


def request_at(session: Session, document: Document, positions: Positions, offset: int) -> FeatureRequest:
    """What the completion feature is asked at a cursor; other documents that have changed are indexed meanwhile."""
    if session.nearby.is_behind(document.uri):
        session.protocol.in_background("indexing documents", session.nearby.refresh(document.uri))
    services = session.workspace.services(session.path(document.uri))
    return FeatureRequest(positions.snapshot, Span(offset, offset), services)


def is_paused(session: Session, request: FeatureRequest) -> bool:
    """Whether a model on this machine, which does one thing at a time, is busy with something larger."""
    provider = request.services.provider
    return bool(provider and provider.capabilities.local and session.jobs.busy)


def note_shown(session: Session, document: Document, found: Rest, seconds: float) -> None:
    """Remember, once, that a suggestion was sent to the editor so many seconds after it was asked for."""
    suggestion = found.suggestion
    if suggestion.shown:
        return
    suggestion.shown = True
    author, lines = suggestion.receipt.author.partition("/")[0], suggestion.text.count("\n") + 1
    milliseconds = round(1_000 * seconds)
    session.ledger.note(suggestion.receipt)
    event = Shown(suggestion.receipt.id, document.language_id, author, len(suggestion.text), lines, milliseconds)
    session.completions.telling.answered(suggestion, event)
