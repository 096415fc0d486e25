"""The reference: pages of Markdown from signatures and documentation, word for word."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from stoker_analyzers.docstrings.model import Docstring, Entry, Section, SectionKind
from stoker_server.features.pages.project import Module, Project, Shown

_TITLES = {
    SectionKind.ARGUMENTS: "Arguments",
    SectionKind.RETURNS: "Returns",
    SectionKind.YIELDS: "Yields",
    SectionKind.RAISES: "Raises",
}
_NAMED = re.compile(
    r"""<(?:see|seealso|paramref|typeparamref)\s+(?:cref|langword|name)="(?:[A-Z]:)?([^"]+)"\s*(?:/>|>[^<]*</\w+>)"""
)
_QUOTED = re.compile(r"<c>([^<\n]+)</c>")
_TAG = re.compile(r"[ \t]*</?(?:summary|remarks|para|value)\s*/?>[ \t]*\n?")
"""What XML documentation has of tags: names, code, and what only holds other text."""
_LITERAL = re.compile(r"``([^`]+)``")
_TITLED = re.compile(r":[a-z:]+:`([^`<]+?)\s*<[^>`]*>`")
_ELSEWHERE = re.compile(r"\]\((?![a-z]+:)")
_ROLE = re.compile(r":[a-z:]+:`~?([^`<]+)`")


def index_page(project: Project) -> str:
    """The start page: what the project is, and where its parts are told of."""
    rows = [f"- [`{each.name}`]({each.page}){_dash(each.says.summary)}" for each in project.modules]
    about = f"{markdown(project.summary)}\n\n" if project.summary else ""
    return f"# {project.name}\n\n{about}- [User guide](guide.md)\n\n## Reference\n\n" + "\n".join(rows)


def module_page(module: Module) -> str:
    """All that is public in a file."""
    parts = [f"# `{module.name}`", f"{module.language}, in `{module.path}`", *_prose(module.says)]
    listed = {each.symbol.qualified: each for each in reversed(module.symbols)}  # the first of those that share a name
    rows = (each for each in module.symbols if listed[each.symbol.qualified] is each)
    parts += [
        "\n".join(f"- [`{each.symbol.name}`](#{each.symbol.qualified}){_dash(each.says.summary)}" for each in rows)
    ]
    for each in module.symbols:
        parts += _symbol(each, 2)
    return "\n\n".join(filter(None, [*parts, "[All modules](index.md)"]))


def markdown(text: str) -> str:
    """Prose as Markdown: literals, roles and XML's references become code, and links to pages that are not ours none."""
    text = _TAG.sub("", _QUOTED.sub(r"`\1`", _NAMED.sub(r"`\1`", text)))
    return _ELSEWHERE.sub("] (", _LITERAL.sub(r"`\1`", _ROLE.sub(r"`\1`", _TITLED.sub(r"\1", text))))


def _dash(summary: str) -> str:
    plain = first_sentence(summary)
    return f": {plain}" if plain else ""


def first_sentence(summary: str) -> str:
    """What a list says of something."""
    plain = markdown(" ".join(summary.split()))
    found = re.match(r".{20,}?[^.\s][.!?](?=\s+[A-Z`])", plain)
    return found.group() if found else plain


def _symbol(shown: Shown, level: int) -> Iterator[str]:
    symbol = shown.symbol
    yield f'<a id="{symbol.qualified}"></a>'
    yield f"{'#' * level} `{symbol.qualified}`"
    if shown.header:
        yield f"```{shown.fence}\n{shown.header}\n```"
    yield from _prose(shown.says)
    for each in shown.members:
        yield from _symbol(each, level + 1)


def _prose(says: Docstring) -> Iterator[str]:
    yield markdown(says.summary).strip()
    if says.body:
        yield _code(inspect.cleandoc(says.body))
    for section in _joined(says.sections):
        if section.kind is SectionKind.OTHER:
            yield f"**{section.title.rstrip(':')}**" if section.title else ""
            yield _code(section.text) if section.title else ""
        elif section.entries:
            yield f"**{_TITLES[section.kind]}**\n\n" + "\n".join(map(_entry, section.entries))


def _joined(sections: Sequence[Section]) -> Iterator[Section]:
    """Sections with all entries of a kind in the first of them: some forms document each argument apart."""
    seen: set[SectionKind] = set()
    for each in sections:
        if each.kind is SectionKind.OTHER or not each.entries:
            yield each
        elif each.kind not in seen:
            seen.add(each.kind)
            found = (entry for other in sections if other.kind is each.kind for entry in other.entries)
            yield replace(each, entries=tuple(found))


def _entry(entry: Entry) -> str:
    name = f"`{entry.name}`" if entry.name else ""
    typed = f"`{entry.type}`" if entry.type else ""
    head = f"{name} ({typed})" if name and typed else name or typed
    text = markdown(" ".join(entry.text.split()))
    return f"- {head}: {text}" if head and text else f"- {head or text}"


def _code(text: str) -> str:
    """Prose in which examples are fenced."""
    lines, out, inside = markdown(text).split("\n"), list[str](), False
    for line in lines:
        if line.lstrip().startswith(">>>") and not inside:
            out.append("```pycon")
            inside = True
        elif inside and not line.strip():
            out.append("```")
            inside = False
        out.append(line.strip() if inside else line)
    return "\n".join([*out, *(["```"] if inside else [])])
