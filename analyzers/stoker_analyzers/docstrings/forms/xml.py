"""C#'s XML documentation comments."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from stoker_analyzers.docstrings.forms.base import Form
from stoker_analyzers.docstrings.model import Entry, Section, SectionKind

_ELEMENT = re.compile(
    r"<(?P<tag>param|returns|value|exception|typeparam|remarks|example|seealso)\b(?P<attributes>[^>]*?)(?:/>|>(?P<text>.*?)</(?P=tag)>)",
    re.DOTALL,
)
_NAMED = re.compile(r"""\b(?:name|cref)\s*=\s*["'](?:[A-Z]:)?(?P<name>[^"']*)["']""")
_KINDS = {"param": SectionKind.ARGUMENTS, "returns": SectionKind.RETURNS, "exception": SectionKind.RAISES}


def sections(lines: list[str]) -> tuple[Section, ...]:
    """One section for each element; those that are not read entry by entry are kept verbatim."""
    text = "\n".join(lines)
    found = []
    for each in _ELEMENT.finditer(text):
        start, end = text.count("\n", 0, each.start()), text.count("\n", 0, each.end()) + 1
        kind = _KINDS.get(each["tag"], SectionKind.OTHER)
        named = _NAMED.search(each["attributes"])
        said = " ".join((each["text"] or "").split())
        entry = Entry(named["name"] if named else "", text=said, start=start, end=end)
        entries = () if kind is SectionKind.OTHER else (entry,)
        found.append(Section(kind, entries=entries, text="" if entries else each.group(), start=start, end=end))
    return tuple(found)


def _entry(kind: SectionKind, entry: Entry) -> str:
    if kind is SectionKind.ARGUMENTS:
        return f'<param name="{entry.name}">{entry.text}</param>'
    if kind is SectionKind.RAISES:
        return f'<exception cref="{escape(entry.name)}">{entry.text}</exception>'
    return f"<returns>{entry.text}</returns>"


def _brief(summary: str) -> str:
    return f"<summary>\n{summary}\n</summary>"


class _Xml(Form):
    """A form in which text is escaped before its code is marked."""

    __slots__ = ()

    def marked(self, text: str) -> str:
        """The text as XML."""
        return super().marked(escape(text))


XML = _Xml("XML documentation", "///", sections, _entry, brief=_brief, code="<c>{}</c>", gap=False)
