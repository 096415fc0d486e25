"""The author that needs no model, in every language but Python: it makes calls that fit and writes down what they do.

What a language adds: the calls, how they are made, and how what came is written. It knows no language itself.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.bench import Bench, Existing
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.choosing import choose
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.pinning import said, withheld
from stoker_server.proving.errors import NoVerdictError
from stoker_wire.receipts import FACTS, Suspect, Withheld

B = TypeVar("B", bound=Bench)


class CallingAuthor(ABC, Generic[B]):
    """Drafts tests from the code and from what it does.

    Attributes:
        withheld: Tests that were dropped, with the reasons.
        suspects: Where documentation and code contradict each other.
        obstacle: Why there is nothing, where something is in the way.
        tried: How many calls were made.
        steady: How many of them can be relied on.
    """

    name = FACTS

    def __init__(self, bench: B) -> None:
        """Draft on a workbench."""
        self._bench = bench
        self.withheld: tuple[Withheld, ...] = ()
        self.suspects: tuple[Suspect, ...] = ()
        self.obstacle = ""
        self.tried = self.steady = 0

    async def draft(self, request: FeatureRequest, report: tuple[object, ...]) -> Draft | None:
        """The few tests that show most; they come out the same each time, so a report changes nothing."""
        del report
        bench = self._bench
        try:
            kept, dropped = await self._made(request)
        except NoVerdictError as error:
            self.obstacle = str(error)
            return None
        if not self.tried:
            self.obstacle = self.obstacle or f"no values can be made that {bench.qualified} takes"
            return None
        if not kept and dropped:
            self.obstacle = f"no call of {bench.qualified} can be relied on: {said(dropped[0])}"
        self.withheld = withheld(bench.qualified, dropped)
        existing = await bench.existing()
        chosen = self._chosen(kept, existing)
        if not chosen:
            return None
        request.progress(f"running {len(chosen)} {'test' if len(chosen) == 1 else 'tests'}")
        return await self._drafted(existing, chosen, dropped)

    async def _made(self, request: FeatureRequest) -> tuple[list[Kept], list[Dropped]]:
        """Make every call that is worth it.

        Raises:
            NoVerdictError: None could be made.
        """
        return await self._observed(request, await asyncio.to_thread(self._candidates))

    async def _observed(
        self, request: FeatureRequest, candidates: Sequence[Candidate]
    ) -> tuple[list[Kept], list[Dropped]]:
        """Make some calls."""
        if not candidates or self.obstacle:
            return [], []
        request.progress(f"trying {len(candidates)} calls")
        kept, dropped = await self._observe(candidates)
        self.tried, self.steady = self.tried + len(candidates), self.steady + len(kept)
        return kept, dropped

    def _chosen(self, kept: Sequence[Kept], existing: Existing) -> Sequence[Kept]:
        """The calls that are worth a test."""
        wanted = frozenset(range(len(self._bench.mutants))) - existing.kills
        return choose(kept, self._bench.lines - existing.lines, wanted)

    @abstractmethod
    def _candidates(self) -> Sequence[Candidate]:
        """The calls worth trying."""

    @abstractmethod
    async def _observe(self, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
        """Make calls, each more than once and with each mutant.

        Raises:
            NoVerdictError: They could not be made.
        """

    @abstractmethod
    async def _drafted(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft | None:
        """The tests of some calls, without those that don't hold in the runs that count."""
