"""Generate a test: drafted by a model or from facts, run in a scratch copy, kept only for what it shows."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Sequence

from stoker_analyzers.checks.base import Check
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol
from stoker_server.features.base import Author, FeatureRequest, NoOffer, Offer
from stoker_server.features.propose import propose
from stoker_server.features.subject import file_name, subject_at, subject_of
from stoker_server.features.testing.bench import Bench, Trial
from stoker_server.features.testing.checks import Covers, Kills, Runs, TestFileParses
from stoker_server.features.testing.facts import FactsAuthor
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.model import ModelAuthor
from stoker_server.features.testing.suspects import said
from stoker_server.features.testing.target import Target, find_owner, find_symbol
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.layout import finds_modules, import_name
from stoker_server.proving.source import Module
from stoker_server.uris import path_of
from stoker_wire.receipts import FACTS, Receipt
from stoker_wire.verdicts import Outcome

UNSANDBOXED = "unsandboxed"
"""The option by which the user allows one run without a sandbox: ``yes``."""


class TestFeature:
    """Drafts tests for one Python function."""

    __test__ = False
    name = "test"
    title = "Generate a test"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether a place is in a Python function that a test can call."""
        return find_symbol(snapshot, span) is not None

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """Tests that ran, passed three times and showed something new; or why there are none.

        The last of an offer's notes is a mutant that the tests kill, as a unified diff. Options: ``symbol`` (a qualified
        name, instead of the place), ``kind`` (one of ``TestKind``) and ``unsandboxed`` (``yes``: run although there is no
        sandbox).
        """
        began = time.perf_counter()
        symbol = await asyncio.to_thread(find_symbol, request.snapshot, request.span, request.options.get("symbol"))
        if symbol is None:
            subject = subject_at(request.snapshot, request.span, request.services.folder)
            return NoOffer(
                "there is no Python function here that a test could call", Receipt(self.name, subject, FACTS)
            )
        services = request.services
        unsandboxed = request.options.get(UNSANDBOXED) == "yes"
        terms = Terms(services.folder, services.trusted, services.settings.testing, unsandboxed)
        try:
            async with open_ground(terms) as ground:
                result = await _propose(request, ground, symbol)
        except ProvingError as error:
            return NoOffer(
                str(error), Receipt(self.name, subject_of(request.snapshot, symbol, request.services.folder), FACTS)
            )
        receipt = dataclasses.replace(result.receipt, seconds=time.perf_counter() - began)
        return dataclasses.replace(result, receipt=receipt)


async def _propose(request: FeatureRequest, ground: Ground, symbol: Symbol) -> Offer | NoOffer:
    bench = await asyncio.to_thread(_set_up, request.snapshot, ground, symbol)
    bench.measure()
    kind = TestKind(request.options.get("kind", TestKind.UNIT))
    facts = FactsAuthor(bench, kind)
    provider = request.services.provider if kind is TestKind.UNIT else None
    model = ModelAuthor(provider, bench) if provider else None
    authors: Sequence[Author] = [model, facts] if model else [facts]
    checks: Sequence[Check] = [TestFileParses(bench), Runs(bench), Covers(bench), Kills(bench)]
    subject = subject_of(request.snapshot, symbol, request.services.folder)
    try:
        result = await propose("test", subject, request, authors, checks, sandbox=ground.sandbox.describe())
        withheld = (*result.receipt.withheld, *(model.withheld if model else ()), *facts.withheld)
        suspects = tuple(dict.fromkeys((*facts.suspects, *(model.suspects if model else ()))))
        receipt = dataclasses.replace(result.receipt, withheld=withheld, suspects=suspects)
        if isinstance(result, NoOffer):
            reason = result.reason if result.receipt.withheld else await _why_nothing(bench, facts)
            return NoOffer(". ".join([reason, *map(said, suspects)]).removesuffix("."), receipt)
        return await _proven(bench, dataclasses.replace(result, receipt=receipt))
    finally:
        await bench.aclose()


