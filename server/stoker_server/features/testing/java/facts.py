"""The author that needs no model: it makes calls that fit the method and writes down what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.choosing import choose
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.java.bench import JavaBench
from stoker_server.features.testing.java.candidates import find_candidates
from stoker_server.features.testing.java.observing import observe
from stoker_server.features.testing.java.placing import PINNED, place
from stoker_server.features.testing.java.writing import write_test
from stoker_server.features.testing.pinning import notes, said, withheld
from stoker_server.features.testing.placing import Piece, unique_titles
from stoker_server.features.testing.writing import WrittenTest
from stoker_server.proving.errors import NoVerdictError
from stoker_wire.receipts import FACTS, Suspect, Withheld
from stoker_wire.usage import Usage


class JavaFacts:
    """Drafts tests from the code and from what it does."""

    name = FACTS

    def __init__(self, bench: JavaBench) -> None:
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
        candidates = await asyncio.to_thread(find_candidates, bench.target, bench.ground.scratch.root)
        if not candidates:
            self.obstacle = f"no values can be made that {bench.qualified} takes"
            return None
        request.progress(f"trying {len(candidates)} calls")
        try:
            kept, dropped = await observe(bench, candidates)
        except NoVerdictError as error:
            self.obstacle = str(error)
            return None
        self.tried, self.steady = len(candidates), len(kept)
        if not kept and dropped:
            self.obstacle = f"no call of {bench.qualified} can be relied on: {said(dropped[0])}"
        self.withheld = withheld(bench.qualified, dropped)
        existing = await bench.existing()
        wanted = frozenset(range(len(bench.mutants))) - existing.kills
        chosen = choose(kept, bench.lines - existing.lines, wanted)
        if not chosen:
            return None
        request.progress(f"running {len(chosen)} {'test' if len(chosen) == 1 else 'tests'}")
        tests = [write_test(bench.target, each.plan, each.seen, bench.style) for each in chosen]
        placed = await asyncio.to_thread(place, bench, piece_of(tests))
        pins = sum(each.pins for each in tests)
        return draft_of(
            bench, placed, len(tests), kinds_of(pins, len(tests) - pins), Usage(), notes(pins, dropped, existing)
        )


def piece_of(tests: Sequence[WrittenTest]) -> Piece:
    """Tests that were written from facts, as a piece of a suite."""
    pinned = any(each.pins for each in tests)
    note = f"{PINNED} does today: they guard a change, and do not show that it is right." if pinned else ""
    imports = tuple(dict.fromkeys(statement for each in tests for statement in each.imports))
    named = unique_titles((each.name, each.source) for each in tests)
    numbered = tuple((_plain(name), source.replace(name, _plain(name), 1)) for name, source in named)
    return Piece(imports, (), numbered, note, note)


def _plain(name: str) -> str:
    """A title that was numbered as titles are, as a name."""
    return name.replace(" (", "").removesuffix(")")
