"""Two models that work together, behind the face of one.

``Tandem`` is the pair; ``Relay`` is what one job asks: it knows whose turn it is, and goes by the name of whoever answered
last, so that each draft and each receipt names its author. What is drafted and judged is not known here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from math import inf

from stoker_providers.base import Capabilities, Chunk, Provider, Request
from stoker_providers.outages import Board
from stoker_providers.race import Pace, Race
from stoker_providers.routing import Router

REPAIR, HEDGED, FALLBACK = "repair", "hedged", "fallback"
LIVE = frozenset(("completion", "next_edit"))
"""Tasks in which somebody waits at a key: there is no time to repair, so they are hedged."""


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
        race = Race(request, self._tandem.pace, self._tandem.clock)
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
