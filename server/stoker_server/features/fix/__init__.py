"""Mends what is reported: findings of linters and of other servers, a test that fails, an error in a log.

Every draft is judged by the tool that reported it, run again on a scratch copy; "gone" is said only then.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.names import NamesResolve
from stoker_analyzers.checks.not_silenced import NotSilenced
from stoker_analyzers.checks.parses import Parses
from stoker_analyzers.checks.public_surface import PublicSurface
from stoker_analyzers.edits import Span
from stoker_analyzers.findings import Finding, Severity, worst_first
from stoker_analyzers.licence_headers import missing_header
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Provider
from stoker_server.features.base import Author, FeatureRequest, NoOffer, Offer
from stoker_server.features.fix.facts import FactsAuthor, apart, applied, settled, with_fix
from stoker_server.features.fix.failing import FIRST, TestMended, find_failing
from stoker_server.features.fix.importing import missing_import, says_undefined, undefined_name
from stoker_server.features.fix.left import Tried, told, with_left
from stoker_server.features.fix.logs import places_in, said_of, trouble_of
from stoker_server.features.fix.model import ModelAuthor
from stoker_server.features.fix.trouble import Trouble
from stoker_server.features.propose import propose
from stoker_server.features.running import terms_of, with_sandbox
from stoker_server.features.subject import file_name, subject_at
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.findings_gone import FindingsGone, listed
from stoker_server.proving.ground import open_ground
from stoker_server.proving.judging import Judges, open_judges
from stoker_server.proving.suite import SuiteGreen
from stoker_server.proving.tool_reports import HEADED, LICENCES, NO_MODEL, TOOLS
from stoker_server.uris import path_of
from stoker_wire.receipts import FACTS, Receipt

__all__ = ["FIRST", "FixFeature", "can_mend", "places_in", "said_of"]

SINGLY = 5
"""Findings whose fixes are tried one by one, where all together failed a check."""


def can_mend(tool: str, message: str) -> bool:
    """Whether a diagnostic may be mended without a model: by a tool's own fix, or by the import that a name lacks."""
    return tool.lower() in {each.name for each in TOOLS} or says_undefined(message)


