"""Google style: a heading with a colon, its entries indented below it."""

from __future__ import annotations

import re
from dataclasses import replace

from stoker_analyzers.docstrings.entries import Head, Numbered, collect
from stoker_analyzers.docstrings.lines import (
    closing,
    dedent,
    last_filled,
    looks_like_type,
    names_of,
    split_type,
)
from stoker_analyzers.docstrings.model import Entry, Section, SectionKind

_TITLES = {
    SectionKind.ARGUMENTS: "args,arguments,parameters,params,keyword args,keyword arguments,other parameters",
    SectionKind.RETURNS: "returns,return",
    SectionKind.YIELDS: "yields,yield",
    SectionKind.RAISES: "raises,raise,except,exceptions",
    SectionKind.OTHER: "attributes,example,examples,note,notes,references,todo,warning,warnings,warns,methods,attention,"
    "caution,danger,error,hint,important,tip,receives,usage,see also",
}
"""The headings that Sphinx's napoleon knows, and a few that people write besides."""

_KINDS = {title: kind for kind, titles in _TITLES.items() for title in titles.split(",")}
_HEADING = re.compile(r"^([A-Za-z]+(?: [A-Za-z]+)?) ?:(?: +(\S.*))?$")
_HEAD = re.compile(r"^((?:\\?\*){0,2}`{0,2}(?:\\?\*){0,2}\w[\w.`]*(?:\s*,\s*(?:\\?\*){0,2}`{0,2}\w[\w.`]*)*)\s*")
_EXCEPTION = re.compile(
    r"^((?::\w+:)?[`~]*[A-Za-z_][\w.]*`*(?:\s*(?:,|or)\s*[`~]*[A-Za-z_][\w.]*`*)*)\s*(?::(?!\w)|$)\s*"
)


def read_sections(lines: list[str]) -> tuple[Section, ...]:
    """The sections in order. Prose between two of them belongs to none."""
    sections: list[Section] = []
    at = 0
    while at < len(lines):
        section = _section_at(lines, at)
        if section:
            sections.append(section)
        at = section.end if section else at + 1
    return tuple(sections)


def _section_at(lines: list[str], at: int) -> Section | None:
    heading, kind = _HEADING.match(lines[at]), _kind(lines[at])
    if heading is None or kind is None:
        return None
    title, inline = heading[1], heading[2]
    end = at + 1
    while end < len(lines) and (not lines[end] or lines[end][0] == " "):
        end += 1
    end = last_filled(lines, at + 1, end)
    block = [(number, lines[number]) for number in range(at + 1, end)]
    if inline:
        follows_blank = at == 0 or not lines[at - 1]
        if kind in (SectionKind.OTHER, SectionKind.ARGUMENTS) or title[0].islower() or not follows_blank:
            return None
        return _section([(at, inline), *block], kind, title, at, end)
    while block and not block[0][1]:
        block.pop(0)
    if block:
        return _section(block, kind, title, at, end)
    return _unindented(lines, kind, title, at)


def _kind(line: str) -> SectionKind | None:
    """The kind of section that a line begins."""
    heading = _HEADING.match(line)
    return _KINDS.get(heading[1].lower()) if heading else None


def _section(block: list[Numbered], kind: SectionKind, title: str, start: int, end: int) -> Section:
    if kind is SectionKind.OTHER:
        return Section(kind, title, text=dedent([line for _, line in block]), start=start, end=end)
    if kind in (SectionKind.ARGUMENTS, SectionKind.RAISES):
        read_head = _argument if kind is SectionKind.ARGUMENTS else _exception
        entries, regular = collect(block, read_head)
        text = "" if regular else dedent([line for _, line in block])
        return Section(kind, title, entries, text, start, end, regular)
    return Section(kind, title, (_result(block, end),), start=start, end=end)


def _unindented(lines: list[str], kind: SectionKind, title: str, at: int) -> Section | None:
    """A section whose entries stand below the heading without indentation: wrong, but seen."""
    end = at + 1
    while end < len(lines) and lines[end] and _kind(lines[end]) is None:
        end += 1
    block = [(number, lines[number]) for number in range(at + 1, end)]
    if kind not in (SectionKind.ARGUMENTS, SectionKind.RAISES) or not block:
        return None
    section = _section(block, kind, title, at, end)
    return replace(section, regular=False) if section.entries else None


def _argument(line: str) -> Head | None:
    """``name (type, optional): text``."""
    found = _HEAD.match(line)
    names = names_of(found[1]) if found else []
    if found is None or not names:
        return None
    rest, typed = line[found.end() :], ""
    if rest.startswith("("):
        end = closing(rest, 0)
        if end < 0:
            return None
        typed, rest = rest[1 : end - 1], rest[end:].lstrip()
    if not rest.startswith(":") and not (typed and not rest):
        return None
    written, default = split_type(typed)
    return Head(names, written, default, rest[1:].strip())


def _exception(line: str) -> Head | None:
    """``ValueError: text``, or several names at once."""
    found = _EXCEPTION.match(line)
    names = names_of(re.sub(r"\s+or\s+", ",", found[1])) if found else []
    return Head(names, text=line[found.end() :]) if found and names else None


def _result(block: list[Numbered], end: int) -> Entry:
    """``type: text``, or text alone."""
    first, *rest = (line for _, line in block)
    typed, colon, text = first.strip().partition(":")
    if not (colon and (not text or text[0] == " ") and looks_like_type(typed)):
        typed, text = "", first.strip()
    return Entry("", typed.strip(), "\n".join(filter(None, [text.strip(), dedent(rest)])), start=block[0][0], end=end)
