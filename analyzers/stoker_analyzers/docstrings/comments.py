"""Writes documentation comments: new ones, and what one that is there lacks. What its author wrote stays as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stoker_analyzers.docstrings.forms.base import Form
from stoker_analyzers.docstrings.model import ORDER, Docstring, Entry, Section, SectionKind
from stoker_analyzers.docstrings.python.completing import Addition
from stoker_analyzers.docstrings.written import Written, written
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol

_LEAST = 40
"""Columns that a comment's text has at least, however deep it is indented."""
_PREFIX = re.compile(r"[ \t]*\* ?")


def new_comment(snapshot: Snapshot, symbol: Symbol, said: Docstring, form: Form, width: int) -> Replacement | None:
    """The insertion of a comment before a definition; ``None`` where it would not be that definition's alone.

    Something else may stand before it on its line, or its statement may define several names.
    """
    start = symbol.span.start
    indent = snapshot.text[snapshot.line_span(snapshot.line_of(start)).start : start]
    together = [each for each in snapshot.outline.walk() if each.span.start == start]
    if indent.strip() or len(together) > 1:
        return None
    lines = form.compose(said, max(width - len(indent.expandtabs()) - 4, _LEAST))
    text = snapshot.newline.join(f"{indent}{line}".rstrip() for line in _marked(lines, form)).lstrip()
    return Replacement(Span(start, start), f"{text}{snapshot.newline}{indent}")


def extended_comment(
    snapshot: Snapshot, symbol: Symbol, additions: Sequence[Addition], form: Form, width: int
) -> list[Replacement]:
    """What a comment that is there lacks, as insertions; none where its layout is not understood."""
    found = written(snapshot, symbol.documentation)
    if found is None or symbol.documentation is None:
        return []
    span = symbol.documentation.span
    begin = snapshot.line_span(snapshot.line_of(span.start)).start
    indent = re.match(r"[ \t]*", snapshot.text[begin : span.start])
    margin = indent.group() if indent else ""
    inner = max(width - len(margin.expandtabs()) - 4, _LEAST)
    if len(found.lines) == 1 and form.block:
        if found.docstring.sections or not additions:
            return []
        sections = tuple(Section(each.kind, entries=each.entries) for each in additions)
        lines = form.compose(replace(found.docstring, sections=sections), inner)
        return [Replacement(span, f"{snapshot.newline}{margin}".join(_marked(lines, form)))]
    insertions = [each for addition in additions for each in _insertions(addition, found, form, inner)]
    place = _Lines(snapshot, found, margin, form)
    merged: dict[int, list[str]] = {}
    for each in insertions:
        merged.setdefault(each.at, []).extend(each.lines)
    return [place.insertion(at, lines) for at, lines in sorted(merged.items())]


@dataclass(frozen=True, slots=True)
class _Insertion:
    """Lines that go before a line of the comment."""

    at: int
    lines: list[str]


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a comment in the document."""

    snapshot: Snapshot
    found: Written
    margin: str
    form: Form

    def insertion(self, at: int, lines: list[str]) -> Replacement:
        """The lines, each with its mark, before a line of the comment."""
        newline, known = self.snapshot.newline, self.found.lines
        marked = [f"{self._prefix()}{line}".rstrip() for line in lines]
        if at >= len(known) and known[-1].text.strip():  # the text ends beside the closing mark, or without one
            end = known[-1].start + len(known[-1].text.rstrip())
            after = f"{newline}{self.margin} " if self.form.block else ""
            blank = Span(end, known[-1].end) if self.form.block else Span(end, end)
            return Replacement(blank, "".join(f"{newline}{line}" for line in marked) + after)
        line = self.snapshot.line_of(known[min(at, len(known) - 1)].start)
        start = self.snapshot.line_starts[line]
        return Replacement(Span(start, start), "".join(f"{line}{newline}" for line in marked))

    def _prefix(self) -> str:
        """What the comment's lines begin with."""
        if not self.form.block:
            return f"{self.margin}{self.form.opening} "
        begin = self.snapshot.line_span(self.snapshot.line_of(self.found.lines[1].start)).start
        found = _PREFIX.match(self.snapshot.text[begin : self.found.lines[1].end + 3])
        return f"{found.group().rstrip()} " if found else f"{self.margin} * "


def _insertions(addition: Addition, found: Written, form: Form, width: int) -> list[_Insertion]:
    section = next((each for each in found.docstring.sections if each.kind is addition.kind), None)
    if section is None:
        lines = form.lines(addition.kind, addition.entries, width)
        at = _new_place(addition.kind, found)
        tags = any(each.end == at or each.start == at for each in found.docstring.sections)
        gap = bool(lines) and ((form.gap and not tags) or form.spaced)
        return [_Insertion(at, [*([""] if gap else []), *lines])] if lines else []
    if addition.kind is not SectionKind.ARGUMENTS:
        return [_Insertion(section.end, form.lines(addition.kind, addition.entries, width, headed=False))]
    documented = found.docstring.arguments
    return [
        _Insertion(
            _argument_place(entry, addition.order, documented), form.lines(addition.kind, [entry], width, headed=False)
        )
        for entry in addition.entries
    ]


def _argument_place(entry: Entry, order: tuple[str, ...], documented: Sequence[Entry]) -> int:
    before = [each.end for each in documented if each.name in order[: order.index(entry.name)]]
    return max(before) if before else min(each.start for each in documented)


def _new_place(kind: SectionKind, found: Written) -> int:
    """The line before which a new section goes: after those that come before it, else before all others."""
    sections = found.docstring.sections
    before = [each.end for each in sections if each.kind in ORDER[: ORDER.index(kind)]]
    at = max(before) if before else min((each.start for each in sections), default=len(found.lines))
    lines = found.lines
    if at >= len(lines) and not lines[-1].text.strip() and len(lines) > 1:
        at = len(lines) - 1  # the closing mark's line
    return at


def _marked(lines: Sequence[str], form: Form) -> list[str]:
    """A comment's lines with their marks; one line alone where that is enough."""
    safe = [line.replace("*/", "*\\/") for line in lines] if form.block else lines
    if not form.block:
        return [f"{form.opening} {line}".rstrip() for line in safe]
    if len(safe) == 1:
        return [f"{form.opening} {safe[0]} */"]
    return [form.opening, *(f" * {line}".rstrip() for line in safe), " */"]
