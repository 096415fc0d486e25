"""The author that needs no model: it makes calls that fit the function and writes down what they do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.calls import Calls, calls_of
from stoker_server.features.testing.candidates import sampled
from stoker_server.features.testing.choosing import choose
from stoker_server.features.testing.drafting import draft_of, piece_of, place_tests
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.observing import Dropped, Kept, observe
from stoker_server.features.testing.pages import WITHOUT, has_playwright, helper, page_of, write_page
from stoker_server.features.testing.performance import heaviest, missing_plugin, timed
from stoker_server.features.testing.placing import unique
from stoker_server.features.testing.python_bench import PythonBench
from stoker_server.features.testing.suspects import find_suspects, said
from stoker_server.features.testing.target import Target
from stoker_server.features.testing.unittests import as_case, expressible, uses_unittest
from stoker_server.features.testing.writing import WrittenTest, write_test
from stoker_server.proving.errors import NoVerdictError
from stoker_wire.receipts import FACTS, Suspect, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict, failed

PINS = "They pin what the code does today: they guard a change, and do not show that it is right."
_MOST_WITHHELD = 8


class FactsAuthor:
    """Drafts tests from the code and from what it does."""

    name = FACTS

    def __init__(self, bench: PythonBench, kind: TestKind = TestKind.UNIT) -> None:
        """Draft tests of a kind on a workbench."""
        self._bench = bench
        self._kind = kind
        self._called: dict[int, Target] = {}
        self.withheld: tuple[Withheld, ...] = ()
        self.obstacle = ""
        self.suspects: tuple[Suspect, ...] = ()
        self.tried = self.steady = 0
        self._paged = False

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The few tests that show most; they come out the same each time, so a report changes nothing."""
        del report
        bench = self._bench
        found, self.obstacle = await asyncio.to_thread(calls_of, self._kind, bench.target, bench.ground.scratch.root)
        if self._kind is TestKind.PERFORMANCE:
            self.obstacle = await asyncio.to_thread(missing_plugin, bench.ground)
        if self.obstacle:
            return None
        kept, dropped = list[Kept](), list[Dropped]()
        try:
            for calls in found:
                more, worse = await self._observe(request, calls)
                kept, dropped = [*kept, *more], [*dropped, *worse]
            if self._kind is TestKind.UNIT and not any(each.kills for each in kept):
                broad = await asyncio.to_thread(sampled, bench.target, bench.ground.scratch.root, broad=True)
                kept, worse = await self._observe(request, Calls(bench.target, broad))
                dropped = [*dropped, *worse]
            if self._kind is TestKind.UNIT and any(each.contradicts for each in dropped):
                self.suspects = await find_suspects(bench.ground, bench.target, bench.subject)
        except NoVerdictError as error:
            self.obstacle = str(error)
            return None
        if not kept and dropped:
            name = bench.target.function.qualified
            said_of = "does what its documentation says" if self.suspects else f"can be relied on: {_said(dropped[0])}"
            self.obstacle = f"no call of {name} {said_of}"
        told = [each for each in dropped if not (each.contradicts and self.suspects)]
        self.withheld = tuple(_withheld(bench.target, each) for each in told[:_MOST_WITHHELD])
        existing = await bench.existing()
        wanted = frozenset(range(len(bench.mutants))) - existing.kills
        timed = self._kind is TestKind.PERFORMANCE
        self._paged = has_playwright(bench.ground) and any(map(page_of, kept))
        kept = [each for each in kept if page_of(each)] if self._paged else kept
        chosen = heaviest(kept) if timed else choose(kept, bench.lines - existing.lines, wanted)
        request.progress(f"running {len(chosen)} {'test' if len(chosen) == 1 else 'tests'}")
        return await self._holding(existing, chosen) if chosen else None

    async def _holding(self, existing: Existing, chosen: Sequence[Kept]) -> Draft:
        """The draft without tests that do not hold as tests, though the calls did; of all where none does."""
        draft = await asyncio.to_thread(self._written, existing, chosen)
        trial = await self._bench.try_out(draft.edit)
        if len(trial.names) != len(chosen):
            return draft
        reasons = [trial.outcome(name) for name in trial.names]
        good = [each for each, reason in zip(chosen, reasons, strict=True) if not reason]
        if (not good and not self._paged) or len(good) == len(chosen):
            return draft
        bad = [(name, reason) for name, reason in zip(trial.names, reasons, strict=True) if reason]
        self.withheld += tuple(Withheld(FACTS, name, (failed("runs", reason),)) for name, reason in bad)
        if not good:  # there may be no browser: then the pages are pinned as text
            self._paged = False
            return await self._holding(existing, chosen)
        return await asyncio.to_thread(self._written, existing, good)

    async def _observe(self, request: FeatureRequest, calls: Calls) -> tuple[list[Kept], list[Dropped]]:
        bench = self._bench
        request.progress(f"trying {len(calls.candidates)} calls")
        kept, dropped = await observe(bench.ground, calls.target, bench.subject, calls.candidates, bench.mutants)
        self.tried, self.steady = self.tried + len(calls.candidates), self.steady + len(kept)
        self._called.update({id(each): calls.target for each in kept})
        return kept, dropped

    def _written(self, existing: Existing, chosen: Sequence[Kept]) -> Draft:
        bench = self._bench
        typed = _is_typed(bench, existing)
        written = [write_test(self._called[id(each)], each.plan, each.seen, typed=typed) for each in chosen]
        if self._kind is TestKind.PERFORMANCE:
            written = [timed(each, plan.plan, plan.seen) for each, plan in zip(written, chosen, strict=True)]
        if self._paged:
            written = [write_page(each, page, typed=typed) for each, page in zip(written, chosen, strict=True)]
        named = unique((each.name, each.source) for each in written)
        tests = [
            WrittenTest(name, source, each.imports, each.pins)
            for each, (name, source) in zip(written, named, strict=True)
        ]
        if not self._paged and uses_unittest(bench.ground.scratch.read(each) for each in existing.files):
            tests = expressible(tests) or tests  # where pytest alone can say it, it is said in pytest's words
            case = as_case(bench.target, tests, typed=typed)
        else:
            case = None
        piece = piece_of(bench, [case] if case else tests)
        if self._paged:
            texts = [bench.ground.scratch.read(each) for each in existing.files]
            piece = replace(piece, helpers=helper(chosen[0], texts, typed=typed))
        placed = place_tests(bench, existing, piece)
        pins = sum(each.pins for each in tests)
        notes = [PINS] if pins else []
        notes += [said(each) for each in self.suspects]
        notes += [existing.note] if existing.note else []
        notes += [WITHOUT] if any(map(page_of, chosen)) and not has_playwright(bench.ground) else []
        return draft_of(bench, placed, len(tests), kinds_of(pins, len(tests) - pins), Usage(), notes)


def kinds_of(pins: int, documented: int) -> str:
    """What tests rest on, in a few words."""
    if pins and documented:
        return f"{pins} {'pins' if pins == 1 else 'pin'} what it does today, {documented} from its documentation"
    return "from its documentation" if documented else f"{'pins' if pins == 1 else 'pin'} what it does today"


def _said(each: Dropped) -> str:
    return f"{each.plan.call}: {each.reason}"


def _withheld(target: Target, each: Dropped) -> Withheld:
    return Withheld(
        FACTS, f"a test of {each.plan.call}", (failed("steady", f"{target.function.qualified}: {each.reason}"),)
    )


def _is_typed(bench: PythonBench, existing: Existing) -> bool:
    """Whether tests here say that they return nothing: as the existing ones do, else as the file's own functions do."""
    texts = [bench.ground.scratch.read(each) for each in existing.files] or [bench.target.snapshot.text]
    return any(re.search(r"^\s*(async )?def \w+\([^)]*\) -> ", text, re.MULTILINE) for text in texts)
