"""One request to a model, which lives as long as what the user types agrees with what comes.

Requests of the editor subscribe to it; one that is cancelled leaves it alone. It ends, down to the socket, once the text
says something else, or once nobody has asked for it for a while.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace

from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer
from stoker_server.features.completion.context import with_context
from stoker_server.features.completion.suggestions import Suggestion, typed_since

UNHEARD = 10.0
"""Seconds for which an answer is awaited after the last request for it was cancelled."""

Work = Callable[[FeatureRequest], Coroutine[None, None, Offer | NoOffer]]


class Job:
    """A draft in the making for one place in one text."""

    def __init__(self, request: FeatureRequest, work: Work) -> None:
        """Begin.

        Args:
            request: The text and the cursor.
            work: Drafts and checks.
        """
        self.snapshot, self.offset = request.snapshot, request.span.start
        self.began = time.perf_counter()
        self.seconds = 0.0
        self.sketch = ""
        self.made: Suggestion | None = None
        """What came of it; set once it has ended well."""
        self.grounds = request.grounds
        self._listeners = 0
        self._leaving: asyncio.TimerHandle | None = None
        self.task = asyncio.ensure_future(self._run(replace(request, sketch=self._draw), work))

    async def _run(self, request: FeatureRequest, work: Work) -> Offer | NoOffer:
        request = await with_context(request)
        self.grounds = request.grounds
        result = await work(request)
        self.seconds = time.perf_counter() - self.began
        return result

    def _draw(self, text: str) -> None:
        """Take the draft as far as it has come."""
        self.sketch = text

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return not self.task.done()

    def agrees(self, snapshot: Snapshot, offset: int) -> bool:
        """Whether a text may still become, or has become by typing, the one that is being completed."""
        if offset < self.offset:  # it was begun ahead of the user, who is not there yet
            base, text = self.snapshot.text, snapshot.text
            return text[offset:] == base[self.offset :] and base.startswith(text[:offset])
        typed = typed_since(self.snapshot, self.offset, snapshot, offset)
        if typed is None:
            return False
        return self.sketch.startswith(typed) or (self.running and typed.startswith(self.sketch))

    def is_past(self, offset: int) -> bool:
        """Whether it was begun for an earlier cursor, or what it came to was forgotten: with new settings, say."""
        return self.offset != offset or (self.made is not None and self.made.snapshot is None)

    async def outcome(self) -> Offer | NoOffer | None:
        """What comes of it; ``None`` where it was cancelled. Cancelling the caller leaves the job alone."""
        self._listeners += 1
        if self._leaving:
            self._leaving.cancel()
        try:
            await asyncio.wait([self.task])
        finally:
            self._listeners -= 1
            if not self._listeners and self.running:
                self._leaving = asyncio.get_running_loop().call_later(UNHEARD, self.cancel)
        return None if self.task.cancelled() else self.task.result()

    def cancel(self) -> None:
        """End it and let go of its connection."""
        if self._leaving:
            self._leaving.cancel()
        self.task.cancel()
