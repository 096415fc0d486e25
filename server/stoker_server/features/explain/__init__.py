"""Explains a place in the code: the facts first, then, with a model, a short text whose names are looked up.

Nothing is changed, so there is no offer: what comes of it is Markdown and a receipt.
"""

from __future__ import annotations

import asyncio
import builtins
import keyword
import time
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.findings import Finding, worst_first
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.keywords import keyword_at, keyword_told
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE
from stoker_providers.errors import ProviderError
from stoker_server.features.base import FeatureRequest
from stoker_server.features.explain.facts import Subject, callers_of, subject_at_cursor, told
from stoker_server.features.explain.model import Text, explained
from stoker_server.features.propose import UNREACHED
from stoker_server.features.running import terms_of
from stoker_server.features.subject import file_name, subject_at
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.findings_gone import listed
from stoker_server.proving.judging import open_judges
from stoker_server.proving.process import noted_runs
from stoker_server.uris import path_of
from stoker_wire.receipts import FACTS, Receipt
from stoker_wire.verdicts import Verdict, passed, undecided
from stoker_wire.words import counted

NAME = "explain"
TOKENS = 800
"""Tokens of other files' definitions that are gathered."""
_CHECK = "names-exist"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say of a place.

    Attributes:
        markdown: The text; empty where there is nothing to say.
        receipt: What it rests on.
    """

    markdown: str
    receipt: Receipt


async def explain(request: FeatureRequest) -> Explanation:
    """Explain the symbol, or else the function, at the cursor.

    With a ``message`` among the options (``tool`` and ``rule`` go with it) an editor's diagnostic is explained, too.
    """
    began = time.perf_counter()
    snapshot, span, services = request.snapshot, request.span, request.services
    path, folder, around = path_of(snapshot.uri), services.folder, services.surroundings
    subject = await asyncio.to_thread(subject_at_cursor, snapshot, span)
    context = await around.around(snapshot, span.start, TOKENS) if around else None
    index = around.index_of(folder) if around else None
    relative = (
        path.relative_to(folder).as_posix() if path and folder and path.is_relative_to(folder) else file_name(snapshot)
    )
    wanted = (
        subject.symbol.name if subject.symbol and subject.named and subject.symbol.kind in CALLABLE else subject.word
    )
    callers = await asyncio.to_thread(callers_of, wanted, snapshot, folder, relative, index) if wanted else ()
    with noted_runs() as ways:
        findings, ran, untold = await _findings(request, path)
    keyword_span = None if len(span) else keyword_at(snapshot, span.start)
    parts = [await asyncio.to_thread(keyword_told, snapshot, keyword_span)] if keyword_span else []
    parts += [told(snapshot, subject, relative, context, callers, findings)]
    verdicts = [_facts(ran), *([undecided("findings", untold)] if untold else [])]
    author, usage = FACTS, Receipt(NAME, "", FACTS).usage
    place = _place(snapshot, subject, span)
    provider = services.drafter(request.task(NAME), snapshot)
    if provider and len(place):
        request.progress(f"asking {provider.name}")
        try:
            text = await explained(provider, request, place, context, lambda name: _exists(name, index))
        except ProviderError as error:
            verdicts.append(undecided(UNREACHED, error.said))
        else:
            author, usage = provider.name, text.usage  # of two models, whose words these are
            verdicts.append(_names(text))
            parts += [text.text] if text.text else []
    seconds = time.perf_counter() - began
    sandbox = "; ".join(dict.fromkeys(ways)) or None
    about = subject_at(snapshot, span, folder)
    receipt = Receipt(NAME, about, author, tuple(verdicts), (), usage, seconds, sandbox)
    return Explanation("\n\n".join(filter(None, parts)), receipt)


async def _findings(request: FeatureRequest, path: Path | None) -> tuple[list[Finding], list[str], str]:
    """What tools say of the cursor's line, which were run, and why others said nothing."""
    snapshot, span, options = request.snapshot, request.span, request.options
    line = snapshot.line_span(snapshot.line_of(span.start))
    given = (
        [Finding(options.get("tool", ""), options.get("rule", ""), options["message"], span)]
        if "message" in options
        else []
    )
    if options.get("tools") == "no":
        return given, [], ""
    async with open_judges(terms_of(request)) as judges:
        try:
            found = await judges.findings(path, snapshot)
        except ProvingError as error:
            return given, [], str(error)
        here = [each for each in found if each.span.start <= line.end and line.start <= each.span.end]
        begins = [each for each in here if snapshot.line_of(each.span.start) == snapshot.line_of(line.start)]
        added = [each for each in given if each.message not in {one.message for one in begins}]
        return worst_first([*begins, *added]), sorted(judges.ran), "; ".join(judges.failures.values())


def _facts(ran: list[str]) -> Verdict:
    tools = f"; {listed(ran)} {'was' if len(ran) == 1 else 'were'} run for the line" if ran else ""
    return passed("facts", f"the facts are from the syntax tree and the index{tools}")


def _names(text: Text) -> Verdict:
    """What became of the model's text."""
    if not text.text and not text.dropped:
        return undecided(_CHECK, "the model said nothing")
    if text.dropped:
        unknown = ", ".join(text.unknown[:3])
        return passed(
            _CHECK,
            f"{counted(text.dropped, 'sentence')} of the model's dropped, for naming what does not exist: {unknown}",
        )
    return passed(_CHECK, "every name that the model's text puts in backticks exists")


def _exists(name: str, index: IndexQuery | None) -> bool:
    if hasattr(builtins, name) or keyword.iskeyword(name):
        return True
    return bool(index and index.definitions(name, 1))


def _place(snapshot: Snapshot, subject: Subject, span: Span) -> Span:
    """The code that a model is asked about: the selection, the symbol, or the line."""
    if len(span):
        return span
    if subject.symbol and not subject.imported:
        return subject.symbol.span
    return snapshot.line_span(snapshot.line_of(span.start))


__all__ = ["NAME", "Explanation", "explain"]
