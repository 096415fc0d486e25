"""Generate a test: drafted by a model or from facts, run in a scratch copy, kept only for what it shows."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import Sequence

from stoker_analyzers.checks.base import Check
from stoker_analyzers.ecma.routes import handlers_in, is_inline
from stoker_analyzers.edits import Span
from stoker_analyzers.languages import LANGUAGES as KNOWN
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.features.base import Author, FeatureRequest, NoOffer, Offer
from stoker_server.features.propose import propose
from stoker_server.features.running import terms_of
from stoker_server.features.subject import subject_at, subject_of
from stoker_server.features.testing.bench import Bench
from stoker_server.features.testing.checks import Covers, Kills, Runs, TestFileParses
from stoker_server.features.testing.faults import FailsAsExpected, FaultsAuthor
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.language import Facts, Language, Prepared
from stoker_server.features.testing.languages import LANGUAGES
from stoker_server.features.testing.model import ModelAuthor
from stoker_server.features.testing.python_bench import PythonBench
from stoker_server.features.testing.suspects import said
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import ProvingError
from stoker_wire.receipts import FACTS, Receipt, TestCount
from stoker_wire.verdicts import Outcome

_DOCUMENTED = re.compile(r"as[ _]?documented", re.IGNORECASE)
"""What the name of a test of the documentation holds: ``AS_DOCUMENTED`` in Python, the same words in other languages' ways."""

WRITTEN = {
    each.id: each.name.removesuffix(" JSX") for each in KNOWN if any(each.id in known.ids for known in LANGUAGES)
}
"""The names of the languages that tests are written in, by identifier."""


