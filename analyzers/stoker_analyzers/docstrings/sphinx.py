"""Sphinx style: fields such as ``:param name: text``. Epytext's ``@param name: text`` is read the same way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from stoker_analyzers.docstrings.lines import closing, dedent, plain_name, split_type
from stoker_analyzers.docstrings.model import Entry, Section, SectionKind

_WORDS = {
    SectionKind.ARGUMENTS: "param parameter arg argument key keyword kwarg kwparam",
    SectionKind.RETURNS: "return returns",
    SectionKind.YIELDS: "yield yields",
    SectionKind.RAISES: "raise raises except exception",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_TYPES = {"type": SectionKind.ARGUMENTS, "rtype": SectionKind.RETURNS, "ytype": SectionKind.YIELDS}
_FIELD = re.compile(
    r"^(?P<mark>[:@])(?P<word>[a-z]+)(?:[ \t]+(?P<argument>[^:\n]*(?::\w+:`[^`]*`)?[^:\n]*))?:(?=\s|$)[ \t]*"
)


@dataclass(slots=True)
class _Field:
    """A field and the lines that belong to it."""

    word: str
    argument: str
    first: str
    start: int
    end: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(filter(None, [self.first, dedent(self.lines)]))


def read_sections(lines: list[str]) -> tuple[Section, ...]:
    """One section for each run of fields of a kind; other fields are kept verbatim."""
    fields = _fields(lines)
    types = {(_TYPES[each.word], plain_name(each.argument)): each for each in fields if each.word in _TYPES}
    sections: list[Section] = []
    for each in fields:
        kind = _KINDS.get(each.word) or _TYPES.get(each.word, SectionKind.OTHER)
        entries = tuple(_entries(each, kind, types)) if each.word in _KINDS else ()
        last = sections[-1] if sections else None
        if last and last.kind is kind and kind is not SectionKind.OTHER:
            sections[-1] = replace(last, entries=(*last.entries, *entries), end=max(last.end, each.end))
        else:
            text = dedent(lines[each.start : each.end]) if kind is SectionKind.OTHER else ""
            sections.append(Section(kind, entries=entries, text=text, start=each.start, end=each.end))
    return tuple(sections)


def _fields(lines: list[str]) -> list[_Field]:
    fields: list[_Field] = []
    current: _Field | None = None
    for number, line in enumerate(lines):
        found = _FIELD.match(line)
        if found:
            argument = (found["argument"] or "").strip()
            current = _Field(found["word"], argument, line[found.end() :], number, number + 1)
            fields.append(current)
        elif line and line[0] != " ":
            current = None
        elif current:
            current.lines.append(line)
            current.end = number + 1 if line else current.end
    return fields


def _entries(each: _Field, kind: SectionKind, types: dict[tuple[SectionKind, str], _Field]) -> Iterable[Entry]:
    if kind is SectionKind.RAISES:
        for name in each.argument.split(","):
            yield Entry(plain_name(name), text=each.text, start=each.start, end=each.end)
        return
    typed, name = "", ""
    if kind is SectionKind.ARGUMENTS:
        typed, name = _type_and_name(each.argument)
    separate = types.get((kind, name))
    written, default = split_type(separate.text if separate and not typed else typed)
    end = max(each.end, separate.end) if separate and separate.start == each.end else each.end
    yield Entry(name, written, each.text, default, each.start, end)


def _type_and_name(argument: str) -> tuple[str, str]:
    """``int x`` as type and name; a type may hold blanks and brackets."""
    if argument.endswith(")") and "(" in argument:  # ``x (int)``: wrong, but seen
        at = argument.index("(")
        if closing(argument, at) == len(argument):
            return argument[at + 1 : -1], plain_name(argument[:at])
    typed, _, name = argument.rpartition(" ")
    return typed.strip(), plain_name(name)
