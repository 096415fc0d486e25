"""The author that goes by the tree: renamed uses, changed calls, the same change in a sibling."""

from __future__ import annotations

import asyncio

from stoker_analyzers.edits import replace
from stoker_analyzers.follow_ups import FollowUp, follow_up
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.next_edit.changes import changes_in
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict

LARGEST = 400_000
"""Characters of a file that is looked at: it is parsed several times, and a parse lets nobody else run."""


class FactsAuthor:
    """Drafts what mechanically follows.

    Attributes:
        name: As receipts have it.
        found: What the last draft was made from.
    """

    name = FACTS

    def __init__(self) -> None:
        self.found: FollowUp | None = None

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """All the places that follow, as one edit."""
        del report  # facts stay what they are
        snapshot, changes = request.snapshot, changes_in(request)
        if not changes or len(snapshot.text) > LARGEST:
            return None
        # One of its own: what is tried on a snapshot is kept there, and this one is used by the loop meanwhile.
        own = Snapshot(snapshot.uri, snapshot.text, snapshot.language, snapshot.version, previous=snapshot)
        self.found = await asyncio.to_thread(follow_up, own, changes)
        if self.found is None:
            return None
        return Draft(replace(snapshot.uri, snapshot.text, self.found.places, snapshot.version), self.found.title)
