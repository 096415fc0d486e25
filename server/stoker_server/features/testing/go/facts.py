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
from stoker_server.features.testing.go.bench import GoBench
from stoker_server.features.testing.go.candidates import find_candidates
from stoker_server.features.testing.go.handlers import HandlerTarget, requests_for
from stoker_server.features.testing.go.observing import explicit, imports_for, observe
from stoker_server.features.testing.go.placing import place, specs, style_in, taken_names
from stoker_server.features.testing.go.timing import benchmarks
from stoker_server.features.testing.go.writing import Writer
from stoker_server.features.testing.go.written import Written, imports_of
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.observing import Dropped, Kept
from stoker_server.features.testing.performance import heaviest
from stoker_server.features.testing.pinning import failing, notes
from stoker_server.features.testing.placing import Piece, Placed
from stoker_wire.usage import Usage


class GoFacts(CallingAuthor[GoBench]):
    """Drafts tests from the code and from what it does."""

    def __init__(self, bench: GoBench, kind: TestKind = TestKind.UNIT) -> None:
        """Draft tests of a kind on a workbench."""
        super().__init__(bench)
        self._kind = kind

    def _candidates(self) -> Sequence[Candidate]:
        target = self._bench.target
        if isinstance(target, HandlerTarget):
            return requests_for(target)
        return find_candidates(target, self._bench.ground.scratch)

    async def _observe(self, candidates: Sequence[Candidate]) -> tuple[list[Kept], list[Dropped]]:
        return await observe(self._bench, candidates)

    def _chosen(self, kept: Sequence[Kept], existing: Existing) -> Sequence[Kept]:
        writer = self._writer()
        kept = [each for each in kept if writer.can_say(each)]
        if self._kind is TestKind.PERFORMANCE:
            return heaviest([each for each in kept if each.seen.text])[:1]
        return super()._chosen(kept, existing)

    def _writer(self) -> Writer:
        bench = self._bench
        return Writer(bench.target, style_in(bench), explicit(bench.target))

    async def _drafted(self, existing: Existing, chosen: Sequence[Kept], dropped: Sequence[Dropped]) -> Draft | None:
        del dropped  # a call with a documented result is no matter here: Go's documentation has examples as tests
        placed, good = await self._kept(chosen)
        return draft_of(self._bench, placed, len(good), kinds_of(len(good), 0), Usage(), notes(len(good), (), existing))

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
        writer, taken = self._writer(), taken_names(bench)
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
