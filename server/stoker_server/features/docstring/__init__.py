"""Writes a docstring, or what an existing one lacks. Whoever drafts it, the layout is ours and the checks decide."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.docstring_agrees import DocstringAgrees
from stoker_analyzers.checks.only_comments import OnlyComments
from stoker_analyzers.checks.only_documentation import OnlyDocumentation
from stoker_analyzers.checks.parses import Parses
from stoker_analyzers.docstrings.drift import drift_of
from stoker_analyzers.docstrings.model import Style
from stoker_analyzers.docstrings.python.convention import convention_of
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.features.base import Author, FeatureRequest, NoOffer, Offer
from stoker_server.features.docstring.examples import ExamplesRun
from stoker_server.features.docstring.facts import FactsAuthor, unsaid
from stoker_server.features.docstring.languages import DEFAULTS, InLanguage
from stoker_server.features.docstring.mending import AllMendingAuthor, MendingAuthor
from stoker_server.features.docstring.model import ModelAuthor, Wishes
from stoker_server.features.docstring.modules import ModuleFacts, ModuleModel, lacks_docstring
from stoker_server.features.docstring.remarks import RemarkingAuthor
from stoker_server.features.docstring.sayable import WHY
from stoker_server.features.docstring.target import find_target, style_of
from stoker_server.features.propose import propose
from stoker_server.features.running import terms_of, with_sandbox
from stoker_server.features.spoken import ENGLISH, NAMES
from stoker_server.features.subject import subject_at, subject_of
from stoker_wire.receipts import FACTS, Receipt


class DocstringFeature:
    """Documents the function, method or class at a place.

    Options:
        symbol: Qualified name of what to document, instead of the place.
        style: ``google``, ``numpy``, ``sphinx`` or ``auto``, instead of the setting. A docstring that shows a style of
            its own keeps it.
        language: The code of the language that a model shall write in (``de``, ``zh``), instead of the setting.
        examples: ``yes`` to have a model add examples, which are run where the folder is trusted. Python only.
        unsandboxed: ``yes`` to run them although there is no sandbox.
        comments: ``yes`` to have a model comment the body of a function, and nothing else.
        module: ``yes`` to document the file itself. Python only.
        mend: ``yes`` to bring a docstring that is there up to date, and nothing else; ``all`` for all of the file.
    """

    name = "docstring"
    title = "Write a docstring"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether there is something here that lacks a docstring, or whose docstring lacks arguments."""
        return find_target(snapshot, span) is not None

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """A docstring that agrees with the code and changes nothing else."""
        snapshot, options = request.snapshot, request.options
        if fault := _fault_of(options):
            return NoOffer(
                fault, Receipt(self.name, subject_at(snapshot, request.span, request.services.folder), FACTS)
            )
        if options.get("mend"):
            return await self._mend(request)
        if options.get("comments"):
            return await self._remark(request)
        if options.get("module"):
            return await self._of_file(request)
        target = await asyncio.to_thread(find_target, snapshot, request.span, options.get("symbol"))
        if target is None:
            receipt = Receipt(self.name, subject_at(snapshot, request.span, request.services.folder), FACTS)
            return NoOffer("there is no function or class here that lacks a docstring", receipt)
        style = style_of(options.get("style", ""), request.services.settings.docstring.style)
        layout = await asyncio.to_thread(convention_of, snapshot, style)
        wishes = Wishes(
            options.get("language", "") or request.services.settings.docstring.language,
            options.get("examples") == "yes",
        )
        facts = FactsAuthor(target, layout, _unmet(wishes))
        authors: list[Author] = [facts]
        if provider := request.services.drafter(request.task(self.name), snapshot):
            worded = replace(layout, defaults=DEFAULTS.get(wishes.language, ""))
            authors.insert(0, ModelAuthor(provider, target, worded, wishes))
        checks: list[Check] = [Parses(), OnlyDocumentation(), DocstringAgrees()]
        if wishes.language != ENGLISH:
            checks.append(InLanguage(wishes.language, facts))
        if wishes.examples:
            checks.append(ExamplesRun(terms_of(request)))
        request.progress(f"documenting {target.symbol.name}")
        asked = propose(
            self.name,
            subject_of(snapshot, target.symbol, request.services.folder),
            request,
            authors,
            checks,
            nothing=WHY if await asyncio.to_thread(unsaid, target) else _UNUSUAL,
        )
        return await with_sandbox(asked)

    async def _remark(self, request: FeatureRequest) -> Offer | NoOffer:
        """Comments in a body, above its statements."""
        snapshot, services, options = request.snapshot, request.services, request.options
        symbol = await asyncio.to_thread(_callable, snapshot, request.span, options.get("symbol"))
        provider = services.drafter(request.task(self.name), snapshot)
        if symbol is None or provider is None:
            why = "only a model comments code, and none is set" if symbol else "there is no function here to comment"
            return NoOffer(why, Receipt(self.name, subject_at(snapshot, request.span, services.folder), FACTS))
        width = (await asyncio.to_thread(convention_of, snapshot)).width
        language = options.get("language", "") or services.settings.docstring.language
        return await propose(
            self.name,
            subject_of(snapshot, symbol, services.folder),
            request,
            [RemarkingAuthor(provider, snapshot, symbol, language, width)],
            (Parses(), OnlyComments()),
            nothing="the model had no comment that belongs above a statement of the body",
        )

    async def _of_file(self, request: FeatureRequest) -> Offer | NoOffer:
        """The docstring of a file that has none."""
        snapshot, services, options = request.snapshot, request.services, request.options
        subject = subject_at(snapshot, Span(0, 0), services.folder)
        if not await asyncio.to_thread(lacks_docstring, snapshot):
            why = "only a Python file that defines something and has no docstring can be given one"
            return NoOffer(why, Receipt(self.name, subject, FACTS))
        language = options.get("language", "") or services.settings.docstring.language
        layout = await asyncio.to_thread(convention_of, snapshot)
        facts = ModuleFacts(snapshot, layout)
        authors: list[Author] = [facts]
        if provider := services.drafter(request.task(self.name), snapshot):
            authors.insert(0, ModuleModel(provider, snapshot, layout, language))
        checks = (Parses(), OnlyDocumentation(), InLanguage(language, facts))
        return await propose(self.name, subject, request, authors, checks)

    async def _mend(self, request: FeatureRequest) -> Offer | NoOffer:
        """The docstring at a place without what its code has left behind."""
        snapshot, folder = request.snapshot, request.services.folder
        checks = (Parses(), OnlyDocumentation(), DocstringAgrees())
        if request.options["mend"] == "all":
            layout = await asyncio.to_thread(convention_of, snapshot)
            subject = subject_at(snapshot, Span(0, 0), folder)
            author = AllMendingAuthor(snapshot, layout)
            return await propose(self.name, subject, request, [author], checks, nothing=_UP_TO_DATE)
        symbol = await asyncio.to_thread(_drifted, snapshot, request.span, request.options.get("symbol"))
        if symbol is None:
            receipt = Receipt(self.name, subject_at(snapshot, request.span, folder), FACTS)
            return NoOffer("no docstring here has drifted from its code", receipt)
        layout = await asyncio.to_thread(convention_of, snapshot)
        return await propose(
            self.name,
            subject_of(snapshot, symbol, folder),
            request,
            [MendingAuthor(snapshot, symbol, layout)],
            checks,
            nothing="what has drifted can't be mended safely: the docstring is laid out too unusually",
        )


