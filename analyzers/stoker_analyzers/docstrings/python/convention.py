"""How the docstrings of a file are laid out, so that a new one looks like its neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from stoker_analyzers.docstrings.layout import WIDTH, Layout
from stoker_analyzers.docstrings.model import Style
from stoker_analyzers.docstrings.python.literal import Literal, take_apart
from stoker_analyzers.docstrings.reading import majority, read
from stoker_analyzers.snapshot import Snapshot

_LIMITS = (79, 88, 100, 120)
"""Line limits in wide use."""
_NEAR = 8
"""Columns below a limit that a line must come to for the limit to show."""
_EVIDENCE = 5
"""Lines that must come near a limit for it to count as the file's."""
_OVER = 0.01
"""Share of lines that may be longer than the limit: strings and addresses often are."""


def convention(snapshot: Snapshot, style: Style | None = None) -> Layout:
    """The layout of a file's docstrings; a style that is asked for wins over the file's, and Google's is the last resort."""
    found = [symbol.documentation for symbol in snapshot.outline.walk()] + [snapshot.outline.documentation]
    literals = [
        literal for each in found if each and (literal := take_apart(snapshot.text[each.span.start : each.span.end]))
    ]
    several = [literal.content for literal in literals if "\n" in literal.content]
    return Layout(
        style or majority(literal.content for literal in literals) or Style.GOOGLE,
        width_of(snapshot.text),
        _typed(several),
        sum(content.lstrip(" \t\r").startswith("\n") for content in several) * 2 > len(several),
        _quote(literals),
    )


def convention_of(snapshot: Snapshot, style: Style | None = None) -> Layout:
    """The same for a file in any language: comments have their language's form, so only the width is the file's."""
    if snapshot.language and snapshot.language.id == "python":
        return convention(snapshot, style)
    return Layout(width=width_of(snapshot.text))


def width_of(text: str) -> int:
    """The line limit that a file keeps to, as far as its lines show one."""
    lengths = sorted((len(line.rstrip().expandtabs()) for line in text.split("\n")), reverse=True)
    longest = lengths[int(len(lengths) * _OVER)]
    limit = next((each for each in _LIMITS if longest <= each), _LIMITS[-1])
    near = sum(limit - _NEAR < length for length in lengths)
    return limit if near >= _EVIDENCE else WIDTH


def _typed(contents: Iterable[str]) -> bool:
    """Whether most of the documented arguments carry a type."""
    typed = [bool(entry.type) for content in contents for entry in read(content).arguments]
    return sum(typed) * 2 > len(typed)


def _quote(literals: Iterable[Literal]) -> str:
    found = Counter(literal.quote for literal in literals if len(literal.quote) == 3)
    return found.most_common(1)[0][0] if found else '"""'