class TestFeature:
    """Drafts tests for one function."""

    __test__ = False
    name = "test"
    title = "Generate a test"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether a place is in a function that a test can call."""
        language = language_of(snapshot)
        return language is not None and language.find_symbol(snapshot, span, None) is not None

    def handlers(self, snapshot: Snapshot) -> list[Symbol]:
        """The handlers of a file that go by their route, having no name: an outline does not list them."""
        return (
            handlers_in(snapshot) if snapshot.language and snapshot.language.id in ("javascript", "typescript") else []
        )

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """Tests that ran, passed three times and showed something new; or why there are none.

        The last of an offer's notes is a mutant that the tests kill, as a unified diff. Options: ``symbol`` (a qualified
        name, instead of the place), ``kind`` (one of ``TestKind``) and ``unsandboxed`` (``yes``: run although there is no
        sandbox).
        """
        began = time.perf_counter()
        asked = request.options.get("kind", TestKind.UNIT)
        if asked not in set(TestKind):
            subject = subject_at(request.snapshot, request.span, request.services.folder)
            said = f"{asked} is no kind of test; there are {', '.join(TestKind)}"
            return NoOffer(said, Receipt(self.name, subject, FACTS))
        language = language_of(request.snapshot)
        symbol = await asyncio.to_thread(_symbol, language, request)
        if language is None or symbol is None:
            subject = subject_at(request.snapshot, request.span, request.services.folder)
            return NoOffer(_nothing_here(request.snapshot), Receipt(self.name, subject, FACTS))
        if is_inline(symbol) and "kind" not in request.options:
            request = dataclasses.replace(request, options={**request.options, "kind": TestKind.END_TO_END})
        services = request.services
        terms = terms_of(request)
        if services.folder and services.trusted:
            request.progress(f"copying {services.folder.name} to where its code can be run")
        try:
            async with language.open_ground(terms) as ground:
                result = await _propose(
                    request, await language.set_up(request.snapshot, ground, symbol, _kind(request)), symbol
                )
        except ProvingError as error:
            return NoOffer(
                str(error), Receipt(self.name, subject_of(request.snapshot, symbol, request.services.folder), FACTS)
            )
        receipt = dataclasses.replace(result.receipt, seconds=time.perf_counter() - began)
        return dataclasses.replace(result, receipt=receipt)


def language_of(snapshot: Snapshot) -> Language | None:
    """How tests are written for a file; ``None`` for a language that none are written for."""
    if snapshot.language is None or snapshot.tree is None:
        return None
    return next((each.load() for each in LANGUAGES if snapshot.language.id in each.ids), None)


def _symbol(language: Language | None, request: FeatureRequest) -> Symbol | None:
    named = request.options.get("symbol")
    return language.find_symbol(request.snapshot, request.span, named) if language else None


def _nothing_here(snapshot: Snapshot) -> str:
    name = (
        snapshot.language.name
        if snapshot.language and language_of(snapshot)
        else "Python, JavaScript, TypeScript, Go, Rust or Java"
    )
    return f"there is no {name} function here that a test could call"


def _kind(request: FeatureRequest) -> TestKind:
    return TestKind(request.options.get("kind", TestKind.UNIT))


async def _propose(request: FeatureRequest, prepared: Prepared, symbol: Symbol) -> Offer | NoOffer:
    bench, facts = prepared.bench, prepared.facts
    provider = request.services.drafter(request.task("test"), request.snapshot)
    bench.measure()
    asks = prepared.by_model or _kind(request) is TestKind.UNIT
    model = ModelAuthor(provider, bench, prepared.dialect) if provider and asks else None
    if request.options.get("faults") == "yes":
        return await _propose_faults(request, prepared, symbol, model)
    authors: Sequence[Author] = [model, facts] if model else [facts]
    checks: Sequence[Check] = [TestFileParses(bench), Runs(bench), Covers(bench), Kills(bench)]
    subject = subject_of(request.snapshot, symbol, request.services.folder)
    try:
        result = await propose("test", subject, request, authors, checks, sandbox=bench.ground.sandbox.describe())
        withheld = (*result.receipt.withheld, *(model.withheld if model else ()), *facts.withheld)
        suspects = tuple(dict.fromkeys((*facts.suspects, *(model.suspects if model else ()))))
        receipt = dataclasses.replace(result.receipt, withheld=withheld, suspects=suspects)
        if isinstance(result, NoOffer):
            reason = result.reason if result.receipt.withheld else await _why_nothing(bench, facts)
            return NoOffer(". ".join([reason, *map(said, suspects)]).removesuffix("."), receipt)
        return await _proven(prepared, dataclasses.replace(result, receipt=receipt))
    finally:
        await bench.aclose()


async def _propose_faults(
    request: FeatureRequest, prepared: Prepared, symbol: Symbol, model: ModelAuthor | None
) -> Offer | NoOffer:
    """The suspected faults as tests that are expected to fail."""
    bench, subject = prepared.bench, subject_of(request.snapshot, symbol, request.services.folder)
    try:
        if not isinstance(bench, PythonBench) or _kind(request) is not TestKind.UNIT:
            why = "suspected faults are written down as tests in Python alone, as unit tests"
            return NoOffer(why, Receipt("test", subject, FACTS))
        author = FaultsAuthor(bench, model)
        checks: Sequence[Check] = [TestFileParses(bench), FailsAsExpected(bench)]
        nothing = f"nothing that is said of {bench.qualified} was found to be against what it does"
        sandbox = bench.ground.sandbox.describe()
        result = await propose("test", subject, request, [author], checks, sandbox=sandbox, nothing=nothing)
        receipt = dataclasses.replace(result.receipt, suspects=tuple(dict.fromkeys(author.suspects)))
        if isinstance(result, NoOffer):
            reason = result.reason if result.receipt.withheld else author.obstacle or result.reason
            if author.suspects and not result.receipt.withheld and not author.obstacle:
                reason = "what is wrong can't be said in one assertion"
            return NoOffer(". ".join([reason, *map(said, author.suspects)]).removesuffix("."), receipt)
        notes = (
            *result.notes,
            *map(said, author.suspects),
            *prepared.how_to_run(await bench.try_expected(result.edit)),
        )
        return dataclasses.replace(result, receipt=receipt, notes=notes)
    finally:
        await bench.aclose()


async def _why_nothing(bench: Bench, facts: Facts) -> str:
    """Why no author had a draft."""
    if facts.obstacle:
        return facts.obstacle
    existing, name = await bench.existing(), bench.qualified
    if bench.lines <= existing.lines and len(existing.kills) == len(bench.mutants):
        every = "its one mutant" if len(bench.mutants) == 1 else f"all of its {len(bench.mutants)} mutants"
        return f"the existing tests run every line of {name} and notice {every}"
    number = "the one call" if facts.tried == 1 else f"{facts.tried} calls"
    tried = f"of {number} of {name} that could be thought of"
    if not facts.steady:
        return f"{tried}, none reached it with a result to rely on"
    more = "more than the existing tests do" if existing.lines else "anything: they pass with each of its mutants"
    return f"{tried}, none shows {more}"


async def _proven(prepared: Prepared, offer: Offer) -> Offer | NoOffer:
    """The offer with a killed mutant to show; none where the runs prove nothing about this file."""
    undecided = [each for each in offer.receipt.verdicts if each.check == "runs" and each.outcome is not Outcome.PASSED]
    if undecided:
        return NoOffer(undecided[0].evidence, offer.receipt)
    bench = prepared.bench
    trial = await bench.try_out(offer.edit)
    notes = [*offer.notes, *(await asyncio.to_thread(prepared.how_to_run, trial))]
    killed = frozenset[int]().union(*(trial.kills(name) for name in trial.names))
    if killed:
        existing = await bench.existing()
        telling = min(killed, key=lambda number: (number in existing.kills, bench.mutants[number].coarse, number))
        name = bench.path.relative_to(bench.ground.scratch.original).as_posix()
        notes.append(await asyncio.to_thread(bench.mutants[telling].diff, name, bench.text))
    receipt = dataclasses.replace(offer.receipt, tests=_counted(trial, len(bench.mutants)))
    return dataclasses.replace(offer, notes=tuple(notes), receipt=receipt)


def _counted(trial: Trial, mutants: int) -> tuple[TestCount, ...]:
    """The tests of a trial by what they rest on, as their names say it; tests of both sorts in one class count as pins."""
    groups: dict[str, list[str]] = {"documentation": [], "behaviour": []}
    for name in trial.names:
        groups["documentation" if _DOCUMENTED.search(name) else "behaviour"].append(name)
    return tuple(
        TestCount(rest_on, len(names), len(frozenset[int]().union(*map(trial.kills, names))), mutants)
        for rest_on, names in groups.items()
        if names
    )
