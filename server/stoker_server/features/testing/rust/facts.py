"""The author that needs no model: it makes calls that fit the function and writes down what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from stoker_server.features.base import Draft
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.calling_author import CallingAuthor
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.pinning import failing, notes
from stoker_server.features.testing.placing import Piece, Placed, unique_titles
from stoker_server.features.testing.rust.bench import RustBench
from stoker_server.features.testing.rust.candidates import find_candidates
from stoker_server.features.testing.rust.helpers import ANSWER, FORMATTED
from stoker_server.features.testing.rust.laying_out import laid_out
from stoker_server.features.testing.rust.observing import observe
from stoker_server.features.testing.rust.placing import PINNED, source_spans
from stoker_server.features.testing.rust.requests import requests_for
from stoker_server.features.testing.rust.routed import RoutedTarget
from stoker_server.features.testing.rust.writing import FORMS, write_test
from stoker_server.features.testing.writing import WrittenTest
from stoker_wire.usage import Usage

_ROUNDS = 6


class RustFacts(CallingAuthor[RustBench]):
    """Drafts tests from the code and from what it does."""

    def _candidates(self) -> Sequence[Candidate]:
        bench = self._bench
        target, folder = bench.target, bench.ground.scratch.root
        found = requests_for(target, folder) if isinstance(target, RoutedTarget) else find_candidates(target, folder)
        if found and not bench.mutants:
            self.obstacle = (
                f"no mutant of {bench.qualified} compiles, so nothing tells which tests of it are worth having"
            )
        return found

    async def _observe(self, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
        return await observe(self._bench, candidates)

    async def _drafted(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft | None:
        tests = await self._compiling(chosen)
        return await self._kept(existing, tests, dropped) if tests else None

    async def _compiling(self, chosen: Sequence[Kept]) -> list[WrittenTest]:
        """The tests, each in the first form that the compiler takes; without those that it takes in none."""
        bench, forms = self._bench, [0] * len(chosen)
        for _ in range(_ROUNDS):
            numbers = [number for number, form in enumerate(forms) if form < FORMS]
            tests = [write_test(bench.target, chosen[n].plan, chosen[n].seen, forms[n]) for n in numbers]
            if not tests:
                return []
            placed = await asyncio.to_thread(bench.place, piece_of(tests))
            build = await bench.build_draft(placed)
            if not build.faults:
                return await laid_out(bench, tests)
            places = [span for fault in build.faults for span in fault.spans]
            spans = source_spans(bench.before(placed), placed, [each.source for each in tests])
            bad = [
                n for n, span in zip(numbers, spans, strict=True) if any(span.touches(each.start) for each in places)
            ]
            self.obstacle = f"no test of {bench.qualified} that could be written compiles: {build.why}"
            for number in bad or numbers:
                forms[number] += 1
        return []

    async def _kept(self, existing: Existing, tests: list[WrittenTest], dropped: Sequence[Dropped]) -> Draft | None:
        """The draft without the tests that don't hold in the runs that count."""
        bench = self._bench
        placed = await asyncio.to_thread(bench.place, piece_of(tests))
        trial = await bench.try_out(placed.edit)
        reasons = [trial.outcome(name) for name in placed.names]
        good = [number for number, reason in enumerate(reasons) if not reason]
        if good and len(good) < len(tests):
            self.withheld += failing(list(zip(placed.names, reasons, strict=True)))
            tests = [tests[number] for number in good]
            placed = await asyncio.to_thread(bench.place, piece_of(tests))
        return self._written(existing, placed, tests, dropped)

    def _written(
        self, existing: Existing, placed: Placed, tests: Sequence[WrittenTest], dropped: Sequence[Dropped]
    ) -> Draft:
        pins = sum(each.pins for each in tests)
        return draft_of(
            self._bench, placed, len(tests), kinds_of(pins, len(tests) - pins), Usage(), notes(pins, dropped, existing)
        )


def piece_of(tests: Sequence[WrittenTest]) -> Piece:
    """Tests that were written from facts, as a piece of a suite."""
    pinned = any(each.pins for each in tests)
    note = f"{PINNED} does today: they guard a change, and do not show that it is right." if pinned else ""
    titles = unique_titles((each.name, each.source) for each in tests)
    sources = tuple((_name(title), source.replace(f"fn {title}(", f"fn {_name(title)}(")) for title, source in titles)
    known = {"Formatted(|": FORMATTED, "answer_to(": ANSWER}
    helpers = tuple(code for said, code in known.items() if any(said in source for _, source in sources))
    return Piece((), helpers, sources, note, note)


def _name(title: str) -> str:
    """A title that was numbered, as a name."""
    return title.replace(" (", "_").removesuffix(")")
