"""Comments with tags: JSDoc, TSDoc, Javadoc and Doxygen read alike and differ in how an entry is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stoker_analyzers.docstrings.forms.base import Form
from stoker_analyzers.docstrings.lines import closing
from stoker_analyzers.docstrings.model import Entry, Section, SectionKind

_WORDS = {
    **dict.fromkeys(("param", "arg", "argument"), SectionKind.ARGUMENTS),
    **dict.fromkeys(("returns", "return", "result", "retval"), SectionKind.RETURNS),
    **dict.fromkeys(("yields", "yield"), SectionKind.YIELDS),
    **dict.fromkeys(("throws", "throw", "exception"), SectionKind.RAISES),
}
_PROSE = frozenset({"brief", "summary", "description", "desc", "short", "details", "remarks"})
"""Tags whose text is the comment's own."""
_TAG = re.compile(r"[@\\](?P<word>[a-zA-Z]+)(?:\[[\w, ]+\])?(?=\s|$|\{)[ \t]*(?P<rest>.*)")
_NAMED = re.compile(
    r"(?P<names>\.{0,3}[\w$]+(?:\s*,\s*\.{0,3}[\w$]+)*)(?P<deeper>(?:\[\])?\.[\w$.\[\]]+)?(?:\s*-(?=\s)|:(?=\s))?\s*"
)
_OPTIONAL = re.compile(r"\[(?P<name>[\w$.]+)(?:\s*=\s*(?P<default>.*))?\]\s*(?:-\s+)?", re.DOTALL)
_LINK = re.compile(r"^\{@link(?:code|plain)?\s+(?P<name>[^\s}|]+)[^}]*\}")
_TYPE_NAME = re.compile(r"(?P<name>[\w$.:]+)(?:\s*-(?=\s)|:(?=\s))?\s*")


@dataclass(slots=True)
class _Tag:
    """A tag and the lines that belong to it."""

    word: str
    rest: str
    start: int
    end: int
    more: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(filter(None, [self.rest, *(line.strip() for line in self.more)]))


def sections(lines: list[str]) -> tuple[Section, ...]:
    """One section for each run of tags of a kind; other tags are kept verbatim."""
    found: list[Section] = []
    for tag in _tags(lines):
        kind = _WORDS.get(tag.word, SectionKind.OTHER)
        entries = tuple(_entries(kind, tag))
        if kind is not SectionKind.OTHER and not entries:
            kind = SectionKind.OTHER
        last = found[-1] if found else None
        if last and last.kind is kind and kind is not SectionKind.OTHER and last.end == tag.start:
            found[-1] = Section(kind, entries=(*last.entries, *entries), start=last.start, end=tag.end)
        else:
            text = "\n".join(lines[tag.start : tag.end]) if kind is SectionKind.OTHER else ""
            found.append(Section(kind, entries=entries, text=text, start=tag.start, end=tag.end))
    return tuple(found)


def _tags(lines: list[str]) -> Iterator[_Tag]:
    current: _Tag | None = None
    fenced = False
    for number, line in enumerate(lines):
        fence = line.lstrip().startswith("```")
        found = None if fenced or fence else _TAG.match(line.lstrip())
        fenced = fenced != fence
        if found:
            if current:
                yield current
            current = None if found["word"] in _PROSE else _Tag(found["word"], found["rest"], number, number + 1)
        elif current:
            current.more.append(line)
            current.end = number + 1 if line else current.end
    if current:
        yield current


def _entries(kind: SectionKind, tag: _Tag) -> Iterator[Entry]:
    typed, text = _braced(tag.text)
    if kind is SectionKind.ARGUMENTS:
        yield from _arguments(typed, text, tag)
    elif kind is SectionKind.RAISES:
        text = _LINK.sub(r"\g<name>", text, count=1)
        named = None if typed else _TYPE_NAME.match(text)
        name = typed or (named["name"].rstrip(".:") if named else "")
        if name:
            yield Entry(name, text=text[named.end() :] if named else text, start=tag.start, end=tag.end)
    elif kind is not SectionKind.OTHER:
        yield Entry("", typed, text.removeprefix("- "), start=tag.start, end=tag.end)


def _arguments(typed: str, text: str, tag: _Tag) -> Iterator[Entry]:
    if optional := _OPTIONAL.match(text):
        if "." not in optional["name"]:  # else a property of an argument
            yield Entry(optional["name"], typed, text[optional.end() :], optional["default"], tag.start, tag.end)
        return
    named = _NAMED.match(text)
    if named is None or named["deeper"]:
        return
    for name in named["names"].split(","):
        yield Entry(name.strip().lstrip("."), typed, text[named.end() :], None, tag.start, tag.end)


def _braced(text: str) -> tuple[str, str]:
    """A type in braces at the start, and the rest."""
    if not text.startswith("{") or text.startswith("{@"):
        return "", text
    end = closing(text, 0)
    return (text[1 : end - 1].strip(), text[end:].lstrip()) if end > 0 else ("", text)


_LITERALS = (
    (re.compile(r"-?\d[\d._]*(e[+-]?\d+)?n?"), "number"),
    (re.compile(r"true|false"), "boolean"),
    (re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`"), "string"),
    (re.compile(r"\{.*\}", re.DOTALL), "Object"),
    (re.compile(r"\[.*\]", re.DOTALL), "Array"),
)
"""What type a default shows an argument to have."""


def _jsdoc(kind: SectionKind, entry: Entry) -> str:
    shown = next((name for pattern, name in _LITERALS if pattern.fullmatch(entry.default or "")), "")
    typed = f" {{{entry.type or shown}}}" if entry.type or shown else ""
    if kind is SectionKind.ARGUMENTS:
        plain = entry.default is not None and not re.search(r"[\n\]]", entry.default)
        name = f"[{entry.name}={entry.default}]" if plain else entry.name
        return f"@param{typed} {name} - {entry.text}"
    if kind is SectionKind.RAISES:
        return f"@throws {{{entry.name}}} {entry.text}"
    return f"@{kind}{typed} {entry.text}"


def _tsdoc(kind: SectionKind, entry: Entry) -> str:
    if kind is SectionKind.ARGUMENTS:
        return f"@param {entry.name} - {entry.text}"
    if kind is SectionKind.RAISES:
        return f"@throws {{@link {entry.name}}} {entry.text}"
    return f"@{kind} {entry.text}"


def _javadoc(kind: SectionKind, entry: Entry) -> str:
    if kind is SectionKind.ARGUMENTS:
        return f"@param {entry.name} {entry.text}"
    if kind is SectionKind.RAISES:
        return f"@throws {entry.name} {entry.text}"
    return f"@return {entry.text}"


JSDOC = Form("JSDoc", "/**", sections, _jsdoc)
TSDOC = Form("TSDoc", "/**", sections, _tsdoc)
KDOC = Form("KDoc", "/**", sections, _javadoc)
JAVADOC = Form("Javadoc", "/**", sections, _javadoc, code="{{@code {}}}")
DOXYGEN = Form("Doxygen", "/**", sections, _javadoc)