class FixFeature:
    """Mends what a tool, a test or a log reports.

    Options:
        message: What is reported of the selection, with ``tool`` and ``rule``; an editor's diagnostic.
        rules: Rules of the tools, separated by commas: only their findings are mended.
        test: A test that fails, as pytest names it; ``first`` for any.
        log: A traceback or log.
        unsandboxed: ``yes`` to run the project's code although there is no sandbox.
    """

    name = "fix"
    title = "Fix"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether a place can be mended: any whose language is known; what is wrong with it others say."""
        return snapshot.language is not None

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """The mended code, checked; or what was found, and why there is no fix for it."""
        began = time.perf_counter()
        result = await with_sandbox(self._dispatch(request))
        receipt = dataclasses.replace(result.receipt, seconds=time.perf_counter() - began)
        return dataclasses.replace(result, receipt=receipt)

    async def _dispatch(self, request: FeatureRequest) -> Offer | NoOffer:
        if "test" in request.options:
            return await self._mend_test(request, request.options["test"])
        async with open_judges(terms_of(request)) as judges:
            if "log" in request.options:
                return await self._mend_log(request, judges, request.options["log"])
            return await self._mend_findings(request, judges)

    async def _mend_findings(self, request: FeatureRequest, judges: Judges) -> Offer | NoOffer:
        snapshot, path = request.snapshot, path_of(request.snapshot.uri)
        request.progress("asking the tools")
        try:
            every = await judges.findings(path, snapshot)
        except ProvingError as error:
            return self._nothing(request, str(error))
        chosen = _reported(request, every) if "message" in request.options else _within(request, every)
        if not chosen:
            return self._nothing(request, await _why_none(request, judges, path, every))
        chosen = [await self._with_fix(request, snapshot, each) for each in chosen]
        return await self._mend(request, judges, path, chosen)

    async def _mend(
        self, request: FeatureRequest, judges: Judges, path: Path | None, chosen: Sequence[Finding]
    ) -> Offer | NoOffer:
        """Let the tools' own fixes be tried, all and then one by one; then the model, with the worst finding."""
        has_model = request.services.provider is not None
        result: Offer | NoOffer | None = None
        tried = Tried(has_model=has_model)
        async for trouble, author in self._ways(request, judges, path, chosen):
            checks = _checks(request, FindingsGone(judges, path, trouble.findings), facts=author.name == FACTS)
            result = await self._ask(request, trouble, author, checks, result)
            tried.note(trouble, result)
            if isinstance(result, Offer):
                break
        said = told(chosen, request.snapshot, has_model=has_model)
        if result is None:
            result = self._nothing(request, said)
        elif isinstance(result, NoOffer) and not result.receipt.withheld:
            result = dataclasses.replace(result, reason=f"{result.reason}; {said}")
        return with_left(result, tried.left(request.snapshot, chosen, result))

    async def _ways(
        self, request: FeatureRequest, judges: Judges, path: Path | None, chosen: Sequence[Finding]
    ) -> AsyncIterator[tuple[Trouble, Author]]:
        """What to try, in order."""
        snapshot, own = request.snapshot, apart(chosen)
        if own:

            async def judge(text: Snapshot) -> Sequence[Finding]:
                return [await self._with_fix(request, text, each) for each in await judges.findings(path, text)]

            text, gone = await settled(snapshot, await judge(snapshot), chosen, judge)
            if gone:
                yield (found := Trouble(gone)), FactsAuthor(found, text)
        for each in own[:SINGLY] if len(own) > 1 else ():
            yield (found := Trouble((each,))), FactsAuthor(found, applied(snapshot, [each]))
        rest = [each for each in chosen if each not in own] or chosen
        rest = [each for each in rest if each.tool not in NO_MODEL]
        if rest and (provider := self._drafter(request)):
            yield (found := Trouble(tuple(rest[:1]))), ModelAuthor(provider, found)

    async def _ask(
        self,
        request: FeatureRequest,
        trouble: Trouble,
        author: Author,
        checks: Sequence[Check],
        before: Offer | NoOffer | None,
    ) -> Offer | NoOffer:
        """Have one author draft; the receipt also has what was withheld before."""
        subject = subject_at(request.snapshot, trouble.place, request.services.folder)
        nothing = f"{author.name} wrote no fix"
        result = await propose(self.name, subject, request, (author,), checks, nothing=nothing)
        if before is None:
            return result
        receipt, old = result.receipt, before.receipt
        receipt = dataclasses.replace(
            receipt,
            withheld=(*old.withheld, *receipt.withheld),
            usage=old.usage + receipt.usage,
            seconds=old.seconds + receipt.seconds,
        )
        return dataclasses.replace(result, receipt=receipt)

    async def _mend_log(self, request: FeatureRequest, judges: Judges, log: str) -> Offer | NoOffer:
        snapshot, path, folder = request.snapshot, path_of(request.snapshot.uri), request.services.folder
        if path is None or folder is None:
            return self._nothing(request, "a log is read for a file in a workspace folder")
        places = await asyncio.to_thread(places_in, log, folder)
        own = [each for each in places if folder / each.path == path]
        if not own:
            elsewhere = f"its place is {places[0].path}:{places[0].frame.line}" if places else said_of(log)
            return self._nothing(request, f"the log says nothing of {file_name(snapshot)}: {elsewhere}")
        trouble = trouble_of(own[0], snapshot, log)
        if trouble is None:
            line = own[0].frame.line
            return self._nothing(request, f"{file_name(snapshot)} has no line {line}: it has changed since that log")
        finding = await self._with_fix(request, snapshot, trouble.findings[0])
        trouble = dataclasses.replace(trouble, findings=(finding,))
        authors: list[Author] = [FactsAuthor(trouble, applied(snapshot, [finding]))] if finding.fix else []
        if provider := self._drafter(request):
            authors.append(ModelAuthor(provider, trouble))
        result: Offer | NoOffer | None = None
        for author in authors:
            checks = _checks(request, FindingsGone(judges, path, trouble.findings), facts=author.name == FACTS)
            result = await self._ask(request, trouble, author, checks, result)
            if isinstance(result, Offer):
                return result
        has_model = request.services.provider is not None
        return result or self._nothing(request, told([finding], snapshot, has_model=has_model))

    async def _mend_test(self, request: FeatureRequest, wanted: str) -> Offer | NoOffer:
        snapshot, path = request.snapshot, path_of(request.snapshot.uri)
        if path is None or path.suffix != ".py":
            return self._nothing(request, "failing tests are mended in Python files only")
        request.progress("running the tests")
        try:
            async with open_ground(terms_of(request)) as ground, open_judges(terms_of(request)) as judges:
                failing = await find_failing(ground, path, snapshot, wanted or FIRST)
                trouble = failing.trouble()
                provider = self._drafter(request)
                if provider is None:
                    return self._nothing(request, told(trouble.findings, snapshot, has_model=False))
                unseen = FindingsGone(judges, path, ())
                checks = (*_static(facts=False), unseen, TestMended(failing))
                return await self._ask(request, trouble, ModelAuthor(provider, trouble), checks, None)
        except ProvingError as error:
            return self._nothing(request, str(error))

    async def _with_fix(self, request: FeatureRequest, snapshot: Snapshot, finding: Finding) -> Finding:
        """A finding with what the folder knows for it: the import that a name lacks, the header that a file lacks."""
        folder, around, path = request.services.folder, request.services.surroundings, path_of(snapshot.uri)
        if finding.tool == LICENCES and finding.rule in HEADED and folder and path:
            return with_fix(
                finding, await asyncio.to_thread(missing_header, snapshot.text, HEADED[finding.rule], path, folder)
            )
        name = undefined_name(finding, snapshot)
        is_python = snapshot.language is not None and snapshot.language.id == "python"
        if finding.fix or name is None or folder is None or not is_python:
            return finding
        index = around.index_of(folder) if around else None
        return with_fix(finding, await asyncio.to_thread(missing_import, name, snapshot, folder, index))

    def _drafter(self, request: FeatureRequest) -> Provider | None:
        return request.services.drafter(request.task(self.name), request.snapshot)

    def _nothing(self, request: FeatureRequest, reason: str) -> NoOffer:
        subject = subject_at(request.snapshot, request.span, request.services.folder)
        return NoOffer(reason, Receipt(self.name, subject, FACTS))


