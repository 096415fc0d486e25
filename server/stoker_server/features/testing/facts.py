"""The author that needs no model: it makes calls that fit the function and writes down what they do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.candidates import Candidate, sampled
from stoker_server.features.testing.choosing import choose
from stoker_server.features.testing.drafting import draft_of, piece_of, place_tests
from stoker_server.features.testing.examples import called, documented
from stoker_server.features.testing.observing import Dropped, Kept, observe
from stoker_server.features.testing.placing import unique
from stoker_server.features.testing.python_bench import PythonBench
from stoker_server.features.testing.target import Target
from stoker_server.features.testing.unittests import as_case, expressible, uses_unittest
from stoker_server.features.testing.writing import WrittenTest, write_test
from stoker_server.proving.errors import NoVerdictError
from stoker_wire.receipts import FACTS, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict, failed

PINS = "They pin what the code does today: they guard a change, and do not show that it is right."
_MOST_WITHHELD = 8


class FactsAuthor:
    """Drafts tests from the code and from what it does."""

    name = FACTS

    def __init__(self, bench: PythonBench) -> None:
        """Draft on a workbench."""
        self._bench = bench
        self.withheld: tuple[Withheld, ...] = ()
        self.obstacle = ""
        self.tried = self.steady = 0

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The few tests that show most; they come out the same each time, so a report changes nothing."""
        del report
        bench = self._bench
        candidates = await asyncio.to_thread(find_candidates, bench.target, bench.ground.scratch.root)
        try:
            kept, dropped = await self._observe(request, candidates)
            if not any(each.kills for each in kept):
                broad = await asyncio.to_thread(sampled, bench.target, broad=True)
                kept, more = await self._observe(request, broad)
                dropped = [*dropped, *more]
        except NoVerdictError as error:
            self.obstacle = str(error)
            return None
        if not kept and dropped:
            self.obstacle = f"no call of {bench.target.function.qualified} can be relied on: {_said(dropped[0])}"
        self.withheld = tuple(_withheld(bench.target, each) for each in dropped[:_MOST_WITHHELD])
        existing = await bench.existing()
        wanted = frozenset(range(len(bench.mutants))) - existing.kills
        chosen = choose(kept, bench.lines - existing.lines, wanted)
        request.progress(f"running {len(chosen)} {'test' if len(chosen) == 1 else 'tests'}")
        return await asyncio.to_thread(self._written, existing, chosen, dropped) if chosen else None

    async def _observe(
        self, request: FeatureRequest, candidates: Sequence[Candidate]
    ) -> tuple[list[Kept], list[Dropped]]:
        bench = self._bench
        request.progress(f"trying {len(candidates)} calls")
        kept, dropped = await observe(bench.ground, bench.target, bench.subject, candidates, bench.mutants)
        self.tried, self.steady = self.tried + len(candidates), self.steady + len(kept)
        return kept, dropped

    def _written(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft:
        bench = self._bench
        typed = _is_typed(bench, existing)
        written = [write_test(bench.target, each.plan, each.seen, typed=typed) for each in chosen]
        named = unique((each.name, each.source) for each in written)
        tests = [
            WrittenTest(name, source, each.imports, each.pins)
            for each, (name, source) in zip(written, named, strict=True)
        ]
        if uses_unittest(bench.ground.scratch.read(each) for each in existing.files):
            tests = expressible(tests) or tests  # where pytest alone can say it, it is said in pytest's words
            case = as_case(bench.target, tests, typed=typed)
        else:
            case = None
        placed = place_tests(bench, existing, piece_of(bench, [case] if case else tests))
        pins = sum(each.pins for each in tests)
        notes = [PINS] if pins else []
        notes += [f"{_said(each)}." for each in dropped if each.plan.candidate.wanted is not None]
        notes += [existing.note] if existing.note else []
        return draft_of(bench, placed, len(tests), kinds_of(pins, len(tests) - pins), Usage(), notes)


def find_candidates(target: Target, folder: Path) -> list[Candidate]:
    """Every call worth trying, the most telling origin first."""
    return [*documented(target), *called(target, folder), *sampled(target)]


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
