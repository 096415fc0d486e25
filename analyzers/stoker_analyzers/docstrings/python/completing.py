"""Adds what is missing to a docstring that is there. Not a character of what the author wrote is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stoker_analyzers.docstrings.layout import Layout, entry_lines, indented, section_lines
from stoker_analyzers.docstrings.lines import indent_of
from stoker_analyzers.docstrings.model import ORDER, Docstring, Entry, Section, SectionKind, Style
from stoker_analyzers.docstrings.python.literal import Literal, escaped
from stoker_analyzers.docstrings.reading import read


@dataclass(frozen=True, slots=True)
class Addition:
    """Entries that a docstring lacks.

    Attributes:
        kind: The section they belong to.
        entries: In the order of the signature.
        order: The names of all arguments in that order, so that each entry finds its place among those documented.
    """

    kind: SectionKind
    entries: tuple[Entry, ...]
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Insertion:
    """Lines, already indented, that go before a line of the content."""

    at: int
    lines: Sequence[str]


def complete(literal: Literal, additions: Iterable[Addition], indent: str, layout: Layout, newline: str = "\n") -> str:
    """The literal's source with more entries and sections.

    Args:
        literal: The docstring; one with single quotes gets three.
        additions: What is missing.
        indent: The indentation of the statement.
        layout: How new lines are laid out. Where the docstring shows its own style, that one counts.
        newline: The file's line end.
    """
    lines = literal.content.replace("\r\n", "\n").split("\n")
    known = read("\n".join(lines))
    layout = _like(known, lines, layout)
    margin = _margin(lines) if len(lines) > 1 else indent
    insertions = [
        insertion for addition in additions for insertion in _insertions(addition, known, lines, margin, layout)
    ]
    quote = literal.quote if len(literal.quote) == 3 else layout.quote
    literal = replace(literal, quote=quote)
    for insertion in sorted(insertions, key=lambda each: each.at)[::-1]:  # what goes to one place keeps its order
        lines[insertion.at : insertion.at] = [escaped(line, literal) for line in insertion.lines]
    if lines[-1].strip():
        lines.append(indent)
    return f"{literal.prefix}{quote}{newline.join(lines)}{quote}"


def _like(known: Docstring, lines: Sequence[str], layout: Layout) -> Layout:
    """The layout, as this docstring has it."""
    style = known.style or layout.style
    epytext = style is Style.SPHINX and any(line.lstrip().startswith("@param ") for line in lines)
    typed = layout.typed or any(entry.type for entry in known.arguments)
    return replace(layout, style=style, mark="@" if epytext else layout.mark, typed=typed)


def _margin(lines: Sequence[str]) -> str:
    """The blank that all lines but the first begin with."""
    filled = [line for line in lines[1:] if line.strip()] or [lines[-1]]
    shortest = min(filled, key=lambda line: indent_of(line.expandtabs()))
    return shortest[: indent_of(shortest)]


def _insertions(
    addition: Addition, known: Docstring, lines: Sequence[str], margin: str, layout: Layout
) -> list[_Insertion]:
    section = next((each for each in reversed(known.sections) if each.kind is addition.kind), None)
    if section is None or not (section.entries and layout.style is known.style):
        return [_new_section(addition, known, lines, margin, layout)]
    if addition.kind is not SectionKind.ARGUMENTS:
        return [_in_section(addition.kind, addition.entries, section.end, section.entries[0], lines, layout)]
    return [
        _in_section(addition.kind, [entry], *_place(entry, addition.order, known.arguments), lines, layout)
        for entry in addition.entries
    ]


def _place(entry: Entry, order: tuple[str, ...], documented: Sequence[Entry]) -> tuple[int, Entry]:
    """The line before which an argument goes, and the documented neighbour it is laid out like."""
    rank = order.index(entry.name)
    before = [each for each in documented if each.name in order[:rank]]
    nearest = max(before, key=lambda each: each.end, default=None)
    first = min(documented, key=lambda each: each.start)
    return (nearest.end, nearest) if nearest else (first.start, first)


def _in_section(
    kind: SectionKind, entries: Iterable[Entry], at: int, like: Entry, lines: Sequence[str], layout: Layout
) -> _Insertion:
    model = lines[like.start]
    indent = model[: indent_of(model)]
    new = [line for entry in entries for line in entry_lines(kind, entry, layout.within(indent))]
    return _Insertion(at, indented(new, indent))


def _new_section(addition: Addition, known: Docstring, lines: Sequence[str], margin: str, layout: Layout) -> _Insertion:
    at = _section_place(addition.kind, known.sections, len(lines))
    while at > 0 and not lines[at - 1].strip():
        at -= 1
    new = indented(section_lines(addition.kind, addition.entries, layout.within(margin)), margin)
    tight = layout.style is Style.SPHINX and any(section.end == at and not section.title for section in known.sections)
    follows = at < len(lines) and any(line.strip() for line in lines[at:])
    blank_after = follows and bool(lines[at].strip()) and layout.style is not Style.SPHINX
    return _Insertion(at, [*([] if tight or at == 0 else [""]), *new, *([""] if blank_after else [])])


def _section_place(kind: SectionKind, sections: Sequence[Section], end: int) -> int:
    """The line before which a new section goes: after those that come before it, else before all others."""
    rank = ORDER.index(kind)
    before = [each for each in sections if each.kind in ORDER[:rank]]
    if before:
        return max(each.end for each in before)
    return min((each.start for each in sections), default=end)
