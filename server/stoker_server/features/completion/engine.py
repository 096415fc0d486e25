"""From a key to a suggestion: what is known is answered at once, what is being drafted is waited for, else a draft begins.

One job a document owns the stream of the model. While the user types along, no second request is made, and shortly before
a suggestion is typed to its end, or once it was accepted, the next one is begun ahead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stoker_analyzers.checks.base import run
from stoker_analyzers.edits import Span
from stoker_analyzers.insertion import insertion
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.trigger import Shape, trigger
from stoker_server.features.base import Feature, FeatureRequest, NoOffer, Offer
from stoker_server.features.completion import CHECKS, SHAPE
from stoker_server.features.completion.acceptance import accepted_by, amount_of
from stoker_server.features.completion.job import Job
from stoker_server.features.completion.known import looked_up_before
from stoker_server.features.completion.pace import Pace
from stoker_server.features.completion.suggestions import Rest, Suggestion, Suggestions, around
from stoker_server.features.completion.telling import Telling
from stoker_server.features.propose import UNREACHED
from stoker_wire.events import Amount, Event
from stoker_wire.receipts import FACTS

logger = logging.getLogger(__name__)

AHEAD = 16
"""Characters before the end of a suggestion that is typed along at which the next one is begun: some two seconds of typing."""


def _nobody(_: Event) -> None:
    """Nobody counts."""


@dataclass(slots=True)
class _Track:
    """What happens in one document: the job, the last thing shown, and the number of the latest request."""

    job: Job | None = None
    shown: Rest | None = None
    number: int = 0


class Completions:
    """The suggestions of a session."""

    def __init__(self, feature: Feature, tell: Callable[[Event], None] = _nobody) -> None:
        """Begin without any.

        Args:
            feature: Drafts and checks.
            tell: Takes what happens to suggestions.
        """
        self.telling = Telling(tell)
        self.pace = Pace()
        self._feature = feature
        self._suggestions = Suggestions()
        self._tracks: dict[str, _Track] = {}

    async def ask(self, request: FeatureRequest, *, invoked: bool = False, paused: bool = False) -> Rest | None:
        """What to show at a cursor; ``None`` for nothing.

        Everything up to the answer of what is known already happens before the first time this gives way.

        Args:
            request: The text, the cursor, and what may be used.
            invoked: Whether the user asked, rather than just typed.
            paused: Whether the model is wanted elsewhere: then only what is known is answered.
        """
        track = self._tracks.setdefault(request.snapshot.uri, _Track())
        track.number += 1
        number = track.number
        found = await self._known(request)
        if found and (found.text or not invoked):
            return self._show(track, request, found)
        job = self._agreeing(track, request)
        if job is None or request.span.start < job.offset:
            shape = trigger(request.snapshot, request.span.start, invoked=invoked).shape
            if shape is None or paused:
                return None
            if not invoked and (wait := self.pace.wait()):
                await asyncio.sleep(wait)
                if track.number != number:
                    return None
            job = self._begin(track, request, shape)
        found = await self._outcome(job, request)
        if not found and track.number == number and _author(request) == FACTS and job.is_past(request.span.start):
            shape = trigger(request.snapshot, request.span.start, invoked=invoked).shape
            found = await self._outcome(self._begin(track, request, shape), request) if shape else None
        return self._show(track, request, found) if found else None

    def known(self, request: FeatureRequest) -> Rest | None:
        """What an earlier suggestion has for a cursor, in the very text that it was checked for; asks nobody."""
        snapshot, offset = request.snapshot, request.span.start
        found = self._suggestions.find(_author(request), snapshot, offset)
        return found.suggestion.rest_at(snapshot, offset) if found and found.text else None

    def drafts_for(self, uri: str) -> bool:
        """Whether something is being drafted for a document."""
        track = self._tracks.get(uri)
        return bool(track and track.job and track.job.running)

    def changed(self, snapshot: Snapshot) -> None:
        """The user has typed: let go of a job that the text no longer agrees with."""
        track = self._tracks.get(snapshot.uri)
        if track is None or track.job is None or not track.job.running:
            return
        cursor = track.job.offset + len(snapshot.text) - len(track.job.snapshot.text)
        if cursor < 0 or not track.job.agrees(snapshot, cursor):
            self._drop(track)

    def edited(self, uri: str, changes: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
        """Take note of edits.

        Returns:
            The id of the receipt of the suggestion that was shown, and what they accepted of it; ``None`` for nothing.
        """
        track = self._tracks.get(uri)
        if track is None or track.shown is None:
            return None
        suggestion, before = track.shown.suggestion, track.shown.typed
        if any(change.get("text") == track.shown.text for change in changes):  # typed to its end, or accepted
            suggestion.followed = len(suggestion.text)
        taken = accepted_by(changes, track.shown)
        if not taken:
            return None
        suggestion.followed = before + taken
        amount = amount_of(taken, track.shown.text)
        text = track.shown.text[:taken]
        track.shown = Rest(suggestion, before + taken) if amount is not Amount.WHOLE else None
        if amount is Amount.WHOLE:
            self.pace.ended(used=True)
        return (suggestion.receipt.id, text) if self.telling.inferred(suggestion, before + taken, amount) else None

    def accepted(self, identifier: str, left: int | None = None) -> tuple[str, str] | None:
        """The editor says that a suggestion was accepted.

        Args:
            identifier: The id of its receipt.
            left: Characters of it that were not accepted; ``None`` where the editor speaks of all of it.

        Returns:
            The document and what was accepted; ``None`` where that was known.
        """
        suggestion = self.telling.get(identifier)
        if suggestion is None:
            return None
        end = max(0, len(suggestion.text) - (left or 0))
        taken = self.telling.accepted(suggestion, end, whole=left is None)
        track = self._tracks.get(suggestion.around.uri)
        if end > suggestion.followed:  # the edit did not look like it
            suggestion.followed = end
            if left is None:
                self.pace.ended(used=True)
                if track and track.shown and track.shown.suggestion is suggestion:
                    track.shown = None
        return (suggestion.around.uri, taken) if taken else None

    def closed(self, uri: str) -> None:
        """A document is gone."""
        if track := self._tracks.pop(uri, None):
            self._drop(track)
        self._suggestions.forget(uri)

    def forget(self) -> None:
        """Forget all suggestions: the settings, or files on disk, are others now."""
        self._suggestions.forget()

    async def aclose(self) -> None:
        """End what runs."""
        jobs = [track.job.task for track in self._tracks.values() if track.job and track.job.running]
        for task in jobs:
            task.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def _outcome(self, job: Job, request: FeatureRequest) -> Rest | None:
        """What a job has for a cursor, once it has ended."""
        await job.outcome()
        return job.made.rest_at(request.snapshot, request.span.start) if job.made else None

    # -- what is known

    async def _known(self, request: FeatureRequest) -> Rest | None:
        """What is left of an earlier suggestion; checked anew where the file changed elsewhere."""
        author = _author(request)
        snapshot, offset = request.snapshot, request.span.start
        found = self._suggestions.find(author, snapshot, offset)
        if found is None:
            return None
        along, surroundings = bool(found.suggestion.rest_at(snapshot, offset)), request.services.surroundings
        if surroundings and not surroundings.stand(found.suggestion.grounds, snapshot, along=along):
            return None
        if along or not found.text:
            return found
        edit = insertion(snapshot, Span(offset, offset), found.text)
        verdicts = (*await run(CHECKS, snapshot, edit), *looked_up_before(found.suggestion.receipt.verdicts))
        if any(each.failed for each in verdicts):
            return None
        fresh = Suggestion(
            around(author, snapshot, offset),
            snapshot,
            offset,
            found.text,
            replace(found.suggestion.receipt, verdicts=verdicts),
            found.suggestion.notes,
            found.suggestion.grounds,
            found.suggestion.shown,
            unseen=found.suggestion.unseen,
        )
        self._suggestions.put(fresh)
        return Rest(fresh, 0)

    def _show(self, track: _Track, request: FeatureRequest, found: Rest) -> Rest | None:
        if not found.text:
            return None
        suggestion = found.suggestion
        if track.shown and track.shown.suggestion.receipt.id != suggestion.receipt.id:
            self._end(track.shown.suggestion)
        track.shown = found
        self.telling.sent(suggestion, found.typed)
        suggestion.followed = max(suggestion.followed, found.typed)
        if found.typed and len(found.text) <= AHEAD and _author(request) != FACTS:
            self._begin_ahead(track, request, found)
        return found

    def _end(self, suggestion: Suggestion) -> None:
        """Another suggestion took this one's place."""
        self.pace.ended(used=suggestion.followed > 0)
        self.telling.ended(suggestion)

    # -- what is drafted

    def _agreeing(self, track: _Track, request: FeatureRequest) -> Job | None:
        """The running job, unless the text says something else: then it is ended."""
        if track.job is None or not track.job.running:
            return None
        if track.job.agrees(request.snapshot, request.span.start):
            return track.job
        self._drop(track)
        return None

    def _drop(self, track: _Track) -> None:
        if track.job and track.job.running:
            track.job.cancel()
            self.pace.ended(used=False)
        track.job = None

    def _begin(self, track: _Track, request: FeatureRequest, shape: Shape) -> Job:
        self._drop(track)
        asked = replace(request, options={**request.options, SHAPE: shape.value})
        job = Job(asked, self._feature.propose)
        job.task.add_done_callback(lambda task: self._take(asked, job, task))
        track.job = job
        return job

    def _begin_ahead(self, track: _Track, request: FeatureRequest, found: Rest) -> None:
        """Ask for what follows a suggestion before it is typed to its end."""
        snapshot, offset = request.snapshot, request.span.start
        text = snapshot.text[:offset] + found.text + snapshot.text[offset:]
        end = offset + len(found.text)
        if self._suggestions.find(_author(request), following := snapshot.with_text(text), end):
            return
        if track.job and track.job.running and track.job.snapshot.text == text:
            return
        self._begin(track, replace(request, snapshot=following, span=Span(end, end)), Shape.BLOCK)

    def _take(self, request: FeatureRequest, job: Job, task: asyncio.Task[Offer | NoOffer]) -> None:
        """Remember what came of a job."""
        if task.cancelled():
            return
        if error := task.exception():
            logger.error("a completion failed", exc_info=error)
            return
        result, offset = task.result(), request.span.start
        author = _author(request)
        if FACTS not in (author, result.receipt.author):
            self.pace.answered(job.seconds)
        text = ""
        if isinstance(result, Offer):
            text = "".join(each.text for part in result.edit.files for each in part.replacements)
        place = around(author, request.snapshot, offset)
        notes = result.notes if isinstance(result, Offer) else ()
        suggestion = Suggestion(place, request.snapshot, offset, text, result.receipt, notes, job.grounds)
        job.made = suggestion
        reached = not any(each.check == UNREACHED for each in result.receipt.verdicts)
        # Facts may know more in a moment, and cost nothing; that a model could not be asked says nothing of the place.
        if text or (reached and author != FACTS):
            self._suggestions.put(suggestion, lasting=reached)


def _author(request: FeatureRequest) -> str:
    provider = request.services.provider
    return provider.name if provider else FACTS
