"""The author that needs no model: it makes calls that fit the function and writes down what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.calling_author import CallingAuthor
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.ecma.answering import answers, helper, helper_imports
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
from stoker_server.features.testing.ecma.opened import PageTarget
from stoker_server.features.testing.ecma.placing import PINNED, place, test_file
from stoker_server.features.testing.ecma.requests import RequestTarget, requests_for
from stoker_server.features.testing.ecma.timing import NOTE, write_benchmark
from stoker_server.features.testing.ecma.writing import write_test
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.performance import heaviest
from stoker_server.features.testing.pinning import failing, notes
from stoker_server.features.testing.placing import Piece, Placed, unique_titles
from stoker_server.features.testing.writing import WrittenTest
from stoker_server.proving.ecma.project import Framework
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.mutants import Mutant
from stoker_wire.receipts import FACTS, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import failed

WITHOUT = (
    "Its pages are pinned as text; with @playwright/test among the project's packages they are opened in a browser."
)
_PAGE = 'text: "<'
_ENOUGH = 0.5
"""The part of the mutants that the first calls have to notice; else values of other sorts are tried."""


class EcmaFacts(CallingAuthor[EcmaBench]):
    """Drafts tests from the code and from what it does."""

    async def _made(self, request: FeatureRequest) -> tuple[list[Kept], list[Dropped]]:
        """The likely calls; and where they notice few mutants, others with values of other sorts."""
        kept, dropped = await super()._made(request)
        bench = self._bench
        killed = frozenset[int]().union(*(each.kills for each in kept))
        if isinstance(bench.target, RequestTarget) or len(killed) >= _ENOUGH * len(bench.mutants):
            return kept, dropped
        broad = await asyncio.to_thread(broad_candidates, bench.target, bench.ground.scratch.root)
        more, others = await self._observed(request, broad)
        return [*kept, *more], [*dropped, *others]

    def _candidates(self) -> Sequence[Candidate]:
        target = self._bench.target
        if isinstance(target, RequestTarget):
            return requests_for(target)
        return find_candidates(target, self._bench.ground.scratch.root)

    async def _observe(self, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
        try:
            return await observe(self._bench, candidates)
        except NoVerdictError:
            if not await self._bench.sift():
                raise
            return await observe(self._bench, candidates)

    async def _drafted(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft | None:
        """The draft without the tests that don't hold in the runs that count: of chance, say, that was drawn beforehand."""
        bench = self._bench
        self.withheld += tuple(map(_no_program, bench.invalid))
        tests = [self._test(each) for each in chosen]
        piece = piece_of(bench, tests)
        placed = await asyncio.to_thread(place, bench, piece)
        trial = await bench.try_out(placed.edit)
        reasons = [trial.outcome(name) for name in placed.names]
        good = [number for number, reason in enumerate(reasons) if not reason]
        if good and len(good) < len(tests):
            self.withheld += failing(list(zip(placed.names, reasons, strict=True)))
            tests = [tests[number] for number in good]
            placed = await asyncio.to_thread(place, bench, piece_of(bench, tests))
        draft = self._written(existing, placed, tests, dropped)
        shown = type(bench.target) is RequestTarget and any(_PAGE in each.seen.text for each in chosen)
        return replace(draft, notes=(*draft.notes, WITHOUT)) if shown else draft

    def _chosen(self, kept: Sequence[Kept], existing: Existing) -> Sequence[Kept]:
        return heaviest(kept)[:1] if self._bench.timed else super()._chosen(kept, existing)

    def _test(self, each: Kept) -> WrittenTest:
        bench = self._bench
        if bench.timed:
            return write_benchmark(bench, each.plan, each.seen)
        return write_test(bench.target, each.plan, each.seen, bench.style)

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
    note = NOTE if bench.timed else note
    sources = unique_titles((each.name, each.source) for each in tests)
    helpers = () if opens_by_path(bench) else (helper(bench.target.name, bench.style, typed=bench.target.is_typed),)
    return Piece(imports_of(bench), helpers, sources, note, note)


def opens_by_path(bench: EcmaBench) -> bool:
    """Whether tests need nothing to reach the application: no pages, a server that Playwright starts, or the file has it."""
    target = bench.target
    if not isinstance(target, PageTarget) or target.setup.served:
        return True
    return answers(bench.ground.scratch.read(test_file(bench)))


def imports_of(bench: EcmaBench, further: Sequence[str] = ()) -> tuple[str, ...]:
    """What a test file of the function imports.

    Args:
        bench: The request's workbench.
        further: Names that are used of the runner besides those that tests from facts use.
    """
    target, style, texts = bench.target, bench.style, bench.own_tests
    modules = wants_modules(target, texts)
    around = [target.snapshot.text, bench.ground.scratch.read(target.imported)]
    module = specifier(target, test_file(bench), texts or around)
    if isinstance(target, PageTarget):
        runner = runner_imports(target, texts, style, ["expect", "test"], modules=modules)
        if opens_by_path(bench):
            return tuple(runner)
        needs = helper_imports(style, typed=target.is_typed, modules=modules)
        return (*needs, *runner, import_of(target, module, style, modules=modules))
    asserts = "assert" if target.tools.framework is Framework.NODE else "expect"
    used = [*dict.fromkeys([*(["describe"] if style.nested else []), style.verb, asserts, *further])]
    own = import_of(target, module, style, modules=modules)
    further_own = further_imports(target, style, modules=modules)
    return (*runner_imports(target, texts, style, used, modules=modules), *further_own, own)