def _set_up(snapshot: Snapshot, ground: Ground, symbol: Symbol) -> Bench:
    target = _target(snapshot, ground, symbol)
    ground.scratch.write(target.path, snapshot.text)
    return Bench(ground, target)


def _target(snapshot: Snapshot, ground: Ground, symbol: Symbol) -> Target:
    """The function as ``ast`` has it, and by what name its file is imported.

    Raises:
        ProvingError: The file can't be imported or parsed.
    """
    path = path_of(snapshot.uri)
    if path is None or path.suffix != ".py":
        raise ProvingError(f"{file_name(snapshot)} is not a Python file on this machine, so it can't be imported")
    scratch = ground.scratch
    name = import_name(scratch.root, scratch.inside(path))
    if name is None:
        raise ProvingError(f"{path.name} can't be imported by its name, so no test can reach it")
    try:
        module = Module.parse(snapshot.text)
        function = module.function(symbol.qualified, snapshot.line_of(symbol.name_span.start) + 1)
        if function is None:
            raise ProvingError(f"{symbol.qualified} is defined inside another function, so no test can call it")
        function.executable_lines  # noqa: B018 - what can be parsed but not compiled is found out here
    except SyntaxError as error:
        raise ProvingError(f"{path.name} has a syntax error in line {error.lineno}: mend it first") from error
    name = dataclasses.replace(name, root=scratch.outside(name.root))
    return Target(snapshot, symbol, path, function, find_owner(module, symbol.qualified), name)


async def _why_nothing(bench: Bench, facts: FactsAuthor) -> str:
    """Why no author had a draft."""
    if facts.obstacle:
        return facts.obstacle
    existing, name = await bench.existing(), bench.target.function.qualified
    if bench.lines <= existing.lines and len(existing.kills) == len(bench.mutants):
        every = "its one mutant" if len(bench.mutants) == 1 else f"all of its {len(bench.mutants)} mutants"
        return f"the existing tests run every line of {name} and notice {every}"
    number = "the one call" if facts.tried == 1 else f"{facts.tried} calls"
    tried = f"of {number} of {name} that could be thought of"
    if not facts.steady:
        return f"{tried}, none reached it with a result to rely on"
    more = "more than the existing tests do" if existing.lines else "anything: they pass with each of its mutants"
    return f"{tried}, none shows {more}"


async def _proven(bench: Bench, offer: Offer) -> Offer | NoOffer:
    """The offer with a killed mutant to show; none where the runs prove nothing about this file."""
    undecided = [each for each in offer.receipt.verdicts if each.check == "runs" and each.outcome is not Outcome.PASSED]
    if undecided:
        return NoOffer(undecided[0].evidence, offer.receipt)
    trial = await bench.try_out(offer.edit)
    notes = [*offer.notes, *(await asyncio.to_thread(_how_to_run, bench, trial))]
    killed = frozenset[int]().union(*(trial.kills(name) for name in trial.names))
    if killed:
        existing, target = await bench.existing(), bench.target
        telling = min(killed, key=lambda number: (number in existing.kills, bench.mutants[number].coarse, number))
        name = target.path.relative_to(bench.ground.scratch.original).as_posix()
        notes.append(await asyncio.to_thread(bench.mutants[telling].diff, name, target.snapshot.text))
    return dataclasses.replace(offer, notes=tuple(notes))


def _how_to_run(bench: Bench, trial: Trial) -> list[str]:
    """A word for projects in which plain ``pytest`` would not find the file."""
    scratch, root = bench.ground.scratch, bench.target.name.root
    if trial.runs[0].found or finds_modules(scratch.root, scratch.inside(root), scratch.inside(trial.path)):
        return []
    if root == scratch.original:
        return ["Run them with `python -m pytest`: plain `pytest` does not look for modules in this folder."]
    place = root.relative_to(scratch.original).as_posix()
    return [f'pytest has to be told where the modules are: set `pythonpath = ["{place}"]` in its settings.']
