"""Go's documentation comments: prose whose first sentence begins with the name that it documents."""

from __future__ import annotations

from stoker_analyzers.docstrings.forms.base import Form
from stoker_analyzers.docstrings.model import Entry, Section, SectionKind


def sections(lines: list[str]) -> tuple[Section, ...]:
    """None: all of it is prose."""
    del lines
    return ()


def _entry(kind: SectionKind, entry: Entry) -> str:
    return entry.text if kind is SectionKind.RAISES else ""


GO = Form("Go doc", "//", sections, _entry, says=frozenset(), spaced=True)