def _static(*, facts: bool) -> tuple[Check, ...]:
    """The checks that run nothing. A tool may call it safe to write ``list`` for ``List``; a model may not do that unasked."""
    return (Parses(), NamesResolve(), NotSilenced(), *(() if facts else (PublicSurface(),)))


def _checks(request: FeatureRequest, gone: FindingsGone, *, facts: bool) -> tuple[Check, ...]:
    return (*_static(facts=facts), gone, SuiteGreen(terms_of(request)))


def _reported(request: FeatureRequest, every: Sequence[Finding]) -> list[Finding]:
    """What an editor reports: the tool's own finding where the tool is here, else as it was reported."""
    options = request.options
    tool, rule = options.get("tool", ""), options.get("rule", "")
    for each in every:
        alike = each.tool == tool.lower() and each.rule == rule
        if alike and each.span.start <= request.span.end and request.span.start <= each.span.end:
            return [each]
    return [Finding(tool, rule, options["message"], request.span, Severity.ERROR)]


def _within(request: FeatureRequest, every: Sequence[Finding]) -> list[Finding]:
    """The findings that are asked for: in the selection or the cursor's line, and of the rules that are named."""
    snapshot, span = request.snapshot, request.span
    if not len(span):
        span = snapshot.line_span(snapshot.line_of(span.start))
    rules = {each.strip() for each in request.options.get("rules", "").split(",") if each.strip()}
    inside = [each for each in every if each.span.start <= span.end and span.start <= each.span.end]
    return worst_first([each for each in inside if not rules or {each.rule, each.name} & rules])


async def _why_none(request: FeatureRequest, judges: Judges, path: Path | None, every: Sequence[Finding]) -> str:
    """Why there is nothing to mend."""
    name = file_name(request.snapshot)
    left_out = await judges.left_out(path, request.snapshot)
    asides = "".join(f"; {each}" for each in (*left_out, *judges.failures.values()))
    if every:
        return f"none of the {len(every)} findings in {name} is among those asked for{asides}"
    if not judges.ran:
        known = "Ruff, Bandit, ESLint; Semgrep, REUSE, pip-licenses, licensee, cargo-deny where a project has their settings"
        return f"no tool that reads {name} could be run here ({known}){asides}"
    return f"{listed(sorted(judges.ran))} found nothing in {name}{asides}"
