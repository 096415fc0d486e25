"""NumPy style: headings underlined with dashes, entries below them, what is said about each indented."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stoker_analyzers.docstrings.entries import Head, Numbered, collect
from stoker_analyzers.docstrings.lines import dedent, last_filled, looks_like_type, names_of, split_type
from stoker_analyzers.docstrings.model import Entry, Section, SectionKind

_KINDS = {
    "parameters": SectionKind.ARGUMENTS,
    "other parameters": SectionKind.ARGUMENTS,
    "keyword arguments": SectionKind.ARGUMENTS,
    "arguments": SectionKind.ARGUMENTS,
    "returns": SectionKind.RETURNS,
    "return": SectionKind.RETURNS,
    "yields": SectionKind.YIELDS,
    "yield": SectionKind.YIELDS,
    "raises": SectionKind.RAISES,
}
_UNDERLINE = re.compile(r"^(-{3,}|={3,})$")
_TITLE = re.compile(r"^[A-Z][\w ]{2,40}$")
_HEAD = re.compile(r"^(?P<names>[^:()\[\]]+?)(?:\s*:\s*(?P<type>.*))?$")


def read_sections(lines: list[str]) -> tuple[Section, ...]:
    """The sections in order."""
    starts = [at for at in range(len(lines) - 1) if _TITLE.match(lines[at]) and _UNDERLINE.match(lines[at + 1])]
    ends = [*starts[1:], len(lines)]
    return tuple(
        _section(lines, start, last_filled(lines, start + 2, end)) for start, end in zip(starts, ends, strict=False)
    )


def _section(lines: list[str], start: int, end: int) -> Section:
    title = lines[start]
    kind = _KINDS.get(title.strip().lower(), SectionKind.OTHER)
    block = [(number, lines[number]) for number in range(start + 2, end)]
    while block and not block[0][1]:
        block.pop(0)
    if kind is SectionKind.OTHER or not block:
        return Section(kind, title, text=dedent([line for _, line in block]), start=start, end=end)
    if kind is SectionKind.ARGUMENTS:
        entries, regular = collect(block, _argument)
    elif kind is SectionKind.RAISES:
        entries, regular = collect(block, _exception)
    else:
        entries, regular = _results(block)
    text = "" if regular else dedent([line for _, line in block])
    return Section(kind, title, entries, text, start, end, regular)


def _argument(line: str) -> Head | None:
    """``name : type, optional``."""
    found = _HEAD.match(line)
    names = names_of(found["names"]) if found else []
    if found is None or not names:
        return None
    written, default = split_type(found["type"] or "")
    return Head(names, written, default)


def _exception(line: str) -> Head | None:
    """``ValueError``, or several names; some write what it is about after a colon."""
    name, _, text = line.partition(":") if not line.startswith(":") else (line, "", "")
    names = names_of(name)
    return Head(names, text=text.strip()) if names else None


def _results(block: Sequence[Numbered]) -> tuple[tuple[Entry, ...], bool]:
    """``name : type``, a type alone, or (wrongly, but often) text alone."""
    entries, regular = collect(block, _result)
    if entries and regular:
        return entries, True
    text = dedent([line for _, line in block])
    return (Entry("", text=text, start=block[0][0], end=block[-1][0] + 1),), False


def _result(line: str) -> Head | None:
    name, colon, typed = line.partition(":")
    if colon and name.strip().isidentifier() and looks_like_type(typed):
        return Head([name.strip()], typed.strip())
    return Head([""], line) if looks_like_type(line) else None
