"""Rust's documentation comments: Markdown with headings. Arguments are told of in prose; errors and panics have sections."""

from __future__ import annotations

import re

from stoker_analyzers.docstrings.forms.base import Form
from stoker_analyzers.docstrings.model import Entry, Section, SectionKind

_HEADING = re.compile(r"#{1,3} +(?P<title>\w[\w ]*?)\s*#*$")
_KINDS = {
    **dict.fromkeys(("arguments", "parameters", "params", "args"), SectionKind.ARGUMENTS),
    **dict.fromkeys(("returns", "return", "return value"), SectionKind.RETURNS),
}
_ITEM = re.compile(r"[*+-] +(?P<mark>`?)(?P<name>\w+)(?P=mark)\s*(?:-+|:|–|—|\()")


def sections(lines: list[str]) -> tuple[Section, ...]:
    """The parts below headings; lists of arguments are read entry by entry where each item names one."""
    starts, fenced = [], False
    for number, line in enumerate(lines):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and _HEADING.match(line):
            starts.append(number)
    return tuple(_section(lines, start, end) for start, end in zip(starts, [*starts[1:], len(lines)], strict=False))


def _section(lines: list[str], start: int, end: int) -> Section:
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    heading = _HEADING.match(lines[start])
    title = heading["title"] if heading else ""
    kind = _KINDS.get(title.lower(), SectionKind.OTHER)
    text = "\n".join(lines[start + 1 : end]).strip("\n")
    if kind is SectionKind.RETURNS:
        return Section(kind, title, (Entry("", text=text, start=start, end=end),), "", start, end)
    if kind is not SectionKind.ARGUMENTS:
        return Section(SectionKind.OTHER, title, text=text, start=start, end=end)
    items = [number for number in range(start + 1, end) if re.match(r"[*+-] ", lines[number])]
    named = {number: found for number in items if (found := _ITEM.match(lines[number]))}
    entries = [
        Entry(found["name"], text="\n".join(lines[number:after])[found.end() :].strip(), start=number, end=after)
        for number, after in zip(items, [*items[1:], end], strict=False)
        if (found := named.get(number))
    ]
    return Section(kind, title, tuple(entries), text, start, end, regular=bool(items) and len(named) == len(items))


def _heading(kind: SectionKind) -> str:
    return "# Panics" if kind is SectionKind.RAISES else "# Errors" if kind is SectionKind.RETURNS else ""


def _entry(kind: SectionKind, entry: Entry) -> str:
    if kind is SectionKind.ARGUMENTS:
        return f"* `{entry.name}` - {entry.text}"
    return entry.text


RUST = Form(
    "rustdoc",
    "///",
    sections,
    _entry,
    heading=_heading,
    says=frozenset(),
    spaced=True,
)
"""Written are errors (as what is returned) and panics (as what is raised); arguments only where a comment lists them."""
