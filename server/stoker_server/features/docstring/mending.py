"""Brings a docstring that has drifted from its code up to date: the drifted entries alone, nothing else of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace as changed

from stoker_analyzers.docstrings.drift import Drift, DriftKind, default_place, drift, drift_of
from stoker_analyzers.docstrings.layout import Layout
from stoker_analyzers.docstrings.model import Docstring, Section, SectionKind
from stoker_analyzers.docstrings.written import Written, written
from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_analyzers.rewriting import replacements
from stoker_analyzers.snapshot import Snapshot, changed_range
from stoker_analyzers.symbols import Symbol
from stoker_server.features.base import Draft, FeatureRequest
from stoker_server.features.docstring.facts import known_facts
from stoker_server.features.docstring.target import document, find_target
from stoker_wire.receipts import FACTS
from stoker_wire.verdicts import Verdict


class MendingAuthor:
    """Drafts the docstring as it would be without the drift. What it says of new arguments is from the facts."""

    name = FACTS

    def __init__(self, snapshot: Snapshot, symbol: Symbol, layout: Layout) -> None:
        self._snapshot = snapshot
        self._symbol = symbol
        self._layout = layout

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The mended docstring; it comes out the same each time, so a report changes nothing."""
        del request, report
        edit = await asyncio.to_thread(mended, self._snapshot, self._symbol, self._layout)
        return Draft(edit, f"docstring of {self._symbol.name} brought up to date") if edit else None


class AllMendingAuthor:
    """Drafts a file in which every docstring is as it would be without its drift."""

    name = FACTS

    def __init__(self, snapshot: Snapshot, layout: Layout) -> None:
        self._snapshot = snapshot
        self._layout = layout

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | None:
        """The mended docstrings; they come out the same each time, so a report changes nothing."""
        del request, report
        edit = await asyncio.to_thread(all_mended, self._snapshot, self._layout)
        return Draft(edit, "docstrings brought up to date") if edit else None


def all_mended(snapshot: Snapshot, layout: Layout) -> Edit | None:
    """The edit that undoes what drift of a file can be undone safely; ``None`` where that is nothing."""
    after = snapshot
    places = {each.symbol.name_span for each in drift(snapshot)}
    for place in sorted(places, reverse=True):  # from below, so that those above stay where they are
        symbol = next((each for each in after.outline.walk() if each.name_span == place), None)
        edit = mended(after, symbol, layout) if symbol else None
        after = after.after(edit) if edit else after
    if after.text == snapshot.text:
        return None
    found = replacements(snapshot.text, after.text)
    return replace(snapshot.uri, snapshot.text, found, snapshot.version)


def mended(snapshot: Snapshot, symbol: Symbol, layout: Layout) -> Edit | None:
    """The edit that undoes the drift of one symbol; ``None`` where nothing of it can be undone safely."""
    found, drifted = written(snapshot, symbol.documentation), drift_of(snapshot, symbol)
    if found is None or not drifted:
        return None
    replacements = list(_distinct(_replacements(snapshot, found, drifted)))
    after = snapshot.after(replace(snapshot.uri, snapshot.text, replacements, snapshot.version))
    missing = {each.now for each in drifted if each.kind is DriftKind.MISSING}
    target = find_target(after, symbol.name_span, symbol.qualified) if missing else None
    if target:
        entries = tuple(each for each in known_facts(target).arguments if each.name in missing)
        content = Docstring(sections=(Section(SectionKind.ARGUMENTS, entries=entries),))
        added = document(changed(target, missing=tuple(missing)), content, layout)
        after = after.after(added) if added else after
    if after.text == snapshot.text:
        return None
    before, now = changed_range(snapshot.text, after.text)
    change = Replacement(before, after.text[now.start : now.end])
    return replace(snapshot.uri, snapshot.text, [change], snapshot.version)


def _replacements(snapshot: Snapshot, found: Written, drifted: tuple[Drift, ...]) -> Iterator[Replacement]:
    gone = [each for each in drifted if each.kind is DriftKind.GONE]
    for each in drifted:
        if each.entry is None:
            continue
        if each.kind is DriftKind.RENAMED:
            yield Replacement(each.span, each.now)
        elif each.kind is DriftKind.DEFAULT:
            place = default_place(found, each.entry) if each.now else None
            if place:
                yield Replacement(place, each.now)
        elif each.kind is DriftKind.RETURNS:
            yield from _without_section(snapshot, found, SectionKind.RETURNS)
    names = {each.entry.name for each in gone if each.entry}
    documented = {each.name for each in found.docstring.arguments}
    if names and names == documented:
        yield from _without_section(snapshot, found, SectionKind.ARGUMENTS)
        return
    for each in gone:
        if each.entry:
            together = [other.name for other in found.docstring.arguments if other.start == each.entry.start]
            if names.issuperset(together):
                yield _without(snapshot, found, each.entry.start, each.entry.end)
            else:
                yield _unlisted(snapshot, each.span)


def _distinct(replacements: Iterator[Replacement]) -> Iterator[Replacement]:
    """Those that overlap with none before them: several gone names of one entry all take away the same lines."""
    last = -1
    for each in sorted(set(replacements)):
        if each.span.start >= last:
            yield each
            last = each.span.end


def _without_section(snapshot: Snapshot, found: Written, kind: SectionKind) -> Iterator[Replacement]:
    for section in found.docstring.sections:
        if section.kind is kind:
            start, end, lines = section.start, section.end, found.lines
            follows = end < len(lines) and any(line.text.strip() for line in lines[end:])
            if not follows or not lines[end].text.strip():
                while start > 1 and not lines[start - 1].text.strip():
                    start -= 1
            yield _without(snapshot, found, start, end)


def _without(snapshot: Snapshot, found: Written, start: int, end: int) -> Replacement:
    """The removal of lines; marks around the text stay."""
    lines = found.lines
    if end >= len(lines):
        begin = lines[start - 1].end if start else lines[0].start
        beside = snapshot.text[lines[-1].end : lines[-1].end + 1]
        closing = " " if found.form and found.form.block and not beside.isspace() else ""
        return Replacement(Span(begin, lines[-1].end), closing)
    begin = snapshot.line_starts[snapshot.line_of(lines[start].start)] if start else lines[0].start
    return Replacement(Span(begin, snapshot.line_starts[snapshot.line_of(lines[end].start)]), "")


def _unlisted(snapshot: Snapshot, name: Span) -> Replacement:
    """The removal of one name from ``x, y``."""
    line = snapshot.line_span(snapshot.line_of(name.start))
    if after := re.match(r"\s*,\s*", snapshot.text[name.end : line.end]):
        return Replacement(Span(name.start, name.end + after.end()), "")
    before = re.search(r"\s*,\s*[*\\]*$", snapshot.text[line.start : name.start])
    return Replacement(Span(line.start + before.start() if before else name.start, name.end), "")
