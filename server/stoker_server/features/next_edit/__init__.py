"""The next edit: what follows elsewhere from what the user just changed, by the tree where it is mechanical, else by the model.

The offer holds all the places that follow; the engine hands them to the editor one at a time.
"""

from __future__ import annotations

from stoker_analyzers.checks.names import NamesResolve
from stoker_analyzers.checks.parses import Parses
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Author, FeatureRequest, NoOffer, Offer
from stoker_server.features.next_edit.checks import RenamesOnly
from stoker_server.features.next_edit.facts import FactsAuthor
from stoker_server.features.next_edit.model import ModelAuthor
from stoker_server.features.propose import propose
from stoker_server.features.subject import subject_at

__all__ = ("FACTS_ALONE", "NextEditFeature")

FACTS_ALONE = "facts_alone"
"""The option that leaves the model out: nobody has asked."""


class NextEditFeature:
    """What follows from the latest change."""

    name = "next_edit"
    title = "Next edit"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """In any text, at a cursor."""
        return span.start == span.end <= len(snapshot.text)

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """The places that follow from the latest change in the document."""
        facts = FactsAuthor()
        drafter = request.services.drafter(self.name, request.snapshot)
        provider = None if FACTS_ALONE in request.options else drafter
        authors: list[Author] = [facts, *([ModelAuthor(provider)] if provider else [])]
        return await propose(
            self.name,
            subject_at(request.snapshot, request.span, request.services.folder),
            request,
            authors,
            (Parses(), NamesResolve(), RenamesOnly(facts)),
            rounds=1,
            nothing="nothing follows from the latest changes",
        )
