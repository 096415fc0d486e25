"""How a docstring is laid out: the choices, and the lines of text, entries and sections that follow from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stoker_analyzers.docstrings.model import ORDER, Docstring, Entry, Section, SectionKind, Style
from stoker_analyzers.docstrings.wrapping import wrapped

WIDTH = 88
"""Columns of a line where the file shows no other limit: the most common formatter's default."""

_LONGEST_DEFAULT = 40
"""Characters of a default above which it is not repeated in prose: the signature shows it better."""
_KEPT = re.compile(r"^(\s|[-*+•]\s|\d+[.)]\s|>>>|\||\.\. |```)")
"""Lines that mean something by where they stand: lists, code, tables, directives."""
_STATES_DEFAULT = re.compile(
    r"\bdefaults?\b|\bstandard(wert|mäßig)|\bvorgabe|par défaut|(por|par) (defecto|omissão|default)|predefinit|padrão|"
    r"по умолчанию|默认|預設|既定|デフォルト|기본",
    re.IGNORECASE,
)
"""How a text shows that it names the default already, in the languages that defaults are named in."""

_GOOGLE = {
    SectionKind.ARGUMENTS: "Args",
    SectionKind.RETURNS: "Returns",
    SectionKind.YIELDS: "Yields",
    SectionKind.RAISES: "Raises",
}
_NUMPY = {**_GOOGLE, SectionKind.ARGUMENTS: "Parameters"}
_SPHINX = {SectionKind.RETURNS: "returns", SectionKind.YIELDS: "yields", SectionKind.RAISES: "raises"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The choices.

    Attributes:
        style: The sections' style.
        width: The last column that text may reach.
        typed: Whether types stand in the docstring although the signature has them; NumPy style always has them.
        below: Whether the summary of a docstring of several lines begins on the line below the quotes.
        quote: The quotes, three of a kind.
        mark: What opens a field in Sphinx style.
        step: One level of indentation.
        defaults: The sentence that names a default, with ``{}`` for it; empty for none.
    """

    style: Style = Style.GOOGLE
    width: int = WIDTH
    typed: bool = False
    below: bool = False
    quote: str = '"""'
    mark: str = ":"
    step: str = "    "
    defaults: str = "Defaults to ``{}``."

    def within(self, indent: str) -> Layout:
        """The same with the columns that are left beside an indentation, and with its sort of blanks."""
        step = "\t" if "\t" in indent else self.step
        return replace(self, width=max(self.width - len(indent.expandtabs()), 40), step=step)


def compose(docstring: Docstring, layout: Layout) -> str:
    """The text of a docstring, not indented. Of sections of no known kind only examples are written."""
    head = [part for part in (wrap(docstring.summary, layout.width), wrap(docstring.body, layout.width)) if part]
    sections = [section_lines(kind, docstring.of(kind), layout) for kind in ORDER if docstring.of(kind)]
    if layout.style is Style.SPHINX:
        sections = [[line for section in sections for line in section]] if sections else []
    examples = [_example_lines(each.text, layout) for each in docstring.sections if is_example(each)]
    return "\n\n".join("\n".join(part) for part in [*head, *sections, *examples])


def is_example(section: Section) -> bool:
    """Whether a section shows how something is used, as ``doctest`` runs it."""
    return (
        section.kind is SectionKind.OTHER and section.title.strip(":s").lower() == "example" and ">>>" in section.text
    )


def _example_lines(text: str, layout: Layout) -> list[str]:
    lines = text.strip("\n").split("\n")
    if layout.style is Style.GOOGLE:
        return ["Examples:", *indented(lines, layout.step)]
    return ["Examples", "--------", *lines] if layout.style is Style.NUMPY else lines


def section_lines(kind: SectionKind, entries: Iterable[Entry], layout: Layout) -> list[str]:
    """A section with its heading."""
    indent = layout.step if layout.style is Style.GOOGLE else ""
    lines = [indent + line for entry in entries for line in entry_lines(kind, entry, layout.within(indent))]
    if layout.style is Style.GOOGLE:
        return [f"{_GOOGLE[kind]}:", *lines]
    if layout.style is Style.NUMPY:
        return [_NUMPY[kind], "-" * len(_NUMPY[kind]), *lines]
    return lines


def entry_lines(kind: SectionKind, entry: Entry, layout: Layout) -> list[str]:
    """One entry, not indented."""
    entry = replace(entry, type=" ".join(entry.type.split()))
    text = _with_default(entry, layout)
    if layout.style is Style.NUMPY:
        return [_numpy_head(kind, entry), *wrap(text, layout.width, layout.step, layout.step)]
    if layout.style is Style.SPHINX:
        return _sphinx_entry(kind, entry, text, layout)
    head = f"{entry.stars}{entry.name}"
    if entry.type and (layout.typed or not head):
        head = f"{head} ({entry.type})" if head else entry.type
    if kind in (SectionKind.RETURNS, SectionKind.YIELDS) and not (layout.typed and entry.type):
        return wrap(text, layout.width)
    return wrap(f"{head}: {text}" if text else f"{head}:", layout.width, "", layout.step)


def wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Lines no wider than asked for where there is a blank to break at; lists, code and tables stay as they are."""
    lines: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n", text.strip()):
        own = paragraph.split("\n")
        fixed = any(_KEPT.match(line) for line in own)
        head = rest if lines else first
        if lines:
            lines.append("")
        if fixed:
            lines += [(rest if at else head) + line for at, line in enumerate(own)]
        else:
            lines += wrapped(" ".join(own), width, head, rest)
    return lines


def _with_default(entry: Entry, layout: Layout) -> str:
    """The text, naming the default where the style does not name it beside the type."""
    default = entry.default
    beside = layout.style is Style.NUMPY and bool(entry.type)
    if default is None or beside or not _worth_saying(default) or _STATES_DEFAULT.search(entry.text):
        return entry.text
    if default == "None" and "``None``" in entry.text:
        return entry.text
    return f"{entry.text} {layout.defaults.format(default)}".strip()


def _worth_saying(default: str) -> bool:
    """Whether a default is short, and more than a private mark for *not given*."""
    plain = len(default) <= _LONGEST_DEFAULT and "\n" not in default and "`" not in default
    return plain and default != "..." and not default.startswith("_")


def _numpy_head(kind: SectionKind, entry: Entry) -> str:
    if kind is not SectionKind.ARGUMENTS:
        return " : ".join(filter(None, [entry.name, entry.type])) or "object"
    said = [entry.type] if entry.type else []
    if entry.default is not None:
        said.append(f"default {entry.default}" if entry.type and _worth_saying(entry.default) else "optional")
    name = f"{entry.stars}{entry.name}"
    return f"{name} : {', '.join(said)}" if said else name


def _sphinx_entry(kind: SectionKind, entry: Entry, text: str, layout: Layout) -> list[str]:
    mark, typed = layout.mark, layout.typed and entry.type
    if kind is SectionKind.ARGUMENTS:
        lines = wrap(f"{mark}param {entry.name}: {text}", layout.width, "", layout.step)
        return [*lines, f"{mark}type {entry.name}: {entry.type}"] if typed else lines
    word = f"{_SPHINX[kind]} {entry.name}".rstrip() if kind is SectionKind.RAISES else _SPHINX[kind]
    lines = wrap(f"{mark}{word}: {text}", layout.width, "", layout.step)
    return [*lines, f"{mark}rtype: {entry.type}"] if typed and kind is SectionKind.RETURNS else lines


def indented(lines: Sequence[str], indent: str) -> list[str]:
    """Lines moved to the right; blank ones stay empty."""
    return [indent + line if line else "" for line in lines]
