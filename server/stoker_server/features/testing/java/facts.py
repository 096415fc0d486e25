"""The author that needs no model: it makes calls that fit the method and writes down what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from stoker_server.features.base import Draft
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.calling_author import CallingAuthor
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.checks import shortcoming
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.java.bench import JavaBench
from stoker_server.features.testing.java.candidates import find_candidates
from stoker_server.features.testing.java.observing import observe
from stoker_server.features.testing.java.placing import PINNED, place
from stoker_server.features.testing.java.writing import write_test
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.pinning import failing, notes
from stoker_server.features.testing.placing import Piece
from stoker_server.features.testing.writing import WrittenTest
from stoker_wire.usage import Usage


class JavaFacts(CallingAuthor[JavaBench]):
    """Drafts tests from the code and from what it does."""

    def _candidates(self) -> Sequence[Candidate]:
        return find_candidates(self._bench.target, self._bench.ground.scratch.root)

    async def _observe(self, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
        return await observe(self._bench, candidates)

    async def _drafted(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft | None:
        bench = self._bench
        tests = [write_test(bench.target, each.plan, each.seen, bench.style) for each in chosen]
        placed = await asyncio.to_thread(place, bench, piece_of(tests))
        trial = await bench.try_out(placed.edit)
        reasons = [shortcoming(trial, name) for name in placed.names]
        good = [test for test, reason in zip(tests, reasons, strict=True) if not reason]
        if good and len(good) < len(tests):
            self.withheld += failing(list(zip(placed.names, reasons, strict=True)))
            tests, placed = good, await asyncio.to_thread(place, bench, piece_of(good))
        pins = sum(each.pins for each in tests)
        return draft_of(
            bench, placed, len(tests), kinds_of(pins, len(tests) - pins), Usage(), notes(pins, dropped, existing)
        )


def piece_of(tests: Sequence[WrittenTest]) -> Piece:
    """Tests that were written from facts, as a piece of a suite."""
    pinned = any(each.pins for each in tests)
    note = f"{PINNED} does today: they guard a change, and do not show that it is right." if pinned else ""
    imports = tuple(dict.fromkeys(statement for each in tests for statement in each.imports))
    return Piece(imports, (), tuple((each.name, each.source) for each in tests), note, note)