_UP_TO_DATE = "no docstring of this file has drifted from its code, or none can be mended safely"
_UNUSUAL = "the docstring can't be written here: the definition or its docstring is too unusual to change safely"


def _callable(snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
    """The innermost function with a body around a place, or the named one."""
    named = snapshot.outline.find(name) if name else None
    around = (named,) if named else snapshot.outline.enclosing(span.start)
    return next((each for each in reversed(around) if each.kind in CALLABLE and each.body), None)


def _unmet(wishes: Wishes) -> str:
    """What a draft from facts can't give of what was asked for; empty where it is all of it."""
    language = f"in {NAMES.get(wishes.language, wishes.language)}" if wishes.language != ENGLISH else ""
    examples = "with examples" if wishes.examples else ""
    wanted = " and ".join(filter(None, [language, examples]))
    return f"only a model writes {wanted}: this draft is from the facts of the code, in English" if wanted else ""


def _drifted(snapshot: Snapshot, span: Span, name: str | None) -> Symbol | None:
    """The innermost symbol around a place, or the named one, whose docstring has drifted."""
    named = snapshot.outline.find(name) if name else None
    around = [named] if named else snapshot.outline.enclosing(span.start)
    documented = [
        each for each in snapshot.outline.walk() if each.documentation and each.documentation.span.touches(span.start)
    ]
    return next((each for each in reversed([*documented, *around]) if drift_of(snapshot, each)), None)


def _fault_of(options: Mapping[str, str]) -> str:
    """What is wrong with the options; empty where nothing is."""
    style, language = options.get("style", ""), options.get("language", "")
    if style not in ("", "auto", *Style):
        return f"{style} is no style of docstrings; there are {', '.join(Style)}"
    if language and language not in NAMES:
        return f"{language} is no language that is known here; the codes are {', '.join(NAMES)}"
    return ""
