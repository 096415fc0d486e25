"""Generates code from a request, at the cursor or as new files, with tests that prove it. Needs a model."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path

from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.names import NamesResolve
from stoker_analyzers.checks.not_silenced import NotSilenced
from stoker_analyzers.checks.parses import Parses
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer
from stoker_server.features.generate.checks import NamesKnown, NothingLost, OnFiles, PathsAllowed, TestsProve
from stoker_server.features.generate.model import ModelAuthor
from stoker_server.features.generate.places import comment_at, end_place, line_place
from stoker_server.features.generate.target import Target
from stoker_server.features.generate.tests import LANGUAGES, SUFFIXES
from stoker_server.features.propose import propose
from stoker_server.features.running import terms_of, with_sandbox
from stoker_server.features.subject import subject_at
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.findings_gone import FindingsGone
from stoker_server.proving.ground import Ground, open_ground
from stoker_server.proving.judging import open_judges
from stoker_server.proving.suite import SuiteGreen
from stoker_server.uris import path_of
from stoker_wire.receipts import FACTS, Receipt

__all__ = ["NEEDS_MODEL", "GenerateFeature", "comment_at"]

NEEDS_MODEL = "generating code needs a model: set provider.name in the settings (`stoker doctor` says what there is)"


class GenerateFeature:
    """Writes new code.

    Options:
        request: What to write, in words; default: what the comment at the cursor says.
        where: ``here`` (above the cursor's line), ``end`` (of the file) or ``new`` (the document is a file that is not there
            yet, or an unnamed one in whose folder the model names the files); default: below the comment.
        tests: ``no`` for none.
        unsandboxed: ``yes`` to run the project's code although there is no sandbox.
    """

    name = "generate"
    title = "Generate from this comment"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether there is a comment at the cursor that can be a request."""
        return comment_at(snapshot, span) is not None

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """The code, checked."""
        began = time.perf_counter()
        result = await with_sandbox(self._propose(request))
        receipt = dataclasses.replace(result.receipt, seconds=time.perf_counter() - began)
        return dataclasses.replace(result, receipt=receipt)

    async def _propose(self, request: FeatureRequest) -> Offer | NoOffer:
        provider = request.services.drafter(request.task(self.name), request.snapshot)
        if provider is None:
            return self._nothing(request, NEEDS_MODEL)
        target = _target(request)
        if isinstance(target, str):
            return self._nothing(request, target)
        terms = terms_of(request)
        async with contextlib.AsyncExitStack() as stack:
            judges = await stack.enter_async_context(open_judges(terms))
            ground: Ground | None = None
            if not target.untested and (target.path is None or target.path.suffix == ".py"):
                try:
                    ground = await stack.enter_async_context(open_ground(terms))
                except ProvingError as error:
                    target = dataclasses.replace(target, untested=str(error))
            static, proving = _static(request, target), TestsProve(target, terms, ground)
            path = target.path if target.place else None
            tools = [FindingsGone(judges, path, ())] if path else []
            suite = [SuiteGreen(terms)] if path else []
            author = ModelAuthor(provider, target, judges.toolbox, static, proving)
            subject = subject_at(request.snapshot, request.span, request.services.folder)
            checks = (*static, *tools, *suite, proving)
            nothing = "the model wrote no code that could be used"
            return await propose(self.name, subject, request, (author,), checks, nothing=nothing)

    def _nothing(self, request: FeatureRequest, reason: str) -> NoOffer:
        subject = subject_at(request.snapshot, request.span, request.services.folder)
        return NoOffer(reason, Receipt(self.name, subject, FACTS))


def _target(request: FeatureRequest) -> Target | str:
    """What is asked for; or why it can't be done."""
    snapshot, options, folder = request.snapshot, request.options, request.services.folder
    path, asked, where = path_of(snapshot.uri), options.get("request", "").strip(), options.get("where", "")
    if folder is None or path is None:
        return "code is generated in a workspace folder: save the document in one first"
    folder = Path(folder)
    untested = _untested(request, path)
    if where == "new":
        named = path if snapshot.language else None
        return Target(asked, folder, snapshot, named, None, untested) if asked else "say what to write"
    said = comment_at(snapshot, request.span)
    if not where and said:
        return Target(asked or said[0], folder, snapshot, path, said[1], untested)
    if not asked:
        return "there is no comment here that says what to write"
    place = end_place(snapshot) if where == "end" else line_place(snapshot, request.span.start)
    return Target(asked, folder, snapshot, path, place, untested)


def _untested(request: FeatureRequest, path: Path) -> str:
    """Why no tests are drafted; empty where they are."""
    if request.options.get("tests") == "no":
        return "no tests were asked for"
    if not request.services.trusted:
        folder = request.services.folder
        return f"{folder} is not trusted, so no tests were drafted: `stoker trust add {folder}` lets them run"
    if path.suffix not in ("", *SUFFIXES):
        return f"tests are drafted for generated {LANGUAGES} only"
    return ""


def _static(request: FeatureRequest, target: Target) -> Sequence[Check]:
    """The checks that run nothing."""
    names, folder = request.services.names, str(target.folder)
    return (
        PathsAllowed(target),
        OnFiles(target, lambda _: Parses()),
        OnFiles(target, lambda _: NamesResolve()),
        # What tests import of the draft itself is on no disk yet; running them tells.
        OnFiles(target, lambda each: NamesKnown(names, str(path_of(each.uri) or ""), folder), tests=False),
        OnFiles(target, lambda _: NotSilenced()),
        OnFiles(target, lambda _: NothingLost()),
    )
