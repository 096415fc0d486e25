"""The author that needs no model: it makes calls that fit the function and writes down what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.testing.candidates import Candidate
from stoker_server.features.testing.choosing import choose
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.facts import kinds_of
from stoker_server.features.testing.go.bench import GoBench
from stoker_server.features.testing.go.candidates import find_candidates
from stoker_server.features.testing.go.handlers import HandlerTarget, requests_for
from stoker_server.features.testing.go.observing import explicit, imports_for, observe
from stoker_server.features.testing.go.placing import place, specs, style_in, taken_names
from stoker_server.features.testing.go.timing import benchmarks
from stoker_server.features.testing.go.writing import Writer
from stoker_server.features.testing.go.written import Written, imports_of
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.observing import Kept
from stoker_server.features.testing.performance import heaviest
from stoker_server.features.testing.pinning import failing, notes, said, withheld
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.proving.errors import NoVerdictError
from stoker_wire.receipts import FACTS, Suspect, Withheld
from stoker_wire.usage import Usage


class GoFacts:
    """Drafts tests from the code and from what it does."""

    name = FACTS

    def __init__(self, bench: GoBench, kind: TestKind = TestKind.UNIT) -> None:
        """Draft tests of a kind on a workbench."""
        self._bench, self._kind = bench, kind
        self.withheld: tuple[Withheld, ...] = ()
        self.suspects: tuple[Suspect, ...] = ()
        self.obstacle = ""
        self.tried = self.steady = 0

    async def draft(self, request: FeatureRequest, report: tuple[object, ...]) -> Draft | None:
        """The few tests that show most; they come out the same each time, so a report changes nothing."""
        del report
        bench = self._bench
        candidates = await asyncio.to_thread(self._candidates)
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
        writer = Writer(bench.target, style_in(bench), explicit(bench.target))
        kept = [each for each in kept if writer.can_say(each)]
        existing = await bench.existing()
        wanted = frozenset(range(len(bench.mutants))) - existing.kills
        timed = self._kind is TestKind.PERFORMANCE
        kept = [each for each in kept if each.seen.text] if timed else kept
        chosen = heaviest(kept)[:1] if timed else choose(kept, bench.lines - existing.lines, wanted)
        if not chosen:
            return None
        request.progress(f"running {len(chosen)} {'test' if len(chosen) == 1 else 'tests'}")
        placed, good = await self._kept(chosen)
        return draft_of(bench, placed, len(good), kinds_of(len(good), 0), Usage(), notes(len(good), (), existing))

    def _candidates(self) -> list[Candidate]:
        target = self._bench.target
        if isinstance(target, HandlerTarget):
            return requests_for(target)
        return find_candidates(target, self._bench.ground.scratch)

    async def _kept(self, chosen: Sequence[Kept]) -> tuple[Placed, Sequence[Kept]]:
        """The draft without the calls that don't hold in the runs that count."""
        bench = self._bench
        written, placed = await asyncio.to_thread(self._placed, chosen)
        trial = await bench.try_out(placed.edit)
        calls = [(name, call) for each in written for name, call in zip(each.names, each.calls, strict=True)]
        reasons = {name: trial.outcome(name) for name, _ in calls}
        good = [call for name, call in calls if not reasons[name]]
        if good and len(good) < len(calls):
            self.withheld += failing(list(reasons.items()))
            _, placed = await asyncio.to_thread(self._placed, good)
        return placed, good or chosen

    def _placed(self, calls: Sequence[Kept]) -> tuple[list[Written], Placed]:
        bench, style = self._bench, style_in(self._bench)
        writer, taken = Writer(bench.target, style, explicit(bench.target)), taken_names(bench)
        timed = self._kind is TestKind.PERFORMANCE
        helper = bench.target.helper
        helpers = [helper] if helper and not any(f"func {name}(" in helper for name in taken) else []
        written = benchmarks(writer, calls, taken) if timed else writer.write(calls, taken)
        codes = [code for each in calls for code in (each.plan.plain, each.seen.text, *each.seen.changed.values())]
        types = [*helpers, *(each.type for each in bench.target.inputs), *bench.target.results]
        seen = {path: name for each in calls for name, path in (said.split(" ") for said in each.seen.imports)}
        imports = {**imports_for(bench.target, [*codes, *types]), **seen, **imports_of(style, bench.target)}
        tests = tuple((each.names[0].partition("/")[0], each.source) for each in written)
        return written, place(bench, Piece(specs(imports), tuple(helpers), tests, "", ""))
