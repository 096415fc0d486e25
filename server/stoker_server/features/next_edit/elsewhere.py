"""What follows from the latest changes in other files of the workspace: one offer a file, each with its own receipt."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from stoker_analyzers.checks.names import NamesResolve
from stoker_analyzers.checks.parses import Parses
from stoker_analyzers.edits import Span, replace
from stoker_analyzers.follow_ups import FollowUp
from stoker_analyzers.follow_ups.elsewhere import Elsewhere, Folder, follow_elsewhere
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Draft, FeatureRequest, Offer
from stoker_server.features.next_edit.changes import changes_in
from stoker_server.features.next_edit.checks import RenamesOnly
from stoker_server.features.next_edit.facts import LARGEST
from stoker_server.features.propose import propose
from stoker_server.features.subject import subject_at
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class OtherFile:
    """What follows in another file.

    Attributes:
        snapshot: The file.
        offer: What was checked.
        mark: What tells it from what follows from another change, where it may be offered once; else empty.
    """

    snapshot: Snapshot
    offer: Offer
    mark: str


class _Found:
    """Drafts what was found."""

    name = FACTS

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._snapshot = elsewhere.snapshot
        self.found: FollowUp | None = elsewhere.found

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        del request, report  # facts stay what they are
        if self.found is None:
            return None
        snapshot, places = self._snapshot, self.found.places
        return Draft(replace(snapshot.uri, snapshot.text, places, snapshot.version), self.found.title)


async def other_files(feature: str, request: FeatureRequest, folder: Folder) -> tuple[OtherFile, ...]:
    """What follows from the latest changes of a document elsewhere, as far as it failed no check.

    Args:
        feature: The feature's name, for the receipts.
        request: The changed document.
        folder: The other files.
    """
    snapshot, changes = request.snapshot, changes_in(request)
    if not changes or len(snapshot.text) > LARGEST:
        return ()
    own = Snapshot(snapshot.uri, snapshot.text, snapshot.language, snapshot.version, previous=snapshot)
    made = list[OtherFile]()
    for each in await asyncio.to_thread(follow_elsewhere, own, changes, folder):
        author, at = _Found(each), each.found.places[0].span.start
        span = Span(at, at)
        asked = FeatureRequest(each.snapshot, span, request.services)
        subject = subject_at(each.snapshot, span, request.services.folder)
        checks = (Parses(), NamesResolve(), RenamesOnly(author))
        offer = await propose(feature, subject, asked, [author], checks, rounds=1)
        if isinstance(offer, Offer):
            made.append(OtherFile(each.snapshot, offer, each.mark))
    return tuple(made)
