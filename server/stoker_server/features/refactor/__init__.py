"""Refactors Python: by rope, from the tree, or as a model is told to; each through checks of its own kind."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Mapping, Sequence

from stoker_analyzers.behaviour.machine import Change
from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.parses import Parses
from stoker_analyzers.checks.public_surface import PublicSurface
from stoker_analyzers.checks.same_behaviour import SameBehaviour
from stoker_analyzers.checks.same_bindings import SameBindings
from stoker_analyzers.edits import Span
from stoker_analyzers.restructuring import is_function, lines_of
from stoker_analyzers.rewriting import region_of
from stoker_analyzers.selection import is_python
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer
from stoker_server.features.propose import propose
from stoker_server.features.refactor import braces
from stoker_server.features.refactor.across import ACROSS
from stoker_server.features.refactor.asked_names import fault_of, new_name
from stoker_server.features.refactor.by_tree import Made, MadeAuthor, make
from stoker_server.features.refactor.facts import LOST, RopeAuthor
from stoker_server.features.refactor.files import EachFile
from stoker_server.features.refactor.kinds import (
    EXTRACT_FUNCTION,
    EXTRACT_VARIABLE,
    INLINE,
    KINDS,
    RENAME,
    SPLIT,
    TREE_KINDS,
    Kind,
    title_for,
)
from stoker_server.features.refactor.kinds import kinds as python_kinds
from stoker_server.features.refactor.model import REGION_LIMIT, ModelAuthor
from stoker_server.features.refactor.saying import why_none, widened
from stoker_server.features.refactor.scopes import NamesInScope
from stoker_server.features.refactor.seams import cuts
from stoker_server.features.refactor.speed import OPTIMISE, SPEED, promises_speed, unmeasurable
from stoker_server.features.running import terms_of, with_sandbox
from stoker_server.features.subject import subject_at
from stoker_server.proving.differential import SameResults
from stoker_server.proving.suite import SuiteGreen
from stoker_server.proving.timing import Faster
from stoker_server.workers import RefusedError, WorkerError, WorkerTimeoutError
from stoker_wire.receipts import FACTS, Receipt
from stoker_wire.verdicts import Outcome

__all__ = ["KINDS", "OPTIMISE", "Kind", "RefactorFeature", "kinds", "title_for"]


logger = logging.getLogger(__name__)


def kinds(snapshot: Snapshot, span: Span) -> tuple[Kind, ...]:
    """The refactorings that apply at a selection."""
    return python_kinds(snapshot, span) or braces.brace_kinds(snapshot, span)


class RefactorFeature:
    """Changes code without changing what it does.

    Options:
        kind: The name of one of ``KINDS``, or ``optimise``, which needs a model; default: the first that applies.
        name: The new name. Needed for ``rename``; extractions find one.
        to: The file that ``move`` moves to, from the workspace folder on or absolute.
        parameters: The new parameters for ``change-signature``, e.g. ``path, mode->flags, timeout=30``: old names, in the
            wanted order; an arrow renames; what has a default is new; what is not listed goes.
        all: ``yes`` to extract every equal constant of the function.
        instruction: What to do in words, instead of a kind. Needs a model.
        unsandboxed: ``yes`` to run the project's tests although there is no sandbox.
    """

    name = "refactor"
    title = "Refactor"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether some refactoring applies at a selection."""
        return bool(kinds(snapshot, span))

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """The refactored code, checked."""
        return await with_sandbox(self._propose(request))

    async def _propose(self, request: FeatureRequest) -> Offer | NoOffer:
        snapshot, wanted = request.snapshot, request.options.get("kind")
        instruction = request.options.get("instruction", "").strip()
        if instruction or wanted == OPTIMISE:
            return await self._follow(request, instruction or SPEED)
        applicable = kinds(snapshot, request.span)
        kind = next((each for each in applicable if wanted in (None, each.name)), None)
        span = kind.find(snapshot, request.span) if kind else None
        if kind is None or span is None:
            return self._nothing(request, why_none(request.snapshot, wanted))
        if kind in braces.BRACE_KINDS:
            return await self._by_braces(request, kind, span)
        if kind is SPLIT and is_function(snapshot, span):
            return await self._cut(request, span)
        if kind in TREE_KINDS:
            return await self._by_tree(request, kind, span)
        new = request.options.get("name") or new_name(kind, snapshot, span)
        if kind is RENAME and not new:
            return self._nothing(request, "renaming needs the new name")
        if fault := fault_of(kind, new, snapshot.text):
            return self._nothing(request, fault)
        return await self._by_rope(request, kind, span, new)

    async def _cut(self, request: FeatureRequest, span: Span) -> Offer | NoOffer:
        """A function in two: the best of its blocks becomes one of its own that can be shown to do the same."""
        snapshot = request.snapshot
        try:
            found = await asyncio.to_thread(cuts, snapshot, span)
        except RefusedError as error:
            return self._nothing(request, f"{SPLIT.title}: {error}")
        given = request.options.get("name", "")
        if given and (fault := fault_of(EXTRACT_FUNCTION, given, snapshot.text)):
            return self._nothing(request, fault)
        tried: list[NoOffer] = []
        for each, gives in found:
            inner = dataclasses.replace(request, span=each)
            name = given or new_name(EXTRACT_FUNCTION, snapshot, each, gives)
            result = await self._by_rope(inner, EXTRACT_FUNCTION, each, name)
            if isinstance(result, Offer):
                lines = lines_of(snapshot, each)
                title = result.title.replace("Extract the function", "Split the function: take out")
                notes = (*result.notes, f"{lines} lines of {lines_of(snapshot, span)} have a function of their own")
                return dataclasses.replace(result, title=title, notes=notes)
            tried.append(result)
            if LOST in result.reason:
                break
        if len(tried) == 1:
            return NoOffer(f"{SPLIT.title}: {tried[0].reason}", tried[0].receipt)
        said = f"none of the {len(tried)} blocks tried can be shown to do the same as a function of its own"
        return NoOffer(f"{SPLIT.title}: {said}, e.g. {tried[0].reason}", tried[0].receipt)

    async def _by_rope(self, request: FeatureRequest, kind: Kind, span: Span, new: str) -> Offer | NoOffer:
        snapshot = request.snapshot
        author = RopeAuthor(kind, span, new)
        request.progress(title_for(kind, snapshot.text[span.start : span.end], new))
        old = snapshot.text[span.start : span.end]
        result = await propose(
            self.name,
            subject_at(snapshot, span, request.services.folder),
            request,
            (author,),
            (
                EachFile(Parses(), author.others),
                EachFile(_surface(kind, old, new), author.others),
                EachFile(NamesInScope(), author.others),
                _meaning(kind, old, new, author.others),
                SuiteGreen(terms_of(request), author.others),
            ),
        )
        if isinstance(result, NoOffer) and author.refusal:
            return dataclasses.replace(result, reason=author.refusal)
        if isinstance(result, Offer):
            result = dataclasses.replace(result, notes=(*widened(snapshot, request.span, span), *result.notes))
        return _proven(result)

    async def _by_tree(self, request: FeatureRequest, kind: Kind, span: Span) -> Offer | NoOffer:
        request.progress(kind.title)
        try:
            if kind in ACROSS:
                made = await ACROSS[kind](request, span)
            else:
                made = await asyncio.to_thread(make, kind, request, span)
        except (RefusedError, WorkerTimeoutError) as error:
            return self._nothing(request, f"{kind.title}: {error}")
        except WorkerError as error:
            logger.warning("rope failed on %s: %s", request.snapshot.uri, error)
            return self._nothing(
                request, f"{kind.title}: rope can't make sense of the file, or of one that it works with"
            )
        return await self._judged(request, span, made, (Parses(), NamesInScope(), *made.checks))

    async def _by_braces(self, request: FeatureRequest, kind: Kind, span: Span) -> Offer | NoOffer:
        request.progress(kind.title)
        try:
            made = await asyncio.to_thread(braces.make, kind, request, span)
        except RefusedError as error:
            return self._nothing(request, f"{kind.title}: {error}")
        noted = widened(request.snapshot, request.span, span) if kind.name == EXTRACT_VARIABLE.name else ()
        made = dataclasses.replace(made, notes=(*noted, *made.notes))
        return await self._judged(request, span, made, (Parses(), *made.checks))

    async def _judged(
        self, request: FeatureRequest, span: Span, made: Made, checks: Sequence[Check]
    ) -> Offer | NoOffer:
        """What was made, through its checks and the project's tests."""
        result = await propose(
            self.name,
            subject_at(request.snapshot, span, request.services.folder),
            request,
            (MadeAuthor(made),),
            (*(EachFile(each, made.others) for each in checks), SuiteGreen(terms_of(request), made.others)),
        )
        return _proven(result)

    async def _follow(self, request: FeatureRequest, instruction: str) -> Offer | NoOffer:
        provider = request.services.drafter(self.name, request.snapshot)
        region = region_of(request.snapshot, request.span)
        if provider is None:
            why = request.services.spent_out() or "set provider.name in the settings"
            return self._nothing(
                request, f"{'an instruction' if instruction != SPEED else OPTIMISE} needs a model; {why}"
            )
        if len(region) > REGION_LIMIT:
            return self._nothing(request, f"the selection is too long; select up to {REGION_LIMIT} characters")
        terms, fast = terms_of(request), promises_speed(instruction)
        if fast and not is_python(request.snapshot):
            return self._nothing(
                request, "no gain could be measured, so no model was asked: only Python is timed so far"
            )
        if fast and (why := await asyncio.to_thread(unmeasurable, request.snapshot, region, terms)):
            return self._nothing(request, f"no gain could be measured, so no model was asked: {why}")
        request.progress(f"asking {provider.name}")
        checks: list[Check] = [Parses(), PublicSurface()]
        if is_python(request.snapshot):
            checks += [NamesInScope(), SameBindings(), SameBehaviour(), SameResults(terms)]
        checks += [SuiteGreen(terms), *([Faster(terms)] if fast else [])]
        result = await propose(
            self.name,
            subject_at(request.snapshot, region, request.services.folder),
            request,
            (ModelAuthor(provider, region, instruction),),
            checks,
            nothing="the model changed nothing",
        )
        return _measured(result) if fast else result

    def _nothing(self, request: FeatureRequest, reason: str) -> NoOffer:
        subject = subject_at(request.snapshot, request.span, request.services.folder)
        return NoOffer(reason, Receipt(self.name, subject, FACTS))


