"""Pages on a project in Markdown: a start page, a user guide, and a page of reference for each file with public code.

The reference is made of signatures and documentation, never of a model's words. Only the guide may be a model's, and it is
offered only where its links lead somewhere and the names in it exist.
"""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

from stoker_analyzers.checks.base import Check
from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span, digest
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import Author, Draft, FeatureRequest, NoDraft, NoOffer, Offer
from stoker_server.features.pages.checks import GUIDE_PAGE, GuideInLanguage, LinksResolve, NamesExist
from stoker_server.features.pages.guide import FactsGuide, KeptGuide, ModelGuide
from stoker_server.features.pages.project import read_project
from stoker_server.features.pages.reference import index_page, module_page
from stoker_server.features.propose import propose
from stoker_server.features.spoken import ENGLISH
from stoker_server.uris import uri_of
from stoker_wire.receipts import FACTS, Receipt

MADE = "<!-- Made by `stoker document --pages`, which makes it anew: changes here are lost. -->"
"""The first line of every page. A file without it is somebody's own and never replaced."""

_FINE = "every page is as it should be"
GUIDE = "guide"
"""The task that models are compared in."""


class ForeignPageError(Exception):
    """A page would take the place of a file that was not made here."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was not made by this command; move it, or name another folder for the pages")
        self.path = path


class PagesFeature:
    """Writes the pages of a folder."""

    name = "pages"
    title = "Write the project's pages"

    def applies(self, snapshot: Snapshot, span: Span) -> bool:
        """Never at a place in a file: pages are about a folder."""
        del snapshot, span
        return False

    async def pages(self, request: FeatureRequest, folder: Path, files: list[Path], target: Path) -> Offer | NoOffer:
        """The pages that differ from those that are there.

        Args:
            request: What the user asked; its snapshot is the start page as it is.
            folder: What the pages are about.
            files: Its source files.
            target: Where the pages go.

        Raises:
            ForeignPageError: A file is there that was not made here.
        """
        project = await asyncio.to_thread(read_project, folder, files)
        if not project.modules:
            return NoOffer(f"{folder} has no public code", Receipt(self.name, folder.name, FACTS))
        pages = {"index.md": index_page(project)}
        pages |= {module.page: module_page(module) for module in project.modules}
        there = await asyncio.to_thread(_made, target / GUIDE_PAGE) if request.options.get("check") else ""
        authors: list[Author] = []
        by_model: _Pages | None = None
        language = request.options.get("language", "") or request.services.settings.docstring.language
        if there:  # a model may have written it: it is held to the code, and to no other text
            authors.append(_Pages(target, pages, KeptGuide(there)))
        elif provider := request.services.drafter(GUIDE, request.snapshot):
            by_model = _Pages(target, pages, ModelGuide(provider, request, project, language))
            authors += [by_model, _Pages(target, pages, FactsGuide(project), by_model)]
        else:
            authors.append(_Pages(target, pages, FactsGuide(project)))
        checks: list[Check] = [LinksResolve(), NamesExist(project)]
        if by_model and language != ENGLISH:
            checks.append(GuideInLanguage(language, by_model))
        result = await propose(self.name, folder.name, request, authors, checks, nothing=_FINE)
        return _without_kept(result, target) if there and isinstance(result, Offer) else result

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        """Nothing: what the pages are about is a folder."""
        return NoOffer("pages are about a folder", Receipt(self.name, request.snapshot.uri, FACTS))


class _Pages:
    """The pages with the guide of one author."""

    def __init__(
        self,
        target: Path,
        pages: dict[str, str],
        guide: FactsGuide | ModelGuide | KeptGuide,
        before: _Pages | None = None,
    ) -> None:
        """Write pages.

        Args:
            target: Where they go.
            pages: All of them but the guide, by name.
            guide: Writes the guide.
            before: Who wrote it before; where that changed nothing, neither does this.
        """
        self._target = target
        self._pages = pages
        self._guide = guide
        self._before = before
        self._same = False
        self.drafted: Edit | None = None

    @property
    def name(self) -> str:
        """The guide's author."""
        return self._guide.name

    async def draft(self, request: FeatureRequest, report: tuple[object, ...]) -> Draft | NoDraft | None:
        """All pages in one edit; those that are there already as they should be are left alone."""
        del request
        if self._before and self._before._same:
            return None
        text, usage = await self._guide.write("; ".join(getattr(each, "evidence", "") for each in report))
        pages = {**self._pages, GUIDE_PAGE: text}
        judged = GUIDE_PAGE if isinstance(self._guide, KeptGuide) else ""
        edit = await asyncio.to_thread(_edit, self._target, pages, judged)
        self._same, self.drafted = not edit.files, edit
        return NoDraft(usage) if self._same else Draft(edit, f"{len(edit.files)} pages in {self._target}", usage)


def _made(path: Path) -> str:
    """A page that was made here, without its first line; empty where there is none."""
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    return text.removeprefix(MADE).strip() if text.startswith(MADE) else ""


def _without_kept(offer: Offer, target: Path) -> Offer | NoOffer:
    """What is offered without the guide that was judged as it is."""
    parts = tuple(each for each in offer.edit.files if each.uri != uri_of(target / GUIDE_PAGE))
    return dataclasses.replace(offer, edit=Edit(parts)) if parts else NoOffer(_FINE, offer.receipt)


def _edit(target: Path, pages: dict[str, str], judged: str) -> Edit:
    """The pages that differ from those that are there, and one that is to be judged however it is."""
    parts = []
    for name, text in sorted(pages.items()):
        path, text = target / name, f"{MADE}\n\n{text.strip()}\n"
        if not path.exists():
            parts.append(FileEdit(uri_of(path), None, (Replacement(Span(0, 0), text),)))
            continue
        old = path.read_bytes().decode("utf-8", "replace")
        if not old.startswith(MADE):
            raise ForeignPageError(path)
        if old != text or name == judged:
            parts.append(FileEdit(uri_of(path), digest(old), (Replacement(Span(0, len(old)), text),)))
    return Edit(tuple(parts))
