"""The author that needs no model: it makes calls that fit the function and writes down what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.choosing import choose
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.ecma.bench import EcmaBench
from stoker_server.features.testing.ecma.candidates import broad_candidates, find_candidates
from stoker_server.features.testing.ecma.importing import (
    further_imports,
    import_of,
    runner_imports,
    specifier,
    wants_modules,
)
from stoker_server.features.testing.ecma.observing import observe
from stoker_server.features.testing.ecma.placing import PINNED, place, test_file
from stoker_server.features.testing.ecma.requests import RequestTarget, requests_for
from stoker_server.features.testing.ecma.writing import write_test
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.pinning import failing, notes, said, withheld
from stoker_server.features.testing.placing import Piece, Placed, unique_titles
from stoker_server.features.testing.writing import WrittenTest
from stoker_server.proving.ecma.project import Framework
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.mutants import Mutant
from stoker_wire.receipts import FACTS, Suspect, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import failed

_ENOUGH = 0.5
"""The part of the mutants that the first calls have to notice; else values of other sorts are tried."""


class EcmaFacts:
    """Drafts tests from the code and from what it does."""

    name = FACTS

    def __init__(self, bench: EcmaBench) -> None:
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
        target, root = bench.target, bench.ground.scratch.root
        asks = isinstance(target, RequestTarget)
        candidates = requests_for(target) if isinstance(target, RequestTarget) else None
        candidates = await asyncio.to_thread(find_candidates, target, root) if candidates is None else candidates
        try:
            kept, dropped = await self._observe(request, candidates)
            killed = frozenset[int]().union(*(each.kills for each in kept))
            if not asks and len(killed) < _ENOUGH * len(bench.mutants):
                broad = await asyncio.to_thread(broad_candidates, target, root)
                more, others = await self._observe(request, broad)
                kept, dropped = [*kept, *more], [*dropped, *others]
        except NoVerdictError as error:
            self.obstacle = str(error)
            return None
        if not self.tried:
            self.obstacle = f"no values can be made that {bench.qualified} takes"
            return None
        if not kept and dropped:
            self.obstacle = f"no call of {bench.qualified} can be relied on: {said(dropped[0])}"
        self.withheld = (*withheld(bench.qualified, dropped), *map(_no_program, bench.invalid))
        existing = await bench.existing()
        wanted = frozenset(range(len(bench.mutants))) - existing.kills
        chosen = choose(kept, bench.lines - existing.lines, wanted)
        request.progress(f"running {len(chosen)} {'test' if len(chosen) == 1 else 'tests'}")
        return await self._kept(existing, chosen, dropped) if chosen else None

    async def _kept(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft:
        """The draft without the tests that don't hold in the runs that count: of chance, say, that was drawn beforehand."""
        bench = self._bench
        tests = [write_test(bench.target, each.plan, each.seen, bench.style) for each in chosen]
        piece = piece_of(bench, tests)
        placed = await asyncio.to_thread(place, bench, piece)
        trial = await bench.try_out(placed.edit)
        reasons = [trial.outcome(name) for name in placed.names]
        good = [number for number, reason in enumerate(reasons) if not reason]
        if good and len(good) < len(tests):
            self.withheld += failing(list(zip(placed.names, reasons, strict=True)))
            tests = [tests[number] for number in good]
            placed = await asyncio.to_thread(place, bench, piece_of(bench, tests))
        return self._written(existing, placed, tests, dropped)

    async def _observe(
        self, request: FeatureRequest, candidates: Sequence[Candidate]
    ) -> tuple[list[Kept], list[Dropped]]:
        if not candidates:
            return [], []
        request.progress(f"trying {len(candidates)} calls")
        try:
            kept, dropped = await observe(self._bench, candidates)
        except NoVerdictError:
            if not await self._bench.sift():
                raise
            kept, dropped = await observe(self._bench, candidates)
        self.tried, self.steady = self.tried + len(candidates), self.steady + len(kept)
        return kept, dropped

    def _written(
        self, existing: Existing, placed: Placed, tests: Sequence[WrittenTest], dropped: Sequence[Dropped]
    ) -> Draft:
        bench = self._bench
        pins = sum(each.pins for each in tests)
        return draft_of(
            bench, placed, len(tests), kinds_of(pins, len(tests) - pins), Usage(), notes(pins, dropped, existing)
        )


def _no_program(mutant: Mutant) -> Withheld:
    """What is said of a mutant that was left out."""
    why = f"{mutant.description} is no program that the engine takes, so no test was tried with it"
    return Withheld(FACTS, "a mutant", (failed("kills", why),))


def piece_of(bench: EcmaBench, tests: Sequence[WrittenTest]) -> Piece:
    """Tests that were written from facts, as a piece of a suite."""
    pinned = any(each.pins for each in tests)
    note = f"{PINNED} does today: they guard a change, and do not show that it is right." if pinned else ""
    sources = unique_titles((each.name, each.source) for each in tests)
    return Piece(imports_of(bench), (), sources, note, note)


def imports_of(bench: EcmaBench, further: Sequence[str] = ()) -> tuple[str, ...]:
    """What a test file of the function imports.

    Args:
        bench: The request's workbench.
        further: Names that are used of the runner besides those that tests from facts use.
    """
    target, style, texts = bench.target, bench.style, bench.own_tests
    modules = wants_modules(target, texts)
    module = specifier(target, test_file(bench), texts or [target.snapshot.text])
    asserts = "assert" if target.tools.framework is Framework.NODE else "expect"
    used = [*dict.fromkeys([*(["describe"] if style.nested else []), style.verb, asserts, *further])]
    own = import_of(target, module, style, modules=modules)
    further_own = further_imports(target, style, modules=modules)
    return (*runner_imports(target, texts, style, used, modules=modules), *further_own, own)