def _surface(kind: Kind, old: str, new: str) -> Check:
    """The check of the public surface, told what is meant to change."""
    if kind is RENAME:
        shown = frozenset({old}) if old.startswith("_") != new.startswith("_") else frozenset[str]()
        return PublicSurface(renamed={old: new}, added=shown, removed=shown)
    return PublicSurface(removed=frozenset({old})) if kind is INLINE else PublicSurface(added=frozenset({new}))


def _meaning(kind: Kind, old: str, new: str, others: Mapping[str, Snapshot]) -> Check:
    """The check that the code still means the same."""
    if kind is RENAME:
        return EachFile(SameBindings(old, new), others)
    change = Change(variable=new) if kind is EXTRACT_VARIABLE else Change(old if kind is INLINE else new)
    return EachFile(SameBehaviour(change), others)


def _proven(result: Offer | NoOffer) -> Offer | NoOffer:
    """The result; none where it is made from facts alone and could not be shown to do the same."""
    if isinstance(result, Offer) and (open_question := _unproven(result)):
        return NoOffer(f"{result.title} was withheld: {open_question}", result.receipt)
    return result


def _measured(result: Offer | NoOffer) -> Offer | NoOffer:
    """The result; none where what promises speed was not shown to be faster."""
    verdicts = [each for each in result.receipt.verdicts if each.check == Faster.name]
    if isinstance(result, Offer) and not any(each.outcome is Outcome.PASSED for each in verdicts):
        why = verdicts[0].evidence if verdicts else "nothing was measured"
        return NoOffer(f"{result.title} was withheld: no measured gain: {why}", result.receipt)
    return result


def _unproven(offer: Offer) -> str:
    """What could not be shown of an offer that is made from facts alone; empty where all was."""
    needed = (SameBehaviour.name, SameBindings.name)
    open_questions = [
        each for each in offer.receipt.verdicts if each.check in needed and each.outcome is Outcome.UNDECIDED
    ]
    return "; ".join(f"{each.check}: {each.evidence}" for each in open_questions)
