"""Completion at the cursor: the model fills in, or the file itself does, and the gate lets through what parses."""

from __future__ import annotations

from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.insertion_parses import InsertionParses
from stoker_analyzers.checks.names import NamesResolve
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Author, FeatureRequest, NoOffer, Offer
from stoker_server.features.completion.context import with_context
from stoker_server.features.completion.facts import FactsAuthor
from stoker_server.features.completion.known import names_exist
from stoker_server.features.completion.model import SHAPE, ModelAuthor
from stoker_server.features.propose import propose
from stoker_server.features.subject import subject_at

__all__ = ("CHECKS", "SHAPE", "CompletionFeature")

CHECKS: tuple[Check, ...] = (InsertionParses(), NamesResolve())
"""What a suggestion must not fail, by the file alone."""


class CompletionFeature:
    """What comes next at the cursor."""

    name = "completion"
    title = "Complete at the cursor"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """In any text, at a cursor."""
        return span.start == span.end <= len(snapshot.text)

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """A text for the cursor; its edit is one insertion."""
        request = await with_context(request)
        provider = request.services.drafter(self.name, request.snapshot)
        authors: list[Author] = [ModelAuthor(provider)] if provider else []
        subject = subject_at(request.snapshot, request.span, request.services.folder)
        return await propose(
            self.name,
            subject,
            request,
            [*authors, FactsAuthor()],
            (*CHECKS, names_exist(request, waits=provider is not None)),
            rounds=1,
            nothing="nothing follows from here",
        )
