"""One request that two models may answer: who has words first is read on, the other one's connection is closed at once.

Knows nothing of turns and of who leads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from math import ceil, inf

from stoker_providers.base import Chunk, Provider, Request, prompt_bytes
from stoker_providers.budget import reckon
from stoker_providers.errors import ProviderError
from stoker_wire.usage import Usage

UNMEASURED = 1.5
"""Seconds after which the second one is asked too, while too little is known of the first."""
FEWEST, KEPT = 8, 100
"""Answers from which the usual time is reckoned, at least and at most."""
INSTANT = 0.005
"""Seconds within which only a cache answers: that says nothing of a model."""


class Pace:
    """How long models take to their first words."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], deque[float]] = {}

    def note(self, model: str, task: str, seconds: float) -> None:
        """Remember a time; of a model that lost, as long as it was waited for."""
        if seconds > INSTANT:
            self._seen.setdefault((model, task), deque(maxlen=KEPT)).append(seconds)

    def usual(self, model: str, task: str) -> float:
        """Seconds within which 95 of 100 answers began."""
        seen = sorted(self._seen.get((model, task), ()))
        return seen[ceil(0.95 * len(seen)) - 1] if len(seen) >= FEWEST else UNMEASURED


class Entrant:
    """A model that was asked. A task of its own reads up to the first words, so that two can be waited for at once."""

    def __init__(self, provider: Provider, request: Request, began: float) -> None:
        self.provider = provider
        self.began = began
        self.chunks = provider.stream(request)
        self.opening = asyncio.create_task(self._open())

    async def _open(self) -> list[Chunk]:
        held = []
        async for chunk in self.chunks:
            held.append(chunk)
            if chunk.text.strip():
                break
        return held

    @property
    def running(self) -> bool:
        """Whether it has neither said anything nor ended."""
        return not self.opening.done()

    @property
    def answered(self) -> bool:
        """Whether it said something, or ended without an error."""
        return not self.running and not self.opening.cancelled() and self.opening.exception() is None

    @property
    def usable(self) -> bool:
        """Whether it has words."""
        return self.answered and any(chunk.text.strip() for chunk in self.opening.result())

    async def close(self) -> None:
        """Down to the socket."""
        self.opening.cancel()
        await asyncio.wait((self.opening,))
        if not self.opening.cancelled():
            self.opening.exception()  # seen: who lost is not heard
        close = getattr(self.chunks, "aclose", None)
        if close is not None:
            await close()


class Race:
    """One request put to one model, and to the other one when the first is late or fails."""

    def __init__(self, request: Request, pace: Pace, clock: Callable[[], float]) -> None:
        self._request = request
        self._pace = pace
        self._clock = clock
        self._entrants: list[Entrant] = []
        self._lost = Usage()

    async def run(self, leader: Provider, other: Provider, patience: float) -> Entrant:
        """The one whose answer is read on; the other one is closed.

        Args:
            leader: Is asked at once.
            other: Is asked once the leader failed or has kept silent for too long.
            patience: Seconds that the leader may keep silent.

        Raises:
            ProviderError: Neither answered.
        """
        self._enter(leader)
        while (winner := self._winner()) is None:
            alone = len(self._entrants) == 1
            if alone and not self._entrants[0].running:
                self._enter(other)
                continue
            waiting = [each.opening for each in self._entrants if each.running]
            if not waiting:
                raise _both(*(error for each in self._entrants if (error := each.opening.exception())))
            limit = patience if alone and patience < inf else None
            done, _ = await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                self._enter(other)
        await self._settle(winner)
        return winner

    async def close(self) -> None:
        """Let go of all connections."""
        for each in self._entrants:
            await each.close()

    def with_lost(self, chunk: Chunk) -> Chunk:
        """A chunk whose usage counts what the loser cost, too."""
        return replace(chunk, usage=chunk.usage + self._lost) if chunk.usage else chunk

    def _enter(self, provider: Provider) -> None:
        self._entrants.append(Entrant(provider, self._request, self._clock()))

    def _winner(self) -> Entrant | None:
        """Who has words; where nobody will have any, who ended without."""
        usable = [each for each in self._entrants if each.usable]
        silent = [each for each in self._entrants if each.answered]
        if usable or any(each.running for each in self._entrants):
            return usable[0] if usable else None
        return silent[0] if silent else None

    async def _settle(self, winner: Entrant) -> None:
        now = self._clock()
        for each in self._entrants:
            if each is winner or each.running:
                self._pace.note(each.provider.name, self._request.purpose, now - each.began)
            if each is not winner:
                self._lost += self._cost_of(each)
                await each.close()

    def _cost_of(self, loser: Entrant) -> Usage:
        """What it came to: nothing where it could not be asked, else what it said itself, or what its texts' lengths say."""
        if not loser.running and not loser.answered:
            return Usage()
        chunks = loser.opening.result() if loser.answered else []
        told = next((chunk.usage for chunk in reversed(chunks) if chunk.usage), None)
        received = sum(len(chunk.text) for chunk in chunks)
        return told or reckon(loser.provider, prompt_bytes(self._request), received)


def _both(*errors: BaseException) -> BaseException:
    """Why neither could be asked, as one error."""
    known = [each for each in errors if isinstance(each, ProviderError)]
    if len(known) < len(errors) or len(known) < 2:
        return errors[0]
    first, second = known
    if str(first).partition(": ")[2] == str(second).partition(": ")[2]:
        return first
    kind = type(second if second.retryable else first)
    waits = [each.retry_after for each in known if each.retry_after is not None]
    remedy = " ".join(dict.fromkeys(filter(None, (first.remedy, second.remedy))))
    return kind("tandem", f"{first}; {second}", remedy=remedy, retry_after=min(waits, default=None))
