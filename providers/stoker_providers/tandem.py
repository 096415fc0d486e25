"""Two models that work together, behind the face of one.

``Tandem`` is the pair; ``Relay`` is what one job asks: it knows whose turn it is, and goes by the name of whoever answered
last, so that each draft and each receipt names its author. What is drafted and judged is not known here.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from math import ceil, inf

from stoker_providers.base import Capabilities, Chunk, Provider, Request, prompt_bytes
from stoker_providers.budget import reckon
from stoker_providers.errors import ProviderError
from stoker_providers.outages import Board
from stoker_providers.routing import Router
from stoker_wire.usage import Usage

REPAIR, HEDGED, FALLBACK = "repair", "hedged", "fallback"
LIVE = frozenset(("completion", "next_edit"))
"""Tasks in which somebody waits at a key: there is no time to repair, so they are hedged."""
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


class Tandem:
    """The two.

    Args:
        first: One of them.
        second: The other one.
        mode: ``repair``, ``hedged`` or ``fallback``.
        router: Decides who leads.
        board: Knows who can't be asked just now.
        clock: The time in seconds, from any origin.
    """

    def __init__(
        self,
        first: Provider,
        second: Provider,
        *,
        mode: str = REPAIR,
        router: Router | None = None,
        board: Board | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.halves = (first, second)
        self.mode = mode
        self.board = board or Board()
        self.pace = Pace()
        self.clock = clock
        self._router = router or Router()

    @property
    def name(self) -> str:
        """Both names; a receipt has the one that drafted."""
        return " + ".join(half.name for half in self.halves)

    @property
    def capabilities(self) -> Capabilities:
        """What both can do, whoever answers."""
        first, second = (half.capabilities for half in self.halves)
        others = [each for each in (first.others_tokens, second.others_tokens) if each is not None]
        return Capabilities(
            chat=first.chat and second.chat,
            fill_in_the_middle=first.fill_in_the_middle and second.fill_in_the_middle,
            structured_output=first.structured_output and second.structured_output,
            local=first.local and second.local,
            context_tokens=min(first.context_tokens, second.context_tokens),
            others_tokens=min(others, default=None),
        )

    def relay(self, task: str, language: str) -> Relay:
        """Whom one job asks."""
        order = self._router.order(task, language, [half.name for half in self.halves])
        ordered = sorted(self.halves, key=lambda half: order.index(half.name))
        return Relay(self, ordered, HEDGED if self.mode == REPAIR and task in LIVE else self.mode)

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer of one of the two.

        Raises:
            ProviderError: Neither could be asked, or the one that answers broke off.
        """
        async for chunk in self.relay(request.purpose, "").stream(request):
            yield chunk

    async def warm(self) -> None:
        """Gets both ready.

        Raises:
            ProviderError: One can't be.
        """
        results = await asyncio.gather(*(half.warm() for half in self.halves), return_exceptions=True)
        for each in results:
            if isinstance(each, BaseException):
                raise each

    async def aclose(self) -> None:
        """Closes both."""
        for half in self.halves:
            await half.aclose()


class Relay:
    """The two in one job. In ``repair`` each answer hands the turn over; else the one that leads keeps it."""

    def __init__(self, tandem: Tandem, order: Sequence[Provider], mode: str) -> None:
        self._tandem = tandem
        self._order = list(order)
        self._mode = mode
        self._turn = 0
        self._current = order[0]

    @property
    def name(self) -> str:
        """Who answered last; before that, whose turn it is."""
        return self._current.name

    @property
    def capabilities(self) -> Capabilities:
        """What the one whose turn it is can do; where either may answer, what both can."""
        return self._pair()[0].capabilities if self._mode == REPAIR else self._tandem.capabilities

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer of whoever is first with words that can be used; the loser's connection is closed at once.

        Raises:
            ProviderError: As ``Tandem.stream``.
        """
        leader, other = self._pair()
        patience = self._tandem.pace.usual(leader.name, request.purpose) if self._mode == HEDGED else inf
        race = _Race(self._tandem, request)
        try:
            winner = await race.run(leader, other, patience)
            self._current = winner.provider
            if self._mode == REPAIR:
                self._turn = 1 - self._order.index(winner.provider)
            for chunk in winner.opening.result():
                yield race.with_lost(chunk)
            async for chunk in winner.chunks:
                yield race.with_lost(chunk)
        finally:
            await race.close()

    async def warm(self) -> None:
        """Warms both."""
        await self._tandem.warm()

    async def aclose(self) -> None:
        """Nothing: the connections are the pair's."""

    def _pair(self) -> tuple[Provider, Provider]:
        """Who is asked first, and who else. One that can't be asked just now comes second."""
        leader, other = self._order[self._turn], self._order[1 - self._turn]
        board = self._tandem.board
        return (other, leader) if board.outage(leader.name) and not board.outage(other.name) else (leader, other)


class _Entrant:
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
        return not self.opening.done()

    @property
    def answered(self) -> bool:
        return not self.running and not self.opening.cancelled() and self.opening.exception() is None

    @property
    def usable(self) -> bool:
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


class _Race:
    """One request put to one model, and to the other one when the first is late or fails."""

    def __init__(self, tandem: Tandem, request: Request) -> None:
        self._tandem = tandem
        self._request = request
        self._entrants: list[_Entrant] = []
        self._lost = Usage()

    async def run(self, leader: Provider, other: Provider, patience: float) -> _Entrant:
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
        self._entrants.append(_Entrant(provider, self._request, self._tandem.clock()))

    def _winner(self) -> _Entrant | None:
        """Who has words; where nobody will have any, who ended without."""
        usable = [each for each in self._entrants if each.usable]
        silent = [each for each in self._entrants if each.answered]
        if usable or any(each.running for each in self._entrants):
            return usable[0] if usable else None
        return silent[0] if silent else None

    async def _settle(self, winner: _Entrant) -> None:
        now = self._tandem.clock()
        for each in self._entrants:
            if each is winner or each.running:
                self._tandem.pace.note(each.provider.name, self._request.purpose, now - each.began)
            if each is not winner:
                if each.running:
                    self._lost += reckon(each.provider, prompt_bytes(self._request), 0)
                await each.close()


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
