"""From a docstring's text to what it says. Never fails: what can't be read as a section stays in the body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from stoker_analyzers.docstrings import google, numpy, sphinx
from stoker_analyzers.docstrings.lines import lines_of
from stoker_analyzers.docstrings.model import Docstring, Section, SectionKind, Style

_READERS: dict[Style, Callable[[list[str]], tuple[Section, ...]]] = {
    Style.NUMPY: numpy.read_sections,
    Style.GOOGLE: google.read_sections,
    Style.SPHINX: sphinx.read_sections,
}
"""In the order in which they win a tie: an underlined heading is the clearest sign."""


def read(text: str) -> Docstring:
    """What a docstring says.

    Args:
        text: The text between the quotes, indented or not. Line numbers in the result count in it.
    """
    lines = lines_of(text)
    style, sections = _best(lines)
    head = lines[: sections[0].start] if sections else lines
    summary, body = _paragraphs(head)
    return Docstring(summary, body, sections, style)


def style_of(text: str) -> Style | None:
    """The style of a docstring's sections; ``None`` where nothing shows it."""
    return _best(lines_of(text))[0]


def majority(texts: Iterable[str]) -> Style | None:
    """The style that most of the docstrings use which show one; of two equally frequent ones the first met."""
    found = Counter(style for style in map(style_of, texts) if style)
    return found.most_common(1)[0][0] if found else None


def _best(lines: list[str]) -> tuple[Style | None, tuple[Section, ...]]:
    """The reading with most entries. Without entries no style is sure, and Google's reading keeps headed blocks apart."""
    readings = {style: reader(lines) for style, reader in _READERS.items()}
    style = max(readings, key=lambda each: _weight(readings[each]))
    if _weight(readings[style]):
        return style, readings[style]
    return None, readings[Style.NUMPY] or readings[Style.GOOGLE]


def _weight(sections: tuple[Section, ...]) -> int:
    return sum(len(section.entries) for section in sections if section.kind is not SectionKind.OTHER)


def _paragraphs(lines: list[str]) -> tuple[str, str]:
    """The first paragraph, and the rest verbatim."""
    start = next((at for at, line in enumerate(lines) if line), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at]), len(lines))
    return "\n".join(lines[start:end]), "\n".join(lines[end:]).strip("\n")
